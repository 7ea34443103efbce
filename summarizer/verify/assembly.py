"""From a reading to the values and the provenance of a Determination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from summarizer.document import OpenLetter, Span
from summarizer.reading import Found, JudgementReading

_NOT_FIELDS = frozenset({"layout", "clinical_summary", "doubts", "model", "region", "weak"})
"""What a reading holds for other steps, and a Determination does not."""

Plain = dict[str, object]
"""A part of a Determination as plain values by field name, before it is validated."""


class Leaf(NamedTuple):
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
        return tuple([values_of(entry) for entry in part])
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


def _parts(part: object) -> Iterable[tuple[str, object]]:
    """The fields of a dataclass that a Determination has too, by name."""
    names, values = _fields(type(part))  # type: ignore[arg-type]  # a class is hashable, object need not be
    return zip(names, values(part), strict=True)


@cache
def _fields(kind: type) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    """Names of such fields, and the way to all their values at once."""
    names = tuple(field.name for field in fields(kind) if field.name not in _NOT_FIELDS)
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda part: tuple(getattr(part, name) for name in names)


class Places:
    """The evidence of spans with pages and boxes; a span that many fields rest on is asked for once."""

    def __init__(self, letter: OpenLetter) -> None:
        """Read places from ``letter`` while it is open."""
        self._document = letter.document
        self._boxes = letter.boxes
        self._known: dict[Span, tuple[Plain, ...]] = {}

    def of(self, spans: tuple[Span, ...]) -> tuple[Plain, ...]:
        """``schemas.Evidence`` of each of ``spans`` as plain values, one for each page that a span touches."""
        known = self._known
        for span in spans:
            if span not in known:
                known[span] = self._of_one(span)
        return known[spans[0]] if len(spans) == 1 else tuple([place for span in spans for place in known[span]])

    def _of_one(self, span: Span) -> tuple[Plain, ...]:
        return tuple(
            [
                {"start": piece.start, "end": piece.end, "page": page, "boxes": self._boxes(piece)}
                for page, piece in self._document.by_page(span)
            ]
        )
