"""``imr`` in this process: how a run ended and what it printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import pytest

from schemas import Determination
from summarizer.cli.app import main


class Ran(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def read(self) -> Determination:
        return Determination.model_validate_json(self.out)


Run: TypeAlias = Callable[..., Ran]
Capture: TypeAlias = pytest.CaptureFixture[str] | pytest.CaptureFixture[bytes]


def ran(capture: Capture, *arguments: object) -> Ran:
    """Run ``imr`` with ``arguments``; ``capture`` is ``capfdbinary`` where line ends or processes matter."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    sys.stdout.flush()
    out, err = (part if isinstance(part, str) else part.decode() for part in capture.readouterr())
    code = ended.value.code
    assert isinstance(code, int)
    return Ran(code, out, err)
