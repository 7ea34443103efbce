"""The tables as CSV files in a folder, and a page that says what every column holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from summarizer.backfill.cells import safe_cell
from summarizer.backfill.stats.table import Cell, Column, Kind, Part, Rate, Table

ABOUT: Final = "tables.md"
"""Name of the page about the tables."""
_PLACES: Final = 6
"""Places of a share in a file."""


def csv_files(tables: Sequence[Table], lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and content of every file: one a table, in UTF-8 with a mark that spreadsheets know, and ``ABOUT``.

    Shares are numbers from 0 to 1, nothing is an empty cell, and no text is taken for a formula. A column of the kind
    ``PART`` is two in a file, its count and its share; a rate is three, with the ends of its interval.
    """
    for table in tables:
        yield f"{table.name}.csv", _content(table)
    yield ABOUT, _about(tables, lines)


def _content(table: Table) -> str:
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_cell(name) for column in table.columns for name, _ in _headings(column)])
    for row in table.rows:
        writer.writerow(
            [value for column, cell in zip(table.columns, row, strict=True) for value in _values(column, cell)]
        )
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()


def _headings(column: Column) -> tuple[tuple[str, str], ...]:
    """Name and meaning of the columns that ``column`` has in a file."""
    match column.kind:
        case Kind.PART:
            return (f"{column.name}: items", column.about.partition(" / ")[0]), (f"{column.name}: share", column.about)
        case Kind.RATE:
            ends = (
                (f"{column.name}: low", "lower end of its 95 % interval"),
                (f"{column.name}: high", "upper end of it"),
            )
            return (column.name, column.about), *ends
        case _:
            return ((column.name, column.about),)


def _values(column: Column, cell: Cell) -> tuple[str | int | float, ...]:
    """``cell`` as numbers and safe texts, one for each of its headings."""
    match cell:
        case Part():
            share = "" if cell.share is None else round(cell.share, _PLACES)
            return (cell.count, share) if column.kind is Kind.PART else (share,)
        case Rate():
            return tuple(round(value, _PLACES) for value in (cell.value, cell.low, cell.high))
        case None:
            return ("",) * len(_headings(column))
        case str():
            return (safe_cell(cell),)
        case float():
            return (round(cell, _PLACES),)
        case int():
            # The last row of a table of parts has whole counts, whose share is 1.
            return (cell, 1) if column.kind is Kind.PART else (cell,)


def _about(tables: Sequence[Table], lines: Sequence[str]) -> str:
    parts = ["# Statistics", "", *(f"{line}\n" for line in lines), "Shares are numbers from 0 to 1.", ""]
    for table in tables:
        parts += [f"## {table.name}.csv", "", f"{table.title}. {table.note}", "", "| column | meaning |", "|---|---|"]
        parts += [f"| {name} | {about} |" for column in table.columns for name, about in _headings(column)]
        parts.append("")
    return "\n".join(parts)
