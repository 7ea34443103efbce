"""Layouts: one module a form generation, each saying where a letter's sections and items are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from summarizer.layouts import form_2013, generic, imr_form, notice_2013, physician_review
from summarizer.layouts.structure import ItemRegion, Structure

__all__ = ["LAYOUTS", "WEAK", "ItemRegion", "Structure", "recognize"]

LAYOUTS: Final[dict[str, Callable[[str], Structure | None]]] = {
    imr_form.NAME: imr_form.read,
    notice_2013.NAME: notice_2013.read,
    form_2013.NAME: form_2013.read,
    physician_review.NAME: physician_review.read,
    generic.NAME: generic.read,
}
"""Every known layout by name, in the order in which ties are decided."""

WEAK: Final = 0.6
"""Below this confidence a person should look at sections and items."""


def recognize(text: str) -> Structure | None:
    """The structure by the layout that is surest of it; ``None`` where none finds a determination.

    Later layouts are not asked once one is certain.
    """
    best: Structure | None = None
    for read in LAYOUTS.values():
        structure = read(text)
        if structure is not None and (best is None or structure.confidence > best.confidence):
            best = structure
        if best is not None and best.confidence >= 1.0:
            break
    return best
