"""What the lists and parts of one recipe say together: one row an input, found without unpacking a letter.

At least once is what a cluster promises: a letter may be in several parts, and its copies under several names. Here
that is sorted out, by DuckDB in a temporary file, so that millions of inputs take little memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from summarizer.backfill.input import Input
from summarizer.backfill.kept import Counts, Failure, State
from summarizer.backfill.ledger.rows import FailedInput
from summarizer.backfill.parts.part import as_text, from_text, known_file
from summarizer.backfill.parts.plan import Planned

if TYPE_CHECKING:
    import pyarrow

    from summarizer.backfill.parts.folder import Folder

_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "memory_limit": "512MB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_AT_ONCE: Final = 32
"""Files that are read side by side: far away each takes a while, whatever its size."""
_PAGE: Final = 4_096
_PLAN: Final = ["address", "stamp"]
_PART: Final = ["address", "stamp", "sha256", "state", "code", "message", "attempts"]
_TABLES: Final = """
CREATE TABLE plan(file BIGINT, line BIGINT, address VARCHAR, stamp VARCHAR);
CREATE TABLE part(file BIGINT, line BIGINT, address VARCHAR, stamp VARCHAR, sha256 VARCHAR, state VARCHAR,
                  code VARCHAR, message VARCHAR, attempts INTEGER);
CREATE TABLE listed(address VARCHAR);
"""
# An input is as it was listed last. Of rows for that stamp an answer counts before a failure, then the newest.
# Of inputs with the same bytes one that was read stands for all; a copy of nothing that stands is read after all.
_STANDING: Final = """
CREATE TABLE standing AS
WITH input AS (
    SELECT address, arg_max(stamp, (file, line)) AS stamp, min((file, line)) AS place FROM plan GROUP BY address
), newest AS (
    SELECT * FROM part
    QUALIFY row_number() OVER (
        PARTITION BY address, stamp ORDER BY state IN ('done', 'needs_review') DESC, file DESC, line DESC) = 1
), told AS (
    SELECT address, stamp, place, file, line, sha256, state, code, message, attempts,
           coalesce(sha256, 'of ' || address) AS bytes
    FROM input LEFT JOIN newest USING (address, stamp)
), ranked AS (
    SELECT *, count(*) OVER (PARTITION BY bytes) AS copies, row_number() OVER (
        PARTITION BY bytes
        ORDER BY state IN ('done', 'needs_review') DESC, state IS NOT DISTINCT FROM 'failed' DESC, place) AS rank
    FROM told
)
SELECT * EXCLUDE (state, bytes, rank),
       CASE WHEN state IS NULL THEN 'pending' WHEN rank > 1 THEN 'duplicate'
            WHEN state = 'duplicate' THEN 'pending' ELSE state END AS state
