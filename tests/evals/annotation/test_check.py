from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.annotation.check import check_file, checked_gold, label_problems, schema_problems
from evals.errors import GoldError
from evals.gold import Split
from schemas import Determination
from tests.evals.goldsets import KNEE, LETTERS, NORCO, Label, gold_set, label_of, write
from tests.forms import LetterItem, letter

TEXT = letter(KNEE, NORCO)
Change = Callable[[Label], Any]


def problems(change: Change, text: str | None = TEXT) -> dict[str | None, str]:
    """What is said of each field of a sound label after ``change``."""
    label = label_of(TEXT)
    change(label)
    return {one.field: one.what for one in label_problems(Determination.model_validate(label), text)}


def item(values: Label, index: int = 0) -> Label:
    found: Label = values["items"][index]
    return found


def test_a_sound_label_has_no_problem() -> None:
    assert problems(lambda label: None) == {}


@pytest.mark.parametrize(
    ("change", "field", "what"),
    [
        (lambda label: item(label).update(treatment="Left knee brace"), "items[0].treatment", "stand in the letter"),
        (lambda label: item(label).update(rationale=" "), "items[0].rationale", "does not stand in the letter"),
        (lambda label: label.update(case_number="CM16-0900002"), "case_number", "does not stand in the letter"),
        (lambda label: label.update(diagnoses=["gout"]), "diagnoses[0]", "does not stand in the letter"),
        (
            lambda label: label["reviewer"].update(specialties=["Oncology"]),
            "reviewer.specialties[0]",
            "does not stand in the letter",
        ),
        (
            lambda label: item(label, 1)["medication"].update(strength="10/500 mg"),
            "items[1].medication.strength",
            "does not stand in the letter",
        ),
        (
            lambda label: item(label)["reviewer_guidelines"][0].update(sections="Knee"),
            "items[0].reviewer_guidelines[0].sections",
            "does not stand in the letter",
        ),
        (
            lambda label: item(label).update(key_quotes=["Pain scores did not change in a year of use."]),
            "items[0].key_quotes[0]",
            "does not stand in the rationale of its item",
        ),
        (lambda label: item(label).update(key_quotes=[]), "items[0].key_quotes", "is not filled in"),
        (
            lambda label: item(label).update(key_quotes=["The knee", "gives way", "on stairs", "ligament"]),
            "items[0].key_quotes",
            "there are 4",
        ),
        (lambda label: item(label).update(rationale_summary="so " * 36), "items[0].rationale_summary", "has 36 words"),
        (lambda label: label.update(case_summary="so " * 61), "case_summary", "has 61 words"),
        (
            lambda label: item(label).update(medication={"name": "Norco", "drug_class": "opioid"}),
            "items[0].medication",
            "is given for the category dmepos",
        ),
        (lambda label: item(label, 1).update(medication=None), "items[1].medication", "for a pharmaceutical item"),
        (
            lambda label: item(label).update(primary_reason="criteria_met", reasons=["other", "criteria_met"]),
            "items[0].reasons",
            "the primary reason is not the first",
        ),
        (
            lambda label: item(label).update(primary_reason="other", reasons=["other", "other"]),
            "items[0].reasons",
            "other is repeated",
        ),
        (
            lambda label: item(label).update(primary_reason="safety_risk", reasons=["safety_risk"]),
            "items[0].reasons[0]",
            "safety_risk argues against the outcome overturned",
        ),
        (
            lambda label: label.update(diagnoses=["lumbar strain", "lumbar strain"]),
            "diagnoses",
            "one of them stands there 2 times",
        ),
        (
            lambda label: item(label)["reviewer_guidelines"][0].update(source="Non-MTUS"),
            "items[0].reviewer_guidelines[0].year",
            "is given for a Non-MTUS citation",
        ),
        (
            lambda label: item(label)["reviewer_guidelines"][0].update(title="Low Back Complaints 2004"),
            "items[0].reviewer_guidelines[0].title",
            "ends in a year",
        ),
        (lambda label: label["items"].reverse(), "items[1]", "stands in the letter before that of the item above"),
        (lambda label: label["items"].clear(), "items", "there are none"),
        (lambda label: label.update(usage={"requests": 1}), "usage", "is part of a reading"),
    ],
)
def test_each_rule_of_the_codebook_names_its_field(change: Change, field: str, what: str) -> None:
    found = problems(change)
    assert field in found
    assert what in found[field]


def test_only_reasons_against_the_outcome_are_a_mere_warning() -> None:
    label = label_of(TEXT)
    item(label).update(primary_reason="safety_risk", reasons=["safety_risk"], key_quotes=[])
    found = label_problems(Determination.model_validate(label), TEXT)
    assert {one.field: one.warning for one in found} == {"items[0].key_quotes": False, "items[0].reasons[0]": True}


def test_words_are_compared_as_the_letter_breaks_its_lines() -> None:
    text = TEXT.replace("Right knee brace", "Right\nknee   brace")
    assert problems(lambda label: None, text) == {}


def test_equal_rationales_of_two_items_are_in_order() -> None:
    text = letter(LetterItem(), LetterItem(heading="X-ray of the lumbar spine"), KNEE)
    label = Determination.model_validate(label_of(text))
    assert len(label.items) == 3
    assert label_problems(label, text) == ()


