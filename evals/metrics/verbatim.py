"""Verbatim fields: whether the words are the label's, and whether evidence proves them in the right place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import BaseModel

from evals.alignment import Row, in_label, item_of, side_by_side
from evals.gold import OF_A_READING, Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.passages import covered
from schemas import Determination, FieldProvenance, Item, Status
from summarizer.document import Document, Span
from summarizer.folding import comparable
from summarizer.layouts import Structure, recognize
from summarizer.verify.proof import JUDGED

PASSAGES: Final = {
    "treatment": "treatment",
    "original_request": "partly_authorized",
    "authorized_portion": "partly_authorized",
    "rationale": "rationale",
}
"""Counts of each field of an item that is a passage of the letter."""
_NOT_READ: Final = frozenset({"schema_version", *OF_A_READING})
"""Fields of a Determination that say nothing of the letter."""


def verbatim(labeled: Labeled, reading: Reading) -> Measured:
    """Count words, spans and evidence of the verbatim fields."""
    counting = Counting()
    rows = side_by_side(labeled.label, reading.determination)
    _count_words(counting, rows)
    _count_spans(counting, rows, reading)
    _count_evidence(counting, rows, reading)
    return counting.measured()


def words(labeled: Labeled, reading: Reading) -> Measured:
    """The words alone: treatment, partly authorized portions, rationale."""
    counting = Counting()
    _count_words(counting, side_by_side(labeled.label, reading.determination))
    return counting.measured()


def _count_words(counting: Counting, rows: Iterable[Row]) -> None:
    """Count each labeled item's passages, after folding and character for character."""
    for row in rows:
        if row.gold is None:
            continue
        for field in _passages(row.gold, row.read):
            name = PASSAGES[field]
            gold: str | None = getattr(row.gold, field)
            mine: str | None = None if row.read is None else getattr(row.read, field)
            exact = gold == mine and row.read is not None
            folded = exact or (gold is not None and mine is not None and comparable(gold) == comparable(mine))
            counting.same((name,), folded)
            counting.same((f"{name}_exact",), exact)
            names = () if exact else (f"{name}_exact",) if folded else (name, f"{name}_exact")
            counting.differ(names, f"{row.field}.{field}", gold, mine)


def _passages(gold: Item, read: Item | None) -> tuple[str, ...]:
    """Fields to compare: the portions of a partly authorized request only where either side has one."""
    partly = gold.original_request is not None or (read is not None and read.original_request is not None)
    return tuple(field for field, name in PASSAGES.items() if partly or name != "partly_authorized")


def _count_spans(counting: Counting, rows: Iterable[Row], reading: Reading) -> None:
    """Count the characters of labeled passages and of the evidence for them."""
    text = reading.document.text if reading.document else ""
    provenance = reading.determination.provenance
    for row in rows:
        for field in PASSAGES:
            proof = None if row.place is None else provenance.get(f"items[{row.place}].{field}")
            places = [Span(place.start, place.end) for place in proof.evidence] if proof else []
            gold: str | None = getattr(row.gold, field) if row.gold else None
            counting.add("spans", covered(gold, places, text))


def _count_evidence(counting: Counting, rows: tuple[Row, ...], reading: Reading) -> None:
    """Count the fields read that are proven: verified, in their own item or section, with boxes where pages are.

    They are the values that the reading has; one without proof or place is not proven, nor is proof of no value.
    Where they stand is not asked where no layout knows the letter with as many items as were read.
    """
    if reading.document is None:
        return
    determination, document = reading.determination, reading.document
    structure = recognize(document.text)
    if structure is not None and len(structure.items) != len(determination.items):
        structure = None
    provenance = determination.provenance
    wanting_of: dict[str, str | None] = {path: "no such value" for path in provenance if _is_verbatim(path)}
    read = to_be_proven(determination)
    wanting_of |= {path: _wanting(path, provenance.get(path), document, structure) for path in read}
    for path, wanting in wanting_of.items():
        counting.same(("evidence",), not wanting)
        if wanting:
            counting.differ(("evidence",), f"provenance[{in_label(path, rows)}]", "proven", wanting)


def to_be_proven(read: Determination) -> Iterator[str]:
    """Path of every value of ``read`` that its words have to prove: all but judgements."""
    return (path for path in _paths(read) if _is_verbatim(path))


def _paths(part: object, path: str = "") -> Iterator[str]:
    """Path of every value that ``part`` has, entries of lists one by one."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if path or name not in _NOT_READ:
                yield from _paths(getattr(part, name), f"{path}.{name}" if path else name)
    elif isinstance(part, tuple):
        for index, entry in enumerate(part):
            yield from _paths(entry, f"{path}[{index}]")
    elif part is not None:
        yield path


def _is_verbatim(path: str) -> bool:
    """Whether a field has to be proven by its words; else it is a judgement."""
    name, _, _ = path.rpartition(".")[2].partition("[")
    return name not in JUDGED


def _wanting(path: str, proof: FieldProvenance | None, document: Document, structure: Structure | None) -> str | None:
    """What the proof of a field lacks; ``None`` where nothing."""
    if proof is None:
        return "no proof"
    if proof.status is not Status.VERIFIED:
        return proof.status.value
    if not proof.evidence or any(not place.start < place.end <= len(document.text) for place in proof.evidence):
        return "no place in the letter"
    if structure and not all(_inside(path, Span(place.start, place.end), structure) for place in proof.evidence):
        return "evidence outside its item or section"
    if not all(bool(place.boxes) == bool(document.pages) for place in proof.evidence):
        return "evidence without boxes"
    return None


def _inside(path: str, place: Span, structure: Structure) -> bool:
    if (item := item_of(path)) is not None:
        found = structure.items[item]
        # A notice of 2013 prints its outcomes in a list of their own.
        return found.whole.contains(place) or found.outcome_span.contains(place)
    sections = (structure.header, structure.reviewer, structure.clinical_summary)
    return any(section.contains(place) for section in sections if section is not None)
