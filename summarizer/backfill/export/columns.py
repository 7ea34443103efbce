"""The four tables of an export, declared once.

Parquet's field metadata, DuckDB's comments, the heads of the CSV files and the page ``TABLES.md`` are all made from
them. Names are those of ``schemas.Determination`` where that has the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from summarizer.backfill.export.item_columns import CITATIONS, ITEMS, REASONS
from summarizer.backfill.export.letter_columns import LETTERS
from summarizer.backfill.export.rows import CitationRow, ItemRow, LetterRow, ReasonRow, letter_row
from summarizer.backfill.export.tables import Rows, Table
from summarizer.backfill.kept import Stored

_LETTERS_A_BATCH: Final = 250

AnyTable: TypeAlias = Table[LetterRow] | Table[ItemRow] | Table[CitationRow] | Table[ReasonRow]

TABLES: Final[tuple[AnyTable, ...]] = (LETTERS, ITEMS, CITATIONS, REASONS)
"""All tables, a parent before what belongs to it."""


def in_batches(letters: Iterable[Stored]) -> Iterator[list[Rows]]:
    """Each table's rows of some ``letters`` at a time, in the order of ``TABLES``; at least one batch.

    Of a Determination no more than its cells is held: its evidence takes ten times their memory.
    Raises ``StoreError``.
    """
    batch: list[Rows] = [[] for _ in TABLES]
    for count, stored in enumerate(letters, 1):
        letter = letter_row(stored)
        for table, rows in zip(TABLES, batch, strict=True):
            rows.extend(table.rows(letter))
        if count % _LETTERS_A_BATCH == 0:
            yield batch
            batch = [[] for _ in TABLES]
    yield batch
