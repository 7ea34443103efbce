"""The lists of what is to be read: Parquet files with one row group a batch, written before the reading begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from summarizer.backfill.input import Input
from summarizer.backfill.parts.part import as_text, file_bytes, from_text, known_file

if TYPE_CHECKING:
    import pyarrow

    from summarizer.backfill.parts.folder import Folder

_BATCHES_A_FILE: Final = 64


@dataclass(frozen=True, slots=True)
class Planned:
    """One input that a run is to read."""

    input: Input
    """Where it is, and its stamp."""
    attempts: int = 0
    """Times it was tried before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Where some inputs are listed that are read together."""

    file: str
    """The list's path in the store."""
    group: int
    """Row group in it."""
    inputs: int
    """How many there are."""


def write_plans(folder: Folder, path: str, inputs: Iterable[Planned], size: int) -> Iterator[Batch]:
    """Write ``inputs`` in batches of ``size`` under names that begin with ``path``; each batch when its file is there.

    Raises ``StoreError``.
    """
    batches = _batched(inputs, size)
    number = 0
    while some := list(islice(batches, _BATCHES_A_FILE)):
        file = f"{path}-{number:05d}.parquet"
        folder.write(file, file_bytes(map(_table, some)))
        for group, batch in enumerate(some):
            yield Batch(file, group, len(batch))
        number += 1


def read_batch(folder: Folder, batch: Batch) -> list[Planned]:
    """The inputs of ``batch``. Raises ``StoreError``."""
    with folder.opened(batch.file) as opened:
        rows = known_file(opened, folder.name).read_row_group(batch.group).to_pylist()
    return [Planned(Input(from_text(row["address"]), from_text(row["stamp"])), row["attempts"]) for row in rows]


def _batched(inputs: Iterable[Planned], size: int) -> Iterator[list[Planned]]:
    waiting = iter(inputs)
    while some := list(islice(waiting, size)):
        yield some


def _table(batch: list[Planned]) -> pyarrow.Table:
    import pyarrow as pa

    columns = {
        "address": [as_text(one.input.address) for one in batch],
        "stamp": [as_text(one.input.stamp) for one in batch],
        "attempts": [one.attempts for one in batch],
    }
    schema = pa.schema({"address": pa.string(), "stamp": pa.string(), "attempts": pa.int32()})
    return pa.table(columns, schema=schema)