FROM ranked
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A letter that stands for all inputs with its bytes."""

    file: int
    """Number of the part that it is in."""
    line: int
    """Row in that part."""
    copies: int
    """Inputs with these bytes."""


class Index:
    """One recipe's inputs and what came of them, as the folder was when this was made."""

    def __init__(self, folder: Folder, plans: str, parts: str) -> None:
        """Read the lists in ``plans`` and the ``parts``, without what they hold packed. Raises ``StoreError``."""
        import duckdb

        self._aside = tempfile.TemporaryDirectory(prefix="imr-index-", ignore_cleanup_errors=True)
        self._database = duckdb.connect(str(Path(self._aside.name) / "index.duckdb"), config=_SETTINGS)
        try:
            self._database.execute("BEGIN TRANSACTION")
            self._database.execute(_TABLES)
            self.files = [f"{parts}/{name}" for name in folder.names(parts)]
            """The parts, in the order of their numbers."""
            self._load(folder, [f"{plans}/{name}" for name in folder.names(plans)], "plan", _PLAN)
            self._load(folder, self.files, "part", _PART)
            self._database.execute(_STANDING)
            self._database.execute("COMMIT")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the temporary file."""
        self._database.close()
        self._aside.cleanup()

    def counts(self) -> Counts:
        """Inputs by state."""
        rows = self._database.execute("SELECT state, count(*) FROM standing GROUP BY state").fetchall()
        counted = {State(state): int(number) for state, number in rows}
        return Counts({state: counted.get(state, 0) for state in State})

    def unread(self, inputs: Sequence[Input], *, retry: bool) -> list[Planned]:
        """Of ``inputs``, each once however often asked about, those that are to be read; failed ones on ``retry``."""
        import pyarrow as pa

        fresh = {as_text(one.address): one for one in inputs}
        asked = pa.table({"address": list(fresh), "now": [as_text(one.stamp) for one in fresh.values()]})
        self._database.register("asked", asked)
        states = ("pending", "failed") if retry else ("pending",)
        found = self._database.execute(
            "SELECT address, CASE WHEN stamp IS DISTINCT FROM now OR state = 'pending' THEN 0 ELSE attempts END "
            "FROM asked ANTI JOIN listed USING (address) LEFT JOIN standing USING (address) "
            "WHERE stamp IS DISTINCT FROM now OR list_contains(?, state)",
            [list(states)],
        ).fetchall()
        self._database.execute("INSERT INTO listed SELECT address FROM asked")
        self._database.unregister("asked")
        attempts = dict(found)
        return [Planned(one, attempts[text]) for text, one in fresh.items() if text in attempts]

    def judged(self, *, retry: bool) -> Iterator[str]:
        """The SHA-256 of letters that need not be judged again; failed ones are, on ``retry``."""
        states = ["done", "needs_review"] if retry else ["done", "needs_review", "failed"]
        asked = "SELECT sha256 FROM standing WHERE sha256 IS NOT NULL AND list_contains(?, state)"
        for (sha256,) in self._paged(asked, [states]):
            yield sha256

    def failures(self, code: str | None = None) -> Iterator[FailedInput]:
        """The inputs that could not be read, in the order in which they were listed."""
        asked = "SELECT address, code, message, attempts FROM standing WHERE state = 'failed'"
        for address, kind, message, attempts in self._paged(f"{asked} ORDER BY place"):
            if code in (None, kind):
                yield FailedInput(from_text(address), Failure(kind, from_text(message)), attempts)

    def letters(self) -> Iterator[Standing]:
        """Each letter that was read, once a content hash, part by part."""
        asked = "SELECT file, line, copies FROM standing WHERE state IN ('done', 'needs_review') ORDER BY file, line"
        for row in self._paged(asked):
            yield Standing(*row)

    def _paged(self, asked: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows a few thousand at a time, beside whatever else is asked meanwhile."""
        cursor = self._database.cursor()
        try:
            cursor.execute(asked, list(values))
            while rows := cursor.fetchmany(_PAGE):
                yield from rows
        finally:
            cursor.close()

    def _load(self, folder: Folder, files: list[str], table: str, columns: list[str]) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for begin in range(0, len(files), _AT_ONCE):
                some = files[begin : begin + _AT_ONCE]
                read = threads.map(lambda file: _columns(folder, file, columns), some)
                for number, found in enumerate(read, begin):
                    self._insert(table, number, found)

    def _insert(self, table: str, number: int, found: pyarrow.Table) -> None:
        import pyarrow as pa

        lines = pa.array(range(found.num_rows), pa.int64())
        files = pa.array([number] * found.num_rows, pa.int64())
        whole = found.add_column(0, "line", lines).add_column(0, "file", files)
        self._database.register("coming", whole)
        self._database.execute(f"INSERT INTO {table} BY NAME SELECT * FROM coming")
        self._database.unregister("coming")


def _columns(folder: Folder, file: str, columns: list[str]) -> pyarrow.Table:
    with folder.opened(file) as opened:
        return known_file(opened, folder.name).read(columns=columns)
