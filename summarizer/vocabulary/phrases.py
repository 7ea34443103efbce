"""Phrases of a vocabulary file, and where they stand in a sentence's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

_GAP = 6
"""Words that ``..`` may stand for, at most."""
_WORDS_KEPT = 20_000
_WORD = re.compile(r"[a-z0-9%#.]*[a-z0-9%](?:['’][a-z]+)?|[;,:()]")


class Word(NamedTuple):
    """A word or mark of a sentence."""

    text: str
    """Lower case."""
    start: int
    """Offset of its first character in the document."""
    end: int
    """One past its last character."""


def words_of(sentence: str, offset: int = 0) -> list[Word]:
    """Words of ``sentence`` and the marks ``; , : ( )`` in order; ``offset`` is where the sentence starts."""
    return [Word(m[0], m.start() + offset, m.end() + offset) for m in _WORD.finditer(sentence.lower())]


class Hit(NamedTuple, Generic[T]):
    """A phrase found: half-open range of words and what the phrase stands for."""

    start: int
    """Index of its first word."""
    end: int
    """One past its last word."""
    value: T
    """What the vocabulary attaches to the phrase."""
    weight: float
    """The phrase's own weight."""


Piece = tuple[frozenset[str], ...]


class _Pattern(NamedTuple, Generic[T]):
    first: Piece
    """What follows the first word without a gap."""
    pieces: tuple[Piece, ...]
    """Further pieces, each after a gap."""
    value: T
    weight: float


class Phrases(Generic[T]):
    """Many phrases, looked up together in one pass over a sentence's words.

    A phrase is words; ``fail*`` is any word so begun, ``care|treatment`` either, ``..`` a gap of
    up to six words.
    """

    def __init__(self, entries: Iterable[tuple[str, T, float]]) -> None:
        """Index ``(phrase, value, weight)`` entries by their first word."""
        self._by_first: dict[str, list[_Pattern[T]]] = {}
        self._vocabulary: set[str] = set()
        self._known: dict[str, frozenset[str]] = {}
        for phrase, value, weight in entries:
            first, *rest = _pieces(phrase)
            pattern = _Pattern(first[1:], tuple(rest), value, weight)
            for key in first[0]:
                self._by_first.setdefault(key, []).append(pattern)
            for piece in (first, *rest):
                self._vocabulary.update(*piece)

    def keys(self, word: str) -> frozenset[str]:
        """The vocabulary's keys that ``word`` satisfies, kept for the next time."""
        known = self._known.get(word)
        if known is None:
            keys = {word, *(word[:n] + "*" for n in range(1, len(word) + 1))}
            known = frozenset(keys & self._vocabulary)
            if len(self._known) < _WORDS_KEPT:
                self._known[word] = known
        return known

    def find(self, words: Sequence[Word]) -> list[Hit[T]]:
        """Every phrase in ``words``, by its first word's place."""
        keyed = [self.keys(word.text) for word in words]
        present = frozenset().union(*keyed)
        found: list[Hit[T]] = []
        for start, keys in enumerate(keyed):
            for key in keys:
                for pattern in self._by_first.get(key, ()):
                    if pattern.pieces and present.isdisjoint(pattern.pieces[-1][0]):
                        continue
                    end = _matched(pattern, keyed, start)
                    if end:
                        found.append(Hit(start, end, pattern.value, pattern.weight))
        return found


def _matched(pattern: _Pattern[T], keyed: Sequence[frozenset[str]], start: int) -> int:
    """One past the last word of ``pattern`` where it stands at ``start``, else 0."""
    end = start + 1
    if end + len(pattern.first) > len(keyed):
        return 0
    for options in pattern.first:
        if options.isdisjoint(keyed[end]):
            return 0
        end += 1
    for piece in pattern.pieces:
        end = _next(piece, keyed, end)
        if not end:
            return 0
    return end


def _next(piece: Piece, keyed: Sequence[frozenset[str]], after: int) -> int:
    """One past the nearest place of ``piece`` at most a gap past ``after``, else 0."""
    first = piece[0]
    for start in range(after, min(after + _GAP + 1, len(keyed) - len(piece) + 1)):
        if not first.isdisjoint(keyed[start]) and not any(
            options.isdisjoint(keyed[start + place]) for place, options in enumerate(piece)
        ):
            return start + len(piece)
    return 0


def _pieces(phrase: str) -> list[Piece]:
    """``phrase`` as pieces between gaps, each word with its alternatives."""
    return [tuple(frozenset(word.split("|")) for word in piece.split()) for piece in phrase.split("..")]


def lines_of(block: str) -> Iterator[tuple[str, float]]:
    """``(phrase, weight)`` of each line of a vocabulary file's block."""
    for line in block.splitlines():
        phrase, _, weight = line.partition("=")
        if phrase.strip():
            yield phrase.strip(), float(weight) if weight else 1.0
