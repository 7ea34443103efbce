"""What is sent, what is kept, and what comes back."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import field_validator

from schemas.judgement import Answer
from summarizer.errors import ModelError, ModelMisconfigured
from summarizer.llm.ask import ask, request_of
from summarizer.llm.cache import CacheError, open_cache
from summarizer.llm.connection import Connection
from summarizer.llm.question import Answered, Meter, Question, Spent
from summarizer.llm.settings import Shape
from tests.llm.asking import INSTRUCTIONS, KEY, LETTER, WAITS, Cited, Outcome, Shown, asked, question, settings_for
from tests.llm.server import Step, serving

GOOD = Step({"at": 1})
TRAPS = [
    LETTER,
    "{{ 7 * 7 }} {% for x in y %} {# note #} {{ letter }} {% raw %}",
    "    every line\n    is indented\n \t \n    with blanks between",
    "\r\n trailing   \n\n",
    "café ≥ 7.5-\u00ad325 mg \U0001f480 “quoted”",
    "",
]


def answer_of(outcome: Outcome) -> Answered[Cited]:
    assert isinstance(outcome.answer, Answered)
    return outcome.answer


@pytest.mark.parametrize("shape", [Shape.TOOLS, Shape.JSON_SCHEMA, Shape.RESPONSES])
@pytest.mark.parametrize("letter", TRAPS)
def test_texts_go_out_character_for_character(letter: str, shape: Shape) -> None:
    with serving(Step({"at": 77}), GOOD) as server:
        asked(settings_for(server.url, shape=shape), make=lambda: question(letter))

    assert len(server.bodies) == 2
    for body in server.bodies:
        messages = body["input" if shape is Shape.RESPONSES else "messages"]
        assert messages[:2] == [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": letter},
        ]


def test_a_re_ask_says_what_was_wrong() -> None:
    with serving(Step({"at": 77}), GOOD) as server:
        asked(settings_for(server.url))

    first, second = server.bodies
    assert len(first["messages"]) == 2
    assert second["messages"][2]["tool_calls"][0]["function"]["arguments"] == '{"at": 77}'
    assert "there is no sentence 77" in second["messages"][3]["content"]


def test_a_re_ask_holds_no_address_of_a_library() -> None:
    with serving(Step({"at": 77}), Step({"at": 1})) as server:
        asked(settings_for(server.url))

    assert "there is no sentence 77" in str(server.bodies[1]["messages"])
    assert "https://" not in str(server.bodies[1]["messages"][2:])


def test_a_line_break_within_a_string_of_the_answer_is_understood() -> None:
    with serving(Step('{"at":\n 1, "why": "a\nb"}'), Step({"at": 1})) as server:
        outcome = asked(settings_for(server.url))

    assert outcome.name == "answered"
    assert "JSON" not in str(server.bodies[1]["messages"][2:])


@pytest.mark.parametrize(
    ("shape", "sent"),
    [
        (Shape.TOOLS, {"reasoning_effort": "low"}),
        (Shape.JSON_SCHEMA, {"reasoning_effort": "low"}),
        (Shape.RESPONSES, {"reasoning": {"effort": "low"}}),
    ],
)
def test_a_reasoning_effort_is_sent_where_one_is_set(shape: Shape, sent: dict[str, object]) -> None:
    with serving(GOOD) as server:
        asked(settings_for(server.url, shape=shape))
        asked(settings_for(server.url, shape=shape, reasoning_effort="low"))

    plain, with_effort = server.bodies
    assert with_effort == {**plain, **sent}


@pytest.mark.parametrize("shape", [Shape.TOOLS, Shape.JSON_SCHEMA, Shape.RESPONSES])
def test_the_dry_run_is_what_is_sent(shape: Shape) -> None:
    with serving(GOOD) as server:
        settings = settings_for(server.url, shape=shape, temperature=0.0, max_output_tokens=321)
        dry = asyncio.run(
            request_of(
                settings_for(server.url, shape=shape, temperature=0.0, max_output_tokens=321, api_key=""), question()
            )
        )
        assert server.count == 0
        asked(settings)

    assert server.bodies == [dry]
    assert 321 in dry.values()


def test_the_answer_is_of_its_own_class() -> None:
    with serving(GOOD) as server:
        answer = answer_of(asked(settings_for(server.url)))

    assert type(answer.value) is Cited
    assert answer.value == Cited.model_construct(at=1)
    assert pickle.loads(pickle.dumps(answer.value)) == answer.value
    assert answer.model == "served-model"
    assert answer.spent.requests == 1
    assert not answer.from_cache


def test_an_answer_is_kept_and_paid_for_once(tmp_path: Path) -> None:
    with serving(GOOD) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3")
        once, again = asked(settings), asked(settings)
        first, second = answer_of(once), answer_of(again)

    assert server.count == 1
    assert second.value == first.value
    assert second.model == "served-model"
    assert second.from_cache
    assert second.spent == again.letter.spent == Spent()
    assert again.letter.saved == once.letter.spent
    assert once.letter.saved == Spent()


def test_what_a_kept_answer_of_unknown_price_had_cost_is_unknown(tmp_path: Path) -> None:
    with serving(GOOD) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3", prices=None)
        again = [asked(settings) for _ in range(2)][1]

    assert again.letter.saved.requests == 1
    assert again.letter.saved.cost_usd is None


def test_what_was_objected_to_once_is_kept_too(tmp_path: Path) -> None:
    with serving(Step({"at": 2})) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3")
        first, second = answer_of(asked(settings)), answer_of(asked(settings))

    assert server.count == 2
    assert first.value.at == second.value.at == 2
    assert second.from_cache


def test_a_kept_answer_that_no_longer_holds_is_asked_for_again(tmp_path: Path) -> None:
    class OfOneSentence:
        def words_of(self, number: int) -> str | None:
            return {5: "five"}.get(number)

        def objects(self, objection: str) -> bool:
            return False

    with serving(GOOD, Step({"at": 5})) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3")
        asked(settings)
        second = answer_of(asked(settings, make=lambda: question(shown=OfOneSentence())))

    assert server.count == 2
    assert second.value.at == 5
    assert not second.from_cache


def test_a_kept_answer_that_no_longer_holds_uses_up_no_objection(tmp_path: Path) -> None:
    class WithoutTheFirst(Shown):
        def words_of(self, number: int) -> str | None:
            if number == 1:
                self.objects("sentence 2")
                return None
            return super().words_of(number)

    with serving(GOOD, Step({"at": 2})) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3")
        asked(settings)
        second = answer_of(asked(settings, make=lambda: question(shown=WithoutTheFirst())))

    assert second.value.at == 2
    assert second.spent.requests == 2  # the new answer was objected to, as it would be without a kept one


PAID = (
    Step(status=500),
    Step(refusal="no"),
    Step(status=429, error={"code": "insufficient_quota"}),
    Step({"at": 2}, finish="length"),
    Step({"at": 77}),
    Step("I do not know.", call=False),
)


@pytest.mark.parametrize("second", PAID, ids=["500", "refusal", "no credit", "cut", "wrong", "no call"])
def test_a_paid_answer_that_can_stand_outlives_a_failed_re_ask(second: Step, tmp_path: Path) -> None:
    with serving(Step({"at": 2}), second) as server:
        settings = settings_for(server.url, max_attempts=1, cache=tmp_path / "answers.sqlite3")
        first = answer_of(asked(settings))
        again = answer_of(asked(settings))

    assert first.value.at == 2
    assert first.whole
    assert again.from_cache


def test_a_paid_answer_that_can_stand_outlives_the_limit_of_dollars() -> None:
    dear = Step({"at": 2}, usage={"prompt_tokens": 1000, "completion_tokens": 1000, "total_tokens": 2000})
    with serving(dear) as server:
        outcome = asked(settings_for(server.url, max_cost_usd=0.012), times=2)

    assert [type(answer).__name__ for answer in outcome.answers] == ["Answered", "BudgetReached"]
    assert server.count == 1


class Parts(Answer):
    """Sentences, of which all must exist."""

    at: tuple[int, ...]
    """Their numbers."""

    @field_validator("at")
    @classmethod
    def _exist(cls, at: tuple[int, ...]) -> tuple[int, ...]:
        if any(number > 9 for number in at):
            raise ValueError("there are 9 sentences")
        return at

    @classmethod
    def salvaged(cls, answer: str, context: Mapping[str, object]) -> Parts | None:
        kept = [number for number in json.loads(answer)["at"] if number <= context["most"]]
        return cls(at=tuple(kept)) if kept else None


def test_what_holds_of_the_last_answer_is_taken_and_not_kept(tmp_path: Path) -> None:
    asks = Question("p@v1", "i", "l", Parts, 50, {"most": 9})

    async def run(url: str) -> Answered[Parts]:
        async with Connection(settings_for(url, cache=tmp_path / "answers.sqlite3"), waits=WAITS) as connection:
            return await ask(connection, asks, Meter())

    with serving(Step({"at": [1, 77]}), Step({"at": [2, 3, 77]}), Step({"at": [77]})) as server:
        first, second = asyncio.run(run(server.url)), None
        with suppress(ModelError):
            second = asyncio.run(run(server.url))

    assert (first.value.at, first.whole) == ((2, 3), False)
    assert second is None
    assert server.count > 3


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    with serving(Step({"at": 77}), Step({"at": 77}), Step({"at": 77}), GOOD) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3")
        failed, second = asked(settings), asked(settings)

    assert failed.name == "AnswerUnusable"
    assert answer_of(second).value.at == 1


def test_a_cache_that_cannot_be_opened_costs_no_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "answers.sqlite3").write_text("no database at all, but quite some text")
    with pytest.raises(CacheError):
        open_cache(tmp_path / "answers.sqlite3")
    with serving(GOOD) as server:
        outcome = asked(settings_for(server.url, cache=tmp_path / "answers.sqlite3"))

    assert answer_of(outcome).value.at == 1
    (note,) = outcome.notes
    assert note.startswith("answers are not kept: ")
    assert caplog.records == []  # or Python would print it too


def test_a_kept_answer_comes_even_after_the_run_was_stopped(tmp_path: Path) -> None:
    settings_of = {"cache": tmp_path / "answers.sqlite3"}
    letters = iter([LETTER, "another letter", LETTER])
    with serving(GOOD, Step(status=401)) as server:
        outcome = asked(settings_for(server.url, **settings_of), times=3, make=lambda: question(next(letters)))

    assert [type(answer).__name__ for answer in outcome.answers] == ["Answered", "KeyRefused", "Answered"]
    assert server.count == 2


@pytest.mark.parametrize(
    "given",
    [
        {"api_key": f"{KEY}\n"},
        {"api_key": f"“{KEY}”"},
        {"base_url": "api.example.com/v1"},
        {"base_url": f"http://user:{KEY}@127.0.0.1/v1"},
    ],
)
def test_what_cannot_be_sent_is_found_before_a_letter_is(given: dict[str, str]) -> None:
    settings = {
        "url": "http://127.0.0.1:1/v1",
        **{"url" if name == "base_url" else name: value for name, value in given.items()},
    }
    with pytest.raises(ModelMisconfigured) as raised:
        Connection(settings_for(**settings))

    assert KEY not in str(raised.value)


def test_a_shape_without_validators_needs_no_context() -> None:
    class Plain(Answer):
        """Anything."""

        number: int

    async def run(url: str) -> int:
        async with Connection(settings_for(url)) as connection:
            answered = await ask(connection, Question("p@v1", "i", "l", Plain, 50), Meter())
            return answered.value.number

    with serving(Step({"number": "3"})) as server:
        assert asyncio.run(run(server.url)) == 3


def test_outside_of_its_context_a_connection_says_so() -> None:
    connection = Connection(settings_for("http://127.0.0.1:1/v1"))
    with pytest.raises(RuntimeError, match="not open"):
        _ = connection.client


def test_errors_of_a_model_cross_processes() -> None:
    with serving(Step(status=400, error={"code": "bad_thing"})) as server:
        error = asked(settings_for(server.url)).answer

    assert isinstance(error, ModelError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
