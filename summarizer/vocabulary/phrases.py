"""Phrases of a vocabulary file, and where they stand in a sentence's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, Generic, NamedTuple, TypeVar

T = TypeVar("T")

_GAP = 6
"""Words that ``..`` may stand for, at most."""
_WORDS_KEPT = 20_000
_WORD = re.compile(r"[a-z0-9%#.]*[a-z0-9%](?:['’][a-z]+)?|[;,:()]")


def words_of(sentence: str) -> tuple[str, ...]:
    """Words of ``sentence`` in lower case and the marks ``; , : ( )``, in order."""
    return tuple(_WORD.findall(sentence.lower()))


def places_of(sentence: str) -> list[tuple[int, int]]:
    """First character and one past the last of each of ``words_of(sentence)``, from the sentence's start."""
    return [match.span() for match in _WORD.finditer(sentence.lower())]


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
    joined: Piece
    """Words after the first that follow without a gap."""
    pieces: tuple[Piece, ...]
    """Further pieces, each after a gap."""
    value: T
    weight: float


BySecond = dict[str, list[_Pattern[T]]]
"""Phrases with one first word, by a key of their second word."""


class _Beginnings(NamedTuple, Generic[T]):
    """What may begin with a word."""

    keys: frozenset[str]
    """The vocabulary's keys that the word satisfies."""
    single: tuple[_Pattern[T], ...]
    """Phrases of this one word."""
    joined: BySecond[T]
    """Phrases whose second word follows at once."""
    gapped: BySecond[T]
    """Phrases whose second word may stand a gap away."""


class Phrases(Generic[T]):
    """Many phrases, looked up together in one pass over a sentence's words.

    A phrase is words; ``fail*`` is any word so begun, ``care|treatment`` either, ``..`` a gap of
    up to six words. Phrases are indexed by their first two words, so that a word costs a few
    dictionary look-ups however many phrases begin with it.
    """

    def __init__(self, entries: Iterable[tuple[str, T, float]]) -> None:
        """Index ``(phrase, value, weight)`` entries."""
        self._single: dict[str, list[_Pattern[T]]] = {}
        self._joined: dict[str, BySecond[T]] = {}
        self._gapped: dict[str, BySecond[T]] = {}
        self._vocabulary: set[str] = set()
        self._known: dict[str, _Beginnings[T]] = {}
        for phrase, value, weight in entries:
            self._add(_pieces(phrase), value, weight)

    def _add(self, pieces: list[Piece], value: T, weight: float) -> None:
        first, *rest = pieces
        pattern = _Pattern(first[1:], tuple(rest), value, weight)
        for piece in pieces:
            self._vocabulary.update(*piece)
        for key in first[0]:
            if not pattern.joined and not pattern.pieces:
                self._single.setdefault(key, []).append(pattern)
                continue
            index = self._joined if pattern.joined else self._gapped
            seconds = pattern.joined[0] if pattern.joined else pattern.pieces[0][0]
            by_second = index.setdefault(key, {})
            for second in seconds:
                by_second.setdefault(second, []).append(pattern)

    def _beginnings(self, word: str) -> _Beginnings[T]:
        """What may begin with ``word``, kept for the next time."""
        known = self._known.get(word)
        if known is None:
            keys = self._vocabulary & {word, *(word[:n] + "*" for n in range(1, len(word) + 1))}
            known = _Beginnings(
                frozenset(keys),
                tuple(pattern for key in keys for pattern in self._single.get(key, ())),
                _merged([self._joined[key] for key in keys if key in self._joined]),
                _merged([self._gapped[key] for key in keys if key in self._gapped]),
            )
            if len(self._known) < _WORDS_KEPT:
                self._known[word] = known
        return known

    def find(self, words: Sequence[str]) -> list[Hit[T]]:
        """Every phrase in ``words``, by its first word's place."""
        known = self._known.get
        begun = [known(word) or self._beginnings(word) for word in words]
        keyed = [each.keys for each in begun]
        present = dict.fromkeys(chain.from_iterable(keyed)).keys()
        following = [*keyed[1:], _NO_KEYS]
        found: list[Hit[T]] = []
        for start, (keys, single, joined, gapped) in enumerate(begun):
            if not keys:
                continue
            for pattern in single:
                found.append(Hit(start, start + 1, pattern.value, pattern.weight))
            # Three of four words begin no phrase that goes on here, which disjoint keys tell at once.
            if joined and not joined.keys().isdisjoint(following[start]):
                _add_joined(found, joined, keyed, start)
            if gapped and not gapped.keys().isdisjoint(present):
                _add_gapped(found, gapped, keyed, start)
        return found


_NO_KEYS: Final[frozenset[str]] = frozenset()


def _merged(indexes: list[BySecond[T]]) -> BySecond[T]:
    """All phrases of ``indexes`` by a key of their second word."""
    if len(indexes) < 2:
        return indexes[0] if indexes else {}
    merged: BySecond[T] = {}
    for index in indexes:
        for key, patterns in index.items():
            merged[key] = [*merged.get(key, ()), *patterns]
    return merged


def _add_joined(found: list[Hit[T]], joined: BySecond[T], keyed: Sequence[frozenset[str]], start: int) -> None:
    """Add the phrases that begin at ``start`` and whose second word follows at once."""
    for key in keyed[start + 1]:
        for pattern in joined.get(key, ()):
            end = _joined_end(pattern.joined, keyed, start + 1)
            for piece in pattern.pieces:
                end = end and _next(piece, keyed, end)
            if end:
                found.append(Hit(start, end, pattern.value, pattern.weight))


def _add_gapped(found: list[Hit[T]], gapped: BySecond[T], keyed: Sequence[frozenset[str]], start: int) -> None:
    """Add the phrases that begin at ``start`` and go on within a gap, each at its nearest place."""
    done: set[int] = set()
    for second in range(start + 1, min(start + _GAP + 2, len(keyed))):
        for key in keyed[second]:
            for pattern in gapped.get(key, ()):
                if id(pattern) in done:
                    continue
                end = _joined_end(pattern.pieces[0], keyed, second)
                if not end:
                    continue
                done.add(id(pattern))
                for piece in pattern.pieces[1:]:
                    end = end and _next(piece, keyed, end)
                if end:
                    found.append(Hit(start, end, pattern.value, pattern.weight))


def _joined_end(piece: Piece, keyed: Sequence[frozenset[str]], start: int) -> int:
    """One past the last word of ``piece`` where it stands at ``start``, else 0."""
    end = start + len(piece)
    if end > len(keyed):
        return 0
    for place, options in enumerate(piece, start):
        if options.isdisjoint(keyed[place]):
            return 0
    return end


def _next(piece: Piece, keyed: Sequence[frozenset[str]], after: int) -> int:
    """One past the nearest place of ``piece`` at most a gap past ``after``, else 0."""
    for start in range(after, min(after + _GAP + 1, len(keyed) - len(piece) + 1)):
        end = _joined_end(piece, keyed, start)
        if end:
            return end
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
