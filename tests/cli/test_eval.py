"""``imr eval run``, ``compare``, ``gate`` and ``report``: what they print, write and end with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from pydantic_evals.evaluators import Evaluator, EvaluatorContext

from evals.gating.gate import believed
from evals.run_file import load_run, save_run
from tests.cli.running import Run, ran
from tests.evals.goldsets import LETTERS, gold_set
from tests.evals.runs import judged, run
from tests.llm.server import Server, Step, serving
from tests.llm.sound import sound

RIGHT, WRONG = ("upheld", "upheld"), ("upheld", "modified")
GATE = '[[run]]\nname = "rules"\nbaseline = "baseline/rules.json"\n[run.least]\noutcome = {outcome}\n'


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no server and no cache but the test's own."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "IMR_MODEL", "IMR_PRICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IMR_CACHE", str(tmp_path / "cache" / "answers.sqlite3"))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def imr(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return partial(ran, capfdbinary, "eval")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return gold_set(tmp_path / "gold")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A sound model."""
    with serving(Step(answer=sound)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server


def gates(folder: Path, words: str) -> Path:
    path = folder / "gates.toml"
    path.write_text(words, encoding="utf-8")
    return path


def runs(folder: Path, wrong: int) -> tuple[Path, Path]:
    """Files of two runs over 40 letters, the second with so many outcomes wrong."""
    for name, count in (("base", 0), ("new", wrong)):
        letters = [judged(f"l{number:02}", WRONG if number < count else RIGHT) for number in range(40)]
        save_run(run(*letters, name=name), folder / f"{name}.json")
    return folder / "base.json", folder / "new.json"


# run


def test_a_run_by_the_rules_costs_nothing_and_is_written(imr: Run, gold: Path, tmp_path: Path, server: Server) -> None:
    file = tmp_path / "run.json"
    told = imr("run", "--gold", gold, "--name", "first", "-o", file)
    assert told.code == 0
    assert "first: rules, 3 letters" in told.out
    assert "primary reason" in told.out
    assert "imr: 3 letters, 3 readings: 0 failed" in told.err
    assert server.count == 0
    made = load_run(file)
    assert (made.name, made.engine, [letter.stem for letter in made.letters]) == ("first", "rules", sorted(LETTERS))


def test_a_key_alone_asks_no_model(imr: Run, gold: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    assert imr("run", "--gold", gold).code == 0
    assert server.count == 0


def test_a_named_model_is_asked_once_and_then_answers_come_from_the_cache(
    imr: Run, gold: Path, server: Server, tmp_path: Path
) -> None:
    arguments = ("run", "--gold", gold, "--model", "small", "--price", "1/2", "-o", tmp_path / "run.json")
    first = imr(*arguments)
    assert (first.code, server.count) == (0, 3)
    assert "3 requests" in first.err
    assert "0 of 3 readings had kept answers" in first.err
    again = imr(*arguments)
    assert (again.code, server.count) == (0, 3)
    assert "3 of 3 readings had kept answers" in again.err
    assert load_run(tmp_path / "run.json").model == "small"


def test_a_recorded_run_replays_alike_without_server_or_key(
    imr: Run, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, one, other = (tmp_path / name for name in ("answers.jsonl", "one.json", "other.json"))
    with serving(Step(answer=sound)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert imr("run", "--gold", gold, "--model", "small", "--record", file, "-o", one).code == 0
        asked = server.count
    monkeypatch.delenv("OPENAI_BASE_URL")
    told = imr("run", "--gold", gold, "--replay", file, "-o", other)
    assert (told.code, asked) == (0, 3)
    first, again = load_run(one), load_run(other)
    assert again.engine == "hybrid"
    for before, after in zip(first.letters, again.letters, strict=True):
        assert before.attempts[0].differences == after.attempts[0].differences
        assert before.attempts[0].summaries == after.attempts[0].summaries


def test_a_replay_without_an_answer_names_the_letter_and_what_to_do(
    imr: Run, gold: Path, tmp_path: Path, server: Server
) -> None:
    file = tmp_path / "answers.jsonl"
    few = gold_set(tmp_path / "few" / "gold", {stem: LETTERS[stem] for stem in ("one", "two")})
    assert imr("run", "--gold", few, "--model", "small", "--record", file).code == 0
    asked = server.count
    told = imr("run", "--gold", gold, "--replay", file, "-o", tmp_path / "run.json")
    assert (told.code, server.count) == (3, asked)
    assert "no recorded answer holds for gold/three: the prompt" in told.err
    assert "record anew with imr eval run --record" in told.err
    assert not (tmp_path / "run.json").exists()


def test_letters_that_the_model_fails_for_are_told_and_the_run_is_3(imr: Run, gold: Path, tmp_path: Path) -> None:
    with serving(Step(refusal="No.")) as server:
        told = imr("run", "--gold", gold, "--model", "small", "--base-url", server.url, "-o", tmp_path / "run.json")
    assert told.code == 3
    assert "gold/one: judged by the rules: answer_refused: " in told.err
    assert "0 failed, 3 judged by the rules although a model was asked" in told.err
    assert len(load_run(tmp_path / "run.json").letters) == 3


class Items(Evaluator[object, object, object]):
    """A user's own: how many items were read."""

    def evaluate(self, ctx: EvaluatorContext[object, object, object]) -> float:
        return float(len(ctx.output.determination.items))  # type: ignore[attr-defined]


class Broken(Evaluator[object, object, object]):
    def evaluate(self, ctx: EvaluatorContext[object, object, object]) -> float:
        raise LookupError("sciatica")


@dataclass
class Needy(Evaluator[object, object, object]):
    what: int

    def evaluate(self, ctx: EvaluatorContext[object, object, object]) -> float:
        return 1.0


def test_an_evaluator_of_ones_own_is_a_row_of_the_table(imr: Run, gold: Path) -> None:
    told = imr("run", "--gold", gold, "--evaluator", f"{__name__}:Items", "--evaluator", f"{__name__}:Broken")
    assert told.code == 0
    assert " Items " in told.out
    assert "evaluator Broken: gold/one: LookupError" in told.err
    assert "sciatica" not in told.err


def test_a_judge_is_told_with_its_agreement(
    imr: Run, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Step(refusal="No.")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        told = imr("run", "--gold", gold, "--judge", "stern-model", "--no-cache", "-o", tmp_path / "run.json")
    assert told.code == 0
    assert "judge stern-model, judge_summary@v1: " in told.out
    assert "never gates" in told.out
    made = load_run(tmp_path / "run.json")
    assert made.engine == "rules"
    assert (made.judge["model"], made.judge["letters_unjudged"]) == ("stern-model", 3.0)
    assert not believed(made)


def test_a_letter_that_no_rule_knows_is_a_result_and_one_that_cannot_be_opened_is_3(imr: Run, gold: Path) -> None:
    (gold / "letters" / "one.txt").write_text("A shopping list.", encoding="utf-8")
    (gold / "labels" / "one.json").write_text('{"items": []}', encoding="utf-8")
    told = imr("run", "--gold", gold)
    assert "gold/one: failed: " in told.err
    assert "1 failed (1 letter not recognized as a determination, scored as missed)" in told.err
    assert told.code == 0
    (gold / "letters" / "one.txt").write_bytes(b"")
    assert imr("run", "--gold", gold).code == 3


def test_tokens_that_a_server_does_not_tell_are_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    from evals.running.harness import Evaluation
    from schemas import Usage
    from summarizer.cli.eval.ending import tell
    from tests.evals.runs import attempt
    from tests.evals.runs import letter as scored

    for sent, said in ((0, "2 requests, tokens unknown,"), (7, "2 requests, 7 tokens in, 0 out,")):
        usage = Usage(requests=2, input_tokens=sent)
        tell(Evaluation(run(scored("a", attempt(usage=usage))), (), ()))
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("named", ["nowhere:Mine", "tests.cli.test_eval:LETTERS", "tests.cli.test_eval:Needy"])
def test_an_evaluator_that_cannot_be_had_is_wrong_usage(imr: Run, gold: Path, named: str) -> None:
    told = imr("run", "--gold", gold, "--evaluator", named)
    assert (told.code, told.out) == (2, "")
    assert f"evaluator: {named}: " in " ".join(told.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--prompt", "read_determination@v1"], "the rules engine asks no model"),
        (["--engine", "rules", "--model", "m"], "the rules engine asks no model"),
        (["--record", "a.jsonl"], "no answers to record or replay"),
        (["--engine", "rules", "--replay", "a.jsonl"], "no answers to record or replay"),
        (["--model", "m", "--record", "a.jsonl", "--replay", "b.jsonl"], "not both"),
        (["--model", "m", "--record", "a.jsonl", "--repeat", "2"], "--repeat must be 1"),
        (["--replay", "a.jsonl", "--temperature", "0"], "only --model and --prompt may differ"),
        (["--split", "train"], "use dev or test"),
        (["--base-url", "http://127.0.0.1:9/v1", "--prompt", "nothing@v1"], "there is no such prompt"),
        (["--judge", "m", "--replay", "a.jsonl"], "neither recorded nor replayed"),
        (["-o", "nowhere/run.json"], "there is no such folder"),
    ],
)
def test_wrong_usage_is_2_before_a_letter_is_read(imr: Run, gold: Path, arguments: list[str], said: str) -> None:
    told = imr("run", "--gold", gold, *arguments)
    assert (told.code, told.out) == (2, "")
    assert said in " ".join(told.err.replace("│", " ").split())


def test_a_wrong_label_is_told_with_file_and_field(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "gold", change=lambda _, label: label.update(diagnoses=["gout"]))
    told = imr("run", "--gold", home)
    assert told.code == 3
    assert told.err.startswith("imr: gold/one: diagnoses[0]: does not stand in the letter")


# compare


def test_a_regression_is_named_and_ends_with_1(imr: Run, tmp_path: Path) -> None:
    told = imr("compare", *runs(tmp_path, 9))
    assert told.code == 1
    assert "WORSE" in told.out
    assert "regressed invented/l00 items[0].outcome" in told.out


def test_what_may_be_luck_ends_with_0(imr: Run, tmp_path: Path) -> None:
    told = imr("compare", *runs(tmp_path, 1))
    assert told.code == 0
    assert "regressed invented/l00" in told.out


def test_markdown_is_for_a_pull_request(imr: Run, tmp_path: Path) -> None:
    told = imr("compare", *runs(tmp_path, 9), "--format", "markdown")
    assert told.code == 1
    assert told.out.startswith("### new against base\n")
    assert "Significantly worse: " in told.out
    assert "| regressed | invented/l00 | items&#91;0&#93;.outcome | upheld | upheld | modified |" in told.out


def test_json_holds_the_whole_comparison(imr: Run, tmp_path: Path) -> None:
    told = imr("compare", *runs(tmp_path, 9), "--format", "json")
    values = json.loads(told.out)
    assert values["letters"] == 40
    assert len(values["changes"]) == 9


def test_runs_over_other_letters_are_refused_unless_asked_for_the_common_ones(imr: Run, tmp_path: Path) -> None:
    one, _ = runs(tmp_path, 0)
    other = tmp_path / "other.json"
    save_run(run(judged("l00", RIGHT), judged("extra", RIGHT)), other)
    told = imr("compare", one, other)
    assert told.code == 3
    assert "other.json: invented/l01" in told.err
    assert imr("compare", one, other, "--common").code == 0


def test_what_is_no_run_is_told(imr: Run, tmp_path: Path) -> None:
    one, other = runs(tmp_path, 0)
    other.write_text('{"run_version": 99}', encoding="utf-8")
    told = imr("compare", one, other)
    assert told.code == 3
    assert "new.json: run_version: is 99, this program writes 1" in told.err


# gate


def test_the_gate_makes_its_runs_and_passes_against_the_accepted_baseline(imr: Run, gold: Path, tmp_path: Path) -> None:
    file = gates(tmp_path, GATE.format(outcome=1.0))
    missing = imr("gate", "--gates", file, "--gold", gold)
    assert missing.code == 3
    assert "the baseline of rules is missing; imr eval gate --accept writes it" in missing.err
    accepted = imr("gate", "--gates", file, "--gold", gold, "--accept")
    assert (accepted.code, accepted.out.splitlines()[0]) == (0, "rules: first baseline, 3 letters")
    passed = imr("gate", "--gates", file, "--gold", gold)
    assert (passed.code, passed.out) == (0, "passed rules: 3 letters, 1 bounds, baseline baseline/rules.json\n")


def test_a_bound_that_is_missed_ends_with_1_and_is_explained(imr: Run, tmp_path: Path) -> None:
    def other_outcome(stem: str, label: dict[str, object]) -> None:
        if stem == "one":
            label["items"][0].update(outcome="overturned")  # type: ignore[index]

    home = gold_set(tmp_path / "gold", change=other_outcome)
    told = imr("gate", "--gates", gates(tmp_path, GATE.format(outcome=0.99)), "--gold", home, "--accept")
    assert told.code == 1
    assert "FAILED rules: outcome: 0.83333 is below its bound 0.99 (letters: gold/one)\n" in told.out


def test_the_gate_judges_runs_that_were_made_before(imr: Run, tmp_path: Path) -> None:
    base, new = runs(tmp_path, 9)
    (tmp_path / "baseline").mkdir()
    shutil.copy(base, tmp_path / "baseline" / "rules.json")
    file = gates(tmp_path, GATE.format(outcome=0.5))
    save_run(load_run(new).model_copy(update={"name": "rules"}), new)
    told = imr("gate", new, "--gates", file)
    assert told.code == 1
    assert "FAILED rules: outcome: 0.7750 is significantly worse than the baseline's 1.0000" in told.out
    save_run(load_run(new).model_copy(update={"engine": "hybrid"}), new)
    other = imr("gate", new, "--gates", file)
    assert (other.code, other.out) == (3, "")
    assert "new.json: engine: is hybrid, the gate's run rules has rules" in other.err
    unknown = imr("gate", base, "--gates", file)
    assert unknown.code == 2
    assert "gates.toml has no run base; it has rules" in " ".join(unknown.err.replace("│", " ").split())


def test_the_gate_replays_recorded_answers_and_fails_where_one_is_missing(
    imr: Run, gold: Path, tmp_path: Path, server: Server
) -> None:
    assert imr("run", "--gold", gold, "--model", "small", "--record", tmp_path / "answers.jsonl").code == 0
    asked = server.count
    words = '[[run]]\nname = "model"\nengine = "hybrid"\nreplay = "answers.jsonl"\n[run.least]\noutcome = 1.0\n'
    file = gates(tmp_path, words + GATE.format(outcome=1.0).replace('baseline = "baseline/rules.json"\n', ""))
    told = imr("gate", "--gates", file, "--gold", gold)
    assert (told.code, server.count) == (0, asked)
    assert "passed model: 3 letters" in told.out
    more = gold_set(tmp_path / "gold", {"new": LETTERS["one"].replace("ladder", "scaffold")})
    told = imr("gate", "--gates", file, "--gold", more)
    assert (told.code, server.count) == (1, asked)
    assert "FAILED model: " in told.out
    assert "no recorded answer holds for gold/new" in told.out
    assert "passed rules: 4 letters" in told.out


# report


def test_a_report_is_one_page(imr: Run, tmp_path: Path) -> None:
    base, new = runs(tmp_path, 9)
    page = tmp_path / "page.html"
    told = imr("report", new, "--against", base, "-o", page)
    assert (told.code, told.out) == (0, "")
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_help_imports_no_evaluation_library(imr: Callable[..., object]) -> None:
    from tests.house.test_start import OTHER, imported

    names = imported("eval", "--help") | imported("eval", "run", "--help")
    assert names & (OTHER | {"pydantic_evals", "openai", "instructor"}) == set()
    assert not any(name.startswith("evals") for name in names)
