"""What requests cost: the price list, and how many tokens a text is before a server has counted them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final, Protocol

from summarizer.errors import ModelMisconfigured
from summarizer.llm.question import A, Question
from summarizer.llm.settings import ModelSettings, Prices

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

_MILLION = 1_000_000
# Tokenizers split words into pieces, take up to three digits at once, and most marks alone.
_PIECE = re.compile(r"[^\W\d_]{1,8}|\d{1,3}|[^\w\s]|_")
_FRAME = 16
_PRICE = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_HOST_GOES_ON = re.compile(r"[\w.-]", re.ASCII)


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


def prices_of(settings: ModelSettings) -> Tariff | None:
    """Prices of the model at its address: the user's own, else those of the price table; ``None``: not known.

    A name counts only at the provider's own address: the same name elsewhere may cost anything.
    """
    if settings.prices is not None:
        return GivenPrices(settings.prices)
    listed = _listed(settings.model, settings.base_url)
    if listed is None:
        return None
    provider, model = listed
    price = model.get_prices(datetime.now(tz=UTC))
    if price.input_mtok is None or price.output_mtok is None:
        return None  # a gap in the table would count as free of charge
    return ListedPrices(model, provider, timedelta(seconds=settings.timeouts.give_up))


def window_of(settings: ModelSettings) -> int | None:
    """Tokens that fit the model: the user's number, else that of the price table; ``None``: not known."""
    if settings.window_tokens is not None:
        return settings.window_tokens
    listed = _listed(settings.model, settings.base_url)
    return listed[1].context_window if listed else None


def cost_of(
    prices: Tariff | None,
    *,
    input_tokens: int,
    cached_input_tokens: int,
    output_tokens: int,
    cache_write_tokens: int = 0,
) -> float | None:
    """Dollars of one request; ``None`` where the prices are not known."""
    if prices is None:
        return None
    return prices.cost(
        input_tokens=input_tokens,
        cached_input_tokens=cached_input_tokens,
        output_tokens=output_tokens,
        cache_write_tokens=cache_write_tokens,
    )


TOKENS_OF_A_SHAPE: Final = 700
"""Tokens of the JSON Schema of an answer, about."""
_SPARE: Final = 1.3


def tokens_in(text: str) -> int:
    """Estimate of the tokens of ``text``: its pieces of up to 8 letters, up to 3 digits, or one mark.

    Held against the tokenizers o200k_base and cl100k_base, the estimate was 0.92 to 1.04 of the count for
    each of 74 letters (in the mean 0.98 and 0.97), and 1.05 to 1.2 for prompts, JSON and code. Tokenizers
    that split numbers into single digits, and other languages, need more. An answer's own count wins.
    """
    return sum(1 for _ in _PIECE.finditer(text))


def tokens_at_most(text: str) -> int:
    """Most tokens that one message with ``text`` can be: its bytes in UTF-8, and 16 for the message's frame.

    Holds for every tokenizer over bytes or with a fallback to bytes, which all models on offer have: each token
    stands for at least one byte. That is about 4.6 times the real number for a letter.
    """
    return len(text.encode("utf-8", "surrogatepass")) + _FRAME


def tokens_needed(question: Question[A]) -> int:
    """Tokens of a model's window that ``question`` and its answer take, with three tenths to spare for the estimate."""
    sent = tokens_in(question.instructions) + tokens_in(question.letter) + TOKENS_OF_A_SHAPE
    return ceil(_SPARE * sent) + question.room


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


@lru_cache(maxsize=16)
def _listed(model: str, base_url: str) -> tuple[Provider, ModelInfo] | None:
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
