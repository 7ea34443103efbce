from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.errors import GateError
from evals.gating.gate import accept, believed, breaches, load_baseline, refuse_another, unchecked, without_seconds
from evals.gating.gate_file import GATES, Rule, load_gate
from evals.gold import Split
from evals.run_file import Letter, Run, load_run, save_run
from evals.running.replay import Asked, Recording, save_recording
from schemas import Usage
from summarizer.engine import Engine
from summarizer.llm.prompts import load_prompt
from summarizer.llm.settings import Shape
from tests.evals.runs import attempt, judged, letter, run, wrong

RIGHT = ("upheld", "upheld")
WRONG = ("upheld", "modified")
RULE = Rule(name="rules")


def letters(wrong_ones: int, of: int = 48) -> tuple[Letter, ...]:
    """Letters of two items; the first ``wrong_ones`` read one of them wrong."""
    return tuple(judged(f"l{number:02}", WRONG if number < wrong_ones else RIGHT, RIGHT) for number in range(of))


def said(rule: Rule, now: Run, before: Run | None = None) -> list[str]:
    return [str(one) for one in breaches(rule, now, before, 0.05)]


def gates(folder: Path, words: str) -> Path:
    path = folder / "gates.toml"
    path.write_text(words, encoding="utf-8")
    return path


# Bounds


def test_a_run_within_its_bounds_passes() -> None:
    rule = Rule(name="rules", least={"outcome": 1.0}, most={"wrong_outcome": 0.0})
    assert said(rule, run(*letters(0))) == []


def test_a_metric_below_its_bound_is_named_with_value_bound_and_letters() -> None:
    rule = Rule(name="rules", least={"outcome": 0.99})
    assert said(rule, run(*letters(2, 10))) == [
        "rules: outcome: 0.9 is below its bound 0.99 (letters: invented/l00, invented/l01)"
    ]


def test_where_lower_is_better_the_bound_is_the_other_way() -> None:
    rule = Rule(name="rules", most={"wrong_outcome": 0.05})
    (told,) = said(rule, run(*letters(2, 10)))
    assert "wrong_outcome: 0.1 is above its bound 0.05" in told
    assert said(Rule(name="rules", most={"wrong_outcome": 0.1}), run(*letters(2, 10))) == []


def test_a_bound_on_what_was_not_counted_does_not_pass_in_silence() -> None:
    assert said(Rule(name="rules", least={"diagnoses_f1": 0.9}), run(*letters(0))) == [
        "rules: diagnoses_f1: has nothing to count, its bound is 0.9"
    ]


def test_a_bound_on_what_only_the_reading_gives_to_count_is_told_and_no_breach() -> None:
    rule = Rule(name="rules", least={"flags_precision": 0.9, "flags_recall": 0.9}, most={"unsupported_facts": 0.0})
    assert said(rule, run(*letters(0))) == []
    assert unchecked(rule, run(*letters(0))) == tuple(
        f"rules: {name}: not checked, the readings have nothing of it to count"
        for name in ("flags_precision", "flags_recall", "unsupported_facts")
    )
    flagged = run(letter("a", attempt({"flags": (1, 1, 1), "unsupported_facts": (0, 1, 1)})))
    assert unchecked(rule, flagged) == ()


def test_many_letters_are_counted_and_not_listed() -> None:
    (told,) = said(Rule(name="rules", least={"outcome": 1}), run(*letters(20)))
    assert told.endswith("invented/l07 and 12 more)")


# The baseline


def test_a_planted_regression_is_significant_and_names_its_letters() -> None:
    base = run(*letters(0))
    found = said(RULE, run(*letters(12), name="new"), base)
    assert any("rules: outcome: 0.8750 is significantly worse than the baseline's 1.0000" in one for one in found)
    assert all("invented/l00" in one for one in found)


def test_a_difference_that_may_be_luck_passes() -> None:
    assert said(RULE, run(*letters(1)), run(*letters(0))) == []


def test_a_better_run_and_the_same_run_pass() -> None:
    assert said(RULE, run(*letters(0)), run(*letters(12))) == []
    assert said(RULE, run(*letters(3)), run(*letters(3))) == []


def test_other_letters_than_the_baselines_are_no_pass() -> None:
    found = breaches(RULE, run(*letters(0, 10)), run(*letters(0, 9)), 0.05)
    assert [one.letters for one in found] == [("invented/l09",)]
    assert "over other letters or labels" in found[0].what
    (none,) = said(RULE, run(judged("x", RIGHT)), run(judged("y", RIGHT)))
    assert "no letter in common" in none


def test_a_metric_that_is_no_longer_counted_is_no_pass() -> None:
    base = run(letter("a", attempt({"outcome": (2, 2, 2), "diagnoses": (1, 1, 1)})))
    (told,) = said(RULE, run(letter("a", attempt({"outcome": (2, 2, 2)}))), base)
    assert told == "rules: diagnoses_f1: has nothing to count, the baseline's value is 1.0000"


