"""What it means when a server answers with an error, or not at all.

A server's own words are never passed on: it may echo the request, and with it the letter. Only what looks like
an identifier is.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Final

from summarizer.errors import (
    AnswerRefused,
    AnswerUnusable,
    KeyRefused,
    ModelError,
    ModelUnreachable,
    RequestRefused,
    UnknownModel,
    WindowExceeded,
)

_IDENTIFIER: Final = re.compile(r"[a-z0-9_.]{1,60}")
_NO_CREDIT: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_FILTERED: Final = frozenset({"content_filter", "content_policy_violation", "moderation_blocked"})
_TOO_LONG: Final = re.compile(
    # OpenAI's code; vLLM's, llama.cpp's and others' words.
    rb"context_length_exceeded|exceed_context_size|maximum context length|exceeds? the (?:available )?context"
    rb"|context window|prompt is too long|longer than the maximum model length|maximum model length",
    re.IGNORECASE,
)
_FLAGGED: Final = re.compile(rb"content_filter|content_policy|requires moderation|was flagged", re.IGNORECASE)
_PASSING: Final = frozenset({408, 409, 425, 429})


class Kind(Enum):
    """Why an attempt failed that may go well another time."""

    TRANSPORT = auto()
    """No answer, or only a part of it."""
    LIMITED = auto()
    """The server says that it is asked too much (429)."""
    GARBLED = auto()
    """A whole answer that is none of the interface's."""


class Transient(Exception):
    """An attempt failed for a reason that may pass. Never leaves this package."""

    def __init__(self, kind: Kind, what: str, retry_after: float | None = None, *, in_vain: bool = False) -> None:
        """Keep why, in our words, and how many seconds the server asks to wait.

        ``in_vain``: it took nothing in or gave nothing out in time, as a server that has too much at once.
        """
        super().__init__(what)
        self.kind = kind
        self.what = what
        self.retry_after = retry_after
        self.in_vain = in_vain

    def at_last(self, model: str, attempts: int) -> ModelError:
        """The error it becomes once nothing more is tried."""
        times = "once" if attempts == 1 else f"{attempts} times"
        if self.kind is Kind.GARBLED:
            return AnswerUnusable(model, f"{self.what} ({times})", "ask `imr doctor --model` what this server can do")
        if self.kind is Kind.LIMITED:
            remedy = "run again later, or set lower limits of requests and tokens a minute"
            return ModelUnreachable(model, f"{self.what} ({times})", remedy)
        return ModelUnreachable(
            model, f"{self.what} (tried {times})", "check OPENAI_BASE_URL and the network, or run again later"
        )


def meaning_of(
    model: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime | None = None
) -> ModelError | Transient:
    """What a status of 300 or more means; ``body`` may be cut."""
    names = _names_in(body)
    what = f"the server answered {status}" + (f" ({', '.join(names)})" if names else "")
    codes = {name.partition("=")[2] for name in names}
    if status == 402 or codes & _NO_CREDIT:
        return KeyRefused(model, what, "the account of this key has no credit left")
    if status >= 500 or status in _PASSING:
        kind = Kind.LIMITED if status == 429 else Kind.TRANSPORT
        return Transient(kind, what, retry_after(headers, now or datetime.now(UTC)))
    if codes & _FILTERED or (status == 403 and _FLAGGED.search(body)):
        return AnswerRefused(model, f"{what}: a content filter stopped the letter", "read this letter yourself")
    if status in {401, 403}:
        return KeyRefused(model, what, "check the key in OPENAI_API_KEY, and that it may use this model")
    if status == 404:
        return UnknownModel(model, what, "check --model and OPENAI_BASE_URL")
    if status == 413 or _TOO_LONG.search(body):
        return WindowExceeded(model, what, "use a model with a larger window")
    return RequestRefused(model, what, "ask `imr doctor --model` what this server can do")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait, ``None`` where it does not say.

    Sources: RFC 9110, 10.2.3 (seconds or a date); OpenAI's ``retry-after-ms``.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    seconds = _number(said)
    if seconds is not None or said is None:
        return seconds
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _number(text: str | None) -> float | None:
    """A finite number, 0 or more."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _names_in(body: bytes) -> list[str]:
    """``code=...``, ``type=...`` and ``param=...`` of an error object, as far as they look like identifiers."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return []
    error = told.get("error", told) if isinstance(told, dict) else None
    if not isinstance(error, dict):
        return []
    names = []
    for name in ("code", "type", "param"):
        value = error.get(name)
        if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
            names.append(f"{name}={value}")
    return names
