"""Every format read back equals the rows that it was written from."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas import Determination
from summarizer.backfill.cells import safe_cell
from summarizer.backfill.export import columns, parquet_files
from summarizer.backfill.export.columns import LETTERS, TABLES, in_batches
from summarizer.backfill.export.forms import Form, form_of, write
from summarizer.backfill.export.tables import Kind, Rows, Value
from summarizer.backfill.kept import State, Stored
from tests.backfill.export.letters import FULL, STORED, stored, with_text

HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    ' "=1"',
    'a "quoted" word, and\r\nanother line',
    "one\ntwo\rthree",
    ";,\t|",
    "",
    " ",
    "null",
    "É 😀 \u2028 \ufeff",
    "x" * 40_000,
]


def rows_of(letters: list[Stored]) -> dict[str, Rows]:
    tables: dict[str, Rows] = {table.name: [] for table in TABLES}
    for batch in in_batches(letters):
        for table, rows in zip(TABLES, batch, strict=True):
            tables[table.name] += rows
    return tables


def read_parquet(target: Path) -> dict[str, Rows]:
    files = {table.name: pq.read_table(target.with_name(f"{target.stem}.{table.name}.parquet")) for table in TABLES}
    return {name: [list(row.values()) for row in file.to_pylist()] for name, file in files.items()}


def read_duckdb(target: Path) -> dict[str, Rows]:
    with duckdb.connect(target, read_only=True) as database:
        return {
            table.name: [list(row) for row in database.execute(f"SELECT * FROM {table.name}").fetchall()]
            for table in TABLES
        }


def read_csv(target: Path) -> dict[str, list[list[str]]]:
    tables = {}
    for table in TABLES:
        with target.with_name(f"{target.stem}.{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file, strict=True)
        assert head == [column.name for column in table.columns]
        tables[table.name] = rows
    return tables


def as_cells(row: list[Value]) -> list[str]:
    """What a spreadsheet should get, told independently of the writer."""
    cells = []
    for value in row:
        if isinstance(value, bool):
            cells.append("true" if value else "false")
        elif isinstance(value, float):
            cells.append(f"{value:.17g}".removesuffix(".0") if value.is_integer() else repr(value))
        elif isinstance(value, int | date):
            cells.append(str(value))
        else:
            text = "; ".join(value) if isinstance(value, list) else value or ""
            cells.append(safe_cell(text))
    return cells


@pytest.mark.parametrize("read", [read_parquet, read_duckdb])
@pytest.mark.parametrize("letters", [list(STORED), [], [with_text(hostile) for hostile in HOSTILE]])
def test_what_was_written_is_read_back(read, letters: list[Stored], tmp_path: Path) -> None:
    target = tmp_path / ("out.parquet" if read is read_parquet else "out.duckdb")
    written = write(form_of(target), target, iter(letters))
    expected = rows_of(letters)
    assert read(target) == expected
    assert dict(row for file in written for row in file.rows) == {name: len(rows) for name, rows in expected.items()}
    assert sorted(file.path for file in written) == sorted(tmp_path.iterdir())


@pytest.mark.parametrize("letters", [list(STORED), [], [with_text(hostile) for hostile in HOSTILE]])
def test_a_csv_file_holds_the_same_as_cells(letters: list[Stored], tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    write(Form.CSV, target, iter(letters))
    expected = rows_of(letters)
    assert read_csv(target) == {name: [as_cells(row) for row in rows] for name, rows in expected.items()}
    assert len(list(tmp_path.iterdir())) == len(TABLES)


def test_csv_is_set_for_spreadsheets(tmp_path: Path) -> None:
    write(Form.CSV, tmp_path / "out.csv", iter(STORED))
    raw = (tmp_path / "out.letters.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfletter,address,")
    assert raw.count(b"\r\n") == 1 + len(STORED)
    assert b",2017-01-06," in raw
    assert b",lumbar strain; sciatica," in raw
    assert "Zoë".encode() in raw
    items = (tmp_path / "out.items.csv").read_text("utf-8-sig")
    assert ",60,opioid," in items


def test_no_cell_of_a_csv_file_is_taken_for_a_formula(tmp_path: Path) -> None:
    write(Form.CSV, tmp_path / "out.csv", (with_text(hostile) for hostile in HOSTILE[:7]))
    cells = [cell for rows in read_csv(tmp_path / "out.csv").values() for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" \t\r\n\"'")[:1] in {"=", "+", "-", "@"} and cell[0] != "'"]
    assert sum(cell.startswith("'") for cell in cells) >= 7 * 8


def test_json_lines_are_the_determinations_as_stored(tmp_path: Path) -> None:
    letters = [*STORED, *(with_text(hostile) for hostile in HOSTILE)]
    target = tmp_path / "out.jsonl"
    (written,) = write(Form.JSON_LINES, target, iter(letters))
    lines = target.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [Determination.model_validate_json(line) for line in lines] == [one.determination for one in letters]
    assert all(json.loads(line)["usage"] is not None for line in lines)
    assert (written.path, written.rows) == (target, (("letters", len(letters)),))
    write(Form.JSON_LINES, target, iter([]))
    assert target.read_bytes() == b""


@pytest.mark.parametrize("form", [Form.CSV, Form.PARQUET, Form.DUCKDB])
def test_nul_and_half_a_character_harm_no_format(form: Form, tmp_path: Path) -> None:
    odd = with_text("a\0b")
    odd = Stored(odd.sha256, "/letters/\udce9.pdf", 1, odd.state, odd.packed)
    target = tmp_path / f"out{form}"
    write(form, target, iter([odd]))
    tables = {Form.CSV: read_csv, Form.PARQUET: read_parquet, Form.DUCKDB: read_duckdb}[form](target)
    (letter,) = tables["letters"]
    assert letter[1] == "/letters/\ufffd.pdf"
    assert "a\ufffdb" in letter


def test_parquet_documents_itself_and_has_real_types(tmp_path: Path) -> None:
    write(Form.PARQUET, tmp_path / "out.parquet", iter(STORED))
    for table in TABLES:
        schema = pq.read_schema(tmp_path / f"out.{table.name}.parquet")
        assert schema.metadata[b"description"].decode() == table.about
        assert schema.metadata[b"key"].decode().split(", ") == list(table.key)
        assert [schema.field(one.name).metadata[b"description"].decode() for one in table.columns] == [
            one.about for one in table.columns
        ]
    letters = pq.read_schema(tmp_path / "out.letters.parquet")
    assert letters.field("decision_date").type == pa.date32()
    assert pa.types.is_list(letters.field("diagnoses").type)
    assert letters.field("cost_usd").type == pa.float64()


def test_parquet_comes_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_LETTERS_A_BATCH", 25)
    monkeypatch.setattr(parquet_files, "_ROW_GROUP_ROWS", 40)
    write(Form.PARQUET, tmp_path / "out.parquet", (stored(FULL, f"{number}.pdf") for number in range(110)))
    letters = pq.ParquetFile(tmp_path / "out.letters.parquet").metadata
    assert [letters.row_group(place).num_rows for place in range(letters.num_row_groups)] == [50, 50, 10]
    items = pq.ParquetFile(tmp_path / "out.items.parquet").metadata
    assert [items.row_group(place).num_rows for place in range(items.num_row_groups)] == [50, 50, 50, 50, 20]


def test_duckdb_documents_itself_and_joins(tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    write(Form.DUCKDB, target, iter(STORED))
    with duckdb.connect(target, read_only=True) as database:
        told = dict(database.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        columns = database.execute("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal")
        comments = {(table, column): comment for table, column, comment in columns.fetchall()}
        types = dict(
            database.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'letters'"
            ).fetchall()
        )
        joined = database.execute(
            """
            SELECT any_value(case_number), count(DISTINCT item), count(*) FILTER (is_primary), any_value(len(diagnoses))
            FROM letters JOIN items USING (letter, case_number) LEFT JOIN reasons USING (letter, item)
            GROUP BY letter ORDER BY 1
            """
        ).fetchall()
    assert told == {table.name: f"{table.about} Key: {', '.join(table.key)}." for table in TABLES}
    assert comments == {(table.name, one.name): one.about for table in TABLES for one in table.columns}
    assert (types["decision_date"], types["diagnoses"], types["copies"]) == ("DATE", "VARCHAR[]", "BIGINT")
    assert joined == [("CM16-0900001", 2, 1, 2), ("CM16-0900002", 21, 0, 0)]


def test_every_kind_of_column_is_there() -> None:
    assert {column.kind for table in TABLES for column in table.columns} == set(Kind)
    assert LETTERS is TABLES[0]


@pytest.mark.parametrize("name", ["out", "out.json", "out.db", ".csv", "out.parquet.gz"])
def test_other_endings_name_no_form(name: str) -> None:
    assert form_of(Path(name)) is None


def test_letter_case_of_an_ending_does_not_matter() -> None:
    assert form_of(Path("OUT.CSV")) is Form.CSV


def test_states_are_those_of_the_store(tmp_path: Path) -> None:
    write(Form.CSV, tmp_path / "out.csv", iter(STORED))
    assert [row[3] for row in read_csv(tmp_path / "out.csv")["letters"]] == [
        State.NEEDS_REVIEW,
        State.DONE,
        State.DONE,
    ]
