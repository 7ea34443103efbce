from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

import summarizer.backfill.export as package
from summarizer.backfill.export.columns import TABLES
from summarizer.backfill.export.page import page


def test_the_page_in_the_repository_is_up_to_date() -> None:
    kept = Path(package.__file__).with_name("TABLES.md").read_text("utf-8")
    assert kept == page(), "write summarizer/backfill/export/TABLES.md anew: imr export --columns"


def test_every_column_and_code_is_on_the_page() -> None:
    shown = page()
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column.name}` | {column.kind.value} | {column.about}" in shown
            for code in column.codes or ():
                assert f"- `{code.value}`: {code.rule}" in shown


def test_every_line_of_a_table_has_three_cells() -> None:
    rows = MarkdownIt("commonmark").enable("table").render(page())
    assert rows.count("<td>") == 3 * sum(len(table.columns) for table in TABLES)
    assert rows.count("<table>") == len(TABLES)
