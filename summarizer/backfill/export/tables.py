"""What a table is: named and documented columns, each a function of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from schemas import ReviewFlag
    from schemas.taxonomy import Code
    from summarizer.backfill.export.rows import LetterRow

R = TypeVar("R")

Value: TypeAlias = str | int | float | bool | date | list[str] | None
"""What stands in a cell; ``None`` is unknown or not applicable."""
Rows: TypeAlias = list[list[Value]]
"""The cells of some rows, in the order of a table's columns."""

LETTER_KEY: Final = "SHA-256 of the letter's bytes, in hexadecimal; names the letter in every table."

_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates, which one format or another does not take."""


class Kind(StrEnum):
    """What stands in a column; the value names it for readers."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    DAY = "date"
    TEXTS = "list of texts"


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column of a table of rows ``R``."""

    name: str
    """Lower case with underscores."""
    kind: Kind
    """What stands in it."""
    about: str
    """One line for whoever reads the table."""
    value: Callable[[R], Value | tuple[str, ...]]
    """What stands in it for a row; a code as its enum."""
    codes: type[Code] | None = None
    """The codes that can stand in it, where it holds codes."""

    def cell(self, row: R) -> Value:
        """The value for ``row``, a code as text; in texts U+FFFD stands for NUL and for lone surrogates."""
        value = self.value(row)
        if isinstance(value, StrEnum):
            return value.value
        if isinstance(value, str):
            return _NO_TEXT.sub("\ufffd", value)
        if isinstance(value, tuple | list):
            return [_NO_TEXT.sub("\ufffd", entry) for entry in value]
        return value


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """One table of an export."""

    name: str
    """Lower case, plural."""
    about: str
    """One or two sentences for whoever reads it."""
    key: tuple[str, ...]
    """Columns that together name one row, and are never null."""
    rows_of: Callable[[LetterRow], Iterable[R]]
    """The rows that a letter has in it."""
    columns: tuple[Column[R], ...]
    """Its columns in order."""

    def rows(self, letter: LetterRow) -> Iterator[list[Value]]:
        """The cells of each row of ``letter``, in the order of the columns."""
        for row in self.rows_of(letter):
            yield [column.cell(row) for column in self.columns]


def codes_of(flags: Iterable[ReviewFlag]) -> list[str]:
    """The kinds of ``flags``, each once, in order."""
    return list(dict.fromkeys(flag.code.value for flag in flags))
