"""A letter as a store keeps it: how far it is, what was read, or why nothing was."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from summarizer.errors import InputError, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import Determination


class State(StrEnum):
    """How far an input is; every input has exactly one for each recipe."""

    PENDING = "pending"
    """Waits to be read."""
    RUNNING = "running"
    """A runner has it, or a provider's batch."""
    DONE = "done"
    """Read, and nothing in it is doubtful."""
    NEEDS_REVIEW = "needs_review"
    """Read, and a person should look."""
    FAILED = "failed"
    """Could not be read; says why."""
    DUPLICATE = "duplicate"
    """Has the same bytes as another input, which stands for both."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A Determination packed for a store, with what a count needs without unpacking it."""

    packed: bytes
    """The Determination as JSON in UTF-8, compressed by zlib."""
    needs_review: bool
    """Whether a person should look."""
    requests: int = 0
    """Requests sent."""
    input_tokens: int = 0
    """Tokens sent, cached ones included."""
    cached_input_tokens: int = 0
    """Tokens sent that the provider had cached."""
    output_tokens: int = 0
    """Tokens received."""
    cost_usd: float | None = 0.0
    """Dollars; ``None`` where the price is unknown."""

    @property
    def state(self) -> State:
        """The state of a letter that was read so."""
        return State.NEEDS_REVIEW if self.needs_review else State.DONE


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a letter could not be read."""

    code: str
    """Kind of the error, as ``summarizer.errors`` names it, such as ``damaged_file`` or ``model_unreachable``."""
    message: str
    """One line: what was wrong, with which input, and what to do."""

    @classmethod
    def of(cls, error: InputError | ModelError) -> Failure:
        """The failure that ``error`` is."""
        return cls(error.code, str(error))


@dataclass(frozen=True, slots=True)
class Stored:
    """One letter that was read, as a store gives it back; one a content hash and recipe."""

    sha256: str
    """SHA-256 of the letter's bytes, in hexadecimal."""
    address: str
    """Where it was read from."""
    copies: int
    """Inputs with these bytes, this one included."""
    state: State
    """``done`` or ``needs_review``."""
    packed: bytes
    """The Determination, packed."""

    @property
    def determination(self) -> Determination:
        """What was read."""
        from schemas import Determination

        return Determination.model_validate_json(zlib.decompress(self.packed))


def packed(determination: Determination) -> Kept:
    """``determination`` as a store keeps it."""
    usage = determination.usage
    return Kept(
        zlib.compress(determination.model_dump_json().encode("utf-8"), 1),
        bool(determination.review),
        usage.requests,
        usage.input_tokens,
        usage.cached_input_tokens,
        usage.output_tokens,
        usage.cost_usd,
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many inputs are in which state; they add up to the inputs."""

    by_state: Mapping[State, int]
    """Inputs by state; every state is there."""

    @property
    def total(self) -> int:
        """All inputs."""
        return sum(self.by_state.values())

    def __getitem__(self, state: State) -> int:
        """Inputs in ``state``."""
        return self.by_state.get(state, 0)
