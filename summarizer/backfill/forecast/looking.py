"""What a worker process does with a letter of the sample: exactly what a run would, and how long it takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from summarizer.backfill.inputs.opening import read_bytes
from summarizer.backfill.ledger.rows import Claim
from summarizer.backfill.run.reading import open_letter_of, read_whole
from summarizer.engine import Engine
from summarizer.errors import InputError

if TYPE_CHECKING:
    from summarizer.loading.source import Limits
    from summarizer.stages import Begun


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about one letter."""

    sha256: str | None
    """SHA-256 of its bytes, in hexadecimal; ``None`` where they cannot be had."""
    seconds: float
    """Time of a processor that it took; of a letter far away, by the clock, as its process waits for its bytes."""
    size: int | None = None
    """Its bytes, where they had to be counted."""
    begun: Begun | None = None
    """The letter, where a model is to be asked about it."""
    failure: str | None = None
    """Code of the error, where it cannot be read."""


_warm: Final[set[Engine]] = set()
"""Engines by which this process has read a letter: the first one also loads what all others use."""


def look(engine: Engine, limits: Limits, counted: frozenset[int], claim: Claim) -> Looked:
    """Read a letter as far as no model is needed; the bytes of claims whose number is in ``counted`` are counted."""
    read = partial(_read, engine, limits, claim)
    if engine not in _warm:
        _warm.add(engine)
        read()
    clock = time.perf_counter if "://" in claim.address else time.process_time
    began = clock()
    looked = read()
    seconds = clock() - began
    size = _size(limits, claim) if claim.work in counted else None
    return Looked(looked.sha256, seconds, size, looked.begun, looked.failure)


def _read(engine: Engine, limits: Limits, claim: Claim) -> Looked:
    if engine is Engine.RULES:
        result = read_whole(limits, claim)
        return Looked(result.sha256, 0.0, failure=result.failure.code if result.failure else None)
    try:
        opened = open_letter_of(engine, limits, claim)
    except InputError as error:
        return Looked(None, 0.0, failure=error.code)
    if isinstance(opened.begun, InputError):
        return Looked(opened.sha256, 0.0, failure=opened.begun.code)
    return Looked(opened.sha256, 0.0, begun=opened.begun)


def _size(limits: Limits, claim: Claim) -> int | None:
    try:
        return len(read_bytes(claim.address, limits))
    except InputError:
        return None
