"""The forms of an export, by the ending of the file that is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from summarizer.backfill.export.placing import Written
from summarizer.backfill.kept import Stored


class Form(StrEnum):
    """How a store is exported; the value is the ending of the file's name."""

    JSON_LINES = ".jsonl"
    """Whole Determinations, one a line."""
    CSV = ".csv"
    """A file a table."""
    PARQUET = ".parquet"
    """A file a table."""
    DUCKDB = ".duckdb"
    """A database with all tables."""


def form_of(target: Path) -> Form | None:
    """The form that ``target`` asks for; ``None`` where its name ends otherwise."""
    ending = target.suffix.lower()
    return Form(ending) if ending in list(Form) else None


def write(form: Form, target: Path, letters: Iterable[Stored], *, force: bool = False) -> tuple[Written, ...]:
    """Write ``letters`` in ``form``: all of them, or ``target`` stays as it was; memory does not grow with them.

    ``force`` replaces a foreign database too. Raises ``CannotExport``, and ``StoreError`` as ``letters`` does.
    """
    match form:
        case Form.JSON_LINES:
            from summarizer.backfill.export.json_lines import write_json_lines

            return write_json_lines(target, letters)
        case Form.CSV:
            from summarizer.backfill.export.csv_files import write_csv

            return write_csv(target, letters)
        case Form.PARQUET:
            from summarizer.backfill.export.parquet_files import write_parquet

            return write_parquet(target, letters)
        case Form.DUCKDB:
            from summarizer.backfill.export.duckdb_file import write_duckdb

            return write_duckdb(target, letters, force=force)
