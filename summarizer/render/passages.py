"""The letter's text cut where evidence begins and ends, so that any of it can be lit up.

Cutting is done here, in code points, and never in the browser: JavaScript counts a character
beyond the Basic Multilingual Plane as two, and its offsets would drift after the first emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from markupsafe import Markup, escape

from summarizer.document import Document, Span
from summarizer.render.phrases import printable
from summarizer.render.sheet import Place
from summarizer.vocabulary.pattern import Pattern

_BREAK = Pattern(r"[ \t]*\n\s*")
_FULL_LINE = 60
"""Characters from which a line is taken to have been broken by the page's edge and not by its author."""
_OWN_LINE = Pattern(r"[A-Z][\w/()' -]{2,40}:\s|[A-Z][A-Z /(),&-]{7,}$", re.MULTILINE)
"""A label or a heading in capitals, which starts a line of its own."""


class Passage(NamedTuple):
    """A run of the letter that the same places cover."""

    markup: Markup
    """Its words, escaped; a line break made by the page's edge is an ``<i>``."""
    numbers: tuple[int, ...]
    """Numbers of the places that cover it, the shortest first; empty where none does."""


class PageText(NamedTuple):
    """One page of the letter."""

    number: int | None
    """From 1; ``None`` where the letter has no pages."""
    passages: tuple[Passage, ...]
    """All of its text in order."""


def numbered(places: Iterable[Place]) -> dict[tuple[int, int], int]:
    """A number from 0 for every distinct range among ``places``."""
    numbers: dict[tuple[int, int], int] = {}
    for place in places:
        numbers.setdefault((place.start, place.end), len(numbers))
    return numbers


def pages(document: Document, numbers: Mapping[tuple[int, int], int]) -> tuple[PageText, ...]:
    """The letter page by page, cut at the ends of the ranges that ``numbers`` names."""
    text = printable(document.text)
    if not document.pages:
        return (PageText(None, _passages(text, Span(0, len(text)), numbers)),)
    return tuple(PageText(page.number, _passages(text, Span(page.start, page.end), numbers)) for page in document.pages)


def _passages(text: str, page: Span, numbers: Mapping[tuple[int, int], int]) -> tuple[Passage, ...]:
    """``page`` of ``text`` in passages."""
    page = page.stripped(text)
    ranges = [
        (Span(max(start, page.start), min(end, page.end)), number)
        for (start, end), number in sorted(numbers.items(), key=lambda one: one[0][1] - one[0][0])
        if start < page.end and end > page.start
    ]
    cuts = sorted({page.start, page.end, *(edge for span, _ in ranges for edge in span)})
    return tuple(
        Passage(_markup(text, piece), tuple(number for span, number in ranges if span.contains(piece)))
        for piece in map(Span, cuts, cuts[1:])
    )


def _markup(text: str, span: Span) -> Markup:
    """``span`` of ``text`` escaped, its line breaks told apart."""
    pieces: list[Markup] = []
    at = span.start
    for found in _BREAK.finditer(text, span.start, span.end):
        pieces.append(escape(text[at : found.start()]))
        line = found.start() - (text.rfind("\n", 0, found.start()) + 1)
        if line >= _FULL_LINE and not _OWN_LINE.match(text, found.end()):
            pieces.append(Markup("<i>\n</i>"))
        else:
            pieces.append(Markup("\n\n" if found[0].count("\n") > 1 else "\n"))
        at = found.end()
    pieces.append(escape(text[at : span.end]))
    return Markup("").join(pieces)
