from __future__ import annotations

import json

from evals.annotation.check import schema_problems
from evals.annotation.label import blank, draft, printed
from schemas import Determination
from summarizer.pipeline import summarize
from tests.evals.goldsets import KNEE, NORCO
from tests.forms import letter

READ = summarize(text=letter(KNEE, NORCO))


def test_a_label_is_the_reading_without_what_only_readings_have() -> None:
    label = draft(READ)
    again = Determination.model_validate(label)
    assert again.items == READ.items
    assert again.diagnoses == READ.diagnoses
    assert (again.provenance, again.review, again.document) == ({}, (), None)
    assert label.keys().isdisjoint({"provenance", "review", "document", "usage", "schema_version"})


def test_absent_fields_are_there_for_the_annotator_to_see() -> None:
    label = draft(READ)
    assert label["items"][0]["medication"] is None
    assert label["items"][1]["original_request"] is None
    assert set(label["items"][1]["medication"]) == {"name", "strength", "quantity", "drug_class"}


def test_a_blank_one_holds_the_case_number_and_as_many_empty_items() -> None:
    label = blank(READ)
    assert label.keys() == draft(READ).keys()
    assert label["case_number"] == READ.case_number
    assert len(label["items"]) == 2
    words = json.dumps({**label, "case_number": None})
    told = [value for value in (json.dumps(draft(READ))).split('"') if value in words and value.strip(" :,[]{}\n")]
    assert all(name in words for name in ("treatment", "outcome", "reasons"))
    assert not {"upheld", "overturned", "male", "dmepos", "Norco", "opioid"} & set(told)
    assert all(not value for item in label["items"] for value in item.values())


def test_a_blank_one_is_no_label_until_it_is_filled_in() -> None:
    said = {one.field: one.what for one in schema_problems(blank(READ))}
    assert said["items[0].outcome"] == said["items[1].treatment"] == "is not filled in"


def test_it_is_printed_to_be_read() -> None:
    words = printed(draft(READ))
    assert words.endswith("}\n")
    assert '\n "items": [\n' in words
    assert json.loads(words) == draft(READ)
