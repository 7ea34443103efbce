"""One Parquet file a table."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from summarizer.backfill.export.arrow import batch_of, schema_of
from summarizer.backfill.export.columns import TABLES, AnyTable, in_batches
from summarizer.backfill.export.placing import Written, one_a_table, written_whole
from summarizer.backfill.export.tables import Rows
from summarizer.backfill.kept import Stored

_ROW_GROUP_BYTES: Final = 16 << 20
_ROW_GROUP_ROWS: Final = 100_000


def write_parquet(target: Path, letters: Iterable[Stored]) -> tuple[Written, ...]:
    """Write ``letters`` to files beside ``target``: ``out.parquet`` names ``out.letters.parquet`` and so on.

    Raises ``CannotExport`` and ``StoreError``.
    """
    targets = [one_a_table(target, table.name) for table in TABLES]
    with written_whole(*targets) as drafts:
        with ExitStack() as opened:
            files = [opened.enter_context(_File(draft, table)) for draft, table in zip(drafts, TABLES, strict=True)]
            for batch in in_batches(letters):
                for file, rows in zip(files, batch, strict=True):
                    file.add(rows)
        written = [Written(path, ((file.table.name, file.rows),)) for path, file in zip(targets, files, strict=True)]
    return tuple(written)


class _File:
    """A table's file; rows wait until there are enough of them for a row group."""

    def __init__(self, path: Path, table: AnyTable) -> None:
        self.table = table
        self.rows = 0
        self._schema = schema_of(table)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []

    def add(self, rows: Rows) -> None:
        batch = batch_of(self._schema, rows)
        self.rows += batch.num_rows
        self._waiting.append(batch)
        waiting = sum(one.num_rows for one in self._waiting)
        if waiting >= _ROW_GROUP_ROWS or sum(one.nbytes for one in self._waiting) >= _ROW_GROUP_BYTES:
            self._write()

    def _write(self) -> None:
        group = pa.Table.from_batches(self._waiting, self._schema)
        self._waiting = []
        if group.num_rows:
            self._writer.write_table(group, row_group_size=group.num_rows)

    def __enter__(self) -> _File:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._write()
        finally:
            self._writer.close()
