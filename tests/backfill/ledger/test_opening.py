from __future__ import annotations

import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.counts import counts
from summarizer.backfill.ledger.opening import open_ledger
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.ledger.rows import Result
from summarizer.errors import MissingExtra, StoreError, StoreFull, StoreLocked
from tests.backfill.ledger.desk import Desk, check, hash_of, kept, recipe


def test_what_was_written_is_there_again(address) -> None:
    with open_ledger(address) as ledger:
        Desk(ledger).enlist("a", "b")
    with open_ledger(address, create=False) as ledger:
        assert counts(ledger, recipe_id(ledger, recipe("rules")))[State.PENDING] == 2


def test_several_that_open_a_new_one_at_once_make_one(address) -> None:
    def use(name: str) -> int:
        with open_ledger(address) as ledger:
            return recipe_id(ledger, recipe(name))

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(use, "abcd"))) == 4


def test_a_file_is_its_owners_alone_and_lets_others_read_while_one_writes(tmp_path) -> None:
    path = tmp_path / "imr.db"
    with open_ledger(str(path)) as ledger, ledger.transaction() as writing:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        writing.execute(text("DELETE FROM recipes"))
        with ledger.reading() as reading:
            assert reading.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert reading.execute(text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_file_may_be_named_as_path_or_url(tmp_path, form) -> None:
    path = tmp_path / "100% of it?.db"
    address = form.format(path) if form == "{}" else form.format(tmp_path / "plain.db")
    with open_ledger(address) as ledger:
        assert Path(ledger.address).is_file()


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("mysql://u:secret@h/d", "SQLite or PostgreSQL"),
        ("sqlite://", "plain file"),
        ("sqlite:///x.db?mode=memory", "plain file"),
        ("post gres://u:secret@h", "no address|SQLite or PostgreSQL"),
        ("postgresql://u:secret@127.0.0.1:9/x?password=secret", "cannot be read"),
        ("nowhere/at/all.db", "folder is not there"),
        ("/dev/null", "no file"),
    ],
)
def test_what_is_no_place_for_a_ledger_is_refused_and_no_password_told(address, what) -> None:
    with pytest.raises(StoreError, match=what) as caught:
        open_ledger(address)
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown(database) -> None:
    with open_ledger(database.replace("postgres:@", "postgres:secret@")) as ledger:
        assert "secret" not in ledger.address
        assert ledger.address.startswith("postgresql://postgres:***@")


def test_what_is_not_there_is_not_made_unasked(tmp_path) -> None:
    with pytest.raises(StoreError, match="no such store"):
        open_ledger(str(tmp_path / "imr.db"), create=False)
    assert not list(tmp_path.iterdir())


def test_an_empty_database_is_no_store_unasked(database) -> None:
    with pytest.raises(StoreError, match="no store in it"):
        open_ledger(database, create=False)


@pytest.mark.parametrize("foreign", ["a table", "an application", "no database"])
def test_the_file_of_somebody_else_is_refused_and_untouched(tmp_path, foreign) -> None:
    path = tmp_path / "theirs.db"
    if foreign == "no database":
        path.write_bytes(b"%PDF-1.7 " + b"x" * 5000)
    else:
        rows = sqlite3.connect(path)
        rows.execute("CREATE TABLE work (id)" if foreign == "a table" else "PRAGMA application_id = 77")
        rows.commit()
        rows.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="no store of imr"):
        open_ledger(str(path))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["theirs.db"]


def test_a_database_with_tables_of_our_names_is_refused(database) -> None:
    with open_ledger(database) as ledger, ledger.transaction() as connection:
        connection.execute(text("DROP TABLE imr_ledger_version"))
    with pytest.raises(StoreError, match="no store of imr"):
        open_ledger(database)


def test_a_newer_form_is_refused(address) -> None:
    with open_ledger(address) as ledger, ledger.transaction() as connection:
        connection.execute(text("UPDATE imr_ledger_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="update imr"):
        open_ledger(address)


def test_a_damaged_file_is_told(tmp_path) -> None:
    path = tmp_path / "imr.db"
    with open_ledger(str(path)) as ledger:
        Desk(ledger).enlist(*(f"/letters/{number}.pdf" for number in range(500)))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        open_ledger(str(path))


def test_without_the_driver_the_command_that_adds_it_is_told(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match="postgres"):
        open_ledger("postgresql://localhost/imr")


def test_a_store_locked_by_another_process_is_told_after_the_wait(place, ledger) -> None:
    with open_ledger(place, patience=0.1) as impatient:
        told = pytest.raises(StoreLocked, match=r"another process keeps it locked.*go on")
        with ledger.transaction(), told:
            recipe_id(impatient, recipe("rules"))
        assert recipe_id(impatient, recipe("rules")) == 1


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path) -> None:
    with open_ledger(str(tmp_path / "imr.db")) as ledger:
        desk = Desk(ledger)
        desk.enlist(*(f"{number}.pdf" for number in range(20)))
        claims = desk.take()
        long = [Result(one.work, hash_of(one.address), kept(one.address + "x" * 9000)) for one in claims]
        with ledger.reading() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            connection.execute(text(f"PRAGMA max_page_count = {pages + 4}"))
        with pytest.raises(StoreFull, match=r"no room.*what was recorded is there"):
            record(ledger, desk.runner, long)
        assert set(desk.states().values()) == {State.RUNNING}
        assert not desk.letters()
        check(ledger)
        with ledger.reading() as connection:
            connection.execute(text("PRAGMA max_page_count = 100000"))
        assert set(record(ledger, desk.runner, long)) == {State.DONE}
        assert len(desk.letters()) == 20


def test_no_row_is_told_where_the_database_refuses(ledger) -> None:
    with pytest.raises(StoreError) as caught, ledger.transaction() as connection:
        connection.execute(text("INSERT INTO letters (sha256) VALUES ('the words of a letter')"))
    assert "words" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_what_failed_in_the_middle_is_undone(ledger) -> None:
    def fail() -> None:
        with ledger.transaction() as connection:
            connection.execute(text("DELETE FROM imr_ledger_version"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM imr_ledger_version")).scalar() == 1
