from __future__ import annotations

import pickle

import pytest

from schemas import taxonomy
from schemas.taxonomy import Category, Code, Outcome, Reason

CODES = [member for vocabulary in Code.__subclasses__() for member in vocabulary]


def test_every_vocabulary_is_looked_at() -> None:
    assert {code.__name__ for code in Code.__subclasses__()} == {
        name for name, thing in vars(taxonomy).items() if isinstance(thing, type) and issubclass(thing, Code)
    } - {"Code"}


@pytest.mark.parametrize("code", CODES, ids=lambda code: f"{type(code).__name__}.{code}")
def test_every_code_has_a_rule_and_is_its_own_string(code: Code) -> None:
    assert code.rule.endswith(".")
    assert " " in code.rule
    assert type(code)(code.value) is code
    assert f"{code}" == code.value
    assert pickle.loads(pickle.dumps(code)).rule == code.rule


def test_a_rule_can_be_read() -> None:
    assert Category.PROGRAM == "program"
    assert "functional restoration" in Category.PROGRAM.rule


def test_no_two_codes_of_a_vocabulary_share_a_rule() -> None:
    for vocabulary in Code.__subclasses__():
        rules = [member.rule for member in vocabulary]
        assert len(set(rules)) == len(rules), vocabulary.__name__


def test_an_unknown_code_is_no_code() -> None:
    with pytest.raises(ValueError, match="unknown"):
        Outcome("unknown")


def test_reasons_argue_for_one_side() -> None:
    by_side = {side: {reason.value for reason in Reason if reason.supports is side} for side in (*Outcome, None)}
    assert by_side[Outcome.OVERTURNED] == {
        "criteria_met",
        "documented_benefit",
        "objective_findings_support",
        "conservative_care_failed",
        "safety_need",
    }
    assert by_side[Outcome.MODIFIED] == set()
    assert by_side[None] == {"other"}
    assert len(by_side[Outcome.UPHELD]) == len(Reason) - 6
    assert "safety_risk" in by_side[Outcome.UPHELD]
