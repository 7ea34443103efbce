"""An export is there whole, or what was there before still is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from summarizer.backfill.export import duckdb_file, parquet_files
from summarizer.backfill.export.forms import Form, write
from summarizer.backfill.export.placing import CannotExport
from summarizer.backfill.export.tables import Rows
from summarizer.errors import StoreError
from tests.backfill.export.letters import STORED, until_it_breaks

FORMS = list(Form)


def letters_in(target: Path) -> list[str]:
    with duckdb.connect(target, read_only=True) as database:
        return [letter for (letter,) in database.execute("SELECT letter FROM letters").fetchall()]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("error", [KeyboardInterrupt(), StoreError("imr.db", "it is gone", "bring it back")])
def test_an_export_that_breaks_off_leaves_what_was_there(form: Form, error: BaseException, tmp_path: Path) -> None:
    target = tmp_path / f"out{form}"
    write(form, target, iter(STORED))
    before = contents(tmp_path)
    with pytest.raises(type(error)):
        write(form, target, until_it_breaks(error))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("form", FORMS)
def test_an_export_replaces_an_earlier_one_and_keeps_its_permissions(form: Form, tmp_path: Path) -> None:
    target = tmp_path / f"out{form}"
    for path in [file.path for file in write(form, target, iter(STORED))]:
        path.chmod(0o640)
    before = contents(tmp_path)
    written = write(form, target, iter(STORED[:1]))
    assert contents(tmp_path).keys() == before.keys()
    assert contents(tmp_path) != before
    assert {file.path.stat().st_mode & 0o777 for file in written} == {0o640}


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_that_is_not_there_is_told_before_a_letter_is_read(form: Form, tmp_path: Path) -> None:
    with pytest.raises(CannotExport, match=r"cannot be written \(No such file or directory\)"):
        write(form, tmp_path / "none" / f"out{form}", until_it_breaks(AssertionError()))


@pytest.mark.parametrize("form", [Form.JSON_LINES, Form.DUCKDB])
def test_a_folder_is_never_replaced(form: Form, tmp_path: Path) -> None:
    target = tmp_path / f"out{form}"
    target.mkdir()
    with pytest.raises(CannotExport, match="a folder or a device stands there"):
        write(form, target, iter(STORED))
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "out.jsonl"
    target.symlink_to(tmp_path / "real" / "kept.jsonl")
    write(Form.JSON_LINES, target, iter(STORED))
    assert target.is_symlink()
    assert (tmp_path / "real" / "kept.jsonl").read_bytes().count(b"\n") == len(STORED)


def test_a_database_with_other_tables_is_replaced_by_force_only(tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    write(Form.DUCKDB, target, iter(STORED))
    with duckdb.connect(target) as database:
        database.execute("CREATE TABLE mine AS SELECT 1 AS one")
    before = target.read_bytes()
    with pytest.raises(CannotExport, match=r"holds other tables too.*--force"):
        write(Form.DUCKDB, target, until_it_breaks(AssertionError()))
    assert target.read_bytes() == before
    write(Form.DUCKDB, target, iter(STORED), force=True)
    assert letters_in(target) == [letter.sha256 for letter in STORED]


def test_a_file_that_is_no_database_is_replaced_by_force_only(tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    target.write_text("notes of mine " * 1000)
    with pytest.raises(CannotExport, match="no DuckDB database"):
        write(Form.DUCKDB, target, until_it_breaks(AssertionError()))
    write(Form.DUCKDB, target, iter(STORED), force=True)
    assert letters_in(target) == [letter.sha256 for letter in STORED]


def test_an_empty_file_and_a_left_over_log_are_in_nobodys_way(tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    target.touch()
    (tmp_path / "out.duckdb.wal").write_bytes(b"of another database")
    write(Form.DUCKDB, target, iter(STORED))
    assert letters_in(target) == [letter.sha256 for letter in STORED]
    assert [path.name for path in tmp_path.iterdir()] == ["out.duckdb"]


def test_what_duckdb_says_of_data_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise duckdb.ConversionException("could not convert 'Jane Roe'")

    monkeypatch.setattr(duckdb_file, "_write", fail)
    with pytest.raises(CannotExport, match="ConversionException") as raised:
        write(Form.DUCKDB, tmp_path / "out.duckdb", iter(STORED))
    assert "Jane" not in str(raised.value)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.parquet"
    write(Form.PARQUET, target, iter(STORED))
    before = contents(tmp_path)

    def full(*_: object) -> Iterator[Rows]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet_files, "batch_of", full)
    with pytest.raises(CannotExport, match="No space left on device"):
        write(Form.PARQUET, target, iter(STORED))
    assert contents(tmp_path) == before
