"""What a worker process does with one claim: fetch the bytes, read the letter, pack what was read."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from hashlib import sha256

from summarizer.backfill.inputs.opening import read_bytes
from summarizer.backfill.kept import Failure, packed
from summarizer.backfill.ledger.rows import Claim, Result
from summarizer.engine import Engine
from summarizer.errors import InputError
from summarizer.loading.source import Limits, Source
from summarizer.stages import Begun, begin, read_alone


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter whose bytes are known, read as far as no model is needed."""

    sha256: str
    """SHA-256 of the bytes, in hexadecimal."""
    begun: Begun | InputError
    """The letter, or why it is none."""


def read_whole(limits: Limits, claim: Claim) -> Result:
    """A letter by the rules alone, packed as it is stored; a letter that cannot be read is a result too."""
    try:
        data = read_bytes(claim.address, limits)
    except InputError as error:
        return Result(claim.work, None, failure=Failure.of(error))
    digest = sha256(data).hexdigest()
    try:
        draft = read_alone(limits, Source.from_data(data, claim.name))
    except InputError as error:
        return Result(claim.work, digest, failure=Failure.of(error))
    return Result(claim.work, digest, kept=packed(draft.summary().determination))


def open_letter_of(engine: Engine, limits: Limits, claim: Claim) -> Opened:
    """A letter read as far as no model is needed. Raises ``InputError`` where its bytes cannot be had."""
    data = read_bytes(claim.address, limits)
    digest = sha256(data).hexdigest()
    try:
        return Opened(digest, begin(engine, limits, Source.from_data(data, claim.name)))
    except InputError as error:
        return Opened(digest, error)


def prepare() -> None:
    """Load what every letter needs, before processes are forked: they share it, and none loads it again."""
    from schemas import Determination

    Determination.model_rebuild()
    # A collection of garbage writes to every object it looks at, and a page that is written to is shared no more.
    gc.collect()
    gc.freeze()
