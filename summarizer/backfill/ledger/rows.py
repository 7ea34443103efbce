"""What callers hand to the ledger and get from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from summarizer.backfill.input import name_of
from summarizer.backfill.kept import Failure, Kept, State


@dataclass(frozen=True, slots=True)
class Enlisted:
    """What a listing brought; the three add up to the inputs listed."""

    new: int = 0
    """Inputs that were not known."""
    changed: int = 0
    """Inputs whose stamp differs from the one known: they are to be read again."""
    known: int = 0
    """Inputs as they were known."""

    def __add__(self, other: Enlisted) -> Enlisted:
        """Both together."""
        return Enlisted(self.new + other.new, self.changed + other.changed, self.known + other.known)


@dataclass(frozen=True, slots=True)
class Runner:
    """A process that works on a ledger; its claims hold for as long as it renews its lease."""

    id: int
    """Number in the ledger, never given twice."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One input that a runner has, and nobody else."""

    work: int
    """Number of the work: this input by this recipe."""
    address: str
    """Where it is."""
    attempts: int = 1
    """Times it was claimed, this one included."""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return name_of(self.address)

    @property
    def light(self) -> bool:
        """An address is quickly sent to a process that is still busy."""
        return True


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one claim: exactly one of ``kept`` and ``failure``."""

    work: int
    """The claim's work."""
    sha256: str | None
    """SHA-256 of the bytes read, in hexadecimal; ``None`` where none could be read."""
    kept: Kept | None = None
    """What was read."""
    failure: Failure | None = None
    """Why nothing was."""


@dataclass(frozen=True, slots=True)
class FailedInput:
    """An input that could not be read."""

    address: str
    """Where it is."""
    failure: Failure
    """Why."""
    attempts: int
    """Times it was tried."""


@dataclass(frozen=True, slots=True)
class KnownRecipe:
    """A recipe that a ledger has rows of."""

    id: int
    """Number in the ledger."""
    label: str
    """For people."""
    fingerprint: str
    """SHA-256 of its parts, in hexadecimal."""
    parts: Mapping[str, str]
    """Name to value of each part."""
    states: Mapping[State, int]
    """Inputs by state."""
