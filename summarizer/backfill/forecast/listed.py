"""The letters that were named, each once, kept on disk while a forecast is made: memory stays flat with a million."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from summarizer.backfill.input import Input

if TYPE_CHECKING:
    from collections.abc import Iterator

Known: TypeAlias = Callable[[Sequence[Input]], Collection[str]]
"""Of these inputs, the addresses of those that have an answer already and did not change since."""

_AT_ONCE: Final = 1000
"""Inputs that are asked about and written at a time."""
_TABLE: Final = """
CREATE TABLE letters (
    address BLOB PRIMARY KEY, lot INTEGER NOT NULL, size INTEGER, far INTEGER NOT NULL, done INTEGER NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """A letter of the same size as one of the sample."""

    address: str
    """Where it is."""
    done: bool
    """Whether it has an answer."""


class Listed:
    """What a listing brought. A letter that was named twice is there once."""

    def __init__(self, letters: sqlite3.Connection) -> None:
        """Take over an empty database."""
        self._letters = letters
        letters.execute(_TABLE)

    def take(self, inputs: Iterable[Input], known: Known | None, tell: Callable[[int], object]) -> None:
        """Take in all ``inputs``; ``tell`` hears how many there were so far."""
        rest, taken = iter(inputs), 0
        while some := list(islice(rest, _AT_ONCE)):
            done = known(some) if known else ()
            rows = (
                (_packed(one.address), one.lot, one.size, "://" in one.address, one.address in done) for one in some
            )
            self._letters.executemany("INSERT OR IGNORE INTO letters VALUES (?, ?, ?, ?, ?)", rows)
            taken += len(some)
            tell(taken)

    @property
    def letters(self) -> int:
        """All of them."""
        return self._number("count(*)")

    @property
    def done(self) -> int:
        """Those that have an answer."""
        return self._number("coalesce(sum(done), 0)")

    @property
    def bytes_to_read(self) -> int | None:
        """Size of those that have none; ``None`` where a listing does not say."""
        if self._number("count(*)", "WHERE NOT done AND size IS NULL"):
            return None
        return self._number("coalesce(sum(size), 0)", "WHERE NOT done")

    @property
    def sizes_unknown(self) -> bool:
        """Whether a listing does not say what some letters' size is. A file of this machine without one is gone."""
        return self._number("count(*)", "WHERE far AND size IS NULL") > 0

    def drawn(self, most: int) -> list[Input]:
        """Up to ``most`` letters without an answer, as good as drawn at random and the same in every run."""
        asked = "SELECT address, size FROM letters WHERE NOT done ORDER BY lot, address LIMIT ?"
        return [Input(_unpacked(address), "", size) for address, size in self._letters.execute(asked, (most,))]

    def alike(self, sizes: Collection[int]) -> dict[int, int]:
        """How many letters have each of ``sizes``."""
        with self._wanted(sizes):
            asked = "SELECT size, count(*) FROM letters WHERE size IN (SELECT size FROM wanted) GROUP BY size"
            return dict(self._letters.execute(asked))

    def of_sizes(self, most: dict[int, int]) -> Iterator[tuple[int, Alike]]:
        """Of each size up to so many letters, those with the lowest lots."""
        with self._wanted(most):
            asked = (
                "SELECT size, address, done FROM (SELECT size, address, done,"
                " row_number() OVER (PARTITION BY size ORDER BY lot, address) AS place"
                " FROM letters WHERE size IN (SELECT size FROM wanted)) JOIN wanted USING (size) WHERE place <= most"
            )
            for size, address, done in self._letters.execute(asked):
                yield size, Alike(_unpacked(address), bool(done))

    @contextmanager
    def _wanted(self, sizes: Collection[int] | dict[int, int]) -> Iterator[None]:
        most = sizes if isinstance(sizes, dict) else dict.fromkeys(sizes, 0)
        self._letters.execute("CREATE TEMP TABLE wanted (size INTEGER PRIMARY KEY, most INTEGER NOT NULL)")
        try:
            self._letters.executemany("INSERT INTO wanted VALUES (?, ?)", most.items())
            yield
        finally:
            self._letters.execute("DROP TABLE wanted")

    def _number(self, what: str, where: str = "") -> int:
        (number,) = self._letters.execute(f"SELECT {what} FROM letters {where}").fetchone()
        return int(number)


@contextmanager
def opened() -> Iterator[Listed]:
    """Room for a listing: a database without a name, which the system takes away when it is closed."""
    with closing(sqlite3.connect("", isolation_level=None)) as letters:
        letters.execute("PRAGMA journal_mode = OFF")
        letters.execute("PRAGMA synchronous = OFF")
        letters.execute("BEGIN")
        yield Listed(letters)


def _packed(address: str) -> bytes:
    return address.encode("utf-8", "surrogatepass")


def _unpacked(address: bytes) -> str:
    return address.decode("utf-8", "surrogatepass")
