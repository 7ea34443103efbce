from __future__ import annotations

import pytest
from sqlalchemy import select

from summarizer.backfill.input import Input, lot_of
from summarizer.backfill.kept import State
from summarizer.backfill.ledger.claims import admit
from summarizer.backfill.ledger.counts import counts
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.rows import Enlisted
from summarizer.backfill.ledger.tables import inputs
from tests.backfill.ledger.desk import UNREACHABLE, check, hash_of, result


def test_a_new_input_waits_and_a_known_one_changes_nothing(desk) -> None:
    assert desk.enlist("a", "b") == Enlisted(new=2)
    assert desk.enlist("b", "c") == Enlisted(new=1, known=1)
    assert desk.states() == dict.fromkeys("abc", State.PENDING)
    with desk.ledger.reading() as connection:
        rows = connection.execute(select(inputs.c.address, inputs.c.lot, inputs.c.size, inputs.c.stamp)).all()
    assert rows == [(name, lot_of(name), 9, "1") for name in "abc"]


def test_an_input_listed_twice_at_once_is_one(desk) -> None:
    assert desk.enlist("a", "a", "b") == Enlisted(new=2, known=1)
    assert desk.enlist("a", "a", stamp="2") == Enlisted(changed=1, known=1)


def test_an_empty_listing_brings_nothing(desk) -> None:
    assert desk.enlist() == Enlisted()


def test_more_than_a_transaction_holds(desk) -> None:
    names = [f"{number:04}" for number in range(2_100)]
    assert desk.enlist(*names) == Enlisted(new=2_100)
    assert [one.address for one in desk.take(3_000)] == names


@pytest.mark.parametrize("name", ["caf\udce9.pdf", "a\0b.pdf", "\uf8fe0000.pdf", "\uf8fe.pdf", "ä€😀 %27'.pdf"])
def test_a_file_name_of_any_characters_is_found_again(desk, name) -> None:
    assert desk.enlist(name, "plain.pdf") == Enlisted(new=2)
    assert desk.enlist(name) == Enlisted(known=1)
    assert [one.address for one in desk.take()] == [name, "plain.pdf"]


def test_a_changed_file_is_read_again_and_its_old_answer_not_exported(desk) -> None:
    desk.enlist("a", "b")
    desk.read({"a": "old", "b": "other"})
    assert desk.enlist("a", "b", stamp="1") == Enlisted(known=2)
    assert desk.enlist("a", stamp="2") == Enlisted(changed=1)
    check(desk.ledger)
    assert desk.states() == {"a": State.PENDING, "b": State.DONE}
    assert [letter.address for letter in desk.letters()] == ["b"]
    assert [one.attempts for one in desk.take()] == [1]


def test_a_file_touched_but_the_same_finds_its_answer_again_before_a_model_is_paid(desk) -> None:
    desk.enlist("a")
    desk.read({"a": "text"})
    desk.enlist("a", stamp="2")
    [claim] = desk.take()
    assert not admit(desk.ledger, desk.runner, claim, hash_of("text"))
    check(desk.ledger)
    assert desk.states() == {"a": State.DONE}
    assert [letter.packed for letter in desk.letters()] == [b"text"]


def test_a_changed_file_is_read_again_by_every_recipe(desk) -> None:
    other = desk.other("hybrid")
    for one in (desk, other):
        one.enlist("a")
        one.read({"a": "old"})
    assert desk.enlist("a", stamp="2") == Enlisted(changed=1)
    check(desk.ledger)
    assert desk.states() == other.states() == {"a": State.PENDING}


def test_when_the_one_that_stands_changes_the_first_copy_takes_its_answer_over(desk) -> None:
    desk.enlist("a", "b", "c")
    desk.read(dict.fromkeys("abc", "same"))
    assert desk.states() == {"a": State.DONE, "b": State.DUPLICATE, "c": State.DUPLICATE}
    desk.enlist("a", stamp="2")
    check(desk.ledger)
    assert desk.states() == {"a": State.PENDING, "b": State.DONE, "c": State.DUPLICATE}
    assert [(letter.address, letter.copies) for letter in desk.letters()] == [("b", 2)]
    desk.read({"a": "same"})
    assert desk.states() == {"a": State.DUPLICATE, "b": State.DONE, "c": State.DUPLICATE}


