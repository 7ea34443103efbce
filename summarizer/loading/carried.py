"""Boxes taken along from an open letter, so that it can be closed while a model is asked about it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

from schemas import Box
from summarizer.document import OpenLetter, Span

_WORD = re.compile(r"\w+|[^\w\s]")
_LINE_END = re.compile(r"\n")
_NOWHERE: Final = (nan, nan, nan, nan)


@dataclass(frozen=True, slots=True)
class CarriedBoxes:
    """The ``Boxes`` of a letter that is closed; it can go from one process to another.

    The words are kept in arrays, which go there in a tenth of the time of objects.
    """

    known: Mapping[Span, tuple[Box, ...]]
    """Boxes of whole passages."""
    starts: Sequence[int] = ()
    """Offsets of the words and marks of the parts in which any passage can be asked for, in order."""
    ends: Sequence[int] = ()
    """Offsets behind them."""
    edges: Sequence[float] = ()
    """Four numbers for each of them: its box, or not a number where it has none."""
    line_ends: Sequence[int] = ()
    """Offsets of the line breaks in those parts, in order."""

    def __call__(self, span: Span) -> tuple[Box, ...]:
        """One box a printed line, as the open letter gives them; empty for a passage that was not taken along."""
        if span in self.known:
            return self.known[span]
        lines: dict[int, Box] = {}
        for index in range(bisect_right(self.ends, span.start), bisect_left(self.starts, span.end)):
            left, top, right, bottom = self.edges[4 * index : 4 * index + 4]
            if not isnan(left):
                line = bisect_left(self.line_ends, self.starts[index])
                box = left, top, right, bottom
                lines[line] = _around(lines[line], box) if line in lines else box
        return tuple(lines.values())


def carry(letter: OpenLetter, passages: Iterable[Span], anywhere: Iterable[Span] = ()) -> OpenLetter:
    """``letter`` with its boxes taken along: of ``passages``, and of any passage within one of ``anywhere``.

    Call it while the letter is open. A passage over several pages is asked for page by page, as
    ``Document.by_page`` cuts it.
    """
    document = letter.document
    if not document.pages:
        return OpenLetter(document)
    pieces = {piece for passage in passages for _, piece in document.by_page(passage)}
    known = {piece: letter.boxes(piece) for piece in sorted(pieces)}
    text, parts = document.text, sorted(set(anywhere))
    words = sorted({Span(*match.span()) for part in parts for match in _WORD.finditer(text, *part)})
    boxes = letter.boxes_of_words(words)
    carried = CarriedBoxes(
        known,
        array("L", [word.start for word in words]),
        array("L", [word.end for word in words]),
        array("d", [edge for box in boxes for edge in box or _NOWHERE]),
        array("L", sorted({match.start() for part in parts for match in _LINE_END.finditer(text, *part)})),
    )
    return OpenLetter(document, carried)


def _around(one: Box, other: Box) -> Box:
    """The smallest box around both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
