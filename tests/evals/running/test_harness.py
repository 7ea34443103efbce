"""The harness on pydantic-evals: real letters, the real Summarizer, a scripted server for models."""

from __future__ import annotations

import logging
import signal
import sqlite3
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext
from pydantic_evals.reporting.analyses import ConfusionMatrix, ScalarResult

from benchmarks.server import Stats, served
from evals.errors import EvaluationError, GoldError
from evals.gold import Labeled, Split
from evals.metrics.catalog import BY_NAME
from evals.metrics.measured import Measured, Pair, Reading
from evals.metrics.measures import MEASURES
from evals.metrics.tally import Tally
from evals.running.engines import settings_for_attempt
from evals.running.families import FAMILIES, Inputs, handed_on
from evals.running.harness import evaluate, evaluation
from evals.running.runs import Complaint
from evals.scores import value
from schemas import Category, Determination
from summarizer import __version__
from summarizer.llm.settings import ModelSettings
from summarizer.pipeline import Summarizer
from tests.evals.labels import item
from tests.forms import LetterItem, letter
from tests.llm.asking import settings_for
from tests.llm.server import Fault, Step, serving

LABEL = Determination(
    case_number="CM16-0900001",
    items=(item("Cane", category=Category.DMEPOS), item("Wrist brace", category=Category.DMEPOS)),
)


@pytest.fixture
def gold(tmp_path: Path) -> tuple[Labeled, ...]:
    """Two letters that can be read and one that is none."""
    texts = {
        "a": letter(LetterItem("Cane"), LetterItem("Wrist brace", "Overturned")),
        "b": letter(LetterItem("Cane"), LetterItem("Wrist brace")),
        "c": "A shopping list.",
    }
    found = []
    for stem, text in texts.items():
        path = tmp_path / f"{stem}.txt"
        path.write_text(text, encoding="utf-8")
        found.append(Labeled(stem, path, LABEL, split=Split.TEST if stem == "b" else Split.DEV, gold_set="small"))
    return tuple(found)


@dataclass
class Items(Evaluator):
    """A user's own evaluator."""

    def evaluate(self, ctx: EvaluatorContext) -> dict[str, object]:
        assert isinstance(ctx.inputs, Inputs)
        assert isinstance(ctx.output, Reading)
        assert isinstance(ctx.expected_output, Labeled)
        return {
            "items_read": len(ctx.output.determination.items),
            "as_many": len(ctx.output.determination.items) == len(ctx.expected_output.label.items),
            "outcome": EvaluationReason(0.5, "the catalog has this name"),
        }


@dataclass
class Words(Evaluator):
    """One that gives words."""

    def evaluate(self, ctx: EvaluatorContext) -> str:
        return "good"


@dataclass
class Broken(Evaluator):
    """One that raises an error with the letter's words in it."""

    def evaluate(self, ctx: EvaluatorContext) -> float:
        if ctx.inputs.stem == "b":
            raise LookupError("canary words of the letter")
        return 1.0


@dataclass
class Handed(Evaluator):
    """One that sees what the families counted."""

    def evaluate(self, ctx: EvaluatorContext) -> int:
        return sum(isinstance(measured, Measured) for measured in handed_on(ctx.attributes))


