"""What requests in a provider's batch cost: half of what they cost when they are sent one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from summarizer.llm.cost import spent_for
from summarizer.llm.question import Spent
from summarizer.llm.reply import usage_in
from summarizer.llm.tariff import Tariff, tariff_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summarizer.llm.settings import ModelSettings

SHARE: Final = 0.5
"""Of the synchronous price, for input, cached input and output alike. Source: OpenAI, Batch API FAQ: each model at
50 % of the price of the synchronous interfaces; what was completed before a batch expired is charged."""
WINDOW: Final = timedelta(hours=24)
"""Time that a batch may take, over which a price may change."""


@dataclass(frozen=True, slots=True)
class BatchTariff:
    """A model's prices in a batch."""

    synchronous: Tariff
    """Its prices one by one."""

    def cost(
        self, *, input_tokens: int, cached_input_tokens: int, output_tokens: int, cache_write_tokens: int = 0
    ) -> float:
        """Dollars of one request."""
        return SHARE * self.synchronous.cost(
            input_tokens=input_tokens,
            cached_input_tokens=cached_input_tokens,
            output_tokens=output_tokens,
            cache_write_tokens=cache_write_tokens,
        )

    def at_most(self, *, input_tokens: int, output_tokens: int) -> float:
        """Most dollars of one request."""
        return SHARE * self.synchronous.at_most(input_tokens=input_tokens, output_tokens=output_tokens)


def batch_prices_of(settings: ModelSettings) -> BatchTariff | None:
    """Prices of the model in a batch; ``None``: not known."""
    found = tariff_for(settings.model, settings.base_url, settings.prices, WINDOW)
    return None if found is None else BatchTariff(found)


def spent_on(prices: Tariff | None, told: Mapping[str, object]) -> Spent:
    """What one answer of the interface cost; one without usage may have cost anything."""
    return spent_for(prices, usage_in(told))
