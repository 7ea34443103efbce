"""What a model's tokens cost: the user's own prices, or those of the table that genai-prices carries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from summarizer.errors import ModelMisconfigured

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

_MILLION = 1_000_000
_PRICE = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_HOST_GOES_ON = re.compile(r"[\w.-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars for a million tokens."""

    input: float
    """Sent."""
    output: float
    """Received."""
    cached_input: float | None = None
    """Sent and found in the provider's cache; ``None``: as any sent."""


def parse_prices(text: str) -> Prices:
    """Prices from ``0.25/2`` or ``0.25/0.025/2``: dollars for a million tokens, input, cached input, output.

    Raises:
        ModelMisconfigured: ``text`` is neither.
    """
    parts = [part.strip().removeprefix("$") for part in text.split("/")]
    if len(parts) not in (2, 3) or not all(_PRICE.fullmatch(part) for part in parts):
        raise ModelMisconfigured(
            "price",
            "not a price",
            "write dollars for a million tokens as input/output or input/cached/output, such as 0.25/2 or 0.25/0.025/2",
        )
    return Prices(float(parts[0]), float(parts[-1]), float(parts[1]) if len(parts) == 3 else None)


class Tariff(Protocol):
    """Price of a model's tokens, whoever states it."""

    def cost(
        self, *, input_tokens: int, cached_input_tokens: int, output_tokens: int, cache_write_tokens: int = 0
    ) -> float:
        """Dollars of one request; cached and cache-written tokens are among the input tokens."""

    def at_most(self, *, input_tokens: int, output_tokens: int) -> float:
        """Most dollars of one request that is sent now: nothing cached, the dearest of what may apply."""


@dataclass(frozen=True, slots=True)
class GivenPrices:
    """Prices that the user states."""

    prices: Prices
    """Dollars for a million tokens."""

    def cost(
        self,
        *,
        input_tokens: int,
        cached_input_tokens: int,
        output_tokens: int,
        cache_write_tokens: int = 0,  # noqa: ARG002 - costs what sending costs
    ) -> float:
        """Dollars of one request."""
        price = self.prices
        cached = min(max(cached_input_tokens, 0), input_tokens)
        cached_price = price.input if price.cached_input is None else price.cached_input
        return ((input_tokens - cached) * price.input + cached * cached_price + output_tokens * price.output) / _MILLION

    def at_most(self, *, input_tokens: int, output_tokens: int) -> float:
        """Most dollars of one request."""
        price = self.prices
        return (input_tokens * max(price.input, price.cached_input or 0.0) + output_tokens * price.output) / _MILLION


@dataclass(frozen=True, slots=True)
class ListedPrices:
    """Prices of the table that genai-prices carries; tiers and times of day are its own calculation."""

    model: ModelInfo
    """The model in the table."""
    provider: Provider
    """Who serves it."""
    longest: timedelta
    """Time that a request may take, over which the price may change."""

    def cost(
        self, *, input_tokens: int, cached_input_tokens: int, output_tokens: int, cache_write_tokens: int = 0
    ) -> float:
        """Dollars of one request that was sent about now."""
        return self._dollars(datetime.now(tz=UTC), input_tokens, cached_input_tokens, output_tokens, cache_write_tokens)

    def at_most(self, *, input_tokens: int, output_tokens: int) -> float:
        """Most dollars of one request, whether its input is written to the cache or not, now or when it ends."""
        now = datetime.now(tz=UTC)
        price, then = self.model.get_prices(now), self.model.get_prices(now + self.longest)
        # Each calculation takes a third of a millisecond; mostly one is enough.
        moments = (now,) if price is then else (now, now + self.longest)
        writes = price.cache_write_mtok is not None or then.cache_write_mtok is not None
        return max(
            self._dollars(moment, input_tokens, 0, output_tokens, written)
            for moment in moments
            for written in ((0, input_tokens) if writes else (0,))
        )

    def _dollars(self, moment: datetime, sent: int, cached: int, received: int, written: int) -> float:
        from genai_prices import Usage

        cached = min(max(cached, 0), sent)
        written = min(max(written, 0), sent - cached)
        usage = Usage(input_tokens=sent, cache_read_tokens=cached, cache_write_tokens=written, output_tokens=received)
        return float(self.model.calc_price(usage, self.provider, genai_request_timestamp=moment).total_price)


def tariff_for(model: str, base_url: str, given: Prices | None, longest: timedelta) -> Tariff | None:
    """Prices of ``model`` at its address: ``given`` ones, else those of the price table; ``None``: not known.

    A name counts only at the provider's own address: the same name elsewhere may cost anything. ``longest``
    is the time that a request may take.
    """
    if given is not None:
        return GivenPrices(given)
    found = listed(model, base_url)
    if found is None:
        return None
    provider, info = found
    price = info.get_prices(datetime.now(tz=UTC))
    if price.input_mtok is None or price.output_mtok is None:
        return None  # a gap in the table would count as free of charge
    return ListedPrices(info, provider, longest)


@lru_cache(maxsize=16)
def listed(model: str, base_url: str) -> tuple[Provider, ModelInfo] | None:
    """The model in the price table, where its own provider is at that address."""
    # Here, because the table is 1.6 MB and only a run with a model needs it.
    from genai_prices.data_snapshot import get_snapshot

    url = base_url.strip().lower()
    try:
        provider, info = get_snapshot().find_provider_model(model, None, None, url)
    except LookupError:
        return None
    match = re.match(provider.api_pattern, url)
    if match is None or (not match[0].endswith((".", "/")) and _HOST_GOES_ON.match(url, match.end())):
        return None  # the pattern is only the beginning of a longer host name
    return provider, info
