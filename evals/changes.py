"""What changed between two runs, letter by letter: fields, flags, failures, summaries.

Where letters were read more than once, first readings are compared: any one of them would do, and the others are
in the metrics.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from evals.metrics.measured import Difference
from evals.run_file import Attempt, Letter, Raised

_ITEM: Final = re.compile(r"items\[\d+\]")
_INVENTED: Final = re.compile(r"items\[\+\d+\]")
_Unit = tuple[str, tuple[str, ...], int]


class Kind(StrEnum):
    """What became of a field."""

    REGRESSED = "regressed"
    """It is wrong now in something that was right before."""
    CHANGED = "changed"
    """It was wrong and is wrong in another way."""
    IMPROVED = "improved"
    """It is right now in something that was wrong before."""


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
    """What the base read."""
    new: tuple[str, ...]
    """What the new run read."""
    kind: Kind
    """Whether that is better."""


@dataclass(frozen=True, slots=True)
class FlagChange:
    """A review flag that only one of the runs raised."""

    letter: str
    """Gold set and stem."""
    flag: Raised
    """The flag."""
    raised: bool
    """Whether the new run raised it; else it dropped it."""


@dataclass(frozen=True, slots=True)
class FailureChange:
    """A letter that fails, or falls back on the rules, in one of the runs only."""

    letter: str
    """Gold set and stem."""
    failure: str
    """The error."""
    failed: bool
    """Whether nothing was read; else the rules judged although a model was asked."""
    newly: bool
    """Whether it is the new run that fails; else only the base did."""


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


def changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[Change, ...]:
    """Fields that changed between the same letters in two runs: regressions first, then by letter and field.

    An item that one run missed is one change, ``items[2]``, with the metrics of all its fields that went with it.
    """
    found = [change for one, other in zip(base, new, strict=True) for change in _by_item(tuple(_fields(one, other)))]
    kinds = list(Kind)
    return tuple(sorted(found, key=lambda change: (kinds.index(change.kind), change.letter)))


def flag_changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[FlagChange, ...]:
    """Flags that one of the runs raised more often, by letter."""
    return tuple(change for one, other in zip(base, new, strict=True) for change in _flags(one, other))


def failure_changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[FailureChange, ...]:
    """Letters that fail in one run only or otherwise than before, those of the new run first."""
    found = [change for one, other in zip(base, new, strict=True) for change in _failures(one, other)]
    return tuple(sorted(found, key=lambda change: (not change.newly, not change.failed, change.letter)))


def summary_changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[SummaryChange, ...]:
    """Summaries that are not the same words, by letter."""
    return tuple(
        SummaryChange(one.key, field, before.get(field, ""), after.get(field, ""))
        for one, other in zip(base, new, strict=True)
        for before, after in [(_first(one).summaries, _first(other).summaries)]
        for field in dict.fromkeys((*before, *after))
        if before.get(field, "") != after.get(field, "")
    )


def _first(letter: Letter) -> Attempt:
    return letter.attempts[0]


def _fields(base: Letter, new: Letter) -> Iterator[Change]:
    before, after = _by_unit(_first(base)), _by_unit(_first(new))
    for unit in dict.fromkeys((*before, *after)):
        one, other = before.get(unit), after.get(unit)
        kind = _kind(one, other)
        known = other or one
        if kind is None or known is None:
            continue
        read = (one.read if one else known.gold, other.read if other else known.gold)
        yield Change(base.key, known.field, _moved(one, other), known.gold, *read, kind)


def _by_item(changes: Sequence[Change]) -> Iterator[Change]:
    """Changes of one letter, the fields of an item that was missed or found again gone into the item's own."""
    items = {change.field for change in changes if _ITEM.fullmatch(change.field)}
    for change in changes:
        found = _ITEM.match(change.field)
        if found is None or found[0] not in items:
            yield change
        elif change.field == found[0]:
            parts = (part for part in changes if part.field.startswith(found[0]) and part.kind is change.kind)
            yield replace(change, metrics=tuple(dict.fromkeys(name for part in parts for name in part.metrics)))


def _by_unit(attempt: Attempt) -> dict[_Unit, Difference]:
    """Differences by field and label; an item that only the reading has by what was read, as its number means nothing.

    A field that is listed twice, for other metrics each time, becomes one.
    """
    units: dict[_Unit, Difference] = {}
    for difference in attempt.differences:
        unit: _Unit = (difference.field, difference.gold, 0)
        if (item := _INVENTED.match(difference.field)) is not None:
            unit = (difference.field[item.end() :], difference.read, 0)
            while unit in units and units[unit].field != difference.field:
                unit = (unit[0], unit[1], unit[2] + 1)
        known = units.get(unit)
        metrics = dict.fromkeys((*known.metrics, *difference.metrics) if known else difference.metrics)
        units[unit] = Difference(tuple(metrics), difference.field, difference.gold, difference.read)
    return units


def _kind(base: Difference | None, new: Difference | None) -> Kind | None:
    """What became of a unit; ``None`` where it is as wrong as it was."""
    if base is None or new is None:
        return Kind.REGRESSED if base is None else Kind.IMPROVED
    worse, better = set(new.metrics) - set(base.metrics), set(base.metrics) - set(new.metrics)
    if worse and not better:
        return Kind.REGRESSED
    if better and not worse:
        return Kind.IMPROVED
    if base.read == new.read:
        return None
    gain = _likeness(new) - _likeness(base)
    if worse or not gain or len(new.gold) < 2:
        return Kind.CHANGED
    return Kind.IMPROVED if gain > 0 else Kind.REGRESSED


def _likeness(difference: Difference) -> float:
    """F1 of the entries of a list."""
    shared = (Counter(difference.gold) & Counter(difference.read)).total()
    return 2 * shared / max(1, len(difference.gold) + len(difference.read))


def _moved(base: Difference | None, new: Difference | None) -> tuple[str, ...]:
    """Counts in which only one is wrong; where both are wrong in the same, those."""
    before, after = base.metrics if base else (), new.metrics if new else ()
    moved = [name for name in dict.fromkeys((*before, *after)) if (name in before) != (name in after)]
    return tuple(moved) or tuple(after)


def _flags(base: Letter, new: Letter) -> Iterator[FlagChange]:
    before, after = Counter(_first(base).flags), Counter(_first(new).flags)
    for raised, flags in ((True, after - before), (False, before - after)):
        for flag in flags.elements():
            yield FlagChange(base.key, flag, raised)


def _failures(base: Letter, new: Letter) -> Iterator[FailureChange]:
    before, after = _failure(_first(base)), _failure(_first(new))
    if before == after:
        return
    for failure, newly in ((after, True), (before, False)):
        if failure is not None:
            yield FailureChange(base.key, *failure, newly)


def _failure(attempt: Attempt) -> tuple[str, bool] | None:
    if attempt.failure is None and not attempt.failed:
        return None
    return attempt.failure or "failed", attempt.failed
