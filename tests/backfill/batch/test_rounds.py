"""What is asked by batches and what becomes of it: the same as by single requests, at half the price."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from summarizer import Summarizer
from summarizer.backfill.batch import collecting, preparing
from summarizer.backfill.batch import provider as provider_module
from summarizer.backfill.batch.batches import open_batches
from summarizer.backfill.batch.preparing import Room
from summarizer.backfill.ledger.letters import letters
from summarizer.backfill.ledger.spending import spent_in_batches
from summarizer.isolation import run_isolated
from summarizer.llm import batch as wire
from summarizer.llm.lines import lines_of
from summarizer.llm.settings import Shape
from tests.backfill.batch.conftest import Setting
from tests.backfill.batch.desk import bodies_of, written
from tests.backfill.batch.server import Refused
from tests.forms import document
from tests.letters import letter as example
from tests.llm.server import Step, serving
from tests.llm.sound import sound, user_message
from tests.llm.test_outline import FORMS
from tests.llm.test_outline import answer as outline_of

PRICE = (60 * 1.0 + 40 * 0.5 + 10 * 10.0) / 1e6 / 2
"""Dollars of one answer of the server, in a batch, at the prices of ``settings_for``."""


def test_a_letter_by_a_batch_is_what_it_is_by_a_request(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(1)
    assert desk.run() is None
    with serving(Step(answer=sound)) as server:
        known = replace(desk.settings, base_url=server.url, cache=None)
        with Summarizer("hybrid", model=known) as summarizer:
            single = summarizer.summarize(tmp_path / "0.txt")
        [(_, asked)] = provider.paid
        assert asked == server.bodies[0]
    [read] = desk.read()
    assert read.model_dump(exclude={"usage"}) == single.model_dump(exclude={"usage"})
    assert (read.usage.requests, read.usage.input_tokens, read.usage.cached_input_tokens, read.usage.output_tokens) == (
        1,
        100,
        40,
        10,
    )
    assert read.usage.cost_usd == pytest.approx(PRICE)
    assert single.usage.cost_usd == pytest.approx(2 * PRICE)
    assert provider.calls["POST /chat/completions"] == 0


def test_every_letter_is_asked_about_once_in_files_of_bounded_size(setting: Setting) -> None:
    desk, provider = setting(5)
    assert desk.run(room=Room(requests=2)) is None
    assert [len(provider.lines(one)) for one in provider.batches.values()] == [2, 2, 1]
    assert Counter(provider.paid_bodies.values()) == {1: 5}
    assert all(len(name) <= 64 for name, _ in provider.paid)
    assert len({name for name, _ in provider.paid}) == 5
    assert sum(desk.states().values()) == len(desk.read()) == 5
    assert desk.standing.spent.known_usd == pytest.approx(5 * PRICE)
    assert spent_in_batches(desk.ledger, desk.recipe) == desk.standing.spent
    assert open_batches(desk.ledger, desk.recipe) == []


def test_bytes_are_counted_too(setting: Setting) -> None:
    desk, provider = setting(3)
    desk.run(wait=False)
    line = len(provider.files["file-1"]) // 3
    again, provider = setting(3, model="other-model")
    again.run(room=Room(size=2 * line + 100), wait=False)
    assert [len(provider.lines(one)) for one in provider.batches.values()] == [2, 1]


def test_real_processes_open_the_letters(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "run_isolated", run_isolated)
    desk, provider = setting(2)
    assert desk.run() is None
    assert len(desk.read()) == len(provider.paid) == 2


def unknown(body: dict[str, Any]) -> object:
    """A model that outlines the memo rightly, then judges it."""
    if "LetterOutline" not in str(body["tools"]):
        return sound(body)
    outlined = outline_of(lines_of(document(example("unknown-memo"))), FORMS["unknown-memo"])
    return {name: value for name, value in outlined.items() if value is not None}


def test_a_letter_of_unknown_form_takes_a_round_for_its_outline(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(1, unknown)
    desk.enlist(written(tmp_path, 7, example("unknown-memo")))
    assert desk.run() is None
    assert [len(provider.lines(one)) for one in provider.batches.values()] == [2, 1]
    memo = next(one for one in desk.read() if len(one.items) == 2)
    assert memo.usage.requests == 2
    assert memo.usage.cost_usd == pytest.approx(2 * PRICE)


def test_the_parts_of_a_long_letter_are_asked_about_in_one_round(setting: Setting, tmp_path: Path) -> None:
    from tests.forms import LetterItem, letter

    items = [LetterItem(heading=f"MRI of the lumbar spine, series {each}") for each in range(3)]
    desk, provider = setting(0, window_tokens=5200)
    desk.enlist(written(tmp_path, 1, letter(*items)))
    assert desk.run() is None
    asked = [len(provider.lines(one)) for one in provider.batches.values()]
    assert len(asked) == 1
    assert asked[0] > 1
    assert desk.read()[0].usage.requests == asked[0]


def bad_at_first(body: dict[str, Any]) -> object:
    """A model that needs to be told what was wrong."""
    answer = sound(body)
    if len(body["messages"]) == 2:
        answer["items"][0]["quotes"] = [999]
    return answer


def test_an_answer_that_does_not_hold_is_asked_again_in_the_next_round(setting: Setting) -> None:
    desk, provider = setting(2, bad_at_first)
    assert desk.run() is None
    assert [len(provider.lines(one)) for one in provider.batches.values()] == [2, 2]
    assert "999" in str(provider.paid[-1][1]["messages"][-1])
    assert [one.usage.requests for one in desk.read()] == [2, 2]
    assert [one.usage.cost_usd for one in desk.read()] == pytest.approx([2 * PRICE, 2 * PRICE])


def test_an_answer_that_never_holds_fails_and_a_retry_asks_anew(setting: Setting) -> None:
    desk, provider = setting(1, lambda body: {"wrong": 1})
    assert desk.run() is None
    assert desk.failures() == {"answer_unusable": 1}
    assert len(provider.paid) == 3  # once, and twice told what was wrong
    assert desk.read() == []
    provider.answer = sound
    assert desk.retry() == 1
    assert desk.run() is None
    assert (len(provider.paid), len(desk.read()), desk.failures()) == (4, 1, {})
    assert spent_in_batches(desk.ledger, desk.recipe).known_usd == pytest.approx(4 * PRICE)


def test_an_answer_that_was_cut_off_gets_more_room(setting: Setting) -> None:
    def cut(body: dict[str, Any]) -> object:
        return Step(answer=sound(body), finish="length" if body["max_tokens"] < 10_000 else "stop")

    desk, provider = setting(1, cut)
    assert desk.run() is None
    rooms = [body["max_tokens"] for _, body in provider.paid]
    assert rooms[1] == 4 * rooms[0]
    assert desk.read()[0].usage.requests == 2


def test_the_responses_interface_has_its_own_address(setting: Setting) -> None:
    def chat(body: dict[str, Any]) -> object:
        return sound({"messages": body["input"]})

    desk, provider = setting(1, chat, shape=Shape.RESPONSES)
    assert desk.run() is None
    assert next(iter(provider.batches.values())).told["endpoint"] == "/v1/responses"
    assert len(desk.read()) == 1


def test_signs_that_end_lines_elsewhere_stand_in_answers(setting: Setting) -> None:
    def odd(body: dict[str, Any]) -> object:
        return {**sound(body), "summary": "The worker was hurt\u2028and treated.\u0085 More care was disputed."}

    desk, _ = setting(1, odd)
    assert desk.run() is None
    assert "hurt" in (desk.read()[0].case_summary or "")


def test_copies_are_asked_about_once(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(2)
    desk.enlist(written(tmp_path, 9, (tmp_path / "0.txt").read_text(encoding="utf-8")))
    assert desk.run() is None
    assert len(provider.paid) == 2
    assert sorted(one.copies for one in letters(desk.ledger, desk.recipe)) == [1, 2]
    assert desk.states()["duplicate"] == 1


def test_answers_kept_by_other_runs_are_used_and_new_ones_kept(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(1)
    with serving(Step(answer=sound)) as server, Summarizer("hybrid", model=desk.settings) as summarizer:
        assert server.count == 0
        desk.run()
        assert summarizer.summarize(tmp_path / "0.txt").usage.requests == 0  # no further command pays for it
    # Another store, the same cache: nothing is left to ask.
    again, provider = setting(0)
    again.folder = tmp_path / "other"
    again.folder.mkdir()
    again.settings = desk.settings
    again.enlist(written(tmp_path, 0))
    assert again.run() is None
    assert (len(again.read()), len(provider.batches)) == (1, 0)


def test_a_letter_that_is_none_is_not_asked_about(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(1)
    desk.enlist(written(tmp_path, 8, "   "))
    (tmp_path / "0.txt").unlink()
    assert desk.run() is None
    assert desk.failures() == {"not_found": 1, "empty_input": 1}
    assert provider.calls == {}


def test_a_file_that_changed_meanwhile_is_read_again(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(2)
    desk.run(wait=False)
    desk.enlist(written(tmp_path, 0, example("imr-form")))
    assert desk.run() is None
    assert Counter(provider.paid_bodies.values()) == {1: 3}
    assert sum(desk.states().values()) == len(desk.read()) == 2
    assert sorted(len(one.items) for one in desk.read())[-1] > 1


def test_a_limit_takes_up_no_more_letters(setting: Setting) -> None:
    desk, provider = setting(3)
    assert desk.run(most=2) is None
    assert (len(provider.paid), desk.states()["pending"]) == (2, 1)


def test_nothing_is_submitted_that_could_pass_the_limit_of_dollars(setting: Setting) -> None:
    desk, provider = setting(3)
    desk.run(wait=False)
    [batch] = open_batches(desk.ledger, desk.recipe)
    assert batch.at_most_usd is not None
    each = batch.at_most_usd / 3
    other, provider = setting(3, model="other-model", max_cost_usd=each + 1.5 * PRICE)
    why = other.run()
    assert why is not None
    assert "--max-cost" in why
    # What the first really cost leaves room for the second, and what both did none for a third.
    assert [len(provider.lines(one)) for one in provider.batches.values()] == [1, 1]
    assert len(other.read()) == len(provider.paid) == 2
    assert other.states()["pending"] == 1


def test_answers_without_a_price_count_at_their_most(setting: Setting) -> None:
    desk, provider = setting(2, lambda body: Step(answer=sound(body), usage=None))
    desk.run(wait=False)
    [batch] = open_batches(desk.ledger, desk.recipe)
    assert batch.at_most_usd is not None
    desk.settings = replace(desk.settings, max_cost_usd=batch.at_most_usd * 1.2)
    desk.enlist(written(desk.folder, 9))
    why = desk.run()
    assert why is not None
    assert "--max-cost" in why
    assert len(provider.paid) == 2


def test_a_batch_that_is_under_way_counts_against_the_limit(setting: Setting) -> None:
    desk, provider = setting(3)
    desk.run(wait=False, most=1)
    [batch] = open_batches(desk.ledger, desk.recipe)
    assert batch.at_most_usd is not None
    desk.settings = replace(desk.settings, max_cost_usd=1.5 * batch.at_most_usd)
    provider.looks = 100
    assert desk.run(wait=False) is None
    assert len(provider.batches) == 1


def test_a_run_that_does_not_wait_is_gone_on_with(setting: Setting) -> None:
    desk, provider = setting(2, bad_at_first)
    for batches, done in ((1, 0), (1, 0), (2, 0), (2, 0), (2, 2)):
        assert desk.run(wait=False) is None
        assert (len(provider.batches), len(desk.read())) == (batches, done)
    assert Counter(provider.paid_bodies.values()) == {1: 4}


@pytest.mark.parametrize(
    ("status", "failure", "paid"),
    [(400, "request_refused", 0), (500, "model_unreachable", 0), (429, "model_unreachable", 0)],
)
def test_a_line_that_is_refused_fails_its_letter_alone(setting: Setting, status: int, failure: str, paid: int) -> None:
    def refuses(body: dict[str, Any]) -> object:
        return Refused(status, "no_luck") if "series 1" in user_message(body) else sound(body)

    desk, provider = setting(3, refuses)
    assert desk.run() is None
    assert desk.failures() == {failure: 1}
    assert len(desk.read()) == len(provider.paid) == 2
    assert len(provider.batches) == (1 if status == 400 else 3)


def test_a_file_in_which_credit_ends_is_read_to_its_end(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it takes so long that the brake would be heard in between."""
    monkeypatch.setattr(collecting, "_AT_ONCE", 1)
    monkeypatch.setattr(provider_module, "_PULSE", 0.0)
    lines = wire._lines

    async def slowly(*given: Any) -> AsyncIterator[bytes]:
        async for line in lines(*given):
            yield line
            await asyncio.sleep(0.05)

    monkeypatch.setattr(wire, "_lines", slowly)
    desk, provider = setting(3, lambda body: Refused(429, "insufficient_quota"))
    for _ in range(2):
        why = desk.run()
        assert why is not None
        assert "credit" in why
        assert desk.states() == {"running": 3}
        assert open_batches(desk.ledger, desk.recipe) == []
    provider.answer = sound
    assert desk.run() is None
    assert len(desk.read()) == len(provider.paid) == 3


def test_a_line_without_credit_ends_the_run_and_fails_no_letter(setting: Setting) -> None:
    desk, provider = setting(2, lambda body: Refused(429, "insufficient_quota"))
    why = desk.run()
    assert why is not None
    assert "credit" in why
    assert desk.failures() == {}
    provider.answer = sound
    assert desk.run() is None
    assert len(desk.read()) == len(provider.paid) == 2


def test_names_are_the_same_in_every_run(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(2, server={"troubles": {}})
    desk.run(wait=False)
    first = {line["custom_id"] for one in provider.batches.values() for line in provider.lines(one)}
    again, provider = setting(0)
    again.folder, again.settings = (
        tmp_path / "other",
        replace(desk.settings, cache=None),
    )
    again.folder.mkdir()
    again.enlist(*(written(tmp_path, number) for number in range(2)))
    again.run(wait=False)
    assert bodies_of(provider.paid) == []
    [batch] = open_batches(again.ledger, again.recipe)
    assert batch.requests == len(first) == 2
