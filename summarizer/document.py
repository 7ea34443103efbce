"""A determination letter as text: its characters, its pages, and spans of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from schemas import Box, TextFrom


class Span(NamedTuple):
    """Half-open range of code points of ``Document.text``, from 0."""

    start: int
    """First character."""
    end: int
    """One past the last character."""

    def of(self, text: str) -> str:
        """The characters of ``text`` in this span."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def stripped(self, text: str) -> Span:
        """This span without white space at either end; empty at its end where nothing is left."""
        words = text[self.start : self.end]
        inner = words.strip()
        if len(inner) == len(words):
            return self
        start = self.end - len(words.lstrip())
        return Span(start, start + len(inner))


_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Page:
    """One page's place in the text."""

    number: int
    """Page number from 1."""
    start: int
    """Offset of its first character."""
    end: int
    """One past its last character; the line break between pages belongs to none."""
    confidence: float | None = None
    """Mean recognition confidence from 0 to 1 where the page was read by OCR; else ``None``."""


def _within(span: Span, page: Page) -> Span:
    return Span(max(span.start, page.start), min(span.end, page.end))


@dataclass(frozen=True, slots=True)
class Document:
    """A letter's text as every later step sees it."""

    text: str
    """All text. Lines end in ``\\n``, pages too; PDFium's line-end hyphen is ``-`` and ``\\n``."""
    pages: tuple[Page, ...]
    """Pages in order; empty where the source has none."""
    source: str
    """File name without its folder, or ``<stdin>``, ``<data>``, ``<text>``."""
    sha256: str
    """SHA-256 of the bytes given (of the text's UTF-8 where a string was given), in hexadecimal."""
    text_from: TextFrom
    """Where the text came from."""

    def page_of(self, offset: int) -> int | None:
        """Page number of the character at ``offset``; ``None`` where there are no pages."""
        if not self.pages:
            return None
        index = bisect_right(self.pages, offset, key=_start) - 1
        return self.pages[max(index, 0)].number

    def by_page(self, span: Span) -> list[tuple[int | None, Span]]:
        """``span`` cut at page ends, white space trimmed off each piece; empty pieces are left out."""
        if not self.pages:
            return [(None, span)]
        pieces: list[tuple[int | None, Span]] = []
        first = max(bisect_right(self.pages, span.start, key=_start) - 1, 0)
        for page in self.pages[first:]:
            if page.start >= span.end:
                break
            within = span if page.start <= span.start and span.end <= page.end else _within(span, page)
            piece = within.stripped(self.text)
            if piece.start < piece.end:
                pieces.append((page.number, piece))
        return pieces


Boxes = Callable[[Span], tuple[Box, ...]]
"""Asks where a span of one page stands: one box a printed line, points from the top left."""


WordBoxes = Callable[[Sequence[Span]], "list[Box | None]"]
"""Asks where words stand, each on one line; many at once are quicker than one by one."""


def no_boxes(span: Span) -> tuple[Box, ...]:  # noqa: ARG001
    """The ``Boxes`` of a document without pages."""
    return ()


def no_word_boxes(words: Sequence[Span]) -> list[Box | None]:
    """The ``WordBoxes`` of a document without pages."""
    return [None] * len(words)


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A document while its file is still open, so that boxes can be asked for."""

    document: Document
    """The letter's text and pages."""
    boxes: Boxes = no_boxes
    """Where a span of one page stands; call it only while the letter is open."""
    boxes_of_words: WordBoxes = no_word_boxes
    """Where many words stand, in the order of the text; likewise."""
