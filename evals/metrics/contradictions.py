"""Possible mistakes of fact against the contradictions that a reader found, all and material ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from evals.gold import Contradiction, Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.stems import function_words
from evals.metrics.tally import Tally
from schemas import ReviewCode, ReviewFlag
from summarizer.document import Span
from summarizer.folding import comparable

LEAST_WORDS: Final = 2
"""Words that one of two unequal passages must have in the other to be the same place, at least."""
_WORD: Final = re.compile(r"\w+")
_One = TypeVar("_One")
_Other = TypeVar("_Other")


def contradictions(labeled: Labeled, reading: Reading) -> Measured:
    """Count flags and labeled pairs that meet, one to one, and whether the letter has any at all.

    Nothing is counted of a letter in which nobody looked for contradictions.
    """
    counting = Counting()
    if labeled.contradictions is None:
        return counting.measured()
    text = reading.document.text if reading.document else ""
    review = reading.determination.review
    flags = [flag for flag in review if flag.code is ReviewCode.POSSIBLE_MISTAKE_OF_FACT]
    pairs = labeled.contradictions
    unmet: list[list[str]] = [[] for _ in pairs]
    unlike: list[list[str]] = [[] for _ in flags]
    differing: list[str] = []
    for prefix in ("", "material_"):
        flag_places = [place for place, flag in enumerate(flags) if flag.material or not prefix]
        pair_places = [place for place, pair in enumerate(pairs) if pair.material or not prefix]
        met = matched([flags[place] for place in flag_places], [pairs[place] for place in pair_places], text)
        name = f"{prefix}contradiction_pairs"
        counting.add(name, Tally(len(met), len(pair_places), len(flag_places)))
        for number, place in enumerate(pair_places):
            unmet[place] += [name] if number not in met.values() else []
        for number, place in enumerate(flag_places):
            unlike[place] += [name] if number not in met else []
        labeled_any, flagged_any = float(bool(pair_places)), float(bool(flag_places))
        counting.add(f"{prefix}contradiction_letters", Tally(labeled_any * flagged_any, labeled_any, flagged_any))
        if labeled_any != flagged_any:
            differing.append(f"{prefix}contradiction_letters")
    counting.differ(tuple(differing), "contradictions", f"{len(pairs)} labeled", f"{len(flags)} flagged")
    for index, pair in enumerate(pairs):
        counting.differ(tuple(unmet[index]), f"contradictions[{index}]", (pair.a, pair.b), None)
    wrong = [(flag, tuple(names)) for flag, names in zip(flags, unlike, strict=True) if names]
    for number, (flag, names) in enumerate(wrong):
        counting.differ(names, f"contradictions[+{number}]", None, tuple(_passages(flag, text)))
    return counting.measured()


def matched(flags: Sequence[ReviewFlag], pairs: Sequence[Contradiction], text: str) -> dict[int, int]:
    """Index of a pair by index of the flag that meets it: as many as there can be, each taken once."""
    return one_to_one(flags, pairs, lambda flag, pair: meet(flag, pair, text))


def one_to_one(some: Sequence[_One], others: Sequence[_Other], alike: Callable[[_One, _Other], bool]) -> dict[int, int]:
    """Index of one of ``others`` by index of the one of ``some`` that it is alike: as many as there can be."""
    if not some or not others:
        return {}
    likeness = np.array([[alike(one, other) for other in others] for one in some], dtype=np.float64)
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if likeness[i, j]}


def meet(flag: ReviewFlag, pair: Contradiction, text: str) -> bool:
    """Whether flag and pair speak of the same passages.

    Each place of the flag lies in, or holds, one side of the pair, and each side is the same passage as one of them.
    A place without words, or that is not in the letter, is none.
    """
    sides, places = (pair.a, pair.b), _passages(flag, text)
    there = all(any(_within(*_by_length(place, side)) for side in sides) for place in places)
    return there and all(any(same_passage(place, side) for place in places) for side in sides)


def same_passage(one: str, other: str) -> bool:
    """Whether two passages have the same words, or the words of one stand together in the other.

    Words are whole and folded. Of unequal passages the shorter must have ``LEAST_WORDS`` words, one of them no
    function word.
    """
    words, more = _by_length(one, other)
    tells = len(words) >= LEAST_WORDS and not function_words().issuperset(word.lower() for word in words)
    return (tells or words == more) and _within(words, more)


def _by_length(one: str, other: str) -> tuple[list[str], list[str]]:
    """The folded words of both, those of the shorter first."""
    words, more = sorted((_WORD.findall(comparable(one)), _WORD.findall(comparable(other))), key=len)
    return words, more


def _within(words: Sequence[str], more: Sequence[str]) -> bool:
    """Whether ``words`` are some and stand together in ``more``."""
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(more)} "


def _passages(flag: ReviewFlag, text: str) -> list[str]:
    """The words at the flag's places, without places that have none or lie outside the text."""
    places = (Span(place.start, place.end) for place in flag.evidence if place.start <= place.end <= len(text))
    return [words for place in places if (words := comparable(place.of(text)).strip())]
