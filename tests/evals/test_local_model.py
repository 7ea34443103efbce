"""The local model's server as far as it can be tested without the model; ``tests/llm`` has what it answered."""

from __future__ import annotations

import socket
from importlib.metadata import PackageNotFoundError, PackagePath
from pathlib import Path

import pytest

from evals import local_model


def test_the_weights_are_found_among_the_files_of_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    class Installed(PackagePath):
        def locate(self) -> Path:
            return Path("somewhere", *self.parts)

    listed = [Installed("pack/__init__.py"), Installed("pack/model.gguf")]
    monkeypatch.setattr(local_model, "files", lambda name: listed)
    assert local_model.weights() == Path("somewhere", "pack", "model.gguf")


def test_a_missing_package_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(local_model, "files", missing)
    with pytest.raises(FileNotFoundError, match="make local-model"):
        local_model.weights()


def test_a_port_that_another_server_has_is_not_taken_for_ours(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind((local_model.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        assert local_model.main(["--port", str(port), "--", "never-run"]) == 1
    assert f"port {port} is taken" in capsys.readouterr().err
