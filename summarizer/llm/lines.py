"""A whole letter in numbered lines: what a model is shown of a form that no layout knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from summarizer.document import Document, Span
from summarizer.llm.fence import fenced, one_line
from summarizer.sentences import sentences
from summarizer.vocabulary.pattern import Pattern

if TYPE_CHECKING:
    from schemas.outline import Lines

_LONG: Final = 200
"""Characters of a printed line from which on it is cut at sentence ends: so long a line is a paragraph."""
_COLUMN_GAP = Pattern(r"(?P<gap>(?<! )[ ]*\t[ \t]*|(?<! )[ ]*\|[ ]*|(?<=\S)[ ]{3,}(?=\S))")
_MARKED = Pattern(r"[ \t]*(?:[-*•▪>#]+\s|\(?(?:\d{1,2}|[A-Za-z]|[IVX]{1,5})[.)]\s|[A-Z][\w’']*(?:[ /][\w’']+){0,5}:\s)")
"""A number, bullet or label at the start of a line: heading, outcome and reason may all follow on it."""
_LABEL_INSIDE = Pattern(r"(?<!\S)(?![A-Z])\S+(?P<gap>\s+)(?=[A-Z][\w’']*(?: [a-z][\w’']*){0,2}:\s)")
"""Not after a capitalized word, which would belong to the label: ``Case Number:``."""
_BREAK_INSIDE = Pattern(r"(?P<gap>(?<=;)\s+|\s+[–—-]\s+)")
_WORD = Pattern(r"\w")


@dataclass(frozen=True, slots=True)
class NumberedLines:
    """A letter cut into numbered lines. Implements ``schemas.outline.ShownLines``."""

    pieces: tuple[Span, ...]
    """Place of each line in the document, line 1 first."""
    words: tuple[str, ...]
    """Words of each line as they are shown, folded."""
    text: str
    """What is sent: every line as ``12| words``, an empty line between paragraphs, fenced."""

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.pieces)

    def words_of(self, number: int) -> str | None:
        """Folded words of line ``number``, from 1; ``None`` where there is none."""
        return self.words[number - 1] if 1 <= number <= self.count else None

    def span_of(self, number: int) -> Span:
        """Place of line ``number``, from 1; ``IndexError`` where there is none."""
        if number < 1:
            raise IndexError(number)
        return self.pieces[number - 1]

    def span(self, lines: Lines) -> Span:
        """Place of consecutive lines, from the first one's start to the last one's end."""
        return Span(self.span_of(lines.first).start, self.span_of(lines.last).end)


def lines_of(document: Document) -> NumberedLines:
    """Every printed line of the letter with a number; nothing but lines without a letter or digit is left out.

    Cells of a table row are lines of their own. A line that opens with a number or label and one of
    more than 200 characters are cut at sentence ends, dashes and labels too, so that a heading, an
    outcome and a rationale that share a printed line can be told apart.
    """
    text = document.text
    pieces: list[Span] = []
    shown: list[str] = []
    words: list[str] = []
    for block in _blocks(text):
        if shown:
            shown.append("")
        for piece in block:
            pieces.append(piece)
            words.append(one_line(piece.of(text)))
            shown.append(f"{len(pieces)}| {words[-1]}")
    return NumberedLines(tuple(pieces), tuple(words), fenced(shown, document.sha256))


def _blocks(text: str) -> Iterator[list[Span]]:
    """The pieces of each paragraph; a blank line ends one."""
    block: list[Span] = []
    start = 0
    while start < len(text):
        found = text.find("\n", start)
        line = Span(start, found if found >= 0 else len(text))
        start = line.end + 1
        pieces = [piece for piece in _pieces(text, line) if _WORD.search(text, *piece)]
        if pieces:
            block += pieces
        elif block and not line.of(text).strip():
            yield block
            block = []
    if block:
        yield block


def _pieces(text: str, line: Span) -> Iterator[Span]:
    """``line`` cut where something else may begin."""
    for cell in _cut(text, line, _COLUMN_GAP):
        if cell.end - cell.start <= _LONG and not _MARKED.match(text, *cell):
            yield cell
            continue
        for sentence in sentences(text, cell):
            for part in _cut(text, sentence, _LABEL_INSIDE):
                yield from _cut(text, part, _BREAK_INSIDE)


def _cut(text: str, span: Span, gap: Pattern) -> Iterator[Span]:
    """``span`` without what ``gap`` names so in it, white space trimmed off each part; empty parts are left out."""
    edges = [span.start, *_flat(found.span("gap") for found in gap.finditer(text, *span)), span.end]
    for start, end in list(pairwise(edges))[::2]:
        part = Span(start, end).stripped(text)
        if part.start < part.end:
            yield part


def _flat(pairs: Iterable[tuple[int, int]]) -> Iterator[int]:
    for pair in pairs:
        yield from pair
