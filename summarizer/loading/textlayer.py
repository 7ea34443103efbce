"""One page's text layer: its text, and from offsets in it back to places on the page.

Three countings meet here, and they differ:

- offsets into the page's text, in code points, after line ends were normalized;
- PDFium's text index, in UTF-16 units of what ``FPDFText_GetText`` returns;
- PDFium's character index, which also counts characters that it leaves out of that text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from ctypes import byref, c_double
from itertools import accumulate
from typing import TypeAlias

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from schemas import Box
from summarizer.document import Span
from summarizer.loading.pages import PageRead

Rect: TypeAlias = tuple[float, float, float, float]
"""``(left, bottom, right, top)`` in PDF canvas units: points from the bottom left before rotation."""

_HYPHEN = "\ufffe"
"""PDFium's mark for a hyphen at a line's end, the line break left out; also for a glyph of no known character."""
_HYPHEN_UNICODE = 2
"""What ``FPDFText_GetUnicode`` says of such a hyphen; of an unknown glyph it says 0."""
_CHANGES = re.compile("\r\n|[\ufffe\x02]|[\U00010000-\U0010ffff]")
"""Where the countings of text and text index drift apart."""
_ODD = re.compile("[\ufffe\ud800-\udfff]")
UNKNOWN = "\ufffd"
"""What stands in the text for a glyph of no known character."""


def read_text_layer(page: pdfium.PdfPage) -> PageRead:
    """The text layer of ``page``; its boxes can be asked for as long as the page's PDF is open.

    Raises:
        pypdfium2.PdfiumError: the page's text cannot be loaded.
    """
    textpage = page.get_textpage()
    raw: str = textpage.get_text_range(errors="surrogatepass")
    if not raw.isascii():
        raw = _settled(textpage, raw)
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace(_HYPHEN, "-\n").replace("\x02", "-\n")
    boxes = _Boxes(page, textpage, raw, text)
    return PageRead(text, boxes, boxes_of_words=boxes.of_words)


def _settled(textpage: pdfium.PdfTextPage, raw: str) -> str:
    """``raw`` without what is no character: unknown glyphs and half surrogate pairs become UNKNOWN."""

    def settle(found: re.Match[str]) -> str:
        if found[0] != _HYPHEN:
            return UNKNOWN
        units = len(raw[: found.start()].encode("utf-16-le", "surrogatepass")) // 2
        index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, units)
        return _HYPHEN if pdfium_c.FPDFText_GetUnicode(textpage, index) == _HYPHEN_UNICODE else UNKNOWN

    return _ODD.sub(settle, raw)


class _Boxes:
    """Where characters of one page's text stand, one box a line; everything is prepared at the first question."""

    __slots__ = ("_ends", "_index_is_char", "_known", "_page", "_raw", "_shifts", "_text", "_textpage", "_turn")

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, raw: str, text: str) -> None:
        self._page = page
        self._textpage = textpage
        self._raw = raw
        self._text = text
        self._ends: Sequence[int] = ()
        self._shifts: Sequence[int] = (0,)
        self._turn: Callable[[Rect], Box] | None = None
        self._index_is_char = False
        self._known: dict[tuple[int, int], Box | None] = {}

    def __call__(self, start: int, end: int) -> tuple[Box, ...]:
        """Boxes of the text from ``start`` to ``end``; ValueError where the PDF is closed."""
        if not self._textpage.raw:
            raise ValueError("boxes are asked for while the letter is open")
        if self._turn is None:
            self._prepare()
        text, known = self._text, self._known
        found = []
        while start < end:
            stop = text.find("\n", start, end)
            stop = end if stop < 0 else stop
            line = text[start:stop].strip()
            if line:
                first = text.index(line, start)
                words = first, first + len(line)
                # A quote, the reason that rests on it and the rationale around them share lines.
                box = known[words] if words in known else known.setdefault(words, self._line(*words))
                if box:
                    found.append(box)
            start = stop + 1
        return tuple(found)

    def of_words(self, words: Iterable[Span]) -> list[Box | None]:
        """The box of each of ``words`` on one line each, as a call for each gives it, in half the time."""
        if not self._textpage.raw:
            raise ValueError("boxes are asked for while the letter is open")
        if self._turn is None:
            self._prepare()
        assert self._turn is not None
        turn, textpage, found = self._turn, self._textpage.raw, list[Box | None]()
        for word in words:
            first = self._char(textpage, word.start)
            if _count_rects(textpage, first, word.end - word.start) != 1:
                found.append(self._line(*word))
                continue
            _get_rect(textpage, 0, *_INTO)
            left, bottom, right, top = _LEFT.value, _BOTTOM.value, _RIGHT.value, _TOP.value
            found.append(None if left == right and bottom == top else turn((left, bottom, right, top)))
        return found

    def _prepare(self) -> None:
        """Note where text and text index drift apart, and how the page is turned."""
        self._turn = turn_of(self._page)
        units = len(self._raw) if self._raw.isascii() else len(self._raw.encode("utf-16-le", "surrogatepass")) // 2
        # Text indexes leave characters out and never add any: where both count alike, they are the same.
        self._index_is_char = self._textpage.count_chars() == units
        if units == len(self._raw) and _HYPHEN not in self._raw and "\x02" not in self._raw:
            # As on almost every page, only line ends are shorter in the text, and each by one.
            lines = self._raw.split("\r\n")
            self._ends = list(accumulate(len(line) + 1 for line in lines[:-1]))
            self._shifts = range(len(lines))
            return
        ends, shifts = [], [0]
        drift = shift = 0  # of the text from the raw text, and of the text index from the text
        for change in _CHANGES.finditer(self._raw):
            if change[0] == "\r\n":
                drift, shift = drift - 1, shift + 1
            elif change[0] in (_HYPHEN, "\x02"):
                drift, shift = drift + 1, shift - 1
            else:
                shift += 1
            ends.append(change.end() + drift)
            shifts.append(shift)
        self._ends, self._shifts = ends, shifts

    def _line(self, start: int, end: int) -> Box | None:
        """The box around the ink of the words from ``start`` to ``end``, which stand on one line; none without ink."""
        assert self._turn is not None
        textpage = self._textpage.raw
        first = self._char(textpage, start)
        last = self._char(textpage, end - 1)
        box: Rect | None = None
        for index in range(_count_rects(textpage, first, last - first + 1)):
            if not _get_rect(textpage, index, *_INTO):
                continue
            left, bottom, right, top = _LEFT.value, _BOTTOM.value, _RIGHT.value, _TOP.value
            if left == right and bottom == top:
                continue  # PDFium's answer where no character has ink
            if box:
                left, bottom = min(left, box[0]), min(bottom, box[1])
                right, top = max(right, box[2]), max(top, box[3])
            box = left, bottom, right, top
        return self._turn(box) if box else None

    def _char(self, textpage: object, offset: int) -> int:
        """PDFium's character index of the character at ``offset`` of the text."""
        index = offset + self._shifts[bisect_right(self._ends, offset)]
        if self._index_is_char:
            return index
        char: int = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, index)
        return char


