"""How the inputs of a run ended, each one done, in need of review or failed, and what the run cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import Origin
from summarizer.render.spending import dollars, tokens
from summarizer.render.words import count

if TYPE_CHECKING:
    from schemas import Determination, Usage
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
    requests: int = 0
    """Requests sent to a model, those of failed letters included."""
    input_tokens: int = 0
    """Tokens sent, cached ones included."""
    cached_input_tokens: int = 0
    """Tokens sent that the provider had cached."""
    output_tokens: int = 0
    """Tokens received."""
    known_usd: float = 0.0
    """Dollars, as far as they are known."""
    unknown_costs: int = 0
    """How often a cost was not known."""

    def read(self, determination: Determination) -> None:
        """Count a letter that was read, and what it cost."""
        if determination.review:
            self.needs_review += 1
        else:
            self.done += 1
        usage = determination.usage
        if not usage.requests and any(entry.origin is Origin.MODEL for entry in determination.provenance.values()):
            self.from_cache += 1
        self.paid(usage)

    def paid(self, usage: Usage) -> None:
        """Count what one letter cost, as ``read`` does for each that was read."""
        self.requests += usage.requests
        self.input_tokens += usage.input_tokens
        self.cached_input_tokens += usage.cached_input_tokens
        self.output_tokens += usage.output_tokens
        if usage.cost_usd is None:
            self.unknown_costs += 1
        else:
            self.known_usd += usage.cost_usd

    def paid_in_all(self, spent: Spent) -> None:
        """Take what the whole run cost from its own meter, which counts the letters that failed too."""
        self.requests, self.input_tokens = spent.requests, spent.input_tokens
        self.cached_input_tokens, self.output_tokens = spent.cached_input_tokens, spent.output_tokens
        self.known_usd, self.unknown_costs = spent.known_usd, spent.unpriced

    @property
    def total(self) -> int:
        """All inputs so far."""
        return self.done + self.needs_review + self.failed

    @property
    def spent(self) -> str:
        """``9 requests, 20,790 tokens in (17,280 cached), 2,160 out, $0.0189``; empty where no model was used."""
        parts = []
        if self.requests:
            parts += [
                tokens(self.requests, self.input_tokens, self.cached_input_tokens, self.output_tokens),
                self._cost(),
            ]
        if self.from_cache:
            parts.append(f"{count(self.from_cache, 'letter')} from cache, nothing paid")
        return ", ".join(parts)

    def _cost(self) -> str:
        """The dollars: of a sum with an unknown part only what it is at least."""
        if not self.unknown_costs:
            return dollars(self.known_usd)
        if not self.known_usd:
            return dollars(None)
        return f"at least {dollars(self.known_usd)} (not all of the cost is known)"

    def __str__(self) -> str:
        """``12 letters: 9 done, 2 need review, 1 failed``; where a model was used, a second line says what it cost."""
        need = "needs" if self.needs_review == 1 else "need"
        parts = (f"{self.done} done", f"{self.needs_review} {need} review", f"{self.failed} failed")
        ended = f"{count(self.total, 'letter')}: {', '.join(parts)}"
        if self.without_model:
            ended += f"; the model failed for {self.without_model}"
        return f"{ended}\n{self.spent}" if self.spent else ended
