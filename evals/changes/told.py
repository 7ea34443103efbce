"""What the runs told of letters, and how their summaries read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from evals.changes.changed import FailureChange, FlagChange, Often, SummaryChange
from evals.run_file import Attempt, Letter, Raised

_Told = TypeVar("_Told", bound=Hashable)


def flag_changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[FlagChange, ...]:
    """Flags that one of the runs raised more often, by letter."""
    return tuple(
        FlagChange(one.key, flag, newly, often)
        for one, other in zip(base, new, strict=True)
        for (flag, _), newly, often in _turned(one, other, _flags)
    )


def failure_changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[FailureChange, ...]:
    """Letters that fail more often in one run or otherwise than before, those of the new run first."""
    found = [
        FailureChange(one.key, failure, failed, newly, often)
        for one, other in zip(base, new, strict=True)
        for (failure, failed), newly, often in _turned(one, other, _failure)
    ]
    return tuple(sorted(found, key=lambda change: (not change.newly, not change.failed, change.letter)))


def summary_changes_of(base: Sequence[Letter], new: Sequence[Letter]) -> tuple[SummaryChange, ...]:
    """Summaries that are not the same words, by letter; of several readings the most frequent ones."""
    return tuple(
        SummaryChange(one.key, field, before.get(field, ""), after.get(field, ""))
        for one, other in zip(base, new, strict=True)
        for before, after in [(_summaries(one), _summaries(other))]
        for field in dict.fromkeys((*before, *after))
        if before.get(field, "") != after.get(field, "")
    )


def _turned(
    base: Letter, new: Letter, told: Callable[[Attempt], Iterable[_Told]]
) -> Iterator[tuple[_Told, bool, Often]]:
    """What was told in a larger share of one run's readings, and whether that is the new run: this first."""
    before, after = (Counter(one for attempt in letter.attempts for one in told(attempt)) for letter in (base, new))
    found = [
        (one, Often(before[one], len(base.attempts), after[one], len(new.attempts)))
        for one in dict.fromkeys((*after, *before))
    ]
    for newly in (True, False):
        for one, often in found:
            if (often.rise > 0) if newly else (often.rise < 0):
                yield one, newly, often


def _flags(attempt: Attempt) -> Iterator[tuple[Raised, int]]:
    """Each flag with its number among its like."""
    for flag, times in Counter(attempt.flags).items():
        for number in range(times):
            yield flag, number


def _failure(attempt: Attempt) -> Iterator[tuple[str, bool]]:
    if attempt.failure is not None or attempt.failed:
        yield attempt.failure or "failed", attempt.failed


def _summaries(letter: Letter) -> Mapping[str, str]:
    fields = dict.fromkeys(field for attempt in letter.attempts for field in attempt.summaries)
    return {
        field: Counter(attempt.summaries.get(field, "") for attempt in letter.attempts).most_common(1)[0][0]
        for field in fields
    }
