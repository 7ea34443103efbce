"""Counts of a run."""

from __future__ import annotations

from schemas import Determination
from summarizer.render.tally import Tally


def test_counts_add_up(determination: Determination) -> None:
    tally = Tally(failed=1)
    for flags in (determination.review, (), determination.review, ()):
        tally.read(determination.model_copy(update={"review": flags}))
    assert tally.total == 5
    assert str(tally) == "5 letters: 2 done, 2 need review, 1 failed"


def test_one_needs() -> None:
    assert str(Tally(needs_review=1)) == "1 letter: 0 done, 1 needs review, 0 failed"
