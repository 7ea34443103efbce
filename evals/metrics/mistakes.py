"""Possible mistakes of fact against the contradictions that a reader found."""

from __future__ import annotations

from evals.gold import Contradiction
from evals.metrics.tally import Tally
from schemas import Determination, ReviewCode, ReviewFlag
from summarizer.document import Document, Span
from summarizer.folding import comparable


def mistakes(pairs: tuple[Contradiction, ...], read: Determination, document: Document) -> dict[str, Tally]:
    """Tallies of the flags of one letter, all of them and the material ones.

    A flag is right where a labeled pair shares a passage with each of its places (one of its places, if
    it has only one). A material flag must meet a material pair; a labeled pair is found where any flag
    meets it.
    """
    flags = [flag for flag in read.review if flag.code is ReviewCode.POSSIBLE_MISTAKE_OF_FACT]
    material_flags = [flag for flag in flags if flag.material]
    material_pairs = tuple(pair for pair in pairs if pair.material)
    tallies = {}
    for name, some_pairs, some_flags in (("material", material_pairs, material_flags), ("all", pairs, flags)):
        right = sum(any(_meets(flag, pair, document) for pair in some_pairs) for flag in some_flags)
        met = sum(any(_meets(flag, pair, document) for flag in some_flags) for pair in some_pairs)
        tallies[f"mistakes of fact, {name}: precision"] = Tally(right, len(some_flags), len(some_flags))
        tallies[f"mistakes of fact, {name}: recall"] = Tally(met, len(some_pairs), len(some_pairs))
    return tallies


def _meets(flag: ReviewFlag, pair: Contradiction, document: Document) -> bool:
    """Whether flag and pair speak of the same passages."""
    places = [comparable(Span(place.start, place.end).of(document.text)) for place in flag.evidence]
    sides = [comparable(pair.a), comparable(pair.b)]
    touched = [{side for side in range(2) if _share(place, sides[side])} for place in places]
    return all(touched) and set().union(*touched) == {0, 1}


def _share(place: str, side: str) -> bool:
    """Whether one of two passages lies in the other."""
    return place in side or side in place
