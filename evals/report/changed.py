"""The letters whose reading changed, or that differ from their labels: field by field, the words marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from markupsafe import Markup

from evals.changes import HELD_BACK, held_back_of
from evals.compare import Change, Comparison, FailureChange, FlagChange, Kind
from evals.metrics.measured import Difference
from evals.report.words import beside, marked, shown
from evals.run_file import Letter, Raised, Run

MOST: Final = 60
"""Letters shown; the rest are counted."""
MOST_FIELDS: Final = 30
"""Fields shown of one letter; the rest are counted."""
MOST_SUMMARIES: Final = 60
"""Summaries shown; the rest are counted."""
_SIGNS: Final = {Kind.REGRESSED: "▼", Kind.CHANGED: "◆", Kind.IMPROVED: "▲"}
_Of = TypeVar("_Of", Change, FlagChange, FailureChange)


@dataclass(frozen=True, slots=True)
class Row:
    """One field of one letter."""

    field: str
    """Its path."""
    what: str
    """Sign and word of what became of it; of a run alone empty."""
    kind: str
    """The same as a look."""
    metrics: str
    """The metrics that it moves."""
    values: tuple[Markup, ...]
    """Gold, base and new; of a run alone gold and what was read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter."""

    key: str
    """Gold set and stem."""
    about: str
    """Its split, form, length and items."""
    counted: str
    """How many fields of it changed, and how."""
    notes: tuple[str, ...]
    """Failures, and flags raised or dropped."""
    rows: tuple[Row, ...]
    """Its fields, regressions first."""
    rest: int
    """Fields that are not shown."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary in other words."""

    letter: str
    """Gold set and stem."""
    field: str
    """Path of the field."""
    values: tuple[Markup, Markup]
    """Base and new."""


def letters_changed(run: Run, comparison: Comparison) -> tuple[Sequence[Shown], int]:
    """Letters in which a field changed or a failure came or went, regressions first, and how many are not shown."""
    changes, flags = _by_letter(comparison.changes), _by_letter(comparison.flags)
    failures = _by_letter(comparison.failures)
    letters = [letter for letter in run.letters if letter.key in changes or letter.key in failures]

    def rank(letter: Letter) -> tuple[bool, list[int], str]:
        kinds = [change.kind for change in changes.get(letter.key, ())]
        newly = any(failure.newly for failure in failures.get(letter.key, ()))
        return not newly, [-kinds.count(kind) for kind in Kind], letter.key

    chosen = sorted(letters, key=rank)
    found = []
    for letter in chosen[:MOST]:
        own = changes.get(letter.key, [])
        counts = [(kind, sum(change.kind is kind for change in own)) for kind in Kind]
        counted = ", ".join(f"{_SIGNS[kind]} {number} {kind.value}" for kind, number in counts if number)
        notes = [_failed(failure) for failure in failures.get(letter.key, ())]
        for what, newly in (("raised", True), ("dropped", False)):
            held = [flag.flag for flag in flags.get(letter.key, ()) if flag.raised is newly]
            notes += [_flagged(held, what)] * bool(held)
        rows = tuple(_changed(change) for change in own[:MOST_FIELDS])
        found.append(
            Shown(shown(letter.key), _about(letter), counted, tuple(notes), rows, max(len(own) - MOST_FIELDS, 0))
        )
    return found, max(len(chosen) - MOST, 0)


def letters_wrong(run: Run, *, show_test: bool) -> tuple[Sequence[Shown], int]:
    """Letters whose first reading differs from the label, those with most fields first, and how many are not shown."""
    wrong = [letter for letter in run.letters if letter.attempts[0].differences or letter.attempts[0].failure]
    held = held_back_of(run.letters, show_test=show_test)
    chosen = sorted(wrong, key=lambda letter: (not letter.attempts[0].failed, -len(letter.attempts[0].differences)))
    found = []
    for letter in chosen[:MOST]:
        first = letter.attempts[0]
        number = len(first.differences)
        notes = []
        if first.failed or first.failure:
            what = "not read" if first.failed else "judged by the rules instead"
            notes.append(shown(f"{what}: {first.failure or 'failed'}"))
        notes += [_flagged(first.flags, "flags")] * bool(first.flags)
        hidden = letter.key in held
        rows = tuple(_wrong(difference, hidden=hidden) for difference in first.differences[:MOST_FIELDS])
        counted = "1 field differs" if number == 1 else f"{number} fields differ"
        rest = max(number - MOST_FIELDS, 0)
        found.append(Shown(shown(letter.key), _about(letter), counted, tuple(notes), rows, rest))
    return found, max(len(chosen) - MOST, 0)


def summaries_changed(comparison: Comparison) -> tuple[Sequence[Summary], int]:
    """Summaries in other words, and how many are not shown."""
    chosen = comparison.summaries
    found = [
        Summary(shown(one.letter), shown(one.field), marked((one.base,), (one.new,))) for one in chosen[:MOST_SUMMARIES]
    ]
    return found, max(len(chosen) - MOST_SUMMARIES, 0)


def _changed(change: Change) -> Row:
    wrong = change.base if change.kind is Kind.IMPROVED else change.new
    values = (beside(change.gold, wrong), *marked(change.base, change.new))
    what = f"{_SIGNS[change.kind]} {change.kind.value}"
    return Row(shown(change.field), what, change.kind.value, _named(change.metrics), values)


def _wrong(difference: Difference, *, hidden: bool) -> Row:
    values = marked(HELD_BACK, HELD_BACK) if hidden else marked(difference.gold, difference.read)
    return Row(shown(difference.field), "", "", _named(difference.metrics), values)


def _by_letter(entries: Iterable[_Of]) -> dict[str, list[_Of]]:
    held: dict[str, list[_Of]] = {}
    for entry in entries:
        held.setdefault(entry.letter, []).append(entry)
    return held


def _about(letter: Letter) -> str:
    items = len(letter.categories)
    parts = (letter.split.value, letter.layout, f"{letter.words:,} words", f"{items} item{'s' * (items != 1)}")
    return shown(", ".join(parts))


def _failed(failure: FailureChange) -> str:
    what = "not read" if failure.failed else "judged by the rules instead"
    return shown(f"{'now' if failure.newly else 'no longer'} {what}: {failure.failure}")


def _flagged(flags: Iterable[Raised], what: str) -> str:
    """Flags in one line, the fields of each code together."""
    fields: dict[str, list[str]] = {}
    for flag in flags:
        code = f"{flag.code}{' (material)' if flag.material else ''}"
        fields.setdefault(code, []).extend([flag.field] if flag.field else [])
    told = (f"{code} at {', '.join(held)}" if held else code for code, held in fields.items())
    return shown(f"{what}: {'; '.join(told)}")


def _named(metrics: Sequence[str]) -> str:
    return shown(", ".join(metrics))
