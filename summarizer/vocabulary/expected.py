"""Reasons that a reviewer usually gives for a kind of treatment, before the rationale is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from schemas import Category, Outcome, Reason
from summarizer.vocabulary.phrases import Phrases, lines_of, words_of
from summarizer.vocabulary.table import table

Shares = Mapping[Reason, float]
"""How often each reason carries the decision, of about 1 together for each outcome."""


@cache
def _kinds() -> tuple[Phrases[int], tuple[Shares, ...]]:
    """Phrases that name a kind of treatment by its number, and the shares by that number."""
    entries = []
    shares = []
    for number, kind in enumerate(table("expected_reasons.toml")["kind"].values()):
        entries += [(phrase, number, weight) for phrase, weight in lines_of(str(kind["phrases"]))]
        shares.append(_shares(kind))
    return Phrases(entries), tuple(shares)


@cache
def _categories() -> Mapping[Category, Shares]:
    return {Category(name): _shares(each) for name, each in table("expected_reasons.toml")["category"].items()}


def _shares(kind: Mapping[str, object]) -> Shares:
    found: dict[Reason, float] = {}
    for outcome in (Outcome.UPHELD, Outcome.OVERTURNED):
        given = kind[outcome.value]
        if not isinstance(given, dict):
            raise TypeError("a kind's shares must be a table")
        found |= {Reason(code): float(share) for code, share in given.items()}
    return found


def expected_reasons(treatment: str, category: Category) -> Shares:
    """The reasons usually given for ``treatment``, by the first kind it is of, else by its ``category``."""
    phrases, shares = _kinds()
    hits = phrases.find(words_of(treatment))
    return shares[min(hit.value for hit in hits)] if hits else _categories()[category]
