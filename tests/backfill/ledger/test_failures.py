from __future__ import annotations

import pytest

from summarizer.backfill.kept import State
from summarizer.backfill.ledger import failures as module
from summarizer.backfill.ledger.failures import failure_kinds, failures, retry
from summarizer.backfill.ledger.outcomes import record
from tests.backfill.ledger.desk import GONE, UNREACHABLE, check, result


@pytest.fixture
def failed(desk):
    """Of five inputs, two are gone and three could not be asked about."""
    desk.enlist(*"edcba")
    why = {"e": GONE, "c": GONE}
    record(desk.ledger, desk.runner, [result(one, None, why.get(one.address, UNREACHABLE)) for one in desk.take()])
    return desk


@pytest.mark.parametrize("page", [1, 2, 5, 1000])
def test_failures_come_in_the_order_of_their_inputs(failed, monkeypatch, page) -> None:
    monkeypatch.setattr(module, "_PAGE", page)
    assert [one.address for one in failures(failed.ledger, failed.recipe)] == list("edcba")
    gone = list(failures(failed.ledger, failed.recipe, "not_found"))
    assert [(one.address, one.failure) for one in gone] == [("e", GONE), ("c", GONE)]


def test_failures_are_counted_by_kind(failed) -> None:
    assert list(failure_kinds(failed.ledger, failed.recipe).items()) == [("model_unreachable", 3), ("not_found", 2)]
    assert failure_kinds(failed.ledger, failed.other("hybrid").recipe) == {}


def test_failures_of_a_kind_are_tried_again(failed) -> None:
    assert retry(failed.ledger, failed.recipe, ["model_unreachable", "no_such_kind"]) == 3
    check(failed.ledger)
    assert failure_kinds(failed.ledger, failed.recipe) == {"not_found": 2}
    assert [(one.address, one.attempts) for one in failed.take()] == [("d", 2), ("b", 2), ("a", 2)]


def test_all_failures_are_tried_again_and_nothing_else(failed) -> None:
    failed.enlist("z")
    failed.read({"z": "text"})
    assert retry(failed.ledger, failed.recipe) == 5
    assert failed.states() == {**dict.fromkeys("abcde", State.PENDING), "z": State.DONE}
    assert retry(failed.ledger, failed.recipe) == 0
