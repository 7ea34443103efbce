"""Proof: whether a value follows from the words it was read from, and how surely.

A verbatim value is proven where its comparable form equals that of its evidence. A date, number,
code or outcome is proven where the fixed rule for its field makes it from its evidence. Both are
computed anew from the document, never taken on the reader's word. A judged value can only be
cited: it names sentences that exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from schemas import CitationSource, Outcome, Priority, Sex, Status
from summarizer.document import Document
from summarizer.folding import are_same_words, comparable
from summarizer.reading import Found
from summarizer.rules.dates import parse_date
from summarizer.vocabulary.numbers import number_of

JUDGED = frozenset({"category", "drug_class", "primary_reason", "reasons", "rationale_summary", "case_summary"})
"""Fields that are judgements; every other field must be proven by its words."""

_FEMALE = re.compile(r"\b(?:female|woman|lady|girl|mother|wife|she|her|hers|herself|mrs|ms|miss)\b", re.IGNORECASE)
_INITIALS = {"F": Sex.FEMALE, "M": Sex.MALE}
_MALE = re.compile(r"\b(?:male|man|gentleman|boy|father|husband|he|him|his|himself|mr)\b", re.IGNORECASE)


def status_of(field: str, found: Found[object], document: Document) -> Status:
    """How well ``found`` is proven as a value of ``field`` (its last name, without index)."""
    length = len(document.text)
    if not found.spans or not all(start < end <= length for start, end in found.spans):
        return Status.UNVERIFIED
    if field in JUDGED:
        return Status.CITED
    words = " ".join([span.of(document.text) for span in found.spans])
    return Status.VERIFIED if _follows(field, found.value, words) else Status.UNVERIFIED


def _follows(field: str, value: object, words: str) -> bool:
    """Whether ``value`` follows from ``words`` by the rule of its kind."""
    if field in _RULES:
        return _RULES[field](words) == value
    if isinstance(value, date):
        return parse_date(words) == value
    if isinstance(value, (int, float)):
        return number_of(words) == value
    return isinstance(value, str) and not isinstance(value, StrEnum) and are_same_words(words, value)


def _outcome(words: str) -> Outcome | None:
    """The outcome that one printed word says, or the sentence of an older form."""
    word = words.strip().lower()
    if word in ("upheld", "overturned", "modified"):
        return Outcome(word)
    from summarizer.layouts.verdicts import said  # its patterns are needed for older forms alone

    return said(words)


def _sex(words: str) -> Sex | None:
    if words in _INITIALS:
        return _INITIALS[words]
    if _FEMALE.search(words):
        return Sex.FEMALE
    return Sex.MALE if _MALE.search(words) else None


def _source(words: str) -> CitationSource:
    """The source that a label, ``not part of the MTUS`` or a work's own name says."""
    said = comparable(words).lower()
    if said.startswith(("other", "http", "www")):
        return CitationSource.OTHER
    return CitationSource.MTUS if "mtus" in said and not said.startswith(("non", "not")) else CitationSource.NON_MTUS


def _priority(words: str) -> Priority | None:
    said = words.strip().lower()
    return Priority(said) if said in set(Priority) else None


_RULES: dict[str, Callable[[str], object]] = {
    "outcome": _outcome,
    "sex": _sex,
    "source": _source,
    "priority": _priority,
}
