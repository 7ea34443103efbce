"""Body parts, their sides and spinal levels, as a letter names them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypedDict

import tomli

from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern

_FILE = Path(__file__).with_name("anatomy.toml")


class Side(StrEnum):
    """Side of the body."""

    LEFT = "left"
    RIGHT = "right"


BOTH = frozenset(Side)
"""What "bilateral" and "both" stand for."""

_SIDE_WORDS = {
    "left": frozenset({Side.LEFT}),
    "lt": frozenset({Side.LEFT}),
    "right": frozenset({Side.RIGHT}),
    "rt": frozenset({Side.RIGHT}),
    "bilateral": BOTH,
    "bilaterally": BOTH,
    "both": BOTH,
}
_SIDED_ABBREVIATIONS = {
    "rue": frozenset({Side.RIGHT}),
    "lue": frozenset({Side.LEFT}),
    "bue": BOTH,
    "rle": frozenset({Side.RIGHT}),
    "lle": frozenset({Side.LEFT}),
    "ble": BOTH,
}
_CAPITALS_ONLY = frozenset({"ue", "le", "acl", "mcl", "pcl", *_SIDED_ABBREVIATIONS})
_WORD = Pattern(r"[A-Za-z]+|[,;.:()/]|\d+")
_LEVEL = Pattern(r"\b([CTLS])-?(\d{1,2})(?:\s?[-/]\s?(?:([CTLS])-?)?(\d{1,2}))?\b")
_LEVEL_PARTS = {"C": "neck", "T": "upper_back", "L": "low_back", "S": "sacrum"}
_LEVEL_COUNT = {"C": 8, "T": 12, "L": 6, "S": 5}
_LIST_WORDS = frozenset({",", "/", "(", ")", "and", "or", "the"})
_LIMBS = frozenset({"upper_extremity", "lower_extremity"})
_SIDE_REACH = 3
"""How many words may stand between a side and the part it belongs to ("left small finger")."""


class _Part(TypedDict, total=False):
    words: list[str]
    within: list[str]
    near: list[str]


class PartMention(NamedTuple):
    """A body part named in a text."""

    part: str
    """Name of the part's table in ``anatomy.toml``."""
    sides: frozenset[Side]
    """Sides named with it; empty where none is."""
    span: Span
    """Where it stands, side included: offsets into the text that was searched, half-open."""


class _Anatomy(NamedTuple):
    phrases: dict[str, list[tuple[tuple[str, ...], str]]]
    """First word of a phrase to its further words and its part, longest first."""
    overlapping: dict[str, frozenset[str]]
    """A part to all parts that a mention of it cannot contradict."""
    holding: dict[str, frozenset[str]]
    """A part to itself and the regions that hold it."""


@cache
def _anatomy() -> _Anatomy:
    tables: dict[str, _Part] = tomli.loads(_FILE.read_text(encoding="utf-8"))
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    overlapping: dict[str, set[str]] = {part: {part} for part in tables}
    for part, table in tables.items():
        for words in table["words"]:
            first, *rest = words.replace("-", " ").split()
            phrases.setdefault(first, []).append((tuple(rest), part))
        for other in (*table.get("within", ()), *table.get("near", ())):
            overlapping[part].add(other)
            overlapping[other].add(part)
    for longest_first in phrases.values():
        longest_first.sort(key=lambda entry: -len(entry[0]))
    holding = {part: frozenset({part, *table.get("within", ())}) for part, table in tables.items()}
    return _Anatomy(phrases, {part: frozenset(others) for part, others in overlapping.items()}, holding)


def overlap(one: str, other: str) -> bool:
    """Whether two parts are the same, hold one another, or are used for one another."""
    return other in _anatomy().overlapping[one]


def regions_of(part: str) -> frozenset[str]:
    """``part`` and the wider regions that hold it: what may be said of it without saying more."""
    return _anatomy().holding[part]


