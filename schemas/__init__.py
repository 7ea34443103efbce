"""The contract: taxonomy, Determination and its parts. Imports nothing else of this project.

The models are imported when they are first asked for: reading a letter needs only the taxonomy,
and pydantic takes longer to start than a letter takes to read.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from schemas.geometry import Box
from schemas.taxonomy import (
    Category,
    CitationSource,
    DrugClass,
    MistakeKind,
    Origin,
    Outcome,
    Priority,
    Reason,
    ReviewCode,
    Sex,
    Status,
    TextFrom,
)

if TYPE_CHECKING:
    from schemas.determination import (
        SCHEMA_VERSION,
        Citation,
        Determination,
        InjuredWorker,
        Item,
        Medication,
        Reviewer,
    )
    from schemas.provenance import DocumentInfo, Evidence, FieldProvenance, ReviewFlag, Usage

__all__ = [
    "SCHEMA_VERSION",
    "Box",
    "Category",
    "Citation",
    "CitationSource",
    "Determination",
    "DocumentInfo",
    "DrugClass",
    "Evidence",
    "FieldProvenance",
    "InjuredWorker",
    "Item",
    "Medication",
    "MistakeKind",
    "Origin",
    "Outcome",
    "Priority",
    "Reason",
    "ReviewCode",
    "ReviewFlag",
    "Reviewer",
    "Sex",
    "Status",
    "TextFrom",
    "Usage",
]

_MODELS = dict.fromkeys(
    ("SCHEMA_VERSION", "Citation", "Determination", "InjuredWorker", "Item", "Medication", "Reviewer"),
    "schemas.determination",
) | dict.fromkeys(("DocumentInfo", "Evidence", "FieldProvenance", "ReviewFlag", "Usage"), "schemas.provenance")
"""The module of each name that is imported late."""


def __getattr__(name: str) -> object:
    """Import the models when one of them is first asked for."""
    if name not in _MODELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODELS[name]), name)
