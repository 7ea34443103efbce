from __future__ import annotations

import pytest

from summarizer.backfill.input import lot_of
from summarizer.backfill.kept import State
from summarizer.backfill.ledger.claims import admit, claim, lot_limit, release
from summarizer.backfill.ledger.counts import counts, remaining
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.rows import Claim
from summarizer.backfill.ledger.runners import leave
from tests.backfill.ledger.desk import UNREACHABLE, check, hash_of, result
from tests.backfill.ledger.readers import reading


def test_what_was_listed_first_is_claimed_first_and_only_once(desk) -> None:
    desk.enlist("c", "a", "b")
    assert [one.address for one in desk.take(2)] == ["c", "a"]
    assert [one.address for one in desk.other().take(2)] == ["b"]
    assert not desk.take(2)
    check(desk.ledger)


def test_a_claim_says_how_often_it_was_tried(desk) -> None:
    desk.enlist("/folder/a.pdf")
    assert desk.take() == [Claim(1, "/folder/a.pdf", 1)]
    release(desk.ledger, desk.runner)
    assert desk.take() == [Claim(1, "/folder/a.pdf", 2)]


def test_a_claim_is_of_its_recipe_alone(desk) -> None:
    desk.enlist("a")
    assert not desk.other("hybrid").take()


def test_released_work_waits_again_and_that_of_others_does_not(desk) -> None:
    desk.enlist("a", "b", "c")
    first, _ = desk.take(2)
    desk.other().take()
    assert release(desk.ledger, desk.runner, [first.work]) == 1
    assert desk.states() == {"a": State.PENDING, "b": State.RUNNING, "c": State.RUNNING}
    assert release(desk.ledger, desk.runner) == 1
    assert release(desk.ledger, desk.runner, []) == 0
    check(desk.ledger)
    assert desk.states() == {"a": State.PENDING, "b": State.PENDING, "c": State.RUNNING}


def test_one_that_was_taken_for_dead_gets_nothing(desk) -> None:
    desk.enlist("a")
    leave(desk.ledger, desk.runner)
    assert not desk.take()
    assert desk.states() == {"a": State.PENDING}


def test_before_a_model_is_paid_one_of_several_copies_is_admitted(desk) -> None:
    desk.enlist("a", "b")
    first, second = desk.take()
    assert admit(desk.ledger, desk.runner, first, hash_of("same"))
    assert admit(desk.ledger, desk.runner, first, hash_of("same")), "its own"
    assert not admit(desk.ledger, desk.runner, second, hash_of("same"))
    check(desk.ledger)
    assert desk.states() == {"a": State.RUNNING, "b": State.DUPLICATE}


def test_what_was_admitted_is_so_after_a_restart(desk) -> None:
    desk.enlist("a", "b")
    first, second = desk.take()
    admit(desk.ledger, desk.runner, second, hash_of("same"))
    leave(desk.ledger, desk.runner)
    check(desk.ledger)
    later = desk.other()
    first, second = later.take()
    assert not admit(later.ledger, later.runner, first, hash_of("same"))
    assert admit(later.ledger, later.runner, second, hash_of("same"))
    assert later.states() == {"a": State.DUPLICATE, "b": State.RUNNING}


def test_whose_claim_it_is_no_longer_is_not_admitted(desk) -> None:
    desk.enlist("a")
    [lost] = desk.take()
    release(desk.ledger, desk.runner)
    assert not admit(desk.ledger, desk.runner, lost, hash_of("text"))
    desk.other().take()
    assert not admit(desk.ledger, desk.runner, lost, hash_of("text"))
    assert desk.states() == {"a": State.RUNNING}


def test_bytes_other_than_those_known_are_read_again_by_the_other_recipes(desk) -> None:
    desk.enlist("a", "b")
    desk.read({"a": "old", "b": "old"})
    other = desk.other("hybrid")
    other.enlist("a", "b")
    first, *none = other.take()
    assert not none
    assert admit(other.ledger, other.runner, first, hash_of("new"))
    check(desk.ledger)
    assert desk.states() == {"a": State.PENDING, "b": State.DONE}
    assert other.states() == {"a": State.RUNNING, "b": State.PENDING}


def test_a_failure_before_keeps_its_place_when_it_is_tried_again(desk) -> None:
    desk.enlist("a")
    [one] = desk.take()
    admit(desk.ledger, desk.runner, one, hash_of("text"))
    failed = result(one, None, UNREACHABLE)
    record(desk.ledger, desk.runner, [type(failed)(one.work, hash_of("text"), failure=UNREACHABLE)])
    check(desk.ledger)
    assert desk.states() == {"a": State.FAILED}


def test_a_sample_is_the_lowest_lots(desk) -> None:
    names = [f"{number}.pdf" for number in range(20)]
    desk.enlist(*names)
    limit = lot_limit(desk.ledger, desk.recipe, 5)
    assert limit is not None
    chosen = {one.address for one in claim(desk.ledger, desk.runner, desk.recipe, 100, limit)}
    assert chosen == set(sorted(names, key=lot_of)[:5])
    assert not claim(desk.ledger, desk.runner, desk.recipe, 100, limit)
    assert remaining(desk.ledger, desk.recipe, limit) == 5
    assert remaining(desk.ledger, desk.recipe) == 20
    release(desk.ledger, desk.runner)
    assert len(claim(desk.ledger, desk.runner, desk.recipe, 2, limit)) == 2


def test_a_sample_of_all_or_more_has_no_limit(desk) -> None:
    desk.enlist("a", "b")
    desk.other("hybrid").enlist("c", "d", "e")
    assert lot_limit(desk.ledger, desk.recipe, 1) == max(lot_of("a"), lot_of("b"))
    assert lot_limit(desk.ledger, desk.recipe, 2) is None
    assert lot_limit(desk.ledger, desk.recipe, 9) is None


@pytest.mark.timeout(60)
def test_processes_that_claim_at_once_never_share(place, desk) -> None:
    names = [f"{number % 40}/{number}.pdf" for number in range(120)]
    desk.enlist(*names)
    mine: list[str] = []
    claims = desk.take(2)  # the other process may be through before this one comes to its next claim
    with reading(place) as process:
        assert process.stdout is not None
        theirs = process.stdout.readline().split()
        while claims:
            mine += [one.address for one in claims]
            record(desk.ledger, desk.runner, [result(one, one.address.partition("/")[0]) for one in claims])
            claims = desk.take(2)
        theirs += process.stdout.read().split()
    assert sorted(mine + theirs) == sorted(names)
    check(desk.ledger)
    assert counts(desk.ledger, desk.recipe)[State.DONE] == 40
    assert counts(desk.ledger, desk.recipe)[State.DUPLICATE] == 80
