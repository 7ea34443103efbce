"""From a reading to the values and the provenance of a Determination."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache

from summarizer.document import OpenLetter, Span
from summarizer.reading import Found, JudgementReading

_NOT_FIELDS = frozenset({"layout", "clinical_summary", "doubts", "model", "region", "weak"})
"""What a reading holds for other steps, and a Determination does not."""

Plain = dict[str, object]
"""A part of a Determination as plain values by field name, before it is validated."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value with its place in the Determination."""

    path: str
    """Such as ``items[0].medication.name``."""
    field: str
    """The path's last name, without index."""
    found: Found[object]
    """The value and its spans."""


def values_of(part: object) -> object:
    """The plain values of a reading or a part of one, without evidence."""
    if isinstance(part, Found):
        return part.value
    if isinstance(part, tuple):
        return tuple(values_of(entry) for entry in part)
    if is_dataclass(part):
        values: Plain = {}
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
    for name in _field_names(type(part)):  # type: ignore[arg-type]  # a class is hashable, object need not be
        yield name, getattr(part, name)


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Names of the fields of a dataclass that a Determination has too."""
    return tuple(field.name for field in fields(kind) if field.name not in _NOT_FIELDS)


class Places:
    """The evidence of spans with pages and boxes; a span that many fields rest on is asked for once."""

    def __init__(self, letter: OpenLetter) -> None:
        """Read places from ``letter`` while it is open."""
        self._document = letter.document
        self._boxes = letter.boxes
        self._known: dict[Span, tuple[Plain, ...]] = {}

    def of(self, spans: tuple[Span, ...]) -> tuple[Plain, ...]:
        """``schemas.Evidence`` of each of ``spans`` as plain values, one for each page that a span touches."""
        return tuple(place for span in spans for place in self._of_one(span))

    def _of_one(self, span: Span) -> tuple[Plain, ...]:
        if span not in self._known:
            self._known[span] = tuple(
                {"start": piece.start, "end": piece.end, "page": page, "boxes": self._boxes(piece)}
                for page, piece in self._document.by_page(span)
            )
        return self._known[span]
