"""Answers of models, kept on disk from one run to the next.

One SQLite file. DiskCache was looked at and not taken: it unpickles what it reads, so that whoever can write
the file can run code, and it is no longer maintained.

The file holds what models said about letters, so it is readable by its owner alone, and what is deleted is
overwritten. It never holds a key, nor a request.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final

from summarizer.errors import SummarizerError

_OURS: Final = 0x494D5241
"""SQLite's ``application_id`` of our files: ``IMRA``."""
_FORM: Final = 1
"""SQLite's ``user_version`` of our files; an older or newer form is refused, never guessed at."""
_PATIENCE: Final = 5.0
"""Seconds to wait for another process that writes."""
_COLUMNS: Final = "key, model, prompt, answer, input_tokens, cached_input_tokens, output_tokens, cost_usd, created"
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,
    answer TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL,
    created REAL NOT NULL
)
"""


class CacheError(SummarizerError):
    """The file of kept answers cannot be used; every letter can still be read, at the price of asking again."""

    def __init__(self, path: str, what: str, remedy: str) -> None:
        """Build the one-line message ``path: what; remedy``."""
        super().__init__(f"{path}: {what}; {remedy}")
        self.path = path
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[CacheError], tuple[str, str, str]]:
        """Pickle by the three parts."""
        return type(self), (self.path, self.what, self.remedy)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer that validated once, and what it cost then."""

    model: str
    """Name of the model as the server gave it."""
    prompt: str
    """Name and version of the prompt, such as ``read_determination@v1``."""
    answer: str
    """The answer as JSON."""
    input_tokens: int = 0
    """Tokens sent, over all attempts."""
    cached_input_tokens: int = 0
    """Tokens sent that the provider had cached."""
    output_tokens: int = 0
    """Tokens received."""
    cost_usd: float | None = None
    """Dollars; ``None`` where a price was unknown."""
    created: datetime | None = None
    """When it was stored, in UTC; ``None`` before that."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept answer with its key."""

    key: str
    """64 hexadecimal digits."""
    stored: StoredAnswer
    """The answer."""


def open_cache(path: Path) -> AnswerCache:
    """Open the file at ``path``, a new one where there is none.

    For whoever asks: where this raises, or ``get`` or ``put`` does later, say so once and go on as if there
    were no cache; an answer that was paid for is used whether or not it could be stored.

    Raises:
        CacheError: it cannot be opened or written, is damaged, or is no file of ours.
    """
    return AnswerCache(path)


