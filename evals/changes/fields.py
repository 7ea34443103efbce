"""Fields that two runs read differently, over all readings of a letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evals.changes.changed import Change, Kind, Often
from evals.metrics.catalog import METRICS
from evals.metrics.measured import Difference
from evals.metrics.metric import Better
from evals.metrics.metric import Kind as MetricKind
from evals.run_file import Attempt, Letter

_ITEM: Final = re.compile(r"items\[\d+\]")
_PROOF: Final = "provenance["
_INVENTED: Final = re.compile(r"items\[\+\d+\]")
_GRADED: Final = {metric.counts: metric.better for metric in METRICS if metric.kind is MetricKind.MEAN}
"""Direction of the metrics in which a field is more or less wrong, by their counts."""
_SAME: Final = 1e-9
"""Below this two sums of floats are one."""
_Unit = tuple[str, tuple[str, ...], int]


def changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[Change, ...]:
    """Fields that changed between the same letters in two runs: regressions first, then by letter and field.

    A field is compared over all readings of its letter: it regressed where it is wrong in a larger share of them, or
    by more in a graded metric. An item that a run missed is one change, ``items[2]``, with the metrics of all its
    fields that went with it.
    """
    found = [change for one, other in zip(base, new, strict=True) for change in _changes(one, other)]
    kinds = list(Kind)
    return tuple(sorted(found, key=lambda change: (kinds.index(change.kind), change.letter)))


@dataclass(frozen=True, slots=True)
class _Side:
    """How one run read one field of one letter."""

    gold: tuple[str, ...]
    """The label's value."""
    readings: int
    """Readings of the letter."""
    wrong: Mapping[int, Difference]
    """Those in which the field is wrong, by number."""

    def without(self, readings: Iterable[int]) -> _Side:
        """The same, some readings left out."""
        left = set(readings)
        wrong = {number: one for number, one in self.wrong.items() if number not in left}
        return _Side(self.gold, self.readings - len(left), wrong)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Counts in which it is an error."""
        return tuple(dict.fromkeys(name for one in self.wrong.values() for name in one.metrics))

    @property
    def graded(self) -> bool:
        """Whether it has a score of its own."""
        return any(one.score is not None for one in self.wrong.values())

    @property
    def rate(self) -> float:
        """Share of the readings in which it is wrong."""
        return len(self.wrong) / self.readings

    def loss(self, name: str) -> float:
        """What it costs the counts ``name``, mean over readings: an error is 1, of a graded metric what is amiss."""
        return sum(_amiss(one, name) for one in self.wrong.values() if name in one.metrics) / self.readings

    @property
    def read(self) -> tuple[str, ...]:
        """What was read: the most frequent wrong value, the label's where none is."""
        values = Counter(one.read for one in self.wrong.values())
        return values.most_common(1)[0][0] if values else self.gold

    @property
    def likeness(self) -> float:
        """F1 of the entries of a list, mean over the wrong readings."""
        return sum(map(_likeness, self.wrong.values())) / max(1, len(self.wrong))


def _changes(base: Letter, new: Letter) -> Iterator[Change]:
    """Changes of one letter, the fields of an item that was missed or found again gone into the item's own."""
    fields = dict(_fields(base, new))
    kinds = {unit: kind for unit, sides in fields.items() if (kind := _kind(*sides)) is not None}
    items = {unit[0]: unit for unit in kinds if _ITEM.fullmatch(unit[0])}
    costs: dict[_Unit, list[str]] = {unit: [] for unit in items.values()}
    shown = []
    for unit, kind in kinds.items():
        item = items.get(unit[0].partition(".")[0])
        if item is None or unit == item or not _gone_with(fields[unit], fields[item]):
            shown.append(unit)
        elif kind is kinds[item]:
            costs[item] += _moved(*fields[unit])
    for unit in shown:
        change = _change(base.key, fields[unit], kinds[unit])
        yield replace(change, metrics=tuple(dict.fromkeys((*change.metrics, *costs.get(unit, ())))))


def _gone_with(field: tuple[_Side, _Side], item: tuple[_Side, _Side]) -> bool:
    """Whether a field changed with its item only: not so in the readings that have the item, where both runs do."""
    base, new = (side.without(missed.wrong) for side, missed in zip(field, item, strict=True))
    return not base.readings or not new.readings or _kind(base, new) is None


def _change(letter: str, sides: tuple[_Side, _Side], kind: Kind) -> Change:
    base, new = sides
    often = Often(len(base.wrong), base.readings, len(new.wrong), new.readings)
    known = next(iter((*new.wrong.values(), *base.wrong.values())))
    return Change(letter, known.field, _moved(base, new), known.gold, base.read, new.read, kind, often)


def _fields(base: Letter, new: Letter) -> Iterator[tuple[_Unit, tuple[_Side, _Side]]]:
    before, after = ([_by_unit(attempt) for attempt in letter.attempts] for letter in (base, new))
    failed = [{n for n, attempt in enumerate(letter.attempts) if attempt.failed} for letter in (base, new)]
    for unit in dict.fromkeys(unit for reading in (*before, *after) for unit in reading):
        wrong = [{n: one[unit] for n, one in enumerate(side) if unit in one} for side in (before, after)]
        gold = next(one.gold for side in wrong for one in side.values())
        sides = (_Side(gold, len(before), wrong[0]), _Side(gold, len(after), wrong[1]))
        if unit[0].startswith(_PROOF):  # where nothing was read, nothing was to be proven
            sides = (sides[0].without(failed[0]), sides[1].without(failed[1]))
        if all(side.readings for side in sides):
            yield unit, sides


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
        score = difference.score if known is None or difference.score is not None else known.score
        units[unit] = replace(difference, metrics=tuple(metrics), score=score)
    return units


def _kind(base: _Side, new: _Side) -> Kind | None:
    """What became of a field; ``None`` where it is as wrong as it was."""
    if not base.wrong and not new.wrong:
        return None
    steps = _steps(base, new)
    worse, better = any(step > _SAME for step in steps.values()), any(step < -_SAME for step in steps.values())
    if (worse and better) or not steps:
        rise = new.rate - base.rate
        worse, better = rise > _SAME, rise < -_SAME
        if not worse and not better:
            return Kind.CHANGED
    if worse or better:
        return Kind.REGRESSED if worse else Kind.IMPROVED
    if base.read == new.read:
        return None
    gain = new.likeness - base.likeness
    if abs(gain) < _SAME or base.graded or len(base.gold) < 2:
        return Kind.CHANGED
    return Kind.IMPROVED if gain > 0 else Kind.REGRESSED


def _steps(base: _Side, new: _Side) -> dict[str, float]:
    """What each count that the field touches lost, mean over readings."""
    return {name: new.loss(name) - base.loss(name) for name in dict.fromkeys((*base.metrics, *new.metrics))}


def _moved(base: _Side, new: _Side) -> tuple[str, ...]:
    """Counts that the field moves; those that it is an error in where it moves none."""
    moved = tuple(name for name, step in _steps(base, new).items() if abs(step) > _SAME)
    return moved or new.metrics or base.metrics


def _amiss(difference: Difference, name: str) -> float:
    if difference.score is None or name not in _GRADED:
        return 1.0
    return 1 - difference.score if _GRADED[name] is Better.HIGHER else difference.score


def _likeness(difference: Difference) -> float:
    shared = (Counter(difference.gold) & Counter(difference.read)).total()
    return 2 * shared / max(1, len(difference.gold) + len(difference.read))
