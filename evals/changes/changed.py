"""What can change between two runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evals.run_file import Raised


@dataclass(frozen=True, slots=True)
class Often:
    """In how many readings of a letter something was found."""

    base: int = 0
    """Readings of the base in which it was."""
    base_readings: int = 1
    """Readings of the base."""
    new: int = 0
    """Readings of the new run in which it is."""
    new_readings: int = 1
    """Readings of the new run."""

    @property
    def rise(self) -> int:
        """Above 0 where it is found in a larger share of the readings than before, below in a smaller one."""
        return self.new * self.base_readings - self.base * self.new_readings

    @property
    def repeated(self) -> bool:
        """Whether one of the runs read the letter more than once."""
        return max(self.base_readings, self.new_readings) > 1

    def __str__(self) -> str:
        """``in 2 of 3, was 0 of 3``."""
        return f"in {self.new} of {self.new_readings}, was {self.base} of {self.base_readings}"


ONCE: Final = Often()
"""Of letters that were read once."""


class Kind(StrEnum):
    """What became of a field."""

    REGRESSED = "regressed"
    """It is wrong now in something that was right before, or wrong more often or by more."""
    CHANGED = "changed"
    """It was wrong and is wrong in another way."""
    IMPROVED = "improved"
    """It is right now in something that was wrong before, or wrong less often or by less."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that the runs read differently, at least one of them unlike the label."""

    letter: str
    """Gold set and stem."""
    field: str
    """Path in the label; an item that only a reading has is ``items[+0]``."""
    metrics: tuple[str, ...]
    """Counts that it moves; those that it is an error in where it is wrong in another way."""
    gold: tuple[str, ...]
    """The label's value, one entry each where it is a list; empty where it has none."""
    base: tuple[str, ...]
    """What the base read: its most frequent wrong value, the label's where no reading is wrong."""
    new: tuple[str, ...]
    """What the new run read, likewise."""
    kind: Kind
    """Whether that is better."""
    often: Often = ONCE
    """In how many readings it is wrong."""


@dataclass(frozen=True, slots=True)
class FlagChange:
    """A review flag that only one of the runs raised."""

    letter: str
    """Gold set and stem."""
    flag: Raised
    """The flag."""
    raised: bool
    """Whether the new run raised it, or raised it more often; else it dropped it."""
    often: Often = ONCE
    """In how many readings it was raised."""


@dataclass(frozen=True, slots=True)
class FailureChange:
    """A letter that fails, or falls back on the rules, in one of the runs only, or more often than in the other."""

    letter: str
    """Gold set and stem."""
    failure: str
    """The error."""
    failed: bool
    """Whether nothing was read; else the rules judged although a model was asked."""
    newly: bool
    """Whether it is the new run that fails, or fails more often; else the base did."""
    often: Often = ONCE
    """In how many readings it fails."""


@dataclass(frozen=True, slots=True)
class SummaryChange:
    """A summary that reads otherwise; which is better stands in no label."""

    letter: str
    """Gold set and stem."""
    field: str
    """Path of the field."""
    base: str
    """Words of the base; empty where it has none."""
    new: str
    """Words of the new run; empty where it has none."""