def any_overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any part of ``some`` overlaps any of ``others``."""
    table, wanted = _anatomy().overlapping, frozenset(others)
    return any(table[part] & wanted for part in some)


def parts_in(text: str, span: Span | None = None) -> tuple[PartMention, ...]:
    """Body parts named in ``text`` (or in ``span`` of it), in order, spinal levels included.

    A side counts for the limb parts of a list that follows it ("right wrist and hand"), until
    another side or any other word.
    """
    start, end = span or Span(0, len(text))
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text, start, end)]
    lowered = [word.lower() for word, _, _ in words]
    anatomy = _anatomy()
    found: list[PartMention] = []
    reach = _Reach()
    index = 0
    while index < len(words):
        word = lowered[index]
        length, part = _phrase_at(lowered, index, anatomy.phrases) if word in anatomy.phrases else (1, None)
        if word in _SIDE_WORDS:
            reach.open(lowered, index)
        elif part is None or (word in _CAPITALS_ONLY and not words[index][0].isupper()):
            reach.pass_over(word)
        else:
            sides = _SIDED_ABBREVIATIONS.get(word) or reach.sides_of(part) or _side_after(lowered, index + length)
            begin = words[reach.opened if sides and reach.sides_of(part) else index][1]
            found.append(PartMention(part, sides, Span(begin, words[index + length - 1][2])))
            reach.listing = True
            index += length
            continue
        index += 1
    found.extend(_levels(text, start, end))
    return tuple(sorted(found, key=lambda mention: mention.span))


class _Reach:
    """The side last named, and whether it still counts."""

    def __init__(self) -> None:
        """No side yet."""
        self.sides: frozenset[Side] = frozenset()
        self.opened = 0
        """Index of the first word of the side."""
        self.listing = False
        """Whether a part has followed the side: from then on only a list of parts keeps it."""
        self._at = 0
        self._left = 0

    def open(self, lowered: list[str], index: int) -> None:
        """Take the side word at ``index``, together with one that it is joined to ("left and right")."""
        joined = self._left > 0 and not self.listing and self._at == index - 2
        if joined and lowered[index - 1] in {"and", "or", "/"}:
            self.sides |= _SIDE_WORDS[lowered[index]]
        else:
            self.sides, self.opened = _SIDE_WORDS[lowered[index]], index
        self._at, self._left, self.listing = index, _SIDE_REACH, False

    def pass_over(self, word: str) -> None:
        """Go past a word that is no part."""
        if word in {".", ";", ":"}:
            self._left = 0
        elif word not in _LIST_WORDS:
            self._left = 0 if self.listing else self._left - 1

    def sides_of(self, part: str) -> frozenset[Side]:
        """The side, where it still counts and ``part`` can share it."""
        if self._left <= 0 or (self.listing and not _is_limb(part)):
            return frozenset()
        return self.sides


def _is_limb(part: str) -> bool:
    """Whether ``part`` is an arm or a leg or belongs to one."""
    return bool(_anatomy().holding[part] & _LIMBS)


def _phrase_at(
    lowered: list[str], index: int, phrases: dict[str, list[tuple[tuple[str, ...], str]]]
) -> tuple[int, str | None]:
    """Length in words and part of the longest phrase that begins at ``index``."""
    for rest, part in phrases.get(lowered[index], ()):
        if tuple(lowered[index + 1 : index + 1 + len(rest)]) == rest:
            return 1 + len(rest), part
    return 1, None


def _side_after(lowered: list[str], index: int) -> frozenset[Side]:
    """Side printed after its part, as in "shoulder, left", "knee (right)" and "ribs on the left"."""
    after = [*lowered[index : index + 3], "", ""]
    if after[0] in {",", "("} and after[2] in {"", ")", ",", ".", ";", ":"}:
        return _SIDE_WORDS.get(after[1], frozenset())
    if after[0] in {"on", "of"}:
        return _SIDE_WORDS.get(after[2] if after[1] == "the" else after[1], frozenset())
    return frozenset()


def _levels(text: str, start: int, end: int) -> list[PartMention]:
    """Spinal levels such as ``L5-S1`` as mentions of their part of the spine."""
    found: list[PartMention] = []
    for match in _LEVEL.finditer(text, start, end):
        letters = {match[1], match[3] or match[1]}
        if int(match[2]) <= _LEVEL_COUNT[match[1]]:
            before = text[max(start, match.start() - 12) : match.start()].lower().split()
            sides = _SIDE_WORDS.get(before[-1], frozenset()) if before else frozenset()
            found.extend(PartMention(_LEVEL_PARTS[letter], sides, Span(*match.span())) for letter in sorted(letters))
    return found


def levels_in(text: str) -> frozenset[str]:
    """Spinal levels named in ``text`` one by one: ``L4-5`` gives L4 and L5."""
    found = set()
    for match in _LEVEL.finditer(text):
        if int(match[2]) > _LEVEL_COUNT[match[1]]:
            continue
        found.add(match[1] + match[2])
        if match[4]:
            found.add((match[3] or match[1]) + match[4])
    return frozenset(found)
