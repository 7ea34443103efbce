"""The tables in Arrow's memory, from which Parquet and DuckDB take them."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from summarizer.backfill.export.columns import AnyTable
from summarizer.backfill.export.tables import Kind, Rows

_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.FLAG: pa.bool_(),
    Kind.DAY: pa.date32(),
    Kind.TEXTS: pa.list_(pa.field("element", pa.string(), nullable=False)),
}


def schema_of(table: AnyTable) -> pa.Schema:
    """Arrow's schema of ``table``; what a column holds stands in its field's metadata as ``description``."""
    fields = [
        pa.field(
            column.name,
            _TYPES[column.kind],
            nullable=column.name not in table.key,
            metadata={"description": column.about},
        )
        for column in table.columns
    ]
    return pa.schema(fields, metadata={"description": table.about, "key": ", ".join(table.key)})


def batch_of(schema: pa.Schema, rows: Rows) -> pa.RecordBatch:
    """``rows`` of the table that ``schema`` is of."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(list(values), field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
