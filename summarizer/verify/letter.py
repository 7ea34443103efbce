"""A whole reading proven: what follows from the letter, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator

from schemas import ReviewCode, Status
from summarizer.document import OpenLetter
from summarizer.reading import Doubt, Reading
from summarizer.verify.assembly import Leaf, Places, Plain, leaves_of, values_of
from summarizer.verify.crosschecks import cross_checks
from summarizer.verify.mistakes import mistakes_of_fact
from summarizer.verify.proof import status_of
from summarizer.verify.summaries import unsupported_summaries
from summarizer.verify.text_quality import text_quality


def prove(letter: OpenLetter, reading: Reading) -> Plain:
    """The plain values of the Determination that ``reading`` makes, with proof, places and review flags.

    Call it while ``letter`` is open: pages and boxes of the evidence are asked for here.
    """
    document, places = letter.document, Places(letter)
    proven = [(leaf, status_of(leaf.field, leaf.found, document)) for leaf in leaves_of(reading)]
    doubts = (
        *reading.doubts,
        *_unverified(leaf for leaf, status in proven if status is Status.UNVERIFIED),
        *text_quality(document),
        *cross_checks(document, reading),
        *unsupported_summaries(document, reading),
        *mistakes_of_fact(document, reading),
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
            leaf.path: {"origin": leaf.found.origin, "status": status, "evidence": places.of(leaf.found.spans)}
            for leaf, status in proven
        },
        "review": [_flag(doubt, places) for doubt in doubts],
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
