"""The limits that a server announces in the headers of an answer.

Three spellings are read: OpenAI's ``x-ratelimit-<part>-requests`` and ``-tokens`` (Groq, Azure and
others use them too), Anthropic's ``anthropic-ratelimit-requests-<part>``, and the IETF draft's
``ratelimit-<part>``, with or without ``x-``. What is missing or makes no sense is left out, never raised:
a server's headers are hints, and its 429 is what counts.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|d|h|m|s))+", re.ASCII)
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)", re.ASCII)
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_REQUESTS = ("x-ratelimit-{}-requests", "anthropic-ratelimit-requests-{}", "ratelimit-{}", "x-ratelimit-{}")
_TOKENS = ("x-ratelimit-{}-tokens", "anthropic-ratelimit-tokens-{}")
# Numbers from here on are moments since 1970, in seconds or in milliseconds, not durations.
_EPOCH_SECONDS = 1e9
_EPOCH_MILLISECONDS = 1e12


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a server says may still be sent of one thing, requests or tokens."""

    limit: float
    """Most that may be sent when nothing of it is used."""
    remaining: float
    """What is left of it, at most ``limit``."""
    reset: float | None
    """Seconds until all of it is there again; ``None`` where the server does not say."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """All that the headers of one answer say about limits."""

    requests: Allowance | None = None
    """Of requests; ``None`` where nothing usable is said."""
    tokens: Allowance | None = None
    """Of tokens; likewise."""


NOTHING = Announcement()


def announced(headers: Mapping[str, str], wall_clock: Callable[[], float] = time.time) -> Announcement:
    """Limits announced in ``headers``, whose names may be in any case.

    ``wall_clock`` gives seconds since 1970; it is asked only where a reset is given as a moment.
    """
    found = {name: value for key, value in headers.items() if "ratelimit" in (name := key.lower())}
    if not found:
        return NOTHING
    return Announcement(_allowance(found, _REQUESTS, wall_clock), _allowance(found, _TOKENS, wall_clock))


def _allowance(
    headers: Mapping[str, str], spellings: Iterable[str], wall_clock: Callable[[], float]
) -> Allowance | None:
    for spelling in spellings:
        limit = _number(headers.get(spelling.format("limit")))
        remaining = _number(headers.get(spelling.format("remaining")))
        if limit is None or remaining is None or limit <= 0:
            continue
        reset = seconds(headers.get(spelling.format("reset"), ""), wall_clock)
        return Allowance(limit, min(remaining, limit), reset)
    return None


def _number(text: str | None) -> float | None:
    # The IETF draft may name several policies after the number: "100, 100;w=60".
    match = _NUMBER.match(text.strip()) if text else None
    return float(match[0]) if match else None


def seconds(text: str, wall_clock: Callable[[], float] = time.time) -> float | None:
    """Seconds from now that ``text`` means: ``12``, ``1.5s``, ``6m0s``, ``200ms`` or a moment; else ``None``."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        value = float(text)
        if value >= _EPOCH_MILLISECONDS:
            return max(0.0, value / 1000 - wall_clock())
        return max(0.0, value - wall_clock()) if value >= _EPOCH_SECONDS else value
    if _DURATION.fullmatch(text):
        return sum(float(amount) * _SECONDS[unit] for amount, unit in _DURATION_PART.findall(text))
    if "-" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - wall_clock())
