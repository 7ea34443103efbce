"""Labels held against the rules of the codebook that need no letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum
from typing import Final

from evals.annotation.check.problem import Problem
from evals.gold import OF_A_READING
from evals.metrics.citations import SIDES
from schemas import Category, Citation, CitationSource, Determination, Item
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS
from summarizer.folding import comparable

MOST_QUOTES: Final = 3
"""Key quotes of an item, at most."""
_YEAR_AT_END: Final = re.compile(r"\b(?:19|20)\d\d$")


def codebook_problems(label: Determination) -> Iterator[Problem]:
    """What of ``label`` breaks a rule of the codebook, whatever its letter says."""
    yield from _of_a_reading(label)
    yield from _too_long("case_summary", label.case_summary, CASE_SUMMARY_WORDS)
    yield from _repeated("diagnoses", map(comparable, label.diagnoses))
    if not label.items:
        yield Problem("items", "there are none", "add one for each disputed item")
    for index, item in enumerate(label.items):
        yield from (replace(one, field=f"items[{index}].{one.field}") for one in _of_item(item))


def _of_a_reading(label: Determination) -> Iterator[Problem]:
    for name in OF_A_READING:
        if getattr(label, name) and name in label.model_fields_set:
            yield Problem(name, "is part of a reading, not of a label", "remove it")


def _of_item(item: Item) -> Iterator[Problem]:
    yield from _unfilled(item)
    yield from _of_medication(item)
    if item.reasons and item.primary_reason not in (None, item.reasons[0]):
        yield Problem("reasons", "the primary reason is not the first of them", "put it first")
    yield from _repeated("reasons", item.reasons)
    yield from _against_outcome(item)
    yield from _too_long("rationale_summary", item.rationale_summary, RATIONALE_SUMMARY_WORDS)
    if len(item.key_quotes) > MOST_QUOTES:
        yield Problem("key_quotes", f"there are {len(item.key_quotes)}", f"keep the {MOST_QUOTES} that decide")
    yield from _repeated("key_quotes", map(comparable, item.key_quotes))
    for name in SIDES:
        for index, citation in enumerate(getattr(item, name)):
            yield from (replace(one, field=f"{name}[{index}].{one.field}") for one in _of_citation(citation))


def _unfilled(item: Item) -> Iterator[Problem]:
    wanted = {
        "primary_reason": "give the one reason that carries the decision",
        "reasons": "give every reason that the rationale gives, the primary one first",
        "rationale": "copy it from the letter",
        "rationale_summary": f"say in at most {RATIONALE_SUMMARY_WORDS} words why the reviewer decided so",
        "key_quotes": f"copy one to {MOST_QUOTES} sentences or clauses of the rationale that carry the decision",
    }
    for name, remedy in wanted.items():
        if not getattr(item, name):
            yield Problem(name, "is not filled in", remedy)


def _of_medication(item: Item) -> Iterator[Problem]:
    drug = item.category is Category.PHARMACEUTICAL
    if drug and item.medication is None:
        yield Problem("medication", "is not filled in for a pharmaceutical item", "give name and drug class")
    if not drug and item.medication is not None:
        yield Problem("medication", f"is given for the category {item.category}", "give null, or mend the category")


def _against_outcome(item: Item) -> Iterator[Problem]:
    """A rationale may argue against its heading, and is labeled so; more often one of the two codes is a slip."""
    for index, reason in enumerate(item.reasons):
        if reason.supports not in (None, item.outcome) and item.outcome.value != "modified":
            what = f"{reason} argues against the outcome {item.outcome}"
            yield Problem(f"reasons[{index}]", what, "look again; leave it where the rationale really does", True)


def _of_citation(citation: Citation) -> Iterator[Problem]:
    mtus = citation.source is CitationSource.MTUS
    if not mtus and citation.year is not None:
        yield Problem("year", f"is given for a {citation.source} citation", "give null: only MTUS has a year")
    if mtus and _YEAR_AT_END.search(citation.title.strip()):
        yield Problem("title", "ends in a year", "put the year into its own field")


def _too_long(field: str, words: str | None, most: int) -> Iterator[Problem]:
    count = len((words or "").split())
    if count > most:
        yield Problem(field, f"has {count} words", f"say it in at most {most}")


def _repeated(field: str, values: Iterable[str | Enum]) -> Iterator[Problem]:
    for value, times in Counter(values).items():
        if times > 1:
            what = f"one of them stands there {times} times" if not isinstance(value, Enum) else f"{value} is repeated"
            yield Problem(field, what, "name it once")
