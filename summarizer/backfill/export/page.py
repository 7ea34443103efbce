"""The page that documents an export, made from its tables; ``TABLES.md`` beside this file is what it gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from summarizer.backfill.export.columns import TABLES, AnyTable

if TYPE_CHECKING:
    from schemas.taxonomy import Code

_HEAD: Final = """# Tables of an export

`imr export STORE -o out.csv` (or `.parquet`, `.duckdb`) writes the four tables below; `-o out.jsonl` writes whole
determinations instead, one JSON object a line, as `imr schema` describes them. Each export holds one recipe's answers.

- `.csv`, `.parquet`: a file a table: `out.letters.csv`, `out.items.csv`, `out.citations.csv`, `out.reasons.csv`.
- `.duckdb`: one database; what follows stands in it as comments (`SELECT * FROM duckdb_columns()`), and in Parquet as
  each field's `description`.
- Columns of a key are never null. Elsewhere null is "not in the letter" or "does not apply", never "not looked for".
- A list that has no entries is empty, not null.
- U+FFFD stands for a NUL or half a character in a letter's text.

CSV is made for spreadsheets: UTF-8 with a byte order mark, commas, CRLF, quotes where needed; a null is an empty cell,
a list is joined by `; `, truth is `true` or `false`. A text that a spreadsheet could take for a formula has an
apostrophe before it. Where an entry may hold `; ` itself, or a program reads the file, take Parquet.

```sql
-- overturned items by category
SELECT category, count(*) FILTER (outcome = 'overturned') AS overturned, count(*) AS items
FROM items JOIN letters USING (letter) WHERE decision_date >= DATE '2016-01-01' GROUP BY category;
```
"""


def page() -> str:
    """All tables, columns and codes as Markdown."""
    return "\n".join([_HEAD, *(line for table in TABLES for line in _table(table)), *_all_codes()]) + "\n"


def _table(table: AnyTable) -> Iterator[str]:
    yield f"## {table.name}"
    yield f"{table.about} Key: {', '.join(f'`{name}`' for name in table.key)}."
    yield ""
    yield "| column | holds | what it is |"
    yield "|---|---|---|"
    for column in table.columns:
        see = f" Codes: [{column.codes.__name__}](#{column.codes.__name__.lower()})." if column.codes else ""
        yield f"| `{column.name}` | {column.kind.value} | {column.about}{see} |"
    yield ""


def _all_codes() -> Iterator[str]:
    yield "## Codes"
    kinds: dict[type[Code], None] = {}
    for table in TABLES:
        kinds.update((column.codes, None) for column in table.columns if column.codes)
    for kind in kinds:
        yield f"### {kind.__name__}"
        yield from (f"- `{code.value}`: {code.rule}" for code in kind)
        yield ""
