from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import ValidationError

from schemas import Category, Outcome, Reason
from schemas.judgement import Answer, LetterJudgement


@dataclass
class Shown:
    """Two items: summary 1 to 3, heading 4 and rationale 5 to 7 of item 1, heading 8 and rationale 9 to 10 of item 2."""

    items: tuple[int, ...] = (1, 2)
    outcomes: dict[int, Outcome] = field(default_factory=lambda: {1: Outcome.UPHELD, 2: Outcome.OVERTURNED})
    rationales: dict[int, tuple[int, ...]] = field(default_factory=lambda: {1: (5, 6, 7), 2: (9, 10)})
    summary: tuple[int, ...] = (1, 2, 3)
    raised: set[str] = field(default_factory=set)

    def words_of(self, number: int) -> str | None:
        return f"sentence {number} says wrist sprain {number}" if 1 <= number <= 10 else None

    def in_summary(self, number: int) -> bool:
        return number in self.summary

    def rationale_of(self, item: int) -> tuple[int, ...]:
        return self.rationales[item]

    def outcome_of(self, item: int) -> Outcome:
        return self.outcomes[item]

    def names(self, number: int, words: str) -> bool:
        return words in (self.words_of(number) or "")

    def unsupported(self, summary: str) -> tuple[str, ...]:
        return tuple(word for word in summary.split() if word.isdigit())

    def objects(self, objection: str) -> bool:
        new = objection not in self.raised
        self.raised.add(objection)
        return new

    def anew(self) -> Shown:
        return replace(self, raised=set())


def item(number: int = 1, **changes: Any) -> dict[str, Any]:
    first = {1: 5, 2: 9}.get(number, 5)
    code = "criteria_met" if number == 2 else "not_recommended"
    judged = {
        "item": number,
        "category": "surgery",
        "reasons": [{"code": code, "at": [first]}],
        "quotes": [first],
        "summary": "The guideline says so.",
    }
    return judged | changes


def answer(**changes: Any) -> dict[str, Any]:
    return {"summary": "A worker with a wrist sprain.", "items": [item(1), item(2)]} | changes


def judge(values: dict[str, Any], shown: Shown | None = None, **context: object) -> LetterJudgement:
    given = {"shown": shown or Shown(), **context}
    return LetterJudgement.model_validate_json(json.dumps(values), strict=True, context=given)


def problems(values: dict[str, Any], shown: Shown | None = None, **context: object) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        judge(values, shown, **context)
    (error,) = refused.value.errors()
    return str(error["msg"]).splitlines()


