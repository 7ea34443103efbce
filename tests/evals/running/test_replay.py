from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.errors import AnswersMissing, RunError
from evals.running.replay import (
    NOT_RECORDED,
    Recorder,
    Recording,
    kept_apart,
    load_recording,
    refuse_missing,
    save_recording,
    send_nothing,
)
from schemas import Determination, Origin
from summarizer.llm.settings import ModelSettings, settings_from
from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer, Summary
from tests.evals.runs import attempt, run
from tests.evals.runs import letter as scored
from tests.forms import LetterItem, letter
from tests.llm.server import Server, Step, serving
from tests.llm.sound import sound

ONE = letter()
OTHER = letter(LetterItem(heading="Twelve sessions of massage"))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Step(answer=sound)) as server:
        yield server


def asking(server: Server, cache: Path | str) -> ModelSettings:
    return settings_from({}, model="small-model", base_url=server.url, cache=cache, prices="1/2", temperature=0)


def read(summarizer: Summarizer, text: str) -> Summary:
    return summarizer.read(Source.from_text(text))


def recorded(settings: ModelSettings, *texts: str, unanswered: tuple[str, ...] = ()) -> tuple[Recording, list[Summary]]:
    with Recorder() as recorder, Summarizer("hybrid", model=settings) as summarizer:
        recorder.prepare(summarizer)
        read_ones = [read(summarizer, text) for text in texts]
        letters = [
            scored(str(index), attempt(failure=None if one.failure is None else str(one.failure)))
            for index, one in enumerate(read_ones)
        ]
        return recorder.recording(run(*letters, engine="hybrid", model="small-model")), read_ones


def replayed(recording: Recording, text: str, prompt: str | None = None) -> Summary:
    engine = recording.asked.engine
    with (
        kept_apart(recording, recording.settings(prompt=prompt)) as settings,
        Summarizer(engine, model=settings) as summarizer,
    ):
        send_nothing(summarizer)
        return read(summarizer, text)


def by_model(determination: Determination) -> bool:
    return determination.provenance["items[0].primary_reason"].origin is Origin.MODEL


@pytest.mark.parametrize("cached", [True, False])
def test_what_was_recorded_replays_without_a_server(server: Server, tmp_path: Path, cached: bool) -> None:
    recording, (first,) = recorded(asking(server, tmp_path / "cache.sqlite3" if cached else "off"), ONE)
    file = tmp_path / "answers.jsonl"
    save_recording(recording, file)
    asked = server.count
    assert asked == 1
    again = replayed(load_recording(file), ONE)
    assert again.determination == first.determination
    assert by_model(again.determination)
    assert server.count == asked
    assert again.saved is not None
    assert again.saved.cost_usd == first.determination.usage.cost_usd


def test_answers_that_came_from_the_cache_are_recorded_and_others_are_not(server: Server, tmp_path: Path) -> None:
    settings = asking(server, tmp_path / "cache.sqlite3")
    with Summarizer("hybrid", model=settings) as summarizer:
        read(summarizer, ONE)
        read(summarizer, OTHER)
    recording, _ = recorded(settings, ONE)
    assert server.count == 2
    assert len(recording.answers) == 1
    assert by_model(replayed(recording, ONE).determination)


def test_a_letter_without_an_answer_ends_at_once_and_is_named(server: Server, tmp_path: Path) -> None:
    recording, _ = recorded(asking(server, "off"), ONE)
    asked = server.count
    summary = replayed(recording, OTHER)
    assert server.count == asked
    assert not by_model(summary.determination)
    assert summary.failure is not None
    assert NOT_RECORDED in str(summary.failure)
    again = run(scored("a"), scored("b", attempt(failure=str(summary.failure))), engine="hybrid")
    with pytest.raises(AnswersMissing, match=r"invented/b: the prompt, .* changed; record anew"):
        refuse_missing(again, recording)


def test_what_the_model_left_unanswered_when_recorded_is_no_missing_answer(tmp_path: Path) -> None:
    with serving(Step(refusal="I will not.")) as server:
        recording, (summary,) = recorded(asking(server, "off"), ONE)
    assert summary.failure is not None
    assert recording.asked.unanswered == ("invented/0",)
    refuse_missing(run(scored("0", attempt(failure=str(replayed(recording, ONE).failure)))), recording)


def test_whatever_a_letter_fails_with_that_had_its_answer_is_a_missing_answer(server: Server) -> None:
    recording, _ = recorded(asking(server, "off"), ONE)
    again = run(scored("0", attempt(failure="small-model: the model gave no usable answer; mend it")), engine="hybrid")
    with pytest.raises(AnswersMissing, match="invented/0"):
        refuse_missing(again, recording)


def test_an_answer_that_no_longer_holds_is_not_asked_anew(server: Server) -> None:
    recording, _ = recorded(asking(server, "off"), ONE)
    ((key, stored),) = recording.answers.items()
    spoiled = Recording(recording.asked, {key: type(stored)(stored.model, stored.prompt, '{"items": []}')})
    asked = server.count
    summary = replayed(spoiled, ONE)
    assert server.count == asked
    assert NOT_RECORDED in str(summary.failure)


def test_the_file_holds_settings_first_and_no_key(server: Server, tmp_path: Path) -> None:
    settings = settings_from({}, model="small-model", base_url=server.url, cache="off", api_key="sk-canary")
    recording, _ = recorded(settings, ONE)
    file = tmp_path / "answers.jsonl"
    save_recording(recording, file)
    assert "sk-canary" not in file.read_text(encoding="utf-8")
    first, line = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert first["prompt"] == "read_determination@v1"
    assert first["base_url"] == server.url
    assert set(line) == {
        "key",
        "model",
        "prompt",
        "answer",
        "input_tokens",
        "cached_input_tokens",
        "output_tokens",
        "cost_usd",
    }
    assert load_recording(file).answers.keys() == recording.answers.keys()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "is empty"),
        ("not json", "line 1"),
        ('{"recording": 99}', "recording: is 99, this program writes 1"),
        ('{"recording": 1}', "line 1, engine: Field required"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, words: str, said: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(words, encoding="utf-8")
    with pytest.raises(RunError, match=said):
        load_recording(file)


def test_a_broken_line_is_named(server: Server, tmp_path: Path) -> None:
    recording, _ = recorded(asking(server, "off"), ONE)
    file = tmp_path / "answers.jsonl"
    save_recording(recording, file)
    with file.open("a", encoding="utf-8") as more:
        more.write('{"key": "k", "model": "m", "prompt": "p"}\n')
    with pytest.raises(RunError, match="line 3, answer: Field required"):
        load_recording(file)
