"""What is asked of the small local model: two short invented letters, and what must come out whatever it answers."""

from __future__ import annotations

from typing import Any

from schemas import Determination
from tests.forms import LetterItem, letter

PLAIN = letter()
"""Three sentences of summary and two of rationale: numbers that a poor reader misses."""
ANKLE = letter(
    LetterItem(
        heading="Physical therapy for the left ankle, 12 visits",
        rationale="The injured worker is a 41-year-old man with a left ankle sprain. The guideline allows up to ten visits "
        "of therapy for an ankle sprain. The worker has had six visits already. The request is for twelve more visits. "
        "Together that makes eighteen visits. Eighteen visits exceed the limit of the guideline. The first visit "
        "measured motion of the ankle. The second visit began with heat and stretching. The third visit added balance "
        "work. The fourth visit added steps and ramps. The fifth visit repeated the same work. The sixth visit repeated "
        "it once more. The note of each visit gives the same pain score. An exception to the guideline is not supported. "
        "Therefore, the request is not medically necessary.",
    ),
    summary="",
)
"""No summary and fifteen sentences of rationale: numbers that a poor reader hits."""

_JUDGED = {"diagnoses", "case_summary"}
_JUDGED_OF_AN_ITEM = {"category", "medication", "primary_reason", "reasons", "rationale_summary", "key_quotes"}
_ABOUT_THE_READING = {"document", "provenance", "review", "usage"}


def printed(determination: Determination) -> dict[str, Any]:
    """The fields that the letter prints, which no model may touch."""
    case = dict.fromkeys(_JUDGED | _ABOUT_THE_READING, True)
    return determination.model_dump(exclude={**case, "items": {"__all__": _JUDGED_OF_AN_ITEM}})
