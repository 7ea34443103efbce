from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, make_url, text

from summarizer.backfill.ledger.opening import Ledger, open_ledger
from summarizer.backfill.ledger.tables import METADATA
from tests.backfill.ledger.databases import postgresql
from tests.backfill.ledger.desk import Desk

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    with postgresql() as address:
        yield address


def new_database(server: str, name: str) -> str:
    """The address of an empty database of that server."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


@pytest.fixture
def database(server: str) -> str:
    """The address of an empty database."""
    return new_database(server, "fresh")


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger may be made."""
    return str(tmp_path / "imr.db" if request.param == "sqlite" else request.getfixturevalue("database"))


@pytest.fixture(scope="session", params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a ledger is that the tests use one after another."""
    if request.param == "sqlite":
        return str(tmp_path_factory.mktemp("ledger") / "imr.db")
    return new_database(request.getfixturevalue("server"), "used")


@pytest.fixture(scope="session")
def used_ledger(place: str) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


@pytest.fixture
def ledger(used_ledger: Ledger) -> Ledger:
    """An empty ledger; emptied, which is far quicker than made."""
    with used_ledger.transaction() as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(table.name for table in METADATA.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        else:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(delete(table))
            connection.execute(text("DELETE FROM sqlite_sequence"))
    return used_ledger


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    return Desk(ledger)