def test_a_right_answer_passes_strict_json() -> None:
    judged = judge(
        answer(
            diagnoses=[{"at": 2, "words": "wrist sprain"}],
            contradictions=[{"kind": "finding", "a": 2, "b": 6, "material": True}],
        )
    )
    assert [each.category for each in judged.items] == [Category.SURGERY, Category.SURGERY]
    assert judged.items[1].reasons[0].code is Reason.CRITERIA_MET
    assert judged.diagnoses[0].at == 2
    assert judged.contradictions[0].material


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"items": [item(1)]}, "items: you gave 1; give 1, 2, in this order, each once"),
        (
            {"items": [item(1), item(2), item(3)]},
            "items: you gave 1, 2, 3; give 1, 2, in this order, each once",
        ),
        ({"items": [item(1), item(1), item(2)]}, "items: you gave 1, 1, 2; give 1, 2, in this order, each once"),
        ({"items": [item(2), item(1)]}, "items: you gave 2, 1; give 1, 2, in this order, each once"),
        ({"items": []}, "items: you gave none; give 1, 2, in this order, each once"),
        ({"items": [item(1, quotes=[5, 9]), item(2)]}, "item 1: quotes cites 9; its rationale is sentences 5 to 7"),
        ({"items": [item(1, quotes=[99]), item(2)]}, "item 1: quotes cites 99; its rationale is sentences 5 to 7"),
        (
            {"items": [item(1), item(2, reasons=[{"code": "criteria_met", "at": [-1, 0, 9]}])]},
            "item 2: reason criteria_met cites -1, 0; its rationale is sentences 9 to 10",
        ),
        (
            {"items": [item(1, category="pharmaceutical"), item(2)]},
            "item 1: drug_class is missing; a pharmaceutical item needs one, other where no class fits",
        ),
        (
            {"items": [item(1, drug_class="opioid"), item(2)]},
            "item 1: drug_class is only for pharmaceutical items; leave it out of surgery",
        ),
        (
            {"items": [item(1, reasons=[{"code": "criteria_met", "at": [5]}, {"code": "other", "at": [6]}]), item(2)]},
            "item 1: the letter says upheld, but every reason argues for the opposite; read the rationale again, "
            "and keep them only if it really says so",
        ),
        (
            {"items": [item(1), item(2, reasons=[{"code": "safety_risk", "at": [9]}])]},
            "item 2: the letter says overturned, but every reason argues for the opposite; read the rationale again, "
            "and keep them only if it really says so",
        ),
        ({"items": [item(1, summary=" \n"), item(2)]}, "item 1: summary is empty; write at most 35 words"),
        ({"items": [item(1, summary="so " * 36), item(2)]}, "item 1: summary has 36 words; write at most 35"),
        ({"summary": ""}, "summary is empty; write at most 60 words"),
        ({"summary": "so " * 61}, "summary has 61 words; write at most 60"),
        (
            {"summary": "He had 12 visits in 2014 ."},
            "summary says 12, 2014, which the letter does not state; say only what it states",
        ),
        (
            {"diagnoses": [{"at": 5, "words": "wrist sprain"}]},
            "diagnosis 1: sentence 5 is not in the clinical summary; it is sentences 1 to 3",
        ),
        (
            {"diagnoses": [{"at": 1, "words": "wrist sprain"}, {"at": 2, "words": "wrist strain"}]},
            "diagnosis 2: its words do not stand in sentence 2; copy them from it character for character",
        ),
        (
            {"diagnoses": [{"at": 2, "words": "wrist sprain 3"}]},
            "diagnosis 1: its words do not stand in sentence 2; they stand in sentence 3",
        ),
        (
            {"contradictions": [{"kind": "date", "a": 1, "b": 11, "material": False}]},
            "contradiction 1: there is no sentence 11; use the numbers before the sentences",
        ),
        (
            {"contradictions": [{"kind": "date", "a": 4, "b": 4, "material": False}]},
            "contradiction 1: a and b are both 4; name two sentences, or leave it out",
        ),
    ],
)
def test_each_problem_says_what_would_be_right(changes: dict[str, Any], problem: str) -> None:
    assert problems(answer(**changes)) == [problem]


def test_all_problems_are_told_at_once() -> None:
    wrong = answer(
        summary="",
        diagnoses=[{"at": 7, "words": "sprain"}],
        items=[item(1, quotes=[9], summary="so " * 40), item(2, category="pharmaceutical")],
        contradictions=[{"kind": "care", "a": 50, "b": 60, "material": True}],
    )
    assert [line.split(":")[0] for line in problems(wrong)] == [
        "summary is empty; write at most 60 words",
        "diagnosis 1",
        "item 1",
        "item 1",
        "item 2",
        "contradiction 1",
    ]


def test_a_letter_without_a_clinical_summary_has_no_diagnoses() -> None:
    found = problems(answer(diagnoses=[{"at": 1, "words": "sprain"}]), Shown(summary=()))
    assert found == ["diagnosis 1: sentence 1 is not in the clinical summary; the letter has none: give no diagnoses"]


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("code", [Reason.OTHER, Reason.CRITERIA_MET, Reason.NOT_RECOMMENDED])
def test_other_argues_for_either_and_a_modified_item_takes_both(outcome: Outcome, code: Reason) -> None:
    shown = Shown(items=(1,), outcomes={1: outcome})
    values = answer(items=[item(1, reasons=[{"code": code.value, "at": [5]}])])
    if code.supports in (None, outcome) or outcome is Outcome.MODIFIED:
        judge(values, shown)
    else:
        assert "argues for the opposite" in problems(values, shown)[0]


def test_one_reason_for_the_outcome_is_enough() -> None:
    both = [{"code": "criteria_met", "at": [5]}, {"code": "exceeds_limits", "at": [6]}]
    judge(answer(items=[item(1, reasons=both), item(2)]))


def test_reasons_against_the_outcome_are_asked_again_once_and_then_kept() -> None:
    shown = Shown()
    against = answer(items=[item(1, reasons=[{"code": "criteria_met", "at": [5]}]), item(2)])
    assert len(problems(against, shown)) == 1
    assert judge(against, shown).items[0].reasons[0].code is Reason.CRITERIA_MET


