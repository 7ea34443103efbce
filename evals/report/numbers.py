"""Numbers as the page prints them."""

from __future__ import annotations

from typing import Final, Literal

from evals.figures import Figure
from evals.metrics.metric import Kind, Metric

NOT_KNOWN: Final = "not known"
_SHARES: Final = frozenset(Kind) - {Kind.MEAN}


def number(metric: Metric, value: float | None, sign: Literal["", "+"] = "") -> str:
    """A metric's value in a table: three places of a share, three figures of an amount; a dash for none."""
    if value is None:
        return "–"
    size = abs(value)
    if metric.kind in _SHARES or 0.01 <= size < 1:
        return f"{value:{sign}.3f}"
    if 0 < size < 0.01:
        return f"{value:{sign}.2g}"
    return f"{value:{sign},.0f}" if size >= 100 else f"{value:{sign}.2f}"


def interval(metric: Metric, low: float | None, high: float | None, sign: Literal["", "+"] = "") -> str:
    """Both ends; empty without them."""
    if low is None or high is None:
        return ""
    return f"{number(metric, low, sign)} to {number(metric, high, sign)}"


def p_value(value: float | None) -> str:
    """A p-value; empty for none."""
    if value is None:
        return ""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def count(number_of: int, word: str) -> str:
    """A number and its noun: ``1 letter``, ``3 letters``."""
    return f"{number_of:,} {word}" if number_of == 1 else f"{number_of:,} {word}s"


def ends(figure: Figure) -> tuple[float, float]:
    """Ends of a figure's interval; the value itself where it has none."""
    if figure.low is None or figure.high is None:
        return figure.value, figure.value
    return figure.low, figure.high


def dollars(value: float) -> str:
    """Dollars a letter, to three figures where they are few."""
    return f"${value:,.2f}" if value >= 1 else f"${value:.3g}"
