"""Letters of the test split are scored, not read: what changed in them is told without their words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from evals.changes.changed import Change, SummaryChange
from evals.gold import Split
from evals.run_file import Letter

HELD_BACK: Final = ("(held back)",)
"""Stands for any value of a letter that is held back."""


def held_back_of(letters: Sequence[Letter], *, show_test: bool) -> frozenset[str]:
    """Keys of the letters whose words are not shown."""
    return frozenset() if show_test else frozenset(one.key for one in letters if one.split is Split.TEST)


def without_words(changes: Sequence[Change], letters: Collection[str]) -> tuple[Change, ...]:
    """``changes``, those of ``letters`` without values."""
    return tuple(
        replace(one, gold=HELD_BACK, base=HELD_BACK, new=HELD_BACK) if one.letter in letters else one for one in changes
    )


def summaries_without_words(changes: Sequence[SummaryChange], letters: Collection[str]) -> tuple[SummaryChange, ...]:
    """``changes``, those of ``letters`` without the summaries."""
    words = HELD_BACK[0]
    return tuple(replace(one, base=words, new=words) if one.letter in letters else one for one in changes)