def test_nothing_left_to_be_wrong_about_is_a_pass() -> None:
    def read(wrong_one: bool, invented: int) -> Run:
        flags = (float(wrong_one),) * 3
        pairs = (0, 0, invented)  # the labels have none
        return run(letter("a", attempt({"outcome": (2, 2, 2), "flags": flags, "contradiction_pairs": pairs})))

    assert said(RULE, read(False, 0), read(True, 1)) == []


# The judge


def rated(score: float, kappa: float | None, of: int = 48) -> Run:
    """A run whose summaries were all rated alike."""
    some = [letter(f"l{number:02}", attempt({"judge_faithfulness": (score, 1, 1)})) for number in range(of)]
    judge: dict[str, float | str] = {} if kappa is None else {"kappa": kappa, "model": "some-model"}
    return run(*some, own_metrics=("judge_faithfulness",), judge=judge)


@pytest.mark.parametrize(("kappa", "counts"), [(None, False), (0.59, False), (0.6, True)])
def test_a_judge_counts_only_where_it_agrees_with_people(kappa: float | None, counts: bool) -> None:
    now, before = rated(0.2, kappa), rated(0.9, kappa)
    assert believed(now, before) is counts
    assert bool(said(RULE, now, before)) is counts
    rule = Rule(name="rules", least={"judge_faithfulness": 0.5})
    assert bool(said(rule, now)) is counts
    assert [line.partition(", ")[0] for line in unchecked(rule, now)] == (
        [] if counts else ["rules: judge_faithfulness: not judged"]
    )


def test_a_users_score_is_not_taken_for_the_judges() -> None:
    def of(score: float) -> Run:
        some = [letter(f"l{number:02}", attempt({"judge_of_mine": (score, 1, 1)})) for number in range(48)]
        return run(*some, own_metrics=("judge_of_mine",))

    assert said(RULE, of(0.2), of(0.9))


# Runs that were made before


def recording(folder: Path) -> Rule:
    asked = Asked(engine=Engine.HYBRID, model="m", base_url="http://127.0.0.1:1/v1", shape=Shape.TOOLS, prompt="p@v1")
    save_recording(Recording(asked, {}), folder / "answers.jsonl")
    return Rule(name="rules", engine=Engine.HYBRID, replay=Path("answers.jsonl"), least={"outcome": 0.5})


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"engine": "rules"}, "engine: is rules, the gate's run rules has hybrid"),
        ({"engine": "hybrid", "model": "x", "prompt": "p@v1"}, "model: is x, the gate's run rules has m"),
        ({"engine": "hybrid", "model": "m", "prompt": "p@v2"}, "prompt: is p@v2, the gate's run rules has p@v1"),
    ],
)
def test_a_run_that_is_another_than_the_gates_is_refused(tmp_path: Path, made: dict[str, str], told: str) -> None:
    rule = recording(tmp_path)
    with pytest.raises(GateError, match=f"new.json: {told}"):
        refuse_another(rule, run(*letters(0), **made), tmp_path, "new.json")  # type: ignore[arg-type]
    refuse_another(rule, run(*letters(0), engine="hybrid", model="m", prompt="p@v1"), tmp_path, "new.json")
    other = rule.model_copy(update={"model": "x", "prompt": "read_determination@v1"})
    refuse_another(other, run(engine="hybrid", model="x", prompt="read_determination@v1"), tmp_path, "new.json")


def test_a_run_over_another_split_is_refused(tmp_path: Path) -> None:
    rule = Rule(name="rules", split=Split.TEST)
    refuse_another(rule, run(judged("a", RIGHT, split=Split.TEST)), tmp_path, "new.json")
    with pytest.raises(GateError, match=r"new\.json: letters: invented/a is not for test"):
        refuse_another(rule, run(judged("a", RIGHT)), tmp_path, "new.json")


# The file