def test_a_copy_of_one_that_failed_and_changed_is_to_be_read(desk) -> None:
    desk.enlist("a", "b")
    first, second = desk.take()
    failed = result(first, None, UNREACHABLE)
    record(desk.ledger, desk.runner, [type(failed)(first.work, hash_of("same"), failure=UNREACHABLE)])
    record(desk.ledger, desk.runner, [result(second, "same")])
    assert desk.states() == {"a": State.FAILED, "b": State.DUPLICATE}
    desk.enlist("a", stamp="2")
    check(desk.ledger)
    assert desk.states() == {"a": State.PENDING, "b": State.PENDING}


def test_copies_that_change_at_once_take_nothing_over(desk) -> None:
    desk.enlist("a", "b")
    desk.read(dict.fromkeys("ab", "same"))
    assert desk.enlist("a", "b", stamp="2") == Enlisted(changed=2)
    check(desk.ledger)
    assert desk.states() == {"a": State.PENDING, "b": State.PENDING}


def test_a_file_that_changes_while_it_is_read_is_read_again(desk) -> None:
    desk.enlist("a")
    [claim] = desk.take()
    assert desk.enlist("a", stamp="2") == Enlisted(changed=1)
    check(desk.ledger)
    assert desk.states() == {"a": State.RUNNING}
    assert not desk.take(), "two would have it"
    assert record(desk.ledger, desk.runner, [result(claim, "old")]) == [State.PENDING]
    check(desk.ledger)
    assert not desk.letters()
    desk.read({"a": "new"})
    assert [letter.packed for letter in desk.letters()] == [b"new"]


def test_what_was_paid_for_a_file_that_changed_waits_for_the_same_bytes(desk) -> None:
    desk.enlist("a")
    [claim] = desk.take()
    desk.enlist("a", stamp="2")
    record(desk.ledger, desk.runner, [result(claim, "touched only")])
    [claim] = desk.take()
    assert not admit(desk.ledger, desk.runner, claim, hash_of("touched only"))
    assert desk.states() == {"a": State.DONE}


def test_a_model_is_not_paid_for_a_file_that_changed(desk) -> None:
    desk.enlist("a")
    [claim] = desk.take()
    desk.enlist("a", stamp="2")
    assert not admit(desk.ledger, desk.runner, claim, hash_of("old"))
    check(desk.ledger)
    assert [one.address for one in desk.take()] == ["a"]


def test_a_new_recipe_has_rows_of_its_own(desk) -> None:
    desk.enlist("a")
    desk.read({"a": "text"})
    other = desk.other("hybrid")
    assert other.enlist("a", "b") == Enlisted(new=1, known=1)
    assert other.states() == {"a": State.PENDING, "b": State.PENDING}
    assert desk.states() == {"a": State.DONE}
    other.read({"a": "text", "b": "more"})
    assert (len(desk.letters()), len(other.letters())) == (1, 2)


def test_copies_known_from_another_recipe_are_read_once(desk) -> None:
    desk.enlist("a", "b", "c")
    desk.read({"a": "same", "b": "same", "c": "other"})
    other = desk.other("hybrid")
    other.enlist("a", "b", "c")
    check(desk.ledger)
    assert other.states() == {"a": State.PENDING, "b": State.DUPLICATE, "c": State.PENDING}


def test_an_answer_that_is_there_is_taken_by_a_copy_listed_later(desk) -> None:
    desk.enlist("a")
    desk.read({"a": "text"})
    desk.enlist("a", stamp="2")
    other = desk.other("hybrid")
    other.enlist("b")
    other.read({"b": "text"})
    desk.enlist("b")
    check(desk.ledger)
    assert desk.states() == {"a": State.PENDING, "b": State.DONE}


def test_known_and_changed_by_a_recipe_that_never_saw_it(desk) -> None:
    desk.enlist("a")
    desk.read({"a": "old"})
    other = desk.other("hybrid")
    assert other.enlist("a", stamp="2") == Enlisted(changed=1)
    check(desk.ledger)
    assert desk.states() == other.states() == {"a": State.PENDING}


def test_a_listing_counts_itself(desk) -> None:
    both = enlist(desk.ledger, desk.recipe, [Input("a", "1"), Input("b", "1", 2**40)]) + Enlisted(known=3)
    assert both == Enlisted(new=2, known=3)
    assert counts(desk.ledger, desk.recipe).total == 2
