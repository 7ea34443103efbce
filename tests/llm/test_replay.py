"""Questions answered from what was recorded, by the very way of a synchronous run."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from summarizer.errors import AnswerUnusable, ModelError, ModelUnreachable, RequestRefused
from summarizer.llm.question import Answered
from summarizer.llm.replay import NotYetAnswered, Recorded, Replay, Wanted
from tests.llm.asking import CANARY, Cited, question, settings_for
from tests.llm.server import Step, _completion, serving

Records = dict[tuple[str, int], Recorded]


def reply(at: object, **changes: Any) -> bytes:
    asked = {"tools": [{"function": {"name": "Cited"}}]}
    return json.dumps(_completion(Step(**changes), asked, json.dumps({"at": at}))).encode()


def replayed(known: Records, **given: Any) -> tuple[Answered[Cited] | ModelError, Replay]:
    async def run() -> tuple[Answered[Cited] | ModelError, Replay]:
        async with Replay(settings_for("http://127.0.0.1:1/v1", **given)) as replay:
            replay.begin(known)
            try:
                return await replay.ask(question()), replay
            except ModelError as error:
                return error, replay

    return asyncio.run(run())


def record(known: Records, wanted: Wanted, body: bytes, status: int = 200) -> Records:
    return {**known, (wanted.identity, wanted.attempt): Recorded(wanted.question, status, body)}


def through(*answers: tuple[int, bytes]) -> tuple[Answered[Cited] | ModelError, Replay, list[Wanted]]:
    """Round after round, each with one more answer."""
    known: Records = {}
    asked: list[Wanted] = []
    end, replay = replayed(known)
    for status, body in answers:
        [wanted] = replay.wanted
        asked.append(wanted)
        known = record(known, wanted, body, status)
        end, replay = replayed(known)
    return end, replay, asked


def test_what_is_not_recorded_is_wanted_and_costs_nothing() -> None:
    end, replay = replayed({})
    assert isinstance(end, NotYetAnswered)
    assert CANARY not in str(end)
    assert [(one.attempt, one.room) for one in replay.wanted] == [(1, 200)]
    assert replay.letter.spent.requests == 0


def test_what_is_wanted_is_what_a_synchronous_run_sends() -> None:
    with serving(Step(answer={"at": 1})) as server:
        from tests.llm.asking import asked

        asked(settings_for(server.url))
        [sent] = server.bodies
    _, replay = replayed({})
    assert dict(replay.wanted[0].body) == sent


def test_an_answer_is_taken_at_half_the_price() -> None:
    end, replay, _ = through((200, reply(1)))
    assert isinstance(end, Answered)
    assert (end.value.at, end.model, replay.wanted) == (1, "served-model", [])
    assert replay.letter.spent.cost_usd == pytest.approx((60 * 1.0 + 40 * 0.5 + 10 * 10.0) / 1e6 / 2)


def test_an_answer_that_does_not_hold_wants_another() -> None:
    end, replay, asked = through((200, reply(7)), (200, reply(1)))
    assert isinstance(end, Answered)
    assert replay.letter.spent.requests == 2
    assert asked[0].identity != asked[1].identity
    assert asked[0].question == asked[1].question
    assert "there is no sentence 7" in json.dumps(dict(asked[1].body))


def test_answers_that_never_hold_come_to_an_end() -> None:
    end, replay, _ = through(*[(200, reply(7))] * 3)
    assert isinstance(end, AnswerUnusable)
    assert (replay.wanted, replay.letter.spent.requests) == ([], 3)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_request_that_was_not_worked_on_is_wanted_again_twice(status: int) -> None:
    end, replay, asked = through(*[(status, b"{}")] * 3)
    assert isinstance(end, ModelUnreachable)
    assert [one.attempt for one in asked] == [1, 2, 3]
    assert len({one.identity for one in asked}) == 1
    assert replay.letter.spent.cost_usd == 0.0


def test_a_body_that_is_no_answer_is_wanted_again() -> None:
    end, _, asked = through((200, b"[]"), (200, reply(1)))
    assert isinstance(end, Answered)
    assert [one.attempt for one in asked] == [1, 2]


def test_a_request_that_is_refused_is_refused() -> None:
    end, replay, _ = through((400, b'{"error": {"code": "bad"}}'))
    assert isinstance(end, RequestRefused)
    assert replay.wanted == []


def test_an_answer_is_kept_when_nothing_more_is_wanted(tmp_path: Path) -> None:
    cache = tmp_path / "answers.sqlite3"
    _, replay = replayed({}, cache=cache)
    # Sentence 2 is objected to once: the last word comes with the next answer.
    known = record({}, replay.wanted[0], reply(2))
    end, replay = replayed(known, cache=cache)
    assert len(replay.wanted) == 1
    end, replay = replayed({}, cache=cache)
    assert isinstance(end, NotYetAnswered)
    known = record(known, replayed(known)[1].wanted[0], reply(2))
    end, replay = replayed(known, cache=cache)
    assert isinstance(end, Answered)
    end, replay = replayed({}, cache=cache)
    assert isinstance(end, Answered)
    assert end.from_cache
    # The letter's own requests tell what it cost, as often as it is read.
    end, replay = replayed(known, cache=cache)
    assert replay.letter.spent.requests == 2