_count_rects: Callable[..., int] = pdfium_c.FPDFText_CountRects
_get_rect: Callable[..., int] = pdfium_c.FPDFText_GetRect
_LEFT, _TOP, _RIGHT, _BOTTOM = c_double(), c_double(), c_double(), c_double()
"""Where PDFium writes a rectangle; PDFium allows one thread only, so one set of them is enough."""
_INTO = byref(_LEFT), byref(_TOP), byref(_RIGHT), byref(_BOTTOM)


def turn_of(page: pdfium.PdfPage) -> Callable[[Rect], Box]:
    """The way from canvas units to points from the top left of what a viewer shows of ``page``.

    A viewer shows the crop box within the media box, turned clockwise by ``/Rotate``.
    """
    x0, y0, x1, y1 = page.get_bbox()
    rotation = page.get_rotation()

    def upright(rect: Rect) -> Box:
        left, bottom, right, top = rect
        return round(left - x0, 2), round(y1 - top, 2), round(right - x0, 2), round(y1 - bottom, 2)

    if not rotation:
        return upright
    turns: dict[int, Callable[[Rect], Rect]] = {
        90: lambda rect: (rect[1] - y0, rect[0] - x0, rect[3] - y0, rect[2] - x0),
        180: lambda rect: (x1 - rect[2], rect[1] - y0, x1 - rect[0], rect[3] - y0),
        270: lambda rect: (y1 - rect[3], x1 - rect[2], y1 - rect[1], x1 - rect[0]),
    }
    turn = turns[rotation]

    def turned(rect: Rect) -> Box:
        left, top, right, bottom = turn(rect)
        return round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)

    return turned