TRIFLES = answer(
    summary="He had 12 visits.",
    diagnoses=[{"at": 1, "words": "knee sprain"}],
    items=[item(1, summary="so " * 36), item(2)],
)


def test_trifles_are_objected_to_twice_and_then_kept() -> None:
    shown = Shown()
    assert len(problems(TRIFLES, shown)) == 3
    assert len(problems(TRIFLES, shown)) == 3
    assert judge(TRIFLES, shown).summary == "He had 12 visits."


@pytest.mark.parametrize(("reasks", "refusals"), [(0, 0), (1, 1), (2, 2), (9, 2)])
def test_what_cannot_be_asked_again_is_not_objected_to_for_a_trifle(reasks: int, refusals: int) -> None:
    shown = Shown()
    for _ in range(refusals):
        problems(TRIFLES, shown, reasks=reasks)
    judge(TRIFLES, shown, reasks=reasks)


@pytest.mark.parametrize(
    "changes",
    [
        {"items": [item(1)]},
        {"items": [item(1, quotes=[8]), item(2)]},
        {"items": [item(1, category="pharmaceutical"), item(2)]},
        {"diagnoses": [{"at": 4, "words": "wrist sprain"}]},
        {"contradictions": [{"kind": "date", "a": 0, "b": 1, "material": False}]},
        {"summary": ""},
        {"summary": "so " * 121},
        {"items": [item(1, summary="so " * 71), item(2)]},
    ],
)
def test_wrong_numbers_and_useless_summaries_are_never_kept(changes: dict[str, Any]) -> None:
    shown = Shown()
    for _ in range(5):
        assert len(problems(answer(**changes), shown)) == 1


def salvaged(values: dict[str, Any], shown: Shown | None = None) -> LetterJudgement | None:
    return LetterJudgement.salvaged(json.dumps(values), {"shown": shown or Shown()})


@pytest.mark.parametrize(
    "wrong",
    [
        item(1, quotes=[8]),
        item(1, reasons=[{"code": "not_recommended", "at": [5]}, {"code": "safety_risk", "at": [99]}]),
        item(1, category="pharmaceutical"),
        item(1, category="astrology"),
        item(1, summary=""),
        item(1, summary="so " * 71),
        item(1, quotes=[]),
        "nothing like an item",
    ],
)
def test_one_wrong_item_costs_only_itself(wrong: object) -> None:
    kept = salvaged(answer(items=[wrong, item(2)]))
    assert kept is not None
    assert [each.item for each in kept.items] == [2]
    assert kept.items[0].quotes == (9,)


def test_items_that_nobody_asked_about_or_that_come_again_are_left_out() -> None:
    kept = salvaged(answer(items=[item(3), item(2), item(1), item(2, quotes=[10])]))
    assert kept is not None
    assert [(each.item, each.quotes) for each in kept.items] == [(1, (5,)), (2, (9,))]


def test_what_is_wrong_with_the_case_costs_only_itself() -> None:
    kept = salvaged(
        answer(
            diagnoses=[{"at": 9, "words": "wrist sprain"}, {"at": 2, "words": "wrist sprain"}, {"at": "x"}],
            contradictions=[
                {"kind": "date", "a": 1, "b": 99, "material": False},
                {"kind": "finding", "a": 2, "b": 6, "material": True},
                {"kind": "finding", "a": 3, "b": 3, "material": True},
            ],
            verdict="overturned",
        )
    )
    assert kept is not None
    assert [(each.at, each.words) for each in kept.diagnoses] == [(2, "wrist sprain")]
    assert [(each.a, each.b) for each in kept.contradictions] == [(2, 6)]
    assert len(kept.items) == 2


def test_trifles_pass_where_nothing_more_is_asked() -> None:
    kept = salvaged(TRIFLES)
    assert kept is not None
    assert (kept.summary, len(kept.items), len(kept.diagnoses)) == ("He had 12 visits.", 2, 1)


def test_a_letter_without_items_to_judge_is_salvaged_for_its_case() -> None:
    kept = salvaged(answer(items=[item(1)]), Shown(items=()))
    assert kept is not None
    assert kept.items == ()


@pytest.mark.parametrize(
    "values",
    [
        answer(items=[item(1, quotes=[8]), item(2, quotes=[8])]),
        answer(items=[]),
        answer(items=None),
        answer(summary=""),
        answer(summary="so " * 121),
        answer(summary=None),
    ],
)
def test_where_no_item_holds_or_the_summary_cannot_stand_nothing_does(values: dict[str, Any]) -> None:
    assert salvaged(values) is None


