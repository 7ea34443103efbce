from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given, settings
from pydantic import Field

from schemas import Category, Determination, Evidence
from schemas.docstrings import attribute_docstrings
from schemas.provenance import Frozen
from schemas.publish import PUBLISHED, json_schema
from tests.schemas.strategies import determinations

SCHEMA = json.loads(json_schema())
OBJECTS = {"Determination": SCHEMA} | {name: part for name, part in SCHEMA["$defs"].items() if part["type"] == "object"}


def test_the_published_copy_is_in_step() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == json_schema(), "run `make schema`"


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(deadline=None, max_examples=30)
@given(determinations)
def test_what_we_write_fits_it(determination: Determination) -> None:
    jsonschema.validate(json.loads(determination.model_dump_json()), SCHEMA, jsonschema.Draft202012Validator)


def test_what_does_not_fit_is_refused() -> None:
    for wrong in ({"unknown": 1}, {"items": [{"treatment": "A brace"}]}, {"priority": "soon"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_field_is_described(name: str) -> None:
    part = OBJECTS[name]
    assert part["description"]
    assert part["additionalProperties"] is False
    assert [field for field, told in part["properties"].items() if not told.get("description")] == []


def test_descriptions_are_the_attribute_docstrings() -> None:
    assert SCHEMA["properties"]["items"]["description"] == attribute_docstrings(Determination)["items"]
    assert SCHEMA["$defs"]["Evidence"]["properties"]["end"]["description"] == attribute_docstrings(Evidence)["end"]


def test_every_code_is_listed_with_its_rule() -> None:
    told = SCHEMA["$defs"]["Category"]
    assert told["enum"] == [category.value for category in Category]
    for category in Category:
        assert f"{category.value}: {category.rule}" in told["description"].splitlines()


def test_docstrings_are_inherited_and_overridden() -> None:
    class Base(Frozen):
        kept: int = 0
        """Told once."""
        changed: int = 0
        """Told in the base."""

    class Heir(Base):
        changed: int = 1
        """Told over two
        lines."""
        untold: int = 2
        told_by_field: int = Field(default=3, description="Told by the field.")
        """Told below, too late."""

    properties = Heir.model_json_schema()["properties"]
    assert properties["kept"]["description"] == "Told once."
    assert properties["changed"]["description"] == "Told over two lines."
    assert "description" not in properties["untold"]
    assert properties["told_by_field"]["description"] == "Told by the field."


def test_a_class_without_source_has_no_docstrings() -> None:
    assert attribute_docstrings(type("Made", (), {"__module__": "nowhere"})) == {}
