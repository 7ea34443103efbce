"""Small letters for the checks: a clinical summary, items and a header, already read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas import Category, Outcome, TextFrom
from summarizer.document import Document, Span
from summarizer.reading import Found, ItemReading, Reading

SUMMARY = "The injured worker is a 41 year old man who was hurt on 10-11-2016. He takes ibuprofen."


@dataclass(frozen=True)
class Asked:
    """One disputed item as a letter prints it."""

    treatment: str
    rationale: str
    outcome: Outcome = Outcome.UPHELD
    category: Category = Category.OTHER
    original_request: str | None = None
    authorized_portion: str | None = None


def read(*items: Asked, summary: str = SUMMARY, **header: date) -> tuple[Document, Reading]:
    """The letter's document and reading; ``header`` dates go by their field's name."""
    text = ""

    def put(words: str) -> Span:
        nonlocal text
        start = len(text)
        text += words + "\n"
        return Span(start, start + len(words))

    dates = {field: Found(value, (put(value.strftime("%m/%d/%Y")),)) for field, value in header.items()}
    told = put(summary)
    readings = []
    for item in items:
        original = Found(item.original_request, (put(item.original_request),)) if item.original_request else None
        given = Found(item.authorized_portion, (put(item.authorized_portion),)) if item.authorized_portion else None
        heading = put(item.treatment)
        outcome = put(item.outcome.value.capitalize())
        rationale = put(item.rationale)
        readings.append(
            ItemReading(
                treatment=Found(item.treatment, (heading,)),
                outcome=Found(item.outcome, (outcome,)),
                category=Found(item.category),
                region=Span(heading.start, rationale.end),
                original_request=original,
                authorized_portion=given,
                rationale=Found(item.rationale, (rationale,)),
            )
        )
    document = Document(text, (), "letter.txt", "0" * 64, TextFrom.PLAIN)
    return document, Reading(layout="test", items=tuple(readings), clinical_summary=told, **dates)  # type: ignore[arg-type]