@pytest.mark.parametrize("words", ["", "[1]", "{", "[" * 100_000])
def test_what_is_no_answer_at_all_holds_nothing(words: str) -> None:
    assert LetterJudgement.salvaged(words, {"shown": Shown()}) is None
    assert LetterJudgement.salvaged(json.dumps(answer()), {}) is None


def test_what_is_said_twice_is_kept_once() -> None:
    judged = judge(
        answer(
            diagnoses=[
                {"at": 1, "words": "wrist sprain"},
                {"at": 2, "words": "wrist  sprain"},
                {"at": 3, "words": "sprain"},
                {"at": 1, "words": "sprain"},
            ],
            items=[
                item(
                    1,
                    quotes=[6, 5, 6],
                    reasons=[
                        {"code": "not_recommended", "at": [5, 5]},
                        {"code": "safety_risk", "at": [7]},
                        {"code": "not_recommended", "at": [6, 5]},
                    ],
                ),
                item(2),
            ],
            contradictions=[
                {"kind": "finding", "a": 2, "b": 6, "material": True},
                {"kind": "care", "a": 6, "b": 2, "material": False},
            ],
        )
    )
    assert [(each.at, each.words) for each in judged.diagnoses] == [(1, "wrist sprain"), (3, "sprain")]
    assert judged.items[0].quotes == (6, 5)
    assert [(each.code.value, each.at) for each in judged.items[0].reasons] == [
        ("not_recommended", (5, 6)),
        ("safety_risk", (7,)),
    ]
    assert [(each.a, each.b, each.kind.value) for each in judged.contradictions] == [(2, 6, "finding")]


def test_a_summary_is_one_line_of_marks_that_print() -> None:
    judged = judge(answer(summary="A worker\nwith\u2028a \u202ewrist\x1b sprain.\t"))
    assert judged.summary == "A worker with a wrist sprain."


@pytest.mark.parametrize(
    "changes",
    [
        {"items": [item(1, reasons=[]), item(2)]},
        {"items": [item(1, quotes=[]), item(2)]},
        {"items": [item(1, quotes=[5, 6, 7, 5]), item(2)]},
        {"items": [item(1, category="astrology"), item(2)]},
        {"items": [item(1, outcome="overturned"), item(2)]},
        {"summary": None},
    ],
)
def test_shape_is_checked_without_a_letter_too(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LetterJudgement.model_validate_json(json.dumps(answer(**changes)), strict=True)


def test_without_a_letter_only_the_shape_is_checked() -> None:
    LetterJudgement.model_validate(answer(items=[item(7, quotes=[1000])], summary="so " * 500))


def test_errors_do_not_print_the_answer() -> None:
    secret = "Zebulon Quartermain"
    for values in (
        answer(summary=secret, items=[]),
        answer(diagnoses=[{"at": 1, "words": secret}]),
        {"summary": secret},
    ):
        with pytest.raises(ValidationError) as refused:
            judge(values)
        assert secret not in str(refused.value)


def _keys(schema: object) -> set[str]:
    if isinstance(schema, dict):
        names = {key for key, value in schema.items() if isinstance(value, str)}
        return names.union(*map(_keys, schema.values()))
    return set().union(*map(_keys, schema)) if isinstance(schema, list) else set()


def test_the_schema_that_is_sent_holds_codes_and_shapes_alone() -> None:
    schema = LetterJudgement.model_json_schema()
    assert _keys(schema) <= {"$ref", "title", "type"}
    assert schema["$defs"]["Reason"]["enum"] == [reason.value for reason in Reason]
    assert len(json.dumps(schema, separators=(",", ":"))) < 2_600


def test_the_rules_stay_in_schemas_of_other_models() -> None:
    from schemas import Determination

    LetterJudgement.model_json_schema()
    assert Reason.OTHER.rule in Determination.model_json_schema()["$defs"]["Reason"]["description"]


def test_parts_inherit_what_an_answer_is() -> None:
    from schemas import judgement

    parts = [each for each in vars(judgement).values() if isinstance(each, type) and issubclass(each, Answer)]
    assert len(parts) == 6
    assert all(part.model_config["hide_input_in_errors"] and part.model_config["frozen"] for part in parts)
