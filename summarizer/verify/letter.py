"""A whole reading proven: what follows from the letter, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator

from schemas import Origin, ReviewCode, Status
from summarizer.document import Document, OpenLetter
from summarizer.reading import Doubt, Reading
from summarizer.verify.assembly import Leaf, Places, Plain, leaves_of, values_of
from summarizer.verify.crosschecks import cross_checks
from summarizer.verify.doubts import in_order
from summarizer.verify.mistakes import mistakes_of_fact
from summarizer.verify.proof import status_of
from summarizer.verify.summaries import unsupported_summaries
from summarizer.verify.text_quality import text_quality


def doubts_of_the_letter(document: Document, reading: Reading) -> tuple[Doubt, ...]:
    """What is doubtful about the letter itself, whoever judges it: text, dates, amounts, contradictions."""
    return (
        *text_quality(document),
        *cross_checks(document, reading),
        *mistakes_of_fact(document, reading),
    )


def prove(letter: OpenLetter, reading: Reading, known: tuple[Doubt, ...] | None = None) -> Plain:
    """The plain values of the Determination that ``reading`` makes, with proof, places and review flags.

    Call it while ``letter`` is open: pages and boxes of the evidence are asked for here. ``known`` are
    the ``doubts_of_the_letter`` where they were asked for before.
    """
    document, places = letter.document, Places(letter)
    proven = [(leaf, status_of(leaf.field, leaf.found, document)) for leaf in leaves_of(reading)]
    doubts = (
        *reading.doubts,
        *_unverified(leaf for leaf, status in proven if status is Status.UNVERIFIED),
        *unsupported_summaries(document, reading),
        *(doubts_of_the_letter(document, reading) if known is None else known),
    )
    values = values_of(reading)
    assert isinstance(values, dict)  # a reading is a dataclass
    return {
        **values,
        "document": {
            "source": document.source,
            "sha256": document.sha256,
            "pages": len(document.pages) or None,
            "layout": reading.layout,
            "text_from": document.text_from,
        },
        "provenance": {
            leaf.path: {
                "origin": leaf.found.origin,
                "model": reading.model if leaf.found.origin is Origin.MODEL else None,
                "prompt": leaf.found.prompt,
                "status": status,
                "evidence": places.of(leaf.found.spans),
            }
            for leaf, status in proven
        },
        "review": [_flag(doubt, places) for doubt in in_order(doubts)],
    }


def _unverified(leaves: Iterator[Leaf]) -> Iterator[Doubt]:
    """A doubt for each value that its own words do not prove."""
    for leaf in leaves:
        yield Doubt(
            ReviewCode.UNVERIFIED_FIELD,
            "This value could not be proven by the letter's own words; check it against the letter.",
            leaf.path,
            leaf.found.spans,
        )


def _flag(doubt: Doubt, places: Places) -> Plain:
    """``schemas.ReviewFlag`` as plain values."""
    return {
        "code": doubt.code,
        "field": doubt.field,
        "message": doubt.message,
        "evidence": places.of(doubt.spans),
        "kind": doubt.kind,
        "material": doubt.material,
    }
