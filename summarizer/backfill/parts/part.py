"""One part: what came of some letters, as a Parquet file.

A part is never changed. A letter that was read twice is in two parts; whoever reads them tells which one counts.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Final

from summarizer.backfill.kept import Failure, Kept, State
from summarizer.errors import StoreError

if TYPE_CHECKING:
    import pyarrow

    from summarizer.backfill.recipe import Recipe

VERSION: Final = 1
"""Of the files' form; a reader refuses newer ones."""
_VERSION_KEY: Final = b"imr_parts"
_ESCAPE: Final = "\uf8fe"
"""Stands before the four hexadecimal digits of a character that UTF-8 does not take."""
_NOT_TAKEN: Final = re.compile(f"[\ud800-\udfff{_ESCAPE}]")
_TAKEN: Final = re.compile(f"{_ESCAPE}([0-9A-F]{{4}})")


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one input; a duplicate that was not read has neither ``kept`` nor ``failure``."""

    address: str
    """Where it is."""
    stamp: str
    """As the listing gave it."""
    sha256: str | None
    """SHA-256 of the bytes read, in hexadecimal; ``None`` where none could be read."""
    attempts: int = 1
    """Times it was tried, this one included."""
    kept: Kept | None = None
    """What was read."""
    failure: Failure | None = None
    """Why nothing was."""

    @property
    def state(self) -> State:
        """Of the input, as far as this row tells."""
        if self.kept is not None:
            return self.kept.state
        return State.FAILED if self.failure is not None else State.DUPLICATE


def part_bytes(rows: Sequence[Row], recipe: Recipe) -> bytes:
    """``rows`` as a Parquet file, read by ``recipe``."""
    import pyarrow as pa

    kept = [row.kept or Kept(b"", needs_review=False) for row in rows]
    columns = {
        "address": [as_text(row.address) for row in rows],
        "stamp": [as_text(row.stamp) for row in rows],
        "sha256": [row.sha256 for row in rows],
        "state": [row.state.value for row in rows],
        "code": [row.failure and row.failure.code for row in rows],
        "message": [row.failure and as_text(row.failure.message) for row in rows],
        "attempts": [row.attempts for row in rows],
        "recipe": [recipe.fingerprint] * len(rows),
        "recipe_label": [recipe.label] * len(rows),
        "recipe_parts": [json.dumps(dict(recipe.parts), sort_keys=True)] * len(rows),
        "packed": [row.kept and row.kept.packed for row in rows],
        "requests": [one.requests for one in kept],
        "input_tokens": [one.input_tokens for one in kept],
        "cached_input_tokens": [one.cached_input_tokens for one in kept],
        "output_tokens": [one.output_tokens for one in kept],
        "cost_usd": [one.cost_usd for one in kept],
    }
    return file_bytes([pa.table(columns, schema=_part_schema())])


def file_bytes(tables: Iterable[pyarrow.Table]) -> bytes:
    """A Parquet file with one row group a table, all of one schema and not empty."""
    import pyarrow.parquet as pq

    file = io.BytesIO()
    writer = None
    for table in tables:
        marked = table.replace_schema_metadata({_VERSION_KEY: str(VERSION).encode("ascii")})
        if writer is None:
            writer = pq.ParquetWriter(file, marked.schema, compression="zstd")
        writer.write_table(marked, row_group_size=max(1, marked.num_rows))
    assert writer is not None
    writer.close()
    return file.getvalue()


def known_file(opened: IO[bytes], place: str) -> Any:
    """The ``pyarrow.parquet.ParquetFile`` in ``opened``. Raises ``StoreError`` where it is of no form that is known."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(opened)
    except pa.ArrowInvalid:
        what = "a file in it is damaged, or none of a backfill"
        raise StoreError(place, what, "name the folder that --store named, or take that file out of it") from None
    said = (file.schema_arrow.metadata or {}).get(_VERSION_KEY, b"")
    if not said.isdigit():
        raise StoreError(place, "a Parquet file in it is none of a backfill", "name the folder that --store named")
    if int(said) > VERSION:
        raise StoreError(place, "a newer release has written it", "update imr-summarizer")
    return file


def as_text(value: str) -> str:
    """``value`` as UTF-8 takes it: names of files that are no UTF-8 hold lone surrogates."""
    if value.isascii():
        return value
    return _NOT_TAKEN.sub(lambda found: f"{_ESCAPE}{ord(found.group()):04X}", value)


def from_text(value: str) -> str:
    """As it was."""
    return _TAKEN.sub(lambda found: chr(int(found.group(1), 16)), value) if _ESCAPE in value else value


@cache
def _part_schema() -> pyarrow.Schema:
    import pyarrow as pa

    whole = {name: pa.int64() for name in ("requests", "input_tokens", "cached_input_tokens", "output_tokens")}
    text = {name: pa.string() for name in ("address", "stamp", "sha256", "state", "code", "message")}
    recipe = {name: pa.string() for name in ("recipe", "recipe_label", "recipe_parts")}
    rest = {"packed": pa.binary(), **whole, "cost_usd": pa.float64()}
    return pa.schema({**text, "attempts": pa.int32(), **recipe, **rest})
