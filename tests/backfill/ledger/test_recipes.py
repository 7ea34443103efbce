from __future__ import annotations

import pytest

from summarizer.backfill.kept import State
from summarizer.backfill.ledger import recipes
from summarizer.backfill.ledger.recipes import chosen_recipe, known_recipes, recipe_id
from summarizer.errors import StoreError
from tests.backfill.ledger.desk import recipe


def test_the_same_recipe_has_the_same_number(ledger) -> None:
    assert recipe_id(ledger, recipe("one")) == recipe_id(ledger, recipe("one")) != recipe_id(ledger, recipe("two"))


def test_recipes_are_known_with_what_they_are_made_of_the_last_used_first(desk) -> None:
    desk.enlist("a", "b")
    desk.read({"a": "text"})
    desk.other("hybrid")
    first, second = known_recipes(desk.ledger)
    assert (first.label, second.label) == ("hybrid", "rules")
    assert (second.parts, second.fingerprint) == ({"engine": "rules"}, recipe("rules").fingerprint)
    assert second.states == {**dict.fromkeys(State, 0), State.DONE: 1, State.FAILED: 1}
    assert set(first.states.values()) == {0}


def test_a_clock_that_jumps_back_does_not_change_which_was_used_last(ledger, monkeypatch) -> None:
    recipe_id(ledger, recipe("before"))
    monkeypatch.setattr(recipes.time, "time", lambda: 5.0)
    recipe_id(ledger, recipe("after"))
    assert chosen_recipe(ledger, None).label == "after"
    recipe_id(ledger, recipe("before"))
    assert chosen_recipe(ledger, None).label == "before"


def test_a_recipe_is_chosen_by_the_beginning_of_its_fingerprint(ledger) -> None:
    for name in ("one", "two"):
        recipe_id(ledger, recipe(name))
    assert chosen_recipe(ledger, recipe("one").fingerprint[:10].upper()).label == "one"
    with pytest.raises(StoreError, match=r"no recipe begins.*choose one of .*\(two\), .*\(one\)"):
        chosen_recipe(ledger, "xyz")
    with pytest.raises(StoreError, match="no recipe begins"):
        chosen_recipe(ledger, "")


def test_a_beginning_of_several_is_refused(ledger) -> None:
    names = ["a"]
    while recipe(names[-1]).fingerprint[0] != recipe("a").fingerprint[0] or len(names) == 1:
        names.append(f"a{len(names)}")
    for name in (names[0], names[-1]):
        recipe_id(ledger, recipe(name))
    with pytest.raises(StoreError, match="more than one recipe begins"):
        chosen_recipe(ledger, recipe("a").fingerprint[0])


def test_an_empty_store_has_no_recipe_to_choose(ledger) -> None:
    with pytest.raises(StoreError, match="nothing was ever read"):
        chosen_recipe(ledger, None)
