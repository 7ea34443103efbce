"""What a runner counts, records and goes on with when something comes in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from summarizer.backfill.input import Input
from summarizer.backfill.inputs.listing import list_inputs
from summarizer.backfill.kept import Kept, State
from summarizer.backfill.kept import packed as packed_as_ever
from summarizer.backfill.ledger import claims as ledger_claims
from summarizer.backfill.ledger.counts import counts
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.failures import failures
from summarizer.backfill.ledger.opening import Ledger, open_ledger
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.ledger.rows import Claim, Result, Runner
from summarizer.backfill.ledger.runners import leave
from summarizer.backfill.recipe import Recipe
from summarizer.backfill.run import judging, local, shift
from summarizer.backfill.run.enlisting import enlist_all
from summarizer.backfill.run.job import Brake, Job
from summarizer.engine import Engine
from summarizer.errors import StoreLocked
from summarizer.llm.question import Spent
from summarizer.llm.settings import ModelSettings, Prices
from summarizer.loading.source import Limits
from tests.backfill.made import folder_of
from tests.llm.server import Step, serving
from tests.llm.sound import sound

JOB = Job(Engine.RULES, Limits(), workers=1)
HASH = "0" * 64


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(str(tmp_path / "imr.db")) as opened:
        recipe_id(opened, Recipe("some", {"engine": "some"}))
        yield opened


def shift_of(ledger: Ledger, *names: str) -> shift.Shift:
    enlist(ledger, 1, [Input(name, "1", 9) for name in names])
    return shift.Shift(ledger, 1, JOB, Brake(), lambda _: None)


def test_a_result_that_could_not_be_recorded_is_recorded_at_the_end(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shift_of(ledger, "a", "b")
    first, _ = one.claims()
    locked = [StoreLocked("imr.db", "locked", "wait")]

    def once_locked(*given: Any) -> list[State]:
        if locked:
            raise locked.pop()
        return record(*given)

    monkeypatch.setattr(shift, "record", once_locked)
    with pytest.raises(StoreLocked):
        one.take(Result(first.work, HASH, Kept(b"", needs_review=False)), now=True)
    one.close()
    assert counts(ledger, 1)[State.DONE] == 1
    assert counts(ledger, 1)[State.PENDING] == 1


def test_what_was_begun_is_given_back_though_nothing_more_can_be_recorded(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shift_of(ledger, "a")
    assert list(one.claims())

    def locked() -> Spent:
        raise StoreLocked("imr.db", "locked", "wait")

    one.paid = locked
    with pytest.raises(StoreLocked):
        one.close()
    assert counts(ledger, 1)[State.PENDING] == 1


def test_only_a_copy_that_was_not_admitted_counts_as_one(ledger: Ledger) -> None:
    one = shift_of(ledger, "a", "b", "c")
    first, second, changed = one.claims()
    enlist(ledger, 1, [Input("c", "2", 9)])
    assert one.admitted(first, HASH)
    assert not one.admitted(second, HASH)
    one.copied()
    assert (one.standing.taken, one.standing.states[State.DUPLICATE]) == (1, 1)
    assert not one.admitted(changed, "1" * 64)
    one.copied()
    assert (one.standing.taken, one.standing.states[State.DUPLICATE]) == (1, 1), "it is to be read again"
    one.close()


def test_a_claim_that_came_as_nobody_is_made_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    one = shift_of(ledger, "a")
    calls = []

    def claim(of: Ledger, runner: Runner, *rest: Any) -> list[Claim]:
        calls.append(runner)
        if len(calls) == 1:  # others take it for dead, and the thread that renews finds out first
            leave(of, runner)
            one._was_taken_for_dead()
        return ledger_claims.claim(of, runner, *rest)

    monkeypatch.setattr(shift, "claim", claim)
    assert [claimed.address for claimed in one.claims()] == ["a"]
    one.close()


def asking(url: str, **more: Any) -> Job:
    settings = ModelSettings(model="some-model", base_url=url, api_key="none", concurrency=1, **more)
    return replace(JOB, engine=Engine.HYBRID, settings=settings)


def test_an_answer_that_cannot_be_kept_costs_its_letter_alone(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlist_all(ledger, 1, list_inputs([str(folder_of(tmp_path / "letters", 3))]), Brake(), lambda _: None)

    def packed(determination: Any) -> Kept:
        if determination.items[0].treatment.endswith("series 1"):
            raise ValueError("words of the letter")
        return packed_as_ever(determination)

    monkeypatch.setattr(judging, "packed", packed)
    with serving(Step(answer=sound)) as server:
        standing = local.run(ledger, 1, asking(server.url), Brake(), lambda _: None)
    assert (standing.taken, standing.failed) == (3, 1)
    [failed] = failures(ledger, 1)
    assert failed.failure.code == "reader_crashed"
    assert "words" not in failed.failure.message


def test_the_limit_of_dollars_is_the_runs_also_where_it_takes_over_from_one_that_died(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = folder_of(tmp_path / "letters", 2)
    enlist_all(ledger, 1, list_inputs([str(letters / "0000.txt")]), Brake(), lambda _: None)
    others = [str(letters / "0001.txt")]

    def died(_: shift.Shift) -> bool:
        if not others:
            return False
        enlist_all(ledger, 1, list_inputs([others.pop()]), Brake(), lambda _: None)
        return True

    monkeypatch.setattr(shift.Shift, "others_died", died)
    brake, prices = Brake(), Prices(100.0, 100.0)
    usage = {"prompt_tokens": 20_000, "completion_tokens": 0}
    with serving(Step(answer=sound, usage=usage)) as server:
        job = asking(server.url, prices=prices, max_cost_usd=2.5, max_output_tokens=1000)
        standing = local.run(ledger, 1, job, brake, lambda _: None)
        assert server.count == 1
    assert standing.spent.known_usd == pytest.approx(2.0)
    assert brake.why is not None
    assert "--max-cost" in brake.why
    assert counts(ledger, 1)[State.PENDING] == 1
