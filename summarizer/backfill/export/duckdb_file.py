"""One DuckDB database with the four tables."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb

from summarizer.backfill.export.arrow import batch_of, schema_of
from summarizer.backfill.export.columns import TABLES, AnyTable, in_batches
from summarizer.backfill.export.placing import CannotExport, Written, written_whole
from summarizer.backfill.export.tables import Kind
from summarizer.backfill.kept import Stored

_TYPES: Final = {
    Kind.TEXT: "VARCHAR",
    Kind.WHOLE: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.FLAG: "BOOLEAN",
    Kind.DAY: "DATE",
    Kind.TEXTS: "VARCHAR[]",
}
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "512MB",
}
"""Nothing is downloaded; of the four fifths of the machine that it would take, a little does as well."""
_NAMES: Final = """
    SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal
"""


def write_duckdb(target: Path, letters: Iterable[Stored], *, force: bool = False) -> tuple[Written, ...]:
    """Write ``letters`` to the database ``target``, which is replaced whole.

    A database that holds more than an earlier export is replaced only by ``force``. Raises ``CannotExport``
    and ``StoreError``.
    """
    if not force:
        _refuse_foreign(target)
    with written_whole(target) as (draft,):
        try:
            counts = _write(draft, letters)
        except duckdb.Error as error:
            raise CannotExport(target, _told(error)) from error
    # What DuckDB had not yet moved from its log into the old database must not be played into the new one.
    _log_of(target).unlink(missing_ok=True)
    return (Written(target, tuple(zip((table.name for table in TABLES), counts, strict=True))),)


def _write(path: Path, letters: Iterable[Stored]) -> list[int]:
    """Rows written into each table."""
    schemas = [schema_of(table) for table in TABLES]
    counts = [0] * len(TABLES)
    with closing(duckdb.connect(path, config=_SETTINGS)) as database:
        for table in TABLES:
            for statement in _definition(table):
                database.execute(statement)
        for some in in_batches(letters):
            database.begin()
            for place, table in enumerate(TABLES):
                batch = batch_of(schemas[place], some[place])
                database.register("batch", batch)
                database.execute(f'INSERT INTO "{table.name}" SELECT * FROM batch')
                database.unregister("batch")
                counts[place] += batch.num_rows
            database.commit()
        database.execute("CHECKPOINT")
    return counts


def _definition(table: AnyTable) -> list[str]:
    """The statements that make ``table``, with what it and its columns hold as comments."""
    columns = ", ".join(
        f'"{column.name}" {_TYPES[column.kind]}{" NOT NULL" * (column.name in table.key)}' for column in table.columns
    )
    about = f"{table.about} Key: {', '.join(table.key)}."
    return [
        f'CREATE TABLE "{table.name}" ({columns})',
        f'COMMENT ON TABLE "{table.name}" IS {_quoted(about)}',
        *(f'COMMENT ON COLUMN "{table.name}"."{one.name}" IS {_quoted(one.about)}' for one in table.columns),
    ]


def _refuse_foreign(target: Path) -> None:
    """Raise ``CannotExport`` where ``target`` holds what no export wrote."""
    if not target.is_file() or target.stat().st_size == 0:
        return
    remedy = "choose another file with -o, or replace it by --force"
    try:
        with closing(duckdb.connect(target, read_only=True, config=_SETTINGS)) as database:
            found = database.execute(_NAMES).fetchall()
    except duckdb.Error as error:
        raise CannotExport(target, "it is no DuckDB database, or another program has it open", remedy) from error
    if {name for (name,) in found} - {table.name for table in TABLES}:
        raise CannotExport(target, "it is a database that holds other tables too", remedy)


def _log_of(target: Path) -> Path:
    final = target.resolve()
    return final.with_name(f"{final.name}.wal")


def _told(error: duckdb.Error) -> str:
    """What an error says of files and disks; of any other only its kind, since messages can quote data."""
    return str(error).splitlines()[0] if isinstance(error, duckdb.IOException) else type(error).__name__


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
