"""The doubts of a letter put in order: one for each contradiction, the material ones first."""

from __future__ import annotations

from collections.abc import Iterable

from schemas import ReviewCode
from summarizer.document import Span
from summarizer.reading import Doubt


def in_order(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """``doubts`` with those of fact last, the material ones first among them, each pair of passages once.

    Rules and model may find the same contradiction; the first to name it is kept, as material where
    either takes it so. Within a kind the order stays.
    """
    others: list[Doubt] = []
    mistakes: list[Doubt] = []
    for doubt in doubts:
        if doubt.code is not ReviewCode.POSSIBLE_MISTAKE_OF_FACT:
            others.append(doubt)
            continue
        same = next((place for place, known in enumerate(mistakes) if _is_same(known, doubt)), None)
        if same is None:
            mistakes.append(doubt)
        elif doubt.material and not mistakes[same].material:
            mistakes[same] = doubt
    return (*others, *sorted(mistakes, key=lambda doubt: not doubt.material))


def _is_same(one: Doubt, other: Doubt) -> bool:
    """Whether both set the same two passages against each other."""
    if len(one.spans) != 2 or len(other.spans) != 2:
        return one.spans == other.spans and one.kind is other.kind
    return all(_touch(mine, theirs) for mine, theirs in zip(sorted(one.spans), sorted(other.spans), strict=True))


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
