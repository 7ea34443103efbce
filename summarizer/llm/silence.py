"""What the model libraries log is kept back while a request of ours is under way: it holds letters and headers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_TALKERS: Final = frozenset({"openai", "instructor", "httpx2", "httpcore2"})
"""Libraries that log requests, answers and errors."""
_ours: ContextVar[bool] = ContextVar("_ours", default=False)
_silenced: set[str] = set()


@contextmanager
def quiet() -> Iterator[None]:
    """Within, nothing that the model libraries log is let through; whoever else uses them is not touched."""
    _silence()
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


def _theirs(_: logging.LogRecord) -> bool:
    """Let through only what is logged while no request of ours is under way."""
    return not _ours.get()


def _silence() -> None:
    """Put the filter on every logger of the libraries; a filter on a parent does not reach its children."""
    known = logging.Logger.manager.loggerDict
    if len(known) == len(_silenced):
        return
    for name in list(known):
        if name not in _silenced and name.partition(".")[0] in _TALKERS:
            logging.getLogger(name).addFilter(_theirs)
    _silenced.update(known)
