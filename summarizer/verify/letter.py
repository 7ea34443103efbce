"""A whole reading proven: what follows from the letter, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator

from schemas import Determination, DocumentInfo, ReviewCode, ReviewFlag, Status
from summarizer.document import Document, OpenLetter
from summarizer.reading import Doubt, Reading
from summarizer.verify.assembly import Leaf, evidence_of, leaves_of, provenance_of, values_of
from summarizer.verify.crosschecks import cross_checks
from summarizer.verify.mistakes import mistakes_of_fact
from summarizer.verify.summaries import unsupported_summaries
from summarizer.verify.text_quality import text_quality


def prove(letter: OpenLetter, reading: Reading) -> Determination:
    """The Determination that ``reading`` makes, with proof, places and review flags.

    Call it while ``letter`` is open: pages and boxes of the evidence are asked for here.
    """
    document, boxes = letter.document, letter.boxes
    leaves = tuple(leaves_of(reading))
    provenance = {leaf.path: provenance_of(leaf, document, boxes) for leaf in leaves}
    unproven = (leaf for leaf in leaves if provenance[leaf.path].status is Status.UNVERIFIED)
    doubts = (
        *reading.doubts,
        *_unverified(unproven),
        *text_quality(document),
        *cross_checks(document, reading),
        *unsupported_summaries(document, reading),
        *mistakes_of_fact(document, reading),
    )
    values = values_of(reading)
    assert isinstance(values, dict)  # a reading is a dataclass
    return Determination.model_validate(
        {
            **values,
            "document": DocumentInfo(
                source=document.source,
                sha256=document.sha256,
                pages=len(document.pages) or None,
                layout=reading.layout,
                text_from=document.text_from,
            ),
            "provenance": provenance,
            "review": tuple(_flag(doubt, letter) for doubt in doubts),
        }
    )


def _unverified(leaves: Iterator[Leaf]) -> Iterator[Doubt]:
    """A doubt for each value that its own words do not prove."""
    for leaf in leaves:
        yield Doubt(
            ReviewCode.UNVERIFIED_FIELD,
            "This value could not be proven by the letter's own words; check it against the letter.",
            leaf.path,
            leaf.found.spans,
        )


def _flag(doubt: Doubt, letter: OpenLetter) -> ReviewFlag:
    return ReviewFlag(
        code=doubt.code,
        field=doubt.field,
        message=doubt.message,
        evidence=evidence_of(doubt.spans, letter.document, letter.boxes),
        kind=doubt.kind,
        material=doubt.material,
    )
