"""What is asked of the small local model: two short invented letters, and what must come out whatever it answers."""

from __future__ import annotations

from typing import Any

from schemas import Determination
from tests.forms import letter

PLAIN = letter()
"""One item, four sentences of summary and two of rationale."""

JUDGED = {
    "diagnoses",
    "case_summary",
    "provenance",
    "review",
    "usage",
}
"""Fields of a case that a model may judge, and what says so."""
JUDGED_OF_AN_ITEM = {
    "category",
    "medication",
    "primary_reason",
    "reasons",
    "rationale_summary",
    "key_quotes",
}


def printed(determination: Determination) -> dict[str, Any]:
    """The fields that the letter prints, which no model may touch."""
    items = {"items": {"__all__": JUDGED_OF_AN_ITEM}}
    return determination.model_dump(exclude={**dict.fromkeys(JUDGED, True), **items})
