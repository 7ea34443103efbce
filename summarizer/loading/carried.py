"""Boxes taken along from an open letter, so that it can be closed while a model is asked about it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from schemas import Box
from summarizer.document import OpenLetter, Span

_WORD = re.compile(r"\w+|[^\w\s]")
_end = itemgetter(1)


@dataclass(frozen=True, slots=True)
class CarriedBoxes:
    """The ``Boxes`` of a letter that is closed; it can go from one process to another."""

    known: Mapping[Span, tuple[Box, ...]]
    """Boxes of whole passages."""
    words: Sequence[Span] = ()
    """Words and marks of the part in which any passage can be asked for, in order."""
    boxes: Sequence[Box | None] = ()
    """The box of each of ``words``."""
    line_ends: Sequence[int] = ()
    """Offsets of the line breaks in that part, in order."""

    def __call__(self, span: Span) -> tuple[Box, ...]:
        """One box a printed line, as the open letter gives them; empty for a passage that was not taken along."""
        if span in self.known:
            return self.known[span]
        lines: dict[int, Box] = {}
        index = bisect_left(self.words, span.start + 1, key=_end)
        while index < len(self.words) and self.words[index].start < span.end:
            if box := self.boxes[index]:
                line = bisect_left(self.line_ends, self.words[index].start)
                lines[line] = _around(lines[line], box) if line in lines else box
            index += 1
        return tuple(lines.values())


def carry(letter: OpenLetter, passages: Iterable[Span], anywhere: Span | None = None) -> OpenLetter:
    """``letter`` with its boxes taken along: of ``passages``, and of any passage within ``anywhere``.

    Call it while the letter is open. A passage over several pages is asked for page by page, as
    ``Document.by_page`` cuts it.
    """
    document = letter.document
    if not document.pages:
        return OpenLetter(document)
    pieces = {piece for passage in passages for _, piece in document.by_page(passage)}
    known = {piece: letter.boxes(piece) for piece in sorted(pieces)}
    if anywhere is None:
        return OpenLetter(document, CarriedBoxes(known))
    words = [Span(*match.span()) for match in _WORD.finditer(document.text, *anywhere)]
    ends = [match.start() for match in re.finditer("\n", document.text[anywhere.start : anywhere.end])]
    return OpenLetter(
        document,
        CarriedBoxes(
            known,
            words,
            [next(iter(letter.boxes(word)), None) for word in words],
            [anywhere.start + end for end in ends],
        ),
    )


def _around(one: Box, other: Box) -> Box:
    """The smallest box around both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
