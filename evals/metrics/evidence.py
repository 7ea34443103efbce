"""Evidence: whether verbatim fields are proven, inside their own section or item, with boxes."""

from __future__ import annotations

import re

from evals.metrics.tally import Tally
from schemas import Determination, Status
from summarizer.document import Document, Span
from summarizer.layouts import Structure, recognize
from summarizer.verify.proof import JUDGED

_ITEM = re.compile(r"items\[(\d+)\]")
_LAST_NAME = re.compile(r"([a-z_]+)(?:\[\d+\])?$")


def evidence(read: Determination, document: Document) -> dict[str, Tally]:
    """Tally of the verbatim and derived fields of one letter.

    Right is a field that is ``verified``, whose evidence lies inside its own item (or, outside items,
    before the first), and whose evidence has boxes where the letter has pages with boxes.
    """
    structure = recognize(document.text)
    fields = {path: proof for path, proof in read.provenance.items() if _last_name(path) not in JUDGED}
    right = sum(
        proof.status is Status.VERIFIED
        and all(_inside(path, Span(place.start, place.end), structure) for place in proof.evidence)
        and all(bool(place.boxes) == bool(document.pages) for place in proof.evidence)
        for path, proof in fields.items()
    )
    return {"verbatim fields verified, in place, with boxes": Tally(right, len(fields), len(fields))}


def _last_name(path: str) -> str:
    found = _LAST_NAME.search(path)
    return found[1] if found else path


def _inside(path: str, place: Span, structure: Structure | None) -> bool:
    if structure is None:
        return False
    if (item := _ITEM.match(path)) is not None:
        return structure.items[int(item[1])].whole.contains(place)
    sections = (structure.header, structure.reviewer, structure.clinical_summary)
    return any(section.contains(place) for section in sections if section is not None)
