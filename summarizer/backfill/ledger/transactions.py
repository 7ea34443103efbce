"""An open ledger: its database, and transactions whose errors are typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from sqlalchemy import Connection, Engine, text

from summarizer.backfill.ledger.faults import typed

_QUEUE: Final = 0x494D524C
"""PostgreSQL's advisory lock that writers of a ledger take in turn."""
BEGIN: Final = "imr_begin"
"""Name of the execution option that says how SQLite begins a transaction."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger; threads may share it, processes may not."""

    engine: Engine
    """The database."""
    address: str
    """Where it is, for people: without a password."""
    lock: AbstractContextManager[object]
    """Held by the thread that writes, where the database takes one writer at a time."""

    @contextmanager
    def transaction(self, *, queued: bool = True, related: bool = True) -> Iterator[Connection]:
        """A transaction that writes, all or nothing; one after another, so that what it read stays true.

        ``queued=False`` on PostgreSQL does not wait for other writers: for what locks the very rows it changes.
        ``related=False`` on SQLite lets tables be made anew that others refer to; dispose of the engine then.

        Raises:
            StoreLocked: another process has held the lock for longer than is waited.
            StoreFull: there is no room.
            StoreError: the database is damaged, gone or refuses.
        """
        begin = {BEGIN: ("BEGIN IMMEDIATE",) if related else ("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")}
        with (
            typed(self.address),
            self.lock,
            self.engine.connect() as connection,
            connection.execution_options(**begin).begin(),
        ):
            if queued and connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:queue)"), {"queue": _QUEUE})
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one state of the whole ledger. Raises as ``transaction`` does."""
        with typed(self.address), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Ledger:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the database."""
        self.close()
