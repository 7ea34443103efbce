"""What a forecast says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from summarizer.engine import Engine

BATCH_PRICE: Final = 0.5
"""Price of a request in a provider's batch, as a part of the usual one: OpenAI's documentation of its Batch API."""
BATCH_HOURS: Final = 24
"""Hours that a batch may take; same source."""
SECONDS_AN_ANSWER: Final = 10.0
"""Seconds from a request to its answer that are assumed where nothing but the requests under way limits a run."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that was estimated from a sample, with its 95 % range."""

    expected: float
    """The estimate."""
    low: float | None
    """Lower end of the range; ``None`` where a sample of one says nothing about it."""
    high: float | None
    """Upper end."""

    @classmethod
    def exactly(cls, value: float) -> Amount:
        """A number that is known."""
        return cls(value, value, value)

    @property
    def exact(self) -> bool:
        """Whether it is known and not estimated."""
        return self.low == self.expected == self.high

    def scaled(self, factor: float) -> Amount:
        """So many times as much."""
        return Amount(
            self.expected * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
        )


class Bound(StrEnum):
    """What keeps requests from being sent any faster."""

    REQUESTS = "requests_per_minute"
    """The limit of requests."""
    TOKENS = "tokens_per_minute"
    """The limit of tokens."""
    CONCURRENCY = "concurrency"
    """Requests under way at once, each for ``SECONDS_AN_ANSWER``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the model would be asked. Nothing in it counts what is asked again, nor a model's thinking."""

    model: str
    """Model."""
    server: str
    """Host it is on."""
    outlines: Amount
    """Letters of which it first has to say where their items are: one more request each, and one more batch round."""
    requests: Amount
    """Requests."""
    input_tokens: Amount
    """Tokens sent."""
    output_tokens: Amount
    """Tokens received."""
    cost_usd: Amount | None
    """Dollars; ``None`` where the price is unknown."""
    cached_cost_usd: Amount | None
    """Dollars where the provider has cached what all requests begin with; ``None``: it has no price for that."""
    batch_cost_usd: Amount | None
    """Dollars in the provider's batches, where it has such at half the price."""
    batch_rounds: int
    """Batches that follow on each other, each of which may take ``BATCH_HOURS``."""
    seconds: Amount
    """Time that the requests take, one by one and not in batches."""
    bound: Bound
    """What that time follows from."""
    concurrency: int
    """Requests under way at once."""
    max_cost_usd: float | None
    """Dollars at which the run would end."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a backfill will take."""

    engine: Engine
    """Who makes the judgements."""
    letters: int
    """Inputs that were named, each once."""
    done: int
    """Of them, those that the store has an answer for."""
    to_read: int
    """Inputs that a run would take up; everything below is about them."""
    sampled: int
    """Inputs that were read for this forecast."""
    workers: int
    """Processes that read."""
    bytes: Amount
    """Their size."""
    copies: Amount | None
    """Inputs with the same bytes as another one, which are read and not asked about; ``None``: that is not known."""
    copies_from: int
    """Inputs of the sample whose copies were looked for."""
    unreadable: Mapping[str, Amount]
    """Inputs that cannot be read, by the code of the error."""
    reading_seconds: Amount
    """Time to read them in that many processes."""
    asked: Asked | None
    """What the model would be asked; ``None`` where none is."""

    @property
    def seconds(self) -> Amount:
        """Time of the whole run, which reads and asks side by side."""
        if self.asked is not None and self.asked.seconds.expected > self.reading_seconds.expected:
            return self.asked.seconds
        return self.reading_seconds
