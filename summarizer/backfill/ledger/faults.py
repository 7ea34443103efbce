"""What a database raises, in our words; its own may hold a row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Error as SqliteError
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from summarizer.errors import StoreError, StoreFull, StoreLocked

_LOCKED: Final = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40P01"})
_FULL: Final = frozenset({"SQLITE_FULL", "53100"})
_DAMAGED: Final = frozenset({"SQLITE_CORRUPT", "XX001", "XX002"})
_READ_ONLY: Final = frozenset({"SQLITE_READONLY", "25006"})


@contextmanager
def typed(place: str) -> Iterator[None]:
    """Turn what a database raises into a ``StoreError``."""
    try:
        yield
    except DBAPIError as error:
        raise _explained(place, error.orig or error) from None
    except SqliteError as error:
        raise _explained(place, error) from None
    except SQLAlchemyError as error:
        raise StoreError(place, f"it cannot be used ({type(error).__name__})", "look at the database") from None


def _explained(place: str, error: BaseException) -> StoreError:
    """What went wrong."""
    code = str(getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or type(error).__name__)
    kinds = {code, "_".join(code.split("_")[:2])}  # SQLITE_BUSY_SNAPSHOT is a SQLITE_BUSY
    if kinds & _LOCKED:
        return StoreLocked(
            place, f"another process keeps it locked ({code})", "wait until that one is done, or end it; then go on"
        )
    if kinds & _FULL:
        return StoreFull(
            place, f"there is no room for more ({code})", "make room and go on; what was recorded is there"
        )
    if code == "SQLITE_NOTADB":
        return not_ours(place)
    if kinds & _DAMAGED:
        return StoreError(place, f"it is damaged ({code})", "put a copy of it in its place, or name another store")
    if kinds & _READ_ONLY:
        return StoreError(place, f"it may not be written ({code})", "get leave to write it, or name another store")
    return StoreError(
        place, f"it cannot be read or written ({code})", "see that the disk or the server is there; then go on"
    )


def not_ours(place: str) -> StoreError:
    """It belongs to somebody else."""
    return StoreError(place, "it is no store of imr", "name another one; this one is untouched")
