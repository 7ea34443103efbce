from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from pydantic import BaseModel, ValidationError

import schemas
from schemas import Determination, Evidence, InjuredWorker, Item, Medication, Reviewer, Usage
from tests.schemas.strategies import determinations

ITEM = {"treatment": "Twelve sessions of aquatic therapy", "outcome": "upheld", "category": "rehabilitation"}
EXPORTED = [getattr(schemas, name) for name in schemas.__all__]
PARTS = [part for part in EXPORTED if isinstance(part, type) and issubclass(part, BaseModel)]


@settings(deadline=None, max_examples=60)
@given(determinations)
def test_json_and_back_is_the_same(determination: Determination) -> None:
    back = Determination.model_validate_json(determination.model_dump_json())
    assert back == determination
    assert back.usage == determination.usage


def test_every_field_of_every_part_is_varied_by_the_round_trip() -> None:
    # A field that a strategy forgets would keep its default and prove nothing.
    from tests.schemas import strategies

    built = {
        Determination: strategies.determinations,
        Item: strategies.items,
        Evidence: strategies.evidence,
        Usage: strategies.usages,
        Medication: strategies.medications,
        schemas.Citation: strategies.citations,
        schemas.DocumentInfo: strategies.documents,
        schemas.FieldProvenance: strategies.provenance,
        schemas.ReviewFlag: strategies.flags,
    }
    for part, strategy in built.items():
        assert f"{part.__name__}, " in repr(strategy)
        for field in part.model_fields:
            assert f"{field}=" in repr(strategy), f"{part.__name__}.{field}"
    assert {*built, Reviewer, InjuredWorker} == set(PARTS)


def test_a_label_without_provenance_is_a_determination() -> None:
    label = Determination.model_validate({"case_number": "CM99-0000001", "items": [ITEM]})
    assert label.document is None
    assert label.provenance == {}
    assert label.review == ()
    assert label.items[0].reasons == ()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_parts_are_frozen_and_closed(part: type[BaseModel]) -> None:
    assert part.model_config.get("frozen") is True
    with pytest.raises(ValidationError, match="extra_forbidden"):
        part.model_validate({"no_such_field": 1})


def test_a_value_cannot_be_changed() -> None:
    determination = Determination(case_number="CM99-0000001")
    with pytest.raises(ValidationError, match="frozen"):
        determination.case_number = "CM99-0000002"  # type: ignore[misc]


def test_equality_ignores_usage_and_nothing_else() -> None:
    one = Determination(case_number="CM99-0000001", usage=Usage(seconds=1.0))
    assert one == one.model_copy(update={"usage": Usage(requests=4, seconds=2.0)})
    changes = {
        "schema_version": "0",
        "case_number": None,
        "decision_date": date(2021, 3, 4),
        "reviewer": Reviewer(specialties=("Podiatry",)),
        "injured_worker": InjuredWorker(age=40),
        "diagnoses": ("plantar fasciitis",),
        "items": (Item.model_validate(ITEM),),
    }
    for field, value in changes.items():
        assert one != one.model_copy(update={field: value}), field
    assert one != "CM99-0000001"


@pytest.mark.parametrize(
    ("field", "code"),
    [("outcome", "partly_upheld"), ("outcome", "Upheld"), ("category", "drugs"), ("primary_reason", "cost")],
)
def test_an_unknown_code_is_rejected(field: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Item.model_validate(ITEM | {field: code})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [((field,), "enum")]


@pytest.mark.parametrize(
    ("part", "values"),
    [
        (Evidence, {"start": -1, "end": 4}),
        (Evidence, {"start": 0, "end": 4, "page": 0}),
        (InjuredWorker, {"age": 121}),
        (Medication, {"name": "Examplol", "drug_class": "other", "quantity": -1}),
        (schemas.Citation, {"source": "MTUS", "title": "Example Guidelines", "year": 16}),
    ],
)
def test_an_impossible_number_is_rejected(part: type[BaseModel], values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        part.model_validate(values)


def test_an_unknown_cost_stays_unknown() -> None:
    assert Usage.model_validate_json(Usage(cost_usd=None).model_dump_json()).cost_usd is None


def test_a_fractional_quantity_and_a_whole_one_keep_their_kind() -> None:
    for quantity in (7.5, 60):
        medication = Medication.model_validate({"name": "Examplol", "drug_class": "other", "quantity": quantity})
        back = Medication.model_validate_json(medication.model_dump_json())
        assert type(back.quantity) is type(quantity)
        assert back.quantity == quantity