def test_a_run_tells_what_was_read_and_by_what(gold: tuple[Labeled, ...]) -> None:
    told: list[tuple[int, int]] = []
    run = evaluate(gold, Summarizer(), name="today", tell=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (run.name, run.engine, run.model, run.program, run.repeat) == ("today", "rules", None, __version__, 1)
    assert [each.key for each in run.letters] == ["small/a", "small/b", "small/c"]
    first, second, third = run.letters
    assert (first.split, second.split) == (Split.DEV, Split.TEST)
    assert first.fingerprint == gold[0].fingerprint
    assert (first.layout, third.layout, first.categories) == ("imr_form_2014", "not recognized", ("dmepos", "dmepos"))
    assert first.words == len(letter(LetterItem("Cane"), LetterItem("Wrist brace", "Overturned")).split())
    (attempt,) = first.attempts
    assert attempt.tallies["wrong_outcome"] == Tally(1, 2, 2)
    assert Pair("outcome", "upheld", "overturned") in attempt.pairs
    assert [each.field for each in attempt.differences if "outcome" in each.metrics] == ["items[1].outcome"]
    assert set(attempt.summaries) == {"case_summary", "items[0].rationale_summary", "items[1].rationale_summary"}
    (failed,) = third.attempts
    assert failed.failed
    assert failed.failure is not None
    assert failed.failure.startswith("c.txt: ")
    assert value(BY_NAME["letters_read"], run.letters) == pytest.approx(2 / 3)
    assert value(BY_NAME["items_f1"], run.letters) == pytest.approx(2 * 4 / (6 + 4))


def test_the_families_hand_on_what_they_counted(gold: tuple[Labeled, ...]) -> None:
    (report,) = evaluation(gold, Summarizer(), evaluators=[Handed()]).reports
    for case in report.cases:
        assert len(handed_on(case.attributes)) == len(MEASURES) == len(FAMILIES)
        assert case.scores["Handed"].value == len(MEASURES)
    scores = report.cases[0].scores
    assert scores["items/wrong_outcome"].value == 0.5
    assert scores["case/case_number"].value == 1


def test_figures_of_the_whole_set_are_analyses_of_the_report(gold: tuple[Labeled, ...]) -> None:
    found = evaluation(gold, Summarizer())
    (report,) = found.reports
    scalars = {each.title: each.value for each in report.analyses if isinstance(each, ScalarResult)}
    assert scalars["letters read"] == pytest.approx(2 / 3)
    assert scalars["items"] == value(BY_NAME["items_f1"], found.run.letters)
    (matrix,) = [each for each in report.analyses if isinstance(each, ConfusionMatrix) and each.title == "outcome"]
    assert matrix.class_labels == ["overturned", "upheld", "missed"]
    assert matrix.matrix == [[0, 0, 0], [1, 3, 2], [0, 0, 0]]


def test_a_user_s_own_evaluator_drops_in_with_one_line(gold: tuple[Labeled, ...]) -> None:
    run = evaluate(gold, Summarizer(), evaluators=[Items()])
    assert run.own_metrics == ("items_read", "Items.outcome", "as_many")
    attempt = run.letters[0].attempts[0]
    assert attempt.tallies["items_read"] == Tally(2, 1, 1)
    assert attempt.tallies["as_many"] == Tally(1, 1, 1)
    assert attempt.tallies["Items.outcome"] == Tally(0.5, 1, 1), "the catalog's own outcome is untouched"
    assert attempt.tallies["outcome"] == Tally(1, 2, 2)


def test_words_are_kept_out_of_the_run_and_told(gold: tuple[Labeled, ...]) -> None:
    found = evaluation(gold, Summarizer(), evaluators=[Words()])
    assert found.run.own_metrics == ()
    assert [str(each) for each in found.complaints] == [
        "evaluator Words: Words is a word and no score, left out of the run"
    ]


def test_an_evaluator_that_raises_loses_its_score_alone(
    gold: tuple[Labeled, ...], caplog: pytest.LogCaptureFixture
) -> None:
    found = evaluation(gold, Summarizer(), evaluators=[Broken()])
    assert found.complaints == (Complaint("Broken", "small/b", "LookupError"),)
    assert [each.attempts[0].tallies.get("Broken") for each in found.run.letters] == [
        Tally(1, 1, 1),
        None,
        Tally(1, 1, 1),
    ]
    with caplog.at_level(logging.WARNING):
        evaluate(gold, Summarizer(), evaluators=[Broken()])
    assert "evaluator Broken: small/b: LookupError" in caplog.text
    assert "canary" not in caplog.text


def test_what_makes_no_run_is_told_before_anything_is_read(gold: tuple[Labeled, ...]) -> None:
    with pytest.raises(GoldError, match="no labeled letter"):
        evaluate((), Summarizer())
    with pytest.raises(GoldError, match="small/a: two letters have this name"):
        evaluate((*gold, gold[0]), Summarizer())
    with pytest.raises(EvaluationError, match="Items: two evaluators have this name"):
        evaluate(gold, Summarizer(), evaluators=[Items(), Items()])
    with pytest.raises(EvaluationError, match="repeat: is 0"):
        evaluate(gold, Summarizer(), repeat=0)


def test_a_letter_that_is_no_determination_is_told_apart_from_one_that_cannot_be_opened(
    gold: tuple[Labeled, ...], tmp_path: Path
) -> None:
    empty = replace(gold[0], stem="empty", letter=tmp_path / "empty.txt")
    empty.letter.write_bytes(b"")
    found = evaluation((*gold, empty), Summarizer(), repeat=2)
    assert [each.key for each in found.run.letters if each.attempts[0].failed] == ["small/c", "small/empty"]
    assert found.not_recognized == ("small/c",)


def test_a_letter_that_no_model_answered_for_is_not_one_that_was_not_recognized(gold: tuple[Labeled, ...]) -> None:
    with Summarizer("hybrid", model=asked("http://127.0.0.1:1/v1", max_attempts=1)) as summarizer:
        assert evaluation(gold, summarizer).not_recognized == ()


def test_nothing_is_warned_and_nothing_recorded(gold: tuple[Labeled, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        evaluate(gold, Summarizer())


def test_it_runs_inside_a_loop_as_in_a_notebook(gold: tuple[Labeled, ...]) -> None:
    import asyncio

    async def cell() -> int:
        return len(evaluate(gold, Summarizer()).letters)

    assert asyncio.run(cell()) == 3


def test_repeats_of_the_rules_are_the_same(gold: tuple[Labeled, ...]) -> None:
    run = evaluate(gold[:2], Summarizer(), repeat=2)
    assert run.repeat == 2
    for each in run.letters:
        one, other = each.attempts
        assert one.differences == other.differences


def asked(url: str, cache: Path | None = None, **more: object) -> ModelSettings:
    return settings_for(url, cache=cache, **more)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, object]]:
    with served() as running:
        yield running.url, running


def requests_of(server: object) -> int:
    stats = server.stats()  # type: ignore[attr-defined]
    assert isinstance(stats, Stats)
    return stats.requests


def test_a_model_s_run_tells_model_prompt_and_settings(gold: tuple[Labeled, ...], server: tuple[str, object]) -> None:
    url, _ = server
    with Summarizer("hybrid", model=asked(url, temperature=0.2)) as summarizer:
        run = evaluate(gold[:2], summarizer)
    assert (run.engine, run.model) == ("hybrid", "some-model")
    assert run.prompt is not None
    assert run.prompt.startswith("read_determination@v")
    assert run.settings["temperature"] == "0.2"
    assert len(run.settings["prompt_sha256"]) == 64
    attempt = run.letters[0].attempts[0]
    assert attempt.usage.requests == 1
    assert attempt.tallies["cost_usd"].right > 0
    assert not attempt.from_cache
    assert "seconds" in attempt.tallies


def test_each_repeat_is_asked_anew_and_the_same_command_once_more_costs_nothing(
    gold: tuple[Labeled, ...], server: tuple[str, object], tmp_path: Path
) -> None:
    url, running = server
    settings = asked(url, tmp_path / "answers.sqlite3")
    before = requests_of(running)
    with Summarizer("hybrid", model=settings) as summarizer:
        first = evaluate(gold[:2], summarizer, repeat=3)
    assert requests_of(running) - before == 6
    with Summarizer("hybrid", model=settings) as summarizer:
        again = evaluate(gold[:2], summarizer, repeat=3)
    assert requests_of(running) - before == 6
    assert sorted(path.name for path in tmp_path.glob("answers*.sqlite3")) == [
        "answers-2.sqlite3",
        "answers-3.sqlite3",
        "answers.sqlite3",
    ]
    for one, other in zip(first.letters, again.letters, strict=True):
        for before_cache, from_cache in zip(one.attempts, other.attempts, strict=True):
            assert from_cache.from_cache
            assert "seconds" not in from_cache.tallies
            assert from_cache.tallies["cost_usd"] == before_cache.tallies["cost_usd"]
            assert from_cache.usage.input_tokens == before_cache.usage.input_tokens > 0
    with sqlite3.connect(tmp_path / "answers-3.sqlite3") as rows:
        assert rows.execute("SELECT count(*) FROM answers").fetchone() == (2,)
    rows.close()


def test_a_limit_of_dollars_holds_for_all_repeats_together(
    gold: tuple[Labeled, ...], server: tuple[str, object]
) -> None:
    url, _ = server
    with Summarizer("hybrid", model=asked(url)) as summarizer:
        one = evaluate(gold[:1], summarizer).letters[0].attempts[0].usage.cost_usd
    assert one is not None
    with Summarizer("hybrid", model=asked(url, max_cost_usd=one)) as summarizer:
        letters = evaluate(gold[:1], summarizer, repeat=2).letters
    assert [bool(each.failure) for each in letters[0].attempts][1], "the first took what there was"


def test_settings_without_a_cache_stay_as_they_are() -> None:
    settings = asked("http://127.0.0.1:1/v1")
    assert settings_for_attempt(settings, 2) == settings


def test_a_server_that_is_not_there_ends_no_run(gold: tuple[Labeled, ...]) -> None:
    with Summarizer("hybrid", model=asked("http://127.0.0.1:1/v1", max_attempts=1)) as summarizer:
        run = evaluate(gold, summarizer)
    assert [each.attempts[0].failed for each in run.letters] == [False, False, True]
    assert all(each.attempts[0].failure for each in run.letters)


def interrupt() -> None:
    """Send what Ctrl-C sends to the thread that hears it."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
def test_an_interrupt_ends_a_run_that_waits_for_a_model(gold: tuple[Labeled, ...]) -> None:
    with serving(Step(fault=Fault.SILENT)) as silent:
        timer = threading.Timer(1.0, interrupt)
        timer.start()
        with Summarizer("hybrid", model=asked(silent.url)) as summarizer, pytest.raises(KeyboardInterrupt):
            evaluate(gold, summarizer)
        timer.join()
        assert len(silent.seen) <= len(gold), "no letter was waited for until it could be asked about again"


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
def test_an_interrupt_ends_a_run_of_the_rules(gold: tuple[Labeled, ...]) -> None:
    many = tuple(replace(gold[0], stem=f"a{number}") for number in range(200))
    read: list[int] = []

    def tell(done: int, total: int) -> None:
        read.append(done)
        if done == 1:
            interrupt()

    with pytest.raises(KeyboardInterrupt):
        evaluate(many, Summarizer(), tell=tell)
    assert len(read) < len(many)
