"""Numbers as tables, pages and Markdown print them."""

from __future__ import annotations

from typing import Final, Literal

from evals.metrics.metric import Kind, Metric

_SHARES: Final = frozenset(Kind) - {Kind.MEAN}


def number(metric: Metric, value: float | None, sign: Literal["", "+"] = "") -> str:
    """A metric's value: three places of a share, three figures of an amount; a dash for none."""
    if value is None:
        return "-"
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
