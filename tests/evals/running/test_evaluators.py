"""Users' own evaluators: none of them loses a run, another's scores or our counts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from evals.errors import EvaluationError
from evals.metrics.measures import MEASURES
from evals.run_file import load_run, save_run
from evals.running.evaluators import evaluator_of
from evals.running.families import handed_on
from evals.running.harness import Evaluation, score
from evals.synthetic import right, synthetic

INVENTED = synthetic(2, seed=3)
LETTERS = [one.labeled for one in INVENTED]
FIRST = f"{LETTERS[0].gold_set}/{LETTERS[0].stem}"


@dataclass(repr=False)
class Gives(Evaluator[Any, Any, Any]):
    """Gives what it is told to, by the name it is told to."""

    what: Callable[[EvaluatorContext[Any, Any, Any]], Any]
    name: str = "mine"

    def get_default_evaluation_name(self) -> str:
        return self.name

    def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> Any:
        return self.what(ctx)


class Family(Evaluator[Any, Any, Any]):
    """A user's class that is called as one of ours."""

    def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> float:
        return 0.25


@dataclass
class Nameless(Evaluator[Any, Any, Any]):
    """One whose name is an error."""

    def get_default_evaluation_name(self) -> str:
        raise SystemExit(3)

    def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> float:
        return 1.0


@dataclass
class Needy(Evaluator[Any, Any, Any]):
    """One that needs an argument."""

    what: int

    def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> float:
        return 1.0


@dataclass
class Faulty(Evaluator[Any, Any, Any]):
    """One whose constructor has a defect."""

    what: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        raise TypeError("canary")

    def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> float:
        return 1.0


def scored(*evaluators: Evaluator[Any, Any, Any]) -> Evaluation:
    fingerprints = {one.key: one.fingerprint for one in INVENTED}
    readings = {one.key: right(one) for one in INVENTED}
    return score(LETTERS, readings, evaluators=evaluators, fingerprints=fingerprints)


def own(found: Evaluation) -> dict[str, float]:
    """Own scores of the first letter."""
    tallies = found.run.letters[0].attempts[0].tallies
    return {name: tallies[name].right for name in found.run.own_metrics if name in tallies}


def test_two_of_one_class_are_two() -> None:
    found = scored(Gives(lambda _: {"score": 0.0}, "a"), Gives(lambda _: {"score": 1.0}, "b"))
    assert own(found) == {"a.score": 0.0, "b.score": 1.0}


def test_a_class_called_as_ours_is_a_users_all_the_same() -> None:
    found = scored(Family())
    assert (own(found), found.complaints) == ({"Family": 0.25}, ())


def test_what_the_families_counted_cannot_be_taken_away() -> None:
    def spoil(ctx: EvaluatorContext[Any, Any, Any]) -> float:
        for measured in handed_on(ctx.attributes):
            measured.tallies.clear()  # type: ignore[attr-defined]
        ctx.attributes.clear()
        return 1.0

    found = scored(Gives(spoil), Gives(lambda ctx: len(handed_on(ctx.attributes)), "after"))
    assert own(found) == {"mine": 1.0, "after": len(MEASURES)}
    without = scored().run.letters[0].attempts[0].tallies
    assert {name: found.run.letters[0].attempts[0].tallies[name] for name in without} == without


@pytest.mark.parametrize("given", [None, [1, 2], float("nan"), float("inf"), 10**400, b"1", object(), EvaluationReason])
def test_what_is_no_number_is_a_complaint(given: object) -> None:
    found = scored(Gives(lambda _: {"good": 1, "bad": given}), Gives(lambda _: given, "alone"))
    assert own(found) == {"good": 1.0}
    assert f"evaluator mine: {FIRST}: returned no number for bad" in map(str, found.complaints)
    assert f"evaluator alone: {FIRST}: returned no number" in map(str, found.complaints)


@pytest.mark.parametrize("given", [True, 1, 1.0, Decimal(1), EvaluationReason(1.0, "why")])
def test_every_kind_of_number_is_one(given: object) -> None:
    assert own(scored(Gives(lambda _: given))) == {"mine": 1.0}


@pytest.mark.parametrize("name", ["n\ud800", "", 3])
def test_a_name_that_no_file_holds_is_a_complaint(name: object, tmp_path: Path) -> None:
    found = scored(Gives(lambda _: {name: 1.0, "good": 1.0}))
    assert own(found) == {"good": 1.0}
    assert str(found.complaints[0]) == f"evaluator mine: {FIRST}: the name of a score is no text"
    save_run(found.run, tmp_path / "run.json")
    assert load_run(tmp_path / "run.json").own_metrics == ("good",)


@pytest.mark.parametrize("error", [SystemExit(3), RecursionError(), LookupError("canary")])
def test_whatever_it_raises_is_a_complaint(error: BaseException) -> None:
    def raises(_: object) -> float:
        raise error

    found = scored(Gives(raises), Gives(lambda _: 1.0, "other"))
    assert own(found) == {"other": 1.0}
    assert str(found.complaints[0]) == f"evaluator mine: {FIRST}: {type(error).__name__}"


def test_one_that_cannot_tell_its_name_is_told_before_anything_is_read() -> None:
    with pytest.raises(EvaluationError, match=r"Nameless: cannot tell its name and arguments \(SystemExit\)"):
        scored(Nameless())
    with pytest.raises(EvaluationError, match="Gives: its evaluation name is no text"):
        scored(Gives(lambda _: 1.0, "n\ud800"))


def test_an_evaluator_is_found_by_its_name() -> None:
    assert isinstance(evaluator_of(f"{__name__}:Family"), Family)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (__name__, "cannot be imported (AttributeError)"),
        (f"{__name__}:Nobody", "cannot be imported (AttributeError)"),
        (f"{__name__}:LETTERS", "is no Evaluator"),
        (f"{__name__}:Needy", "needs arguments"),
        (f"{__name__}:Faulty", "cannot be made (TypeError)"),
        ("no.such:Thing", "cannot be imported (ModuleNotFoundError)"),
        (".relative:Thing", "cannot be imported (TypeError)"),
        ("wrong_syntax:Thing", "cannot be imported (SyntaxError)"),
        ("leaves:Thing", "cannot be imported (SystemExit)"),
        ("", "cannot be imported (ValueError)"),
    ],
)
def test_one_that_cannot_be_had_is_told_on_one_line(
    named: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong_syntax.py").write_text("def (:", encoding="utf-8")
    (tmp_path / "leaves.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EvaluationError) as caught:
        evaluator_of(named)
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)
    assert not {"wrong_syntax", "leaves"} & sys.modules.keys()
