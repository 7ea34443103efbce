"""Citations: F1 of whole citations and of each part, as multisets of one side of one item."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from evals.alignment import side_by_side
from evals.gold import Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.tally import Tally, overlap
from schemas import Citation
from summarizer.folding import comparable

SIDES: Final = ("claims_administrator_guidelines", "reviewer_guidelines")
"""Who relied upon them."""


def citations(labeled: Labeled, reading: Reading) -> Measured:
    """Count the citations of every item; those of a missed item are missed, of an invented one invented."""
    counting = Counting()
    for row in side_by_side(labeled.label, reading.determination):
        for side in SIDES:
            gold: tuple[Citation, ...] = getattr(row.gold, side) if row.gold else ()
            mine: tuple[Citation, ...] = getattr(row.read, side) if row.read else ()
            unlike = []
            for name, part in PARTS.items():
                tally = _tally(_of(part, gold), _of(part, mine))
                counting.add(name, tally)
                if not tally.right == tally.labeled == tally.read:
                    unlike.append(name)
            counting.differ(tuple(unlike), f"{row.field}.{side}", gold, mine)
    return counting.measured()


def _tally(gold: list[Hashable], read: list[Hashable]) -> Tally:
    """What both share; mostly they are the same list."""
    return Tally(len(gold), len(gold), len(gold)) if gold == read else overlap(gold, read)


def _of(part: Callable[[Citation], Hashable], cited: tuple[Citation, ...]) -> list[Hashable]:
    """The part of each citation that has it."""
    return [value for value in map(part, cited) if value is not None]


def _folded(words: str | None) -> str | None:
    return None if words is None else comparable(words)


def _work(cited: Citation) -> Hashable:
    return cited.source, comparable(cited.title), cited.year


def _all(cited: Citation) -> Hashable:
    return _work(cited), _folded(cited.sections), _folded(cited.pages)


PARTS: Final[dict[str, Callable[[Citation], Hashable]]] = {
    "citations": _all,
    "citations_work": _work,
    "citations_source": lambda cited: cited.source,
    "citations_title": lambda cited: comparable(cited.title),
    "citations_year": lambda cited: cited.year,
    "citations_sections": lambda cited: _folded(cited.sections),
    "citations_pages": lambda cited: _folded(cited.pages),
}
"""What each count compares; ``None`` where a citation does not have it."""
