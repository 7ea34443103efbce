"""One CSV file a table, for spreadsheets first.

UTF-8 with a byte order mark, without which Excel reads another encoding; RFC 4180 quoting and line ends; a cell that
a spreadsheet could take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Final

from summarizer.backfill.cells import safe_cell
from summarizer.backfill.export.columns import TABLES, in_batches
from summarizer.backfill.export.placing import Written, one_a_table, written_whole
from summarizer.backfill.export.tables import Value
from summarizer.backfill.kept import Stored

JOINT: Final = "; "
"""Stands between the entries of a list."""
_WHOLE_BELOW: Final = 1e15


def write_csv(target: Path, letters: Iterable[Stored]) -> tuple[Written, ...]:
    """Write ``letters`` to files beside ``target``: ``out.csv`` names ``out.letters.csv`` and so on.

    Raises ``CannotExport`` and ``StoreError``.
    """
    targets = [one_a_table(target, table.name) for table in TABLES]
    counts = [0] * len(TABLES)
    with written_whole(*targets) as drafts, ExitStack() as opened:
        writers = []
        for draft, table in zip(drafts, TABLES, strict=True):
            file = opened.enter_context(draft.open("w", encoding="utf-8-sig", newline=""))
            writers.append(csv.writer(file))
            writers[-1].writerow([column.name for column in table.columns])
        for batch in in_batches(letters):
            for place, rows in enumerate(batch):
                writers[place].writerows([_cell(value) for value in row] for row in rows)
                counts[place] += len(rows)
    return tuple(
        Written(path, ((table.name, count),)) for path, table, count in zip(targets, TABLES, counts, strict=True)
    )


def _cell(value: Value) -> str:
    """A cell as a spreadsheet should read it; unknown is empty."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer() and abs(value) < _WHOLE_BELOW:
            return str(int(value))
        case int() | float():
            return repr(value)
        case date():
            return value.isoformat()
        case str():
            return safe_cell(value)
        case _:
            return safe_cell(JOINT.join(value))
