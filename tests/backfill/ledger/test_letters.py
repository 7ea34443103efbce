from __future__ import annotations

import pytest

from summarizer.backfill.kept import State, Stored
from summarizer.backfill.ledger import letters as module
from summarizer.backfill.ledger.letters import letters
from tests.backfill.ledger.desk import hash_of


@pytest.mark.parametrize("page", [1, 2, 3, 500])
def test_letters_come_one_a_content_in_the_order_of_their_inputs(desk, monkeypatch, page) -> None:
    monkeypatch.setattr(module, "_PAGE", page)
    desk.enlist("c", "b", "a", "gone")
    desk.read({"c": "one", "b": "two", "a": "one"})
    desk.enlist("d")
    assert desk.letters() == [
        Stored(hash_of("one"), "c", 2, State.DONE, b"one"),
        Stored(hash_of("two"), "b", 1, State.DONE, b"two"),
    ]


def test_a_recipe_has_its_own_letters(desk) -> None:
    desk.enlist("a")
    desk.read({"a": "text"})
    assert not desk.other("hybrid").letters()


def test_others_write_while_letters_are_taken(desk, monkeypatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 1)
    desk.enlist("a", "b")
    desk.read({"a": "one", "b": "two"})
    taken = letters(desk.ledger, desk.recipe)
    first = next(taken)
    desk.enlist("a", stamp="2")
    desk.enlist("c")
    desk.read({"a": "new", "c": "three"})
    assert [one.packed for one in (first, *taken)] == [b"one", b"two", b"three"]
