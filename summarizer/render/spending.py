"""Who judged a letter and what that cost, in a reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from schemas import Origin
from summarizer.folding import fold
from summarizer.render.phrases import printable, quoted
from summarizer.render.words import count

if TYPE_CHECKING:
    from schemas import Determination, FieldProvenance, Usage

_NAME = 80
"""Characters of a model's name, which is its server's word."""


def judged(determination: Determination) -> str:
    """Who made the judgments and what was paid for them, in one line; empty where nothing is recorded.

    Such as ``Judgment by rules``, or ``Judgment by gpt-5-mini (read_determination@v1): 1 request, 2,310 tokens
    in (1,920 cached), 240 out, $0.0021, 3.4 s``.
    """
    usage = determination.usage
    model = by_model(determination.provenance.values())
    if model:
        return f"Judgment by {model}: {_paid(usage)}, {_seconds(usage.seconds)}"
    if usage.requests:
        return f"Judgment by rules; no answer of the model could be used: {_paid(usage)}, {_seconds(usage.seconds)}"
    return "Judgment by rules" if determination.provenance else ""


def by_model(entries: Iterable[FieldProvenance]) -> str:
    """The models that read any of ``entries`` and the prompts they were asked by; empty where none did."""
    read = [entry for entry in entries if entry.origin is Origin.MODEL]
    models = _each(entry.model for entry in read)
    prompts = _each(entry.prompt for entry in read)
    if not read:
        return ""
    return (models or "a model") + (f" ({prompts})" if prompts else "")


def tokens(requests: int, sent: int, cached: int, received: int) -> str:
    """``2 requests, 4,620 tokens in (3,840 cached), 480 out``."""
    found = f" ({cached:,} cached)" if cached else ""
    return f"{count(requests, 'request')}, {count(sent, 'token')} in{found}, {received:,} out"


def dollars(cost: float | None) -> str:
    """``$0.0021`` below a dollar, ``$12.30`` from there on; an unknown cost is ``cost unknown``, never 0."""
    if cost is None:
        return "cost unknown"
    if 0 < cost < 0.0001:
        return "less than $0.0001"
    return f"${cost:,.2f}" if cost >= 1 or not cost else f"${cost:.4f}"


def _paid(usage: Usage) -> str:
    if not usage.requests:
        return "from cache, nothing paid"
    told = tokens(usage.requests, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens)
    return f"{told}, {dollars(usage.cost_usd)}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds:.2f} s"


def _each(names: Iterable[str | None]) -> str:
    """The different names in order of first mention, on one line."""
    return ", ".join(dict.fromkeys(quoted(printable(fold(name)), _NAME) for name in names if name))
