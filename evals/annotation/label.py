"""The beginning of a label: an engine's reading without what only readings have, or the bare structure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, get_origin

from evals.gold import OF_A_READING
from schemas import Citation, Determination, InjuredWorker, Item, Medication, Reviewer

_CASE: Final = tuple(name for name in Determination.model_fields if name not in (*OF_A_READING, "schema_version"))
_MANY: Final = frozenset(
    name
    for model in (Determination, Item, Reviewer, Citation, Medication)
    for name, field in model.model_fields.items()
    if get_origin(field.annotation) is tuple
)
"""Fields that hold a list."""


def draft(read: Determination) -> dict[str, Any]:
    """``read`` as a label to be corrected: every codebook field in its order, absent ones as null or an empty list."""
    values = read.model_dump(mode="json")
    return {name: values[name] for name in _CASE}


def blank(read: Determination) -> dict[str, Any]:
    """What a second annotator starts from: the case number and one empty item for each that was read.

    Nothing else of the reading is in it, so that it leads nobody. It is no valid label before it is filled in.
    """
    values: dict[str, Any] = {name: _nothing(name) for name in _CASE}
    values["reviewer"] = {name: _nothing(name) for name in Reviewer.model_fields}
    values["injured_worker"] = {name: _nothing(name) for name in InjuredWorker.model_fields}
    values["case_number"] = read.case_number
    values["items"] = [{name: _nothing(name) for name in Item.model_fields} for _ in read.items]
    return values


def printed(label: Mapping[str, Any]) -> str:
    """The label's file: indented JSON, letters of every language as they are."""
    return json.dumps(label, indent=1, ensure_ascii=False) + "\n"


def _nothing(name: str) -> list[object] | None:
    return [] if name in _MANY else None
