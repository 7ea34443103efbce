"""From a reading to the values and the provenance of a Determination."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from schemas import Evidence, FieldProvenance
from summarizer.document import Boxes, Document, Span
from summarizer.reading import Found, ItemReading, JudgementReading, Reading
from summarizer.verify.proof import status_of

_NOT_FIELDS = frozenset({"layout", "clinical_summary", "doubts", "region", "weak"})
"""What a reading holds for other steps, and a Determination does not."""

Value = object
"""A plain value of a Determination: scalar, tuple of values, or dict by field name."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value with its place in the Determination."""

    path: str
    """Such as ``items[0].medication.name``."""
    field: str
    """The path's last name, without index."""
    found: Found[object]
    """The value and its spans."""


def values_of(part: object) -> Value:
    """The plain values of a reading or a part of one, without evidence."""
    if isinstance(part, Found):
        return part.value
    if isinstance(part, tuple):
        return tuple(values_of(entry) for entry in part)
    if is_dataclass(part):
        values: dict[str, Value] = {}
        for name, inner in _parts(part):
            if isinstance(inner, JudgementReading):
                values.update({key: values_of(judged) for key, judged in _parts(inner)})
            else:
                values[name] = values_of(inner)
        return values
    return part


def leaves_of(part: object, path: str = "", field: str = "") -> Iterator[Leaf]:
    """Every found value of a reading with its path, in the order of the fields."""
    if isinstance(part, Found):
        yield Leaf(path, field, part)
    elif isinstance(part, tuple):
        for index, entry in enumerate(part):
            yield from leaves_of(entry, f"{path}[{index}]", field)
    elif is_dataclass(part):
        for name, inner in _parts(part):
            if isinstance(inner, JudgementReading):
                yield from leaves_of(inner, path)
            else:
                yield from leaves_of(inner, f"{path}.{name}" if path else name, name)


def _parts(part: object) -> Iterator[tuple[str, object]]:
    for name in _field_names(type(part)):
        yield name, getattr(part, name)


def _field_names(kind: type, known: dict[type, tuple[str, ...]] = {}) -> tuple[str, ...]:  # noqa: B006
    """Names of the dataclass fields that a Determination has too; remembered by class."""
    if kind not in known:
        known[kind] = tuple(field.name for field in fields(kind) if field.name not in _NOT_FIELDS)
    return known[kind]


def provenance_of(leaf: Leaf, document: Document, boxes: Boxes) -> FieldProvenance:
    """Who read ``leaf``, how well it is proven and where it stands."""
    found = leaf.found
    return FieldProvenance(
        origin=found.origin,
        status=status_of(leaf.field, found, document),
        evidence=evidence_of(found.spans, document, boxes),
    )


def evidence_of(spans: tuple[Span, ...], document: Document, boxes: Boxes) -> tuple[Evidence, ...]:
    """The places of ``spans`` with page and boxes, cut where a page ends."""
    return tuple(
        Evidence(start=piece.start, end=piece.end, page=page, boxes=boxes(piece))
        for span in spans
        for page, piece in document.by_page(span)
    )
