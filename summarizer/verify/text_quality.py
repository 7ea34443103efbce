"""How far the text itself can be trusted: pages that were recognized from a picture."""

from __future__ import annotations

from typing import Final

from schemas import ReviewCode
from summarizer.document import Document, Span
from summarizer.reading import Doubt

LOW_CONFIDENCE: Final = 0.9
"""Mean recognition confidence of a page below which a person should compare it with the picture."""


def text_quality(document: Document) -> tuple[Doubt, ...]:
    """A doubt for each recognized page of low confidence."""
    return tuple(
        Doubt(
            ReviewCode.LOW_TEXT_QUALITY,
            f"Page {page.number} was recognized from a picture with a confidence of {page.confidence:.0%}; "
            "compare names, numbers and dates with the picture.",
            spans=(Span(page.start, page.end),) if page.start < page.end else (),
        )
        for page in document.pages
        if page.confidence is not None and page.confidence < LOW_CONFIDENCE
    )