def test_without_its_letter_a_label_is_checked_by_itself() -> None:
    assert problems(lambda label: label.update(case_number="CM16-0900002"), text=None) == {}
    assert "diagnoses" in problems(lambda label: label.update(diagnoses=["gout", "gout"]), text=None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda label: item(label).update(outcome="overturn"),
            "items[0].outcome: is the unknown code 'overturn'; use overturned",
        ),
        (lambda label: item(label).update(outcome=None), "items[0].outcome: is not filled in; see the codebook"),
        (lambda label: item(label).pop("category"), "items[0].category: is missing"),
        (lambda label: item(label).update(resons=[]), "items[0].resons: is no field of a label"),
        (lambda label: label.update(decision_date="soon"), "decision_date: input should be a valid date"),
    ],
)
def test_the_schema_is_told_in_the_codebooks_terms(change: Change, said: str) -> None:
    label = label_of(TEXT)
    change(label)
    assert any(said in str(one) for one in schema_problems(label)), [str(one) for one in schema_problems(label)]


def test_every_broken_field_is_told_at_once() -> None:
    label = label_of(TEXT)
    item(label).update(outcome="won", category="knees")
    assert [one.field for one in schema_problems(label)] == ["items[0].outcome", "items[0].category"]


def test_long_words_in_the_place_of_a_code_are_not_repeated() -> None:
    label = label_of(TEXT)
    item(label).update(outcome="The worker, who lives alone, cannot climb the stairs of her house.")
    (one,) = schema_problems(label)
    assert one.what == "is the unknown code"


def test_a_file_is_checked_with_its_letter_and_its_contradictions(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set", {"a": TEXT})
    path, letters, pairs = home / "labels" / "a.json", home / "letters", home / "contradictions"
    assert check_file(path, letters, pairs) == ()
    pair = {"kind": "finding", "item": 2, "a": "The knee gives way", "b": "No such words", "material": True}
    write(pairs / "a.json", [pair])
    found = {one.field: one for one in check_file(path, letters, pairs)}
    assert found.keys() == {"[0].item", "[0].b"}
    assert found["[0].b"].file == str(pairs / "a.json")
    write(pairs / "a.json", [{**pair, "kind": "feeling"}])
    assert [one.field for one in check_file(path, letters, pairs)] == ["[0].kind"]


def test_a_file_without_letter_or_json_is_told(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set", {"a": TEXT})
    (home / "letters" / "a.txt").unlink()
    (told,) = check_file(home / "labels" / "a.json", home / "letters")
    assert "no letter of this name" in told.what
    (home / "labels" / "a.json").write_text("{", encoding="utf-8")
    (told,) = check_file(home / "labels" / "a.json", None)
    assert told.what == "is no JSON in UTF-8"


# What the harness refuses


def test_gold_sets_load_together(tmp_path: Path) -> None:
    one = gold_set(tmp_path / "one")
    other = gold_set(tmp_path / "other", {"a": TEXT})
    (other / "letters").rename(tmp_path / "documents")
    found = checked_gold([one, other / "labels"], tmp_path / "documents")
    assert [(labeled.gold_set, labeled.stem) for labeled in found] == [
        *(("one", stem) for stem in sorted(LETTERS)),
        ("labels", "a"),
    ]


def test_splits_are_kept(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set")
    (home / "splits.toml").write_text('dev = ["one", "two"]\ntest = ["three"]\n', encoding="utf-8")
    assert [labeled.stem for labeled in checked_gold([home], None, Split.TEST)] == ["three"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda home: (home / "letters" / "two.txt").unlink(), r"two\.json: no letter of this name"),
        (
            lambda home: write(home / "labels" / "two.json", {"items": [{"outcome": "won"}]}),
            r"two\.json: items\[0\]\.treatment: Field required|two\.json: items\[0\]\.outcome: Input should be",
        ),
        (
            lambda home: gold_set(home, {"two": LETTERS["two"]}, lambda _, label: label.update(diagnoses=["gout"])),
            r"set/two: diagnoses\[0\]: does not stand in the letter",
        ),
        (
            lambda home: gold_set(
                home, {"two": LETTERS["two"]}, lambda _, label: item(label, 1).update(key_quotes=["It is broken."])
            ),
            r"set/two: items\[1\]\.key_quotes\[0\]: does not stand in the rationale",
        ),
        (
            lambda home: write(
                home / "contradictions" / "two.json",
                [{"kind": "date", "item": None, "a": "CLINICAL CASE SUMMARY", "b": "nowhere", "material": False}],
            ),
            r"set/two, contradictions: \[0\]\.b: does not stand",
        ),
        (lambda home: (home / "letters" / "two.txt").write_bytes(b""), r"set/two: its letter cannot be read"),
    ],
)
def test_a_label_that_cannot_be_scored_against_is_refused_with_file_and_field(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    home = gold_set(tmp_path / "set")
    spoil(home)
    with pytest.raises(GoldError, match=said):
        checked_gold([home], None)


def test_an_unknown_code_names_file_and_field(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set", change=lambda _, label: item(label).update(category="knees"))
    with pytest.raises(GoldError, match=r"one\.json: items\[0\]\.category: Input should be 'pharmaceutical'"):
        checked_gold([home], None)


def test_folders_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set")
    with pytest.raises(GoldError, match="has no folder of letters; name it with --documents"):
        checked_gold([home / "labels"], None)
    with pytest.raises(GoldError, match="there is no such folder"):
        checked_gold([tmp_path / "nowhere"], None)
    with pytest.raises(GoldError, match="another gold set has this name"):
        checked_gold([home, home], None)
    (home / "splits.toml").write_text('dev = ["one", "two", "three"]\n', encoding="utf-8")
    with pytest.raises(GoldError, match="no labeled letters of the split test"):
        checked_gold([home], None, Split.TEST)
