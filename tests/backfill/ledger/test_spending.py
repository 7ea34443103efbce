from __future__ import annotations

from summarizer.backfill.ledger.spending import begin_run, note_spent, spent
from summarizer.llm.question import Spent


def test_what_runs_have_spent_adds_up_and_an_unknown_price_is_not_taken_for_none(desk) -> None:
    first, second = begin_run(desk.ledger, desk.recipe), begin_run(desk.ledger, desk.recipe)
    note_spent(desk.ledger, first, Spent(1, 10, 5, 2, 0.5))
    note_spent(desk.ledger, first, Spent(3, 30, 5, 6, 1.5))
    note_spent(desk.ledger, second, Spent(2, 20, 0, 4, 0.0, 2))
    assert spent(desk.ledger, desk.recipe) == Spent(5, 50, 5, 10, 1.5, 2)
    assert spent(desk.ledger, desk.recipe).cost_usd is None


def test_nothing_was_spent_where_nothing_was_asked(desk) -> None:
    assert spent(desk.ledger, desk.recipe) == Spent()
