from __future__ import annotations

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.counts import counts, remaining


def test_every_state_is_counted_and_they_add_up(desk) -> None:
    desk.enlist("a", "b", "c", "d", "e")
    desk.read({"a": "one", "b": "one", "c": "two"})
    desk.enlist("f")
    desk.take()
    desk.enlist("g")
    counted = counts(desk.ledger, desk.recipe)
    assert counted.by_state == {
        State.PENDING: 1,
        State.RUNNING: 1,
        State.DONE: 2,
        State.NEEDS_REVIEW: 0,
        State.FAILED: 2,
        State.DUPLICATE: 1,
    }
    assert counted.total == 7
    assert remaining(desk.ledger, desk.recipe) == 2
