"""How the inputs of a run ended, each one done, in need of review or failed, and what the run cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import Origin
from summarizer.render.spending import dollars, tokens
from summarizer.render.words import count

if TYPE_CHECKING:
    from schemas import Determination
    from summarizer.llm.question import Spent


@dataclass(slots=True)
class Tally:
    """Counts of a run, kept while it goes on."""

    done: int = 0
    """Read, and nothing doubtful."""
    needs_review: int = 0
    """Read, with at least one review flag."""
    failed: int = 0
    """Not read."""
    without_model: int = 0
    """Read, and judged by the rules in whole or in part because the model failed; the caller counts them."""
    from_cache: int = 0
    """Read with a model's kept answers alone: nothing was sent."""
    paid: Spent | None = None
    """What the whole run has cost by its own meter, which counts the letters that failed too."""

    def read(self, determination: Determination) -> None:
        """Count a letter that was read."""
        if determination.review:
            self.needs_review += 1
        else:
            self.done += 1
        usage = determination.usage
        if not usage.requests and any(entry.origin is Origin.MODEL for entry in determination.provenance.values()):
            self.from_cache += 1

    @property
    def total(self) -> int:
        """All inputs so far."""
        return self.done + self.needs_review + self.failed

    @property
    def was_read(self) -> int:
        """Inputs so far that did not fail."""
        return self.done + self.needs_review

    @property
    def spent(self) -> str:
        """``9 requests, 20,790 tokens in (17,280 cached), 2,160 out, $0.0189``; empty where no model was used."""
        parts = []
        paid = self.paid
        if paid and paid.requests:
            parts += [
                tokens(paid.requests, paid.input_tokens, paid.cached_input_tokens, paid.output_tokens),
                _cost(paid),
            ]
        if self.from_cache:
            parts.append(f"{count(self.from_cache, 'letter')} from cache, nothing paid")
        return ", ".join(parts)

    @property
    def ended(self) -> str:
        """``12 letters: 9 done, 2 need review, 1 failed``."""
        need = "needs" if self.needs_review == 1 else "need"
        parts = (f"{self.done} done", f"{self.needs_review} {need} review", f"{self.failed} failed")
        ended = f"{count(self.total, 'letter')}: {', '.join(parts)}"
        return f"{ended}; the model failed for {self.without_model}" if self.without_model else ended

    def __str__(self) -> str:
        """How they ended; where a model was used, a second line says what it cost."""
        return f"{self.ended}\n{self.spent}" if self.spent else self.ended


def _cost(paid: Spent) -> str:
    """The dollars: of a sum with an unknown part only what it is at least."""
    if not paid.unpriced:
        return dollars(paid.known_usd)
    if not paid.known_usd:
        return dollars(None)
    return f"at least {dollars(paid.known_usd)} (not all of the cost is known)"
