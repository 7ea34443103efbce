"""The contract: taxonomy, Determination and its parts. Imports nothing else of this project."""

from schemas.determination import (
    SCHEMA_VERSION,
    Citation,
    Determination,
    InjuredWorker,
    Item,
    Medication,
    Reviewer,
)
from schemas.provenance import Box, DocumentInfo, Evidence, FieldProvenance, ReviewFlag, Usage
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
