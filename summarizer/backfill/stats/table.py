"""A table of the statistics, whatever it is shown on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from summarizer.backfill.stats.shares import Share


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    """Words."""
    COUNT = "count"
    """A whole number."""
    SHARE = "share"
    """A part of a whole, whose count stands in another column."""
    PART = "part"
    """A part of a whole; in CSV its count as well."""
    RATE = "rate"
    """A share with its interval."""
    DAYS = "days"
    """Days, to one place."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a whole."""

    count: int
    """How many."""
    of: int
    """Of how many."""

    @property
    def share(self) -> float | None:
        """The share; ``None`` of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval."""

    value: float
    """The share."""
    low: float
    """Lower end."""
    high: float
    """Upper end."""


Cell: TypeAlias = str | int | float | Part | Rate | None
"""What stands in a cell; ``None``: nothing can be said."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column."""

    name: str
    """Its heading."""
    kind: Kind
    """What it holds."""
    about: str
    """What it counts, in one line."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    name: str
    """What its file is called, without ending."""
    title: str
    """Its title."""
    note: str
    """What to know to read it."""
    columns: tuple[Column, ...]
    """Its columns; the first says what a row is."""
    rows: tuple[tuple[Cell, ...], ...]
    """Its rows."""
    first: int | None = None
    """Rows that people are shown, of a long list; files have all."""

    @property
    def shown(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows that people are shown."""
        return self.rows[: self.first]


def rate_of(share: Share) -> Rate | None:
    """``share`` with its interval; ``None`` of no items."""
    value, interval = share.value, share.interval
    return None if value is None or interval is None else Rate(value, *interval)


def printed(cell: Cell) -> str:
    """``cell`` as people read it: thousands with commas, shares in percent, a dash for nothing."""
    match cell:
        case None:
            return "–"
        case str():
            return cell
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.1f}"
        case Part():
            return "–" if cell.share is None else percent(cell.share)
        case Rate():
            return f"{percent(cell.value)} ({100 * cell.low:.1f}–{100 * cell.high:.1f})"


def percent(share: float) -> str:
    """``share`` in percent, to one place."""
    return f"{100 * share:.1f}%"
