"""One question to a model, and what came of it: what the parts of this package hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from schemas.judgement import Answer
    from summarizer.llm.cache import StoredAnswer

A = TypeVar("A", bound="Answer")


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """What is asked about one letter."""

    prompt: str
    """Name and version of the prompt, such as ``read_determination@v1``."""
    instructions: str
    """The static part, byte-identical between letters: the system message."""
    letter: str
    """The numbered, fenced letter: the user message. Never rendered as a template."""
    shape: type[A]
    """Model of the answer."""
    room: int
    """Tokens that an answer may need."""
    context: Mapping[str, object] = field(default_factory=dict, compare=False)
    """What the answer's validators need; ``shown`` is a ``ShownLetter``."""
    fingerprint: str = ""
    """SHA-256 of the document's text, for the cache."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What attempts cost, failed ones included. Sums with ``+``."""

    requests: int = 0
    """Requests sent."""
    input_tokens: int = 0
    """Tokens sent, cached ones included."""
    cached_input_tokens: int = 0
    """Tokens sent that the provider had cached."""
    output_tokens: int = 0
    """Tokens received."""
    known_usd: float = 0.0
    """Dollars of the requests whose cost is known."""
    unpriced: int = 0
    """Requests whose cost is not known: of a model without a price, or without an answer that tells its tokens."""

    @property
    def cost_usd(self) -> float | None:
        """Dollars of all; ``None`` where a part is not known."""
        return None if self.unpriced else self.known_usd

    def __add__(self, other: Spent) -> Spent:
        """Both together."""
        return Spent(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Answered(Generic[A]):
    """A usable answer."""

    value: A
    """The validated answer."""
    model: str
    """Name of the model as the server gives it, else as it was asked for."""
    spent: Spent
    """What all attempts at it cost; nothing where it came from the cache."""
    from_cache: bool = False
    """Whether an earlier run had paid for it."""
    whole: bool = True
    """Whether all of it held; else parts that did not, such as one item's judgement, were left out."""


@dataclass(slots=True)
class Meter:
    """Counts what is spent on one letter or one run, attempt by attempt, so that a failure's cost is known too."""

    spent: Spent = Spent()
    """All attempts so far."""
    saved: Spent = Spent()
    """What answers that came from the cache had cost when they were asked, each counted as one request."""

    def add(self, attempt: Spent) -> None:
        """Count one more attempt."""
        self.spent += attempt

    def save(self, answer: StoredAnswer) -> None:
        """Count an answer that an earlier run had paid for."""
        known = answer.cost_usd is not None
        self.saved += Spent(
            1,
            answer.input_tokens,
            answer.cached_input_tokens,
            answer.output_tokens,
            answer.cost_usd or 0.0,
            int(not known),
        )