def test_the_file_is_read_with_bounds_of_each_run(tmp_path: Path) -> None:
    gate = load_gate(
        gates(
            tmp_path,
            """
alpha = 0.01
[[run]]
name = "rules"
baseline = "baseline/rules.json"
[run.least]
outcome = 1
[[run]]
name = "model"
engine = "hybrid"
replay = "recorded/model.jsonl"
prompt = "read_determination@v1"
split = "test"
[run.most]
items_missed = 0.02
""",
        )
    )
    assert gate.alpha == 0.01
    assert [(rule.name, rule.engine, rule.least, rule.most) for rule in gate.run] == [
        ("rules", "rules", {"outcome": 1}, {}),
        ("model", "hybrid", {}, {"items_missed": 0.02}),
    ]
    assert gate.run[0].baseline == Path("baseline/rules.json")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            '[[run]]\nname = "r"\n[run.least]\noutcom = 1',
            r"run\[0\]\.least\.outcom: there is no such metric; did you mean outcome",
        ),
        ('[[run]]\nname = "r"\n[run.least]\nzzz = 1', "there is no such metric; see evals/METRICS.md"),
        ('[[run]]\nname = "r"\n[run.least]\nitems_missed = 1', "of this metric lower is better; move it to most"),
        ('[[run]]\nname = "r"\n[run.most]\noutcome = 1', "of this metric higher is better; move it to least"),
        (
            '[[run]]\nname = "r"\n[run.least]\noutcome = "all"',
            r"run\[0\]\.least\.outcome: Input should be a valid number",
        ),
        (
            '[[run]]\nname = "r"\n[run.least]\noutcome = nan',
            r"run\[0\]\.least\.outcome: Input should be a finite number",
        ),
        ('[[run]]\nname = "r"\nbaselin = "b.json"', r"run\[0\]\.baselin: Extra inputs"),
        ('[[run]]\nname = "r"\nengine = "rule"\n[run.least]\noutcome = 1', r"run\[0\]\.engine: Input should be"),
        ('[[run]]\nname = "r"', "it checks nothing"),
        ('[[run]]\nname = "r"\n[run.least]\njudge_coverage = 1', "it checks nothing where no judge is asked"),
        ('[[run]]\nname = "r"\n[run.least]\njudge_nonsense = 1', "no such metric"),
        ('[[run]]\nname = "r"\n[run.most]\njudge_coverage = 1', "higher is better; move it to least"),
        ('[[run]]\nname = "r"\nengine = "llm"\nbaseline = "b.json"', "the engine llm has no recorded answers"),
        ('[[run]]\nname = "r"\nmodel = "m"\nbaseline = "b.json"', "the rules engine asks no model"),
        ('[[run]]\nname = "r"\nbaseline = "b"\n[[run]]\nname = "r"\nbaseline = "c"', "2 of them are named r"),
        ("alpha = 0.05", "run: Field required"),
        ("alpha = 2\nrun = []", "alpha: Input should be less than 1"),
        ("run = [", "is no TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, words: str, told: str) -> None:
    with pytest.raises(GateError, match=told):
        load_gate(gates(tmp_path, words))


def test_the_gate_of_this_repository_is_sound() -> None:
    assert "rules" in {rule.name for rule in load_gate(GATES).run}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="cannot be read"):
        load_gate(tmp_path / "gates.toml")


# Baselines


def test_a_missing_baseline_is_told(tmp_path: Path) -> None:
    rule = Rule(name="rules", baseline=Path("baseline/rules.json"))
    with pytest.raises(GateError, match="the baseline of rules is missing; imr eval gate --accept writes it"):
        load_baseline(rule, tmp_path)
    assert load_baseline(RULE, tmp_path) is None


def test_accepting_writes_the_baseline_and_says_what_changes(tmp_path: Path) -> None:
    rule = Rule(name="rules", baseline=Path("baseline/rules.json"))
    first = accept(rule, run(*letters(0)), tmp_path)
    assert first == ("rules: first baseline, 48 letters",)
    assert accept(rule, run(*letters(0)), tmp_path) == ("rules: nothing changes",)
    told = accept(rule, run(*letters(2), judged("more", RIGHT)), tmp_path)
    assert any(line.startswith("rules: outcome: 1.0000 -> 0.979") for line in told)
    assert "rules: fields regressed: 2" in told
    assert "rules: letters that are new, gone or labeled anew: 1" in told
    kept = load_baseline(rule, tmp_path)
    assert kept is not None
    assert len(kept.letters) == 49


def test_a_baseline_in_another_form_is_replaced(tmp_path: Path) -> None:
    rule = Rule(name="rules", baseline=Path("rules.json"))
    (tmp_path / "rules.json").write_text('{"run_version": 0}', encoding="utf-8")
    (told,) = accept(rule, run(*letters(0)), tmp_path)
    assert "cannot be compared" in told
    assert load_baseline(rule, tmp_path) is not None


def test_a_baseline_holds_nothing_of_the_machine_it_was_made_on(tmp_path: Path) -> None:
    made = [
        run(letter("a", attempt({"seconds": (seconds, 1, 1), "outcome": (1, 1, 1)}, usage=Usage(seconds=seconds))))
        for seconds in (0.25, 0.5)
    ]
    assert made[0] != made[1]
    assert without_seconds(made[0]) == without_seconds(made[1])
    save_run(without_seconds(made[0]), tmp_path / "run.json")
    assert "seconds" not in (tmp_path / "run.json").read_text(encoding="utf-8")
    assert load_run(tmp_path / "run.json").letters[0].attempts[0].tallies["outcome"].right == 1


def test_wrong_is_worse_only_where_the_label_is(tmp_path: Path) -> None:
    one = attempt({"diagnoses": (0, 1, 1)}, differences=[wrong("diagnoses", "strain", "gout")])
    (told,) = said(Rule(name="rules", least={"diagnoses_f1": 0.5}), run(letter("a", one), letter("b")))
    assert told.endswith("(letters: invented/a)")


def test_a_prompt_newer_than_the_recorded_one_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = load_prompt("read_determination")
    made = run(judged("one", RIGHT), engine="hybrid", prompt=newest.label)
    assert unchecked(RULE, made) == ()
    newer = replace(newest, version=newest.version + 1)
    monkeypatch.setattr("evals.gating.gate.load_prompt", lambda _name: newer)
    (told,) = unchecked(RULE, made)
    assert told.startswith(f"rules: {newer.label} is newer than {newest.label}, and nothing guards it")
