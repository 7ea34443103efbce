"""Makes a database a ledger of the newest form, once and in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from summarizer.backfill.ledger.faults import not_ours
from summarizer.backfill.ledger.tables import METADATA
from summarizer.errors import StoreError

if TYPE_CHECKING:
    from summarizer.backfill.ledger.transactions import Ledger

OURS: Final = 0x494D524C
"""SQLite's ``application_id`` of our files: ``IMRL``."""
VERSION_TABLE: Final = "imr_ledger_version"
"""Holds the revision that a database has."""
MIGRATIONS: Final = Path(__file__).parent / "migrations"
"""The steps from one form to the next; each begins with its four digits."""


def bring_up_to_date(ledger: Ledger, *, create: bool) -> None:
    """Make the database what this release works on; one that is so already is only looked at.

    Raises:
        StoreError: it is somebody else's, of a newer imr, or empty though nothing is to be made.
    """
    newest = newest_revision()
    with ledger.reading() as connection:
        if revision_of(connection, ledger.address, create=create) == newest:
            return
    with ledger.transaction(related=False) as connection:
        if revision_of(connection, ledger.address, create=create) != newest:  # else another process was faster
            _upgrade(connection)
    ledger.engine.dispose()


def newest_revision() -> str:
    """The revision of this release."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection, place: str, *, create: bool) -> str | None:
    """The revision that a database has, ``None`` for one where a ledger can be made.

    Raises:
        StoreError: as ``bring_up_to_date``.
    """
    tables = set(inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if owner != OURS and (owner or tables):
            raise not_ours(place)
    if VERSION_TABLE not in tables:
        if tables & set(METADATA.tables):
            raise not_ours(place)
        if not create:
            raise StoreError(place, "there is no store in it", "check the address; imr backfill makes a store")
        return None
    revision = str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one())
    if revision > newest_revision():
        raise StoreError(place, f"a newer imr has written it (form {revision})", "update imr; the store is untouched")
    return revision


def _upgrade(connection: Connection) -> None:
    """Run the steps that are missing."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {OURS}")
