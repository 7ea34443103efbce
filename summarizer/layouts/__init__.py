"""Layouts: one module a form generation, each saying where a letter's sections and items are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from summarizer.layouts import imr_form
from summarizer.layouts.structure import ItemRegion, Structure

__all__ = ["CERTAIN", "WEAK", "ItemRegion", "Structure", "recognize"]

CERTAIN: Final = 1.0
"""At this confidence no other layout is asked."""

WEAK: Final = 0.6
"""Below this confidence a person should look at sections and items."""


def _layouts() -> Iterator[Callable[[str], Structure | None]]:
    """Every layout, in the order in which ties are decided; the rare ones are imported when asked for."""
    yield imr_form.read
    from summarizer.layouts import form_2013, generic, notice_2013, physician_review

    yield from (notice_2013.read, form_2013.read, physician_review.read, generic.read)


def recognize(text: str) -> Structure | None:
    """The structure by the layout that is surest of it; ``None`` where none finds a determination."""
    best: Structure | None = None
    for read in _layouts():
        structure = read(text)
        if structure is not None and (best is None or structure.confidence > best.confidence):
            best = structure
        if best is not None and best.confidence >= CERTAIN:
            break
    return best