class AnswerCache:
    """The kept answers; several processes may use one file at once.

    For one thread, as an event loop's, and not across a fork. Each call is one short transaction (well below
    a millisecond), so that whatever was stored survives the process's sudden end.
    """

    def __init__(self, path: Path) -> None:
        """Open ``path``; see ``open_cache``."""
        self.path = path
        """The file."""
        with self._typed():
            _make(path)
            # Each statement is a transaction of its own.
            self._rows = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            with self._typed():
                self._prepare()
        except CacheError:
            self._rows.close()
            raise

    def get(self, key: str) -> StoredAnswer | None:
        """The answer kept under ``key``. Raises ``CacheError``."""
        with self._typed():
            row = self._rows.execute(f"SELECT {_COLUMNS} FROM answers WHERE key = ?", (key,)).fetchone()
            return _entry(row).stored if row else None

    def put(self, key: str, stored: StoredAnswer) -> None:
        """Keep ``stored`` under ``key`` in place of what is there, as of now unless it says when.

        Raises ``CacheError``.
        """
        created = stored.created or datetime.now(UTC)
        row = (
            key,
            stored.model,
            stored.prompt,
            stored.answer,
            stored.input_tokens,
            stored.cached_input_tokens,
            stored.output_tokens,
            stored.cost_usd,
            created.timestamp(),
        )
        with self._typed():
            self._rows.execute(f"INSERT OR REPLACE INTO answers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def entries(
        self, *, begin: str = "", model: str | None = None, prompt: str | None = None, most: int | None = None
    ) -> Iterator[Entry]:
        """Kept answers newest first, at most ``most``: those whose key begins with ``begin``, of a model or prompt.

        Raises ``CacheError``.
        """
        where, values = _where(begin=begin, model=model, prompt=prompt)
        select = f"SELECT {_COLUMNS} FROM answers {where} ORDER BY created DESC, key LIMIT ?"
        with self._typed():
            for row in self._rows.execute(select, (*values, -1 if most is None else most)):
                yield _entry(row)

    def prune(self, older_than: timedelta | None = None, *, model: str | None = None, prompt: str | None = None) -> int:
        """Delete answers that meet every condition given, and return how many those were.

        Raises:
            ValueError: no condition is given; ``clear`` deletes everything.
            CacheError: the file cannot be used.
        """
        if older_than is None and model is None and prompt is None:
            raise ValueError("prune needs a condition; clear() deletes everything")
        before = None if older_than is None else (datetime.now(UTC) - older_than).timestamp()
        return self._delete(*_where(before=before, model=model, prompt=prompt))

    def clear(self) -> int:
        """Delete every answer and return how many there were. Raises ``CacheError``."""
        return self._delete("", [])

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    def __len__(self) -> int:
        """How many answers are kept. Raises ``CacheError``."""
        with self._typed():
            return int(self._rows.execute("SELECT count(*) FROM answers").fetchone()[0])

    def __enter__(self) -> AnswerCache:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        self.close()

    def _prepare(self) -> None:
        """Make a new file ours, or see that it is."""
        # The first statement that reads: a damaged file shows here.
        if self._pragma("application_id") != _OURS:
            self._claim()
        if self._pragma("user_version") != _FORM:
            what = "it was written by another version of imr"
            raise CacheError(str(self.path), what, "delete it, or name another file in IMR_CACHE")
        # Two processes that meet at a new file: without WAL the file is slower, and as safe.
        with suppress(sqlite3.OperationalError):
            self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.execute("PRAGMA secure_delete = ON")

    def _claim(self) -> None:
        """Make an empty file ours, in one transaction; refuse any other."""
        with self._rows:
            self._rows.execute("BEGIN IMMEDIATE")
            owner = self._pragma("application_id")
            if owner == _OURS:
                return
            if owner or self._rows.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise _foreign(self.path)
            self._rows.execute(_TABLE)
            self._rows.execute(f"PRAGMA user_version = {_FORM}")
            self._rows.execute(f"PRAGMA application_id = {_OURS}")

    def _pragma(self, name: str) -> int:
        return int(self._rows.execute(f"PRAGMA {name}").fetchone()[0])

    def _delete(self, where: str, values: list[str | float]) -> int:
        """Delete rows and give their room back to the disk."""
        with self._typed():
            gone = self._rows.execute(f"DELETE FROM answers {where}", values).rowcount
        # What is gone is gone; a process that reads meanwhile only keeps the file from shrinking yet.
        with suppress(sqlite3.OperationalError):
            self._rows.execute("VACUUM")
            self._rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    @contextmanager
    def _typed(self) -> Iterator[None]:
        """Turn what SQLite and the system raise into ``CacheError``; their words hold no row."""
        try:
            yield
        except (sqlite3.DatabaseError, OSError, ValueError, OverflowError) as error:
            raise _explained(self.path, error) from None


def size_of(path: Path) -> int:
    """Bytes that the file at ``path`` and what SQLite keeps beside it take; 0 where there is none."""
    total = 0
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with suppress(OSError):
            total += name.stat().st_size
    return total


def _make(path: Path) -> None:
    """Make the folder and the file where they are not there, for their owner alone; SQLite's own would be for all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))


def _where(
    *, begin: str = "", before: float | None = None, model: str | None = None, prompt: str | None = None
) -> tuple[str, list[str | float]]:
    """A WHERE clause of the conditions given, and its values."""
    conditions: list[tuple[str, str | float]] = []
    if begin:
        conditions.append(("substr(key, 1, length(?1)) = ?1", begin))
    if before is not None:
        conditions.append(("created < ?", before))
    if model is not None:
        conditions.append(("model = ?", model))
    if prompt is not None:
        conditions.append(("prompt = ?", prompt))
    where = " AND ".join(condition for condition, _ in conditions)
    return (f"WHERE {where}" if where else ""), [value for _, value in conditions]


def _entry(row: tuple[str, str, str, str, int, int, int, float | None, float]) -> Entry:
    """A row of the table."""
    key, model, prompt, answer, sent, cached, received, cost, created = row
    when = datetime.fromtimestamp(created, UTC)
    return Entry(key, StoredAnswer(model, prompt, answer, sent, cached, received, cost, when))


def _foreign(path: Path) -> CacheError:
    return CacheError(
        str(path), "it is no file of kept answers", "name another one in IMR_CACHE; this one is untouched"
    )


def _explained(path: Path, error: Exception) -> CacheError:
    """What went wrong with the file, in our words."""
    code = getattr(error, "sqlite_errorname", None)
    if code == "SQLITE_NOTADB":
        return _foreign(path)
    if isinstance(error, sqlite3.OperationalError) or not isinstance(error, sqlite3.DatabaseError):
        why = (isinstance(error, OSError) and error.strerror) or code or type(error).__name__
        what = f"it cannot be read or written ({why})"
        return CacheError(str(path), what, "make room or name another file in IMR_CACHE; IMR_CACHE=off does without")
    return CacheError(
        str(path),
        f"it is damaged ({code or type(error).__name__})",
        "delete it: it holds nothing but answers that can be asked for again",
    )
