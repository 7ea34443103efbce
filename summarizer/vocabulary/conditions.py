"""Words of conditions: which words name one, and which only say where it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import tomli

from summarizer.vocabulary.pattern import Pattern

_LEVEL = Pattern(r"[clts]\d{1,2}(?:[-/][clts]?\d{1,2})*")


class ConditionWords(NamedTuple):
    """The word lists of ``conditions.toml``, lower case."""

    heads: frozenset[str]
    """Words that name a condition."""
    endings: tuple[str, ...]
    """Endings that make a longer word the name of one."""
    locations: frozenset[str]
    """Places, sides and levels, with the small words between them."""
    qualifiers: frozenset[str]
    """Words that only qualify the element beside them."""
    alone: frozenset[str]
    """Conditions that stay two when ``and`` joins them to another."""
    adjectives: frozenset[str]
    """Adjectives that say of a person what a condition would."""

    def names_condition(self, word: str) -> bool:
        """Whether the lower-case ``word`` names a condition."""
        return word in self.heads or (len(word) > 5 and word.endswith(self.endings))

    def is_place(self, word: str) -> bool:
        """Whether the lower-case ``word`` says where: a body part, a side, a spinal level."""
        return word in self.locations or _LEVEL.fullmatch(word) is not None

    def only_places(self, word: str) -> bool:
        """Whether the lower-case ``word`` only says where or of what kind."""
        return word in self.qualifiers or self.is_place(word)


@cache
def condition_words() -> ConditionWords:
    """Read the word lists; once a process."""
    data = tomli.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return ConditionWords(
        heads=frozenset(data["heads"].split()),
        endings=tuple(data["endings"]),
        locations=frozenset(data["locations"].split()),
        qualifiers=frozenset(data["qualifiers"].split()),
        alone=frozenset(data["alone"].split()),
        adjectives=frozenset(data["adjectives"]),
    )
