"""Numbers and nouns as the page prints them."""

from __future__ import annotations

from typing import Final

from evals.figures import Figure

NOT_KNOWN: Final = "not known"


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
