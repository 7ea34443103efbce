"""Determinations as JSON: one object, a list, or one object a line. The contract itself, no view of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas import Determination

_LINE_BREAKS = str.maketrans({"\u0085": r"\u0085", "\u2028": r"\u2028", "\u2029": r"\u2029"})


def one(determination: Determination) -> str:
    """One object, indented; ends in one newline."""
    return determination.model_dump_json(indent=2) + "\n"


def many(determinations: Iterable[Determination]) -> Iterator[str]:
    """A list, even of one or none, a piece at a time: nothing is held but the piece at hand."""
    before = "[\n"
    for determination in determinations:
        yield before + determination.model_dump_json(indent=2)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def line(determination: Determination) -> str:
    """One object on one line.

    The three line breaks that JSON allows raw in a string are escaped: readers that split lines as
    Unicode does would cut the object there.
    """
    return determination.model_dump_json().translate(_LINE_BREAKS) + "\n"
