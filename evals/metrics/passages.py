"""Where the words of a label stand in its letter, and how much of them an evidence covers.

Characters are counted without white space, ligatures spelled out, so that neither the line breaks of a letter
nor the ends of its pages make a difference.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from evals.metrics.tally import Tally
from summarizer.document import Span
from summarizer.folding import fold

_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Inked:
    """The characters of a text that are not white space."""

    text: str
    """The characters."""
    at: tuple[int, ...]
    """Offset of each in the whole text, in code points from 0."""

    def range_of(self, span: Span) -> _Range:
        """The half-open range of characters that lie in ``span``."""
        return bisect_left(self.at, span.start), bisect_left(self.at, span.end)


@lru_cache(maxsize=64)
def inked(text: str) -> Inked:
    """``text`` without its white space; kept, since every field of a letter asks for it."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    characters = squeezed(text)
    if len(characters) != len(places):  # a ligature is more characters than one
        places = [at for at in places for _ in fold(text[at])]
    return Inked(characters, tuple(places))


def squeezed(words: str) -> str:
    """``words`` without white space, ligatures spelled out."""
    return "".join(fold(words).split())


def covered(words: str | None, evidence: Iterable[Span], text: str) -> Tally:
    """Characters that the passage ``words`` of ``text`` and ``evidence`` share, those of the one, those of the other.

    Where the words stand in several places, it is the place that shares most with the evidence.
    """
    letter = inked(text)
    ranges = _merged(letter.range_of(span) for span in evidence)
    read = sum(end - start for start, end in ranges)
    if words is None:
        return Tally(0, 0, read)
    wanted = squeezed(words)
    shared, at = 0, letter.text.find(wanted) if wanted else -1
    while at >= 0:
        shared = max(shared, _shared((at, at + len(wanted)), ranges))
        at = letter.text.find(wanted, at + 1) if ranges else -1
    return Tally(shared, len(wanted), read)


def _merged(ranges: Iterable[_Range]) -> list[_Range]:
    """The same characters, each once, in order."""
    merged: list[_Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged


def _shared(one: _Range, ranges: Sequence[_Range]) -> int:
    return sum(max(0, min(one[1], end) - max(one[0], start)) for start, end in ranges)
