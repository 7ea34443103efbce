"""What is asked of the small local model: two short invented letters, and what must come out whatever it answers."""

from __future__ import annotations

from typing import Any

from schemas import Determination
from tests.forms import letter

PLAIN = letter()
"""One item, four sentences of summary and two of rationale."""

_JUDGED = {"diagnoses", "case_summary"}
_JUDGED_OF_AN_ITEM = {"category", "medication", "primary_reason", "reasons", "rationale_summary", "key_quotes"}
_ABOUT_THE_READING = {"document", "provenance", "review", "usage"}


def printed(determination: Determination) -> dict[str, Any]:
    """The fields that the letter prints, which no model may touch."""
    case = dict.fromkeys(_JUDGED | _ABOUT_THE_READING, True)
    return determination.model_dump(exclude={**case, "items": {"__all__": _JUDGED_OF_AN_ITEM}})
