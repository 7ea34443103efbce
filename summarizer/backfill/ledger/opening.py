"""Opens a ledger, SQLite's or PostgreSQL's, and wraps its transactions."""

from __future__ import annotations

import os
import re
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteOperationalError
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from summarizer.backfill.ledger.faults import typed
from summarizer.backfill.ledger.transactions import BEGIN, Ledger
from summarizer.backfill.ledger.upgrading import bring_up_to_date
from summarizer.errors import MissingExtra, StoreError
from summarizer.extras import command_for

__all__ = ["PATIENCE", "Ledger", "open_ledger"]

PATIENCE: Final = 30.0
"""Seconds to wait for another process that writes."""
_NAME_ANOTHER: Final = "name another place for the store"


def open_ledger(address: str, *, create: bool = True, patience: float = PATIENCE) -> Ledger:
    """Open the ledger at ``address``, a file's path or an SQLAlchemy URL, and bring it up to date.

    A new one is made where there is none, unless ``create`` says no; its file is its owner's alone. ``patience``
    is how many seconds to wait for other processes that write.

    Raises:
        StoreLocked: another process has held it locked for longer.
        StoreFull: there is no room.
        StoreError: it is not there, no ledger, of a newer imr, damaged or not to be reached; it is untouched then.
        MissingExtra: psycopg is not installed.
    """
    url = _url(address)
    if url.drivername.startswith("sqlite"):
        return _open_sqlite(Path(url.database or ""), create, patience)
    return _open_postgresql(url, create, patience)


def _url(address: str) -> URL:
    """``address`` as a URL of a database that we know."""
    if "://" not in address:
        return URL.create("sqlite+pysqlite", database=address)
    shown = re.sub(r"(?<=://)[^@/]*@", "***@", address.partition("?")[0])
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreError(shown, "it is no address of a database", "give a file, or postgresql://...") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        raise StoreError(shown, "a ledger is kept in SQLite or PostgreSQL", "give a file, or postgresql://...")
    if not url.database or url.database == ":memory:" or url.query:
        raise StoreError(shown, "a ledger needs a plain file", "give the file's path")
    return url


def _open_sqlite(path: Path, create: bool, patience: float) -> Ledger:
    """Open a file; the folder that it is in must be there."""
    shown = str(path)
    path = path.absolute()
    _see_to_the_file(path, shown, create)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        # sqlite3 would begin transactions only where it sees fit, and never those that change tables.
        connect_args={"isolation_level": None, "timeout": patience},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    ledger = Ledger(engine, shown, threading.RLock())
    with _closed_where_it_fails(ledger):
        bring_up_to_date(ledger, create=create)
        with typed(shown):
            _write_ahead(engine)
    return ledger


def _open_postgresql(url: URL, create: bool, patience: float) -> Ledger:
    """Open a database of a server."""
    shown = url.set(query={}).render_as_string(hide_password=True).replace("+psycopg", "", 1)
    try:
        engine = create_engine(url, hide_parameters=True, isolation_level="READ COMMITTED", pool_pre_ping=True)
    except ImportError:
        raise MissingExtra(f"a store in PostgreSQL needs the driver psycopg: {command_for('postgres')}") from None

    def wait_no_longer(connection: object, _: object) -> None:
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"SET lock_timeout = {round(patience * 1000)}")
        connection.commit()  # type: ignore[attr-defined]

    event.listen(engine, "connect", wait_no_longer)
    ledger = Ledger(engine, shown, nullcontext())
    with _closed_where_it_fails(ledger):
        bring_up_to_date(ledger, create=create)
    return ledger


@contextmanager
def _closed_where_it_fails(ledger: Ledger) -> Iterator[None]:
    try:
        yield
    except BaseException:
        ledger.close()
        raise


def _see_to_the_file(path: Path, shown: str, create: bool) -> None:
    """Make a new file for its owner alone; SQLite's own would be for all."""
    try:
        if create:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
        if not stat.S_ISREG(path.stat().st_mode):
            raise StoreError(shown, "it is no file", _NAME_ANOTHER)
    except FileNotFoundError:
        what = "there is no such store" if path.parent.is_dir() else "its folder is not there"
        raise StoreError(shown, what, "check the path; imr backfill makes a store") from None
    except OSError as error:
        raise StoreError(shown, f"it cannot be opened ({error.strerror})", _NAME_ANOTHER) from None


def _prepare_sqlite(connection: SqliteConnection, _: object) -> None:
    """Settings that SQLite keeps for a connection only."""
    connection.execute("PRAGMA page_size = 8192")  # of a new file: two letters a page and not one
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")  # fewer waits for the disk than at 1,000 pages


def _begin_sqlite(connection: Connection) -> None:
    """A writer asks for its lock at once: one that asks later may be refused whatever it waits."""
    for statement in connection.get_execution_options().get(BEGIN, ("BEGIN",)):
        connection.exec_driver_sql(statement)


def _write_ahead(engine: Engine) -> None:
    """Let readers and a writer work at the same time; the file remembers it."""
    with engine.connect() as connection:
        file: object = connection.connection.dbapi_connection
        assert isinstance(file, SqliteConnection)
        for _ in range(20):  # another process at the new file: SQLite does not wait here by itself
            with suppress(SqliteOperationalError):
                if file.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                    return
            time.sleep(0.05)
