"""Words that name a treatment, and the category that each speaks for."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from schemas import Category
from summarizer.vocabulary.drugs import drug_classes
from summarizer.vocabulary.terms import Terms, sections


class Meaning(NamedTuple):
    """What a treatment word says."""

    category: Category | None
    """The category it speaks for; ``None`` where it only hides shorter words."""
    rank: int
    """How strongly: of the words of one clause the highest rank decides."""


DRUG_RANK = 30
"""Rank of a known drug's name."""
HINT = 10
"""Below this rank a word decides only where no clause has a better one."""


@cache
def treatment_terms() -> Terms[Meaning]:
    """The phrases of ``treatments.txt`` and the drugs of ``drugs.txt``."""
    drug = Meaning(Category.PHARMACEUTICAL, DRUG_RANK)
    meanings = dict.fromkeys(drug_classes(), drug)
    for head, terms in sections("treatments.txt"):
        category, _, rank = head.partition(" ")
        meaning = Meaning(None if category == "none" else Category(category), int(rank))
        meanings.update(dict.fromkeys(terms, meaning))
    return Terms(meanings)


@cache
def treatment_endings() -> tuple[tuple[tuple[str, ...], Category], ...]:
    """``(endings, category)`` of words that no list holds, in order."""
    return tuple((tuple(terms), Category(head)) for head, terms in sections("treatments_endings.txt"))
