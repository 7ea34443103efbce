"""What requests cost: the price list, and how many tokens a text is before a server has counted them."""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from summarizer.llm.question import A, Question, Spent
from summarizer.llm.settings import ModelSettings
from summarizer.llm.tariff import Tariff, listed, tariff_for

if TYPE_CHECKING:
    from summarizer.llm.reply import Usage

# Tokenizers split words into pieces, take up to three digits at once, and most marks alone.
_PIECE = re.compile(r"[^\W\d_]{1,8}|\d{1,3}|[^\w\s]|_")
_FRAME = 16


def prices_of(settings: ModelSettings) -> Tariff | None:
    """Prices of the model at its address; ``None``: not known. See ``tariff_for``."""
    longest = timedelta(seconds=settings.timeouts.give_up)
    return tariff_for(settings.model, settings.base_url, settings.prices, longest)


def window_of(settings: ModelSettings) -> int | None:
    """Tokens that fit the model: the user's number, else that of the price table; ``None``: not known."""
    if settings.window_tokens is not None:
        return settings.window_tokens
    found = listed(settings.model, settings.base_url)
    return found[1].context_window if found else None


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


def spent_for(prices: Tariff | None, usage: Usage | None) -> Spent:
    """What one answer cost; an answer without usage may have cost anything."""
    if usage is None:
        return Spent(requests=1, unpriced=1)
    cost = cost_of(
        prices,
        input_tokens=usage.input_tokens,
        cached_input_tokens=usage.cached_input_tokens,
        output_tokens=usage.output_tokens,
        cache_write_tokens=usage.cache_write_tokens,
    )
    return Spent(
        requests=1,
        input_tokens=usage.input_tokens,
        cached_input_tokens=usage.cached_input_tokens,
        output_tokens=usage.output_tokens,
        known_usd=cost or 0.0,
        unpriced=int(cost is None),
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
