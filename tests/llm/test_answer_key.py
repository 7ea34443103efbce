"""A kept answer is found for the same question only."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from schemas.judgement import LetterJudgement
from schemas.outline import LetterOutline
from summarizer.llm import answer_key
from summarizer.llm.answer_key import key_of
from summarizer.llm.question import Question
from summarizer.llm.settings import ModelSettings, Prices, Shape, Timeouts

SETTINGS = ModelSettings("a-model", "https://models.example/v1", "sk-one", Shape.TOOLS)
QUESTION = Question("read@v1", "Read.", "1| Gel: Upheld", LetterJudgement, 900, {"shown": object()}, "f" * 64)
SCHEMA = '{"type":"object"}'
KEY = key_of(SETTINGS, QUESTION, SCHEMA)

CHANGE_AN_ANSWER = {
    "model": "another",
    "base_url": "https://models.example/v2",
    "shape": Shape.JSON_SCHEMA,
    "temperature": 0.0,
    "reasoning_effort": "low",
    "max_output_tokens": 5000,
}
CHANGE_NONE = {
    "api_key": "sk-two",
    "prompt": "read@v9",
    "window_tokens": 9000,
    "concurrency": 2,
    "requests_per_minute": 9.0,
    "tokens_per_minute": 9.0,
    "max_cost_usd": 9.0,
    "prices": Prices(1, 2),
    "timeouts": Timeouts(1, 2, 3, 4),
    "max_attempts": 2,
    "max_reasks": 0,
    "max_answer_bytes": 9,
    "cache": Path("elsewhere"),
}


@pytest.mark.parametrize("name", CHANGE_AN_ANSWER)
def test_a_setting_that_can_change_an_answer_changes_the_key(name: str) -> None:
    assert key_of(replace(SETTINGS, **{name: CHANGE_AN_ANSWER[name]}), QUESTION, SCHEMA) != KEY


@pytest.mark.parametrize("name", CHANGE_NONE)
def test_the_key_the_limits_and_the_prices_do_not(name: str) -> None:
    assert getattr(SETTINGS, name) != CHANGE_NONE[name]
    assert key_of(replace(SETTINGS, **{name: CHANGE_NONE[name]}), QUESTION, SCHEMA) == KEY


def test_every_setting_was_thought_of() -> None:
    assert {field.name for field in fields(ModelSettings)} == {*CHANGE_AN_ANSWER, *CHANGE_NONE}


@pytest.mark.parametrize(
    "changed",
    [
        {"prompt": "read@v2"},
        {"instructions": "Read it."},
        {"letter": "1| Gel: Overturned"},
        {"shape": LetterOutline},
        {"room": 901},
        {"fingerprint": "e" * 64},
    ],
)
def test_a_part_of_the_question_changes_the_key(changed: dict[str, object]) -> None:
    assert key_of(SETTINGS, replace(QUESTION, **changed), SCHEMA) != KEY


def test_the_response_schema_and_the_reading_version_change_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_of(SETTINGS, QUESTION, SCHEMA + " ") != KEY
    monkeypatch.setattr(answer_key, "READING_VERSION", answer_key.READING_VERSION + 1)
    assert key_of(SETTINGS, QUESTION, SCHEMA) != KEY


def test_a_release_alone_costs_nobody_the_kept_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarizer.__version__", "99")
    assert answer_key.reading_version() == str(answer_key.READING_VERSION)
    assert key_of(SETTINGS, QUESTION, SCHEMA) == KEY


def test_words_that_move_between_two_parts_change_the_key() -> None:
    parts = [
        ("ab", "c"),
        ("a", "bc"),
        ('a","b', "c"),
        ("a", 'b","c'),
        ("a\\", "bc"),
        ("", "abc"),
    ]
    made = {key_of(SETTINGS, replace(QUESTION, instructions=one, letter=two), SCHEMA) for one, two in parts}
    assert len(made) == len(parts)


def test_the_context_of_the_validators_is_no_part_and_lone_surrogates_pass() -> None:
    assert key_of(SETTINGS, replace(QUESTION, context={}), SCHEMA) == KEY
    assert len(key_of(SETTINGS, replace(QUESTION, letter="\ud800"), SCHEMA)) == 64


@pytest.mark.parametrize(
    "address",
    ["https://models.example/v1/", "HTTPS://Models.Example/v1", "https://user:secret@models.example/v1"],
)
def test_one_server_by_any_writing_of_its_address_has_one_key(address: str) -> None:
    assert key_of(replace(SETTINGS, base_url=address), QUESTION, SCHEMA) == KEY
