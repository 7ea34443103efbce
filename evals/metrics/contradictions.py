"""Possible mistakes of fact against the contradictions that a reader found, all and material ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from evals.gold import Contradiction, Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.tally import Tally
from schemas import ReviewCode, ReviewFlag
from summarizer.document import Span
from summarizer.folding import comparable


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
    pairs = list(enumerate(labeled.contradictions))
    unmet: dict[int, list[str]] = {}
    unlike: dict[int, list[str]] = {}
    differing: list[str] = []
    for prefix in ("", "material_"):
        some_flags = [flag for flag in flags if flag.material or not prefix]
        some_pairs = [(index, pair) for index, pair in pairs if pair.material or not prefix]
        met = matched(some_flags, [pair for _, pair in some_pairs], text)
        counting.add(f"{prefix}contradiction_pairs", Tally(len(met), len(some_pairs), len(some_flags)))
        labeled_any, flagged_any = float(bool(some_pairs)), float(bool(some_flags))
        both = labeled_any * flagged_any
        counting.add(f"{prefix}contradiction_letters", Tally(both, labeled_any, flagged_any))
        if labeled_any != flagged_any:
            differing.append(f"{prefix}contradiction_letters")
        for place, (index, _) in enumerate(some_pairs):
            if place not in met.values():
                unmet.setdefault(index, []).append(f"{prefix}contradiction_pairs")
        for place, flag in enumerate(some_flags):
            if place not in met:
                unlike.setdefault(flags.index(flag), []).append(f"{prefix}contradiction_pairs")
    said = (f"{len(pairs)} labeled", f"{len(flags)} flagged")
    counting.differ(tuple(differing), "contradictions", *said)
    for index, pair in pairs:
        counting.differ(tuple(unmet.get(index, ())), f"contradictions[{index}]", (pair.a, pair.b), None)
    for number, (place, names) in enumerate(sorted(unlike.items())):
        counting.differ(tuple(names), f"contradictions[+{number}]", None, tuple(_passages(flags[place], text)))
    return counting.measured()


def matched(flags: Sequence[ReviewFlag], pairs: Sequence[Contradiction], text: str) -> dict[int, int]:
    """Index of a pair by index of the flag that meets it: as many as there can be, each taken once."""
    if not flags or not pairs:
        return {}
    meets = np.array([[meet(flag, pair, text) for pair in pairs] for flag in flags], dtype=float)
    rows, columns = linear_sum_assignment(meets, maximize=True)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if meets[i, j]}


def meet(flag: ReviewFlag, pair: Contradiction, text: str) -> bool:
    """Whether flag and pair speak of the same passages.

    Each place of the flag lies in, or holds, one side of the pair, and together they touch both sides.
    """
    sides = [comparable(pair.a), comparable(pair.b)]
    touched = [{side for side in range(2) if _share(place, sides[side])} for place in _passages(flag, text)]
    return all(touched) and set().union(*touched) == {0, 1}


def _passages(flag: ReviewFlag, text: str) -> list[str]:
    return [comparable(Span(place.start, place.end).of(text)) for place in flag.evidence]


def _share(place: str, side: str) -> bool:
    """Whether one of two passages lies in the other."""
    return place in side or side in place
