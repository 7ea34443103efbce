"""What all tests of batches need."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from summarizer.backfill.batch import preparing
from summarizer.backfill.ledger.opening import open_ledger
from tests.backfill.batch.desk import Desk, desk_at, in_this_process
from tests.backfill.batch.server import Answering, BatchServer, providing
from tests.llm.sound import sound

Setting = Callable[..., tuple[Desk, BatchServer]]


_CERTIFICATES = ssl.create_default_context()
"""Loaded once: no test here uses them, and every client would load them anew."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "run_isolated", in_this_process)
    monkeypatch.setattr(ssl, "create_default_context", lambda *_, **__: _CERTIFICATES)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was just made."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    open_ledger(str(path)).close()
    return path


@pytest.fixture
def setting(tmp_path: Path, empty_store: Path) -> Iterator[Setting]:
    """A provider, and a ledger with a number of letters."""
    copyfile(empty_store, tmp_path / "store.db")
    opened: list[tuple[Desk, Any]] = []

    def make(
        count: int = 0, answer: Answering = sound, server: dict[str, Any] | None = None, **given: Any
    ) -> tuple[Desk, BatchServer]:
        context = providing(answer, **(server or {}))
        provider = context.__enter__()
        desk = desk_at(tmp_path, provider.url, count, **given)
        opened.append((desk, context))
        return desk, provider

    yield make
    for desk, context in opened:
        desk.close()
        context.__exit__(None, None, None)
