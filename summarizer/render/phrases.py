"""Phrases: how the sheet says a date, a count, a guideline or a drug."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from schemas import Outcome
from summarizer.render import words
from summarizer.vocabulary.pattern import Pattern

if TYPE_CHECKING:
    from schemas import Citation, Item

_UNPRINTABLE = Pattern(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """``text`` with what could drive a terminal or turn a line around as spaces, one for one.

    Control characters other than the line feed, marks of writing direction and lone surrogates
    are concerned; the length stays, so offsets keep their meaning.
    """
    return _UNPRINTABLE.sub(" ", text)


def headline(outcomes: Iterable[Outcome]) -> str:
    """How many items and how many of each outcome: ``3 disputed items: 2 upheld, 1 overturned``."""
    tally = Counter(outcomes)
    total = sum(tally.values())
    if not total:
        return "No disputed item was found"
    parts = [f"{tally[code]} {sign.word.lower()}" for code, sign in words.OUTCOMES.items() if tally[code]]
    said = parts[0].split(" ", 1)[1] if total == 1 else ", ".join(parts)
    return f"{words.count(total, 'disputed item')}: {said}"


def day(value: date) -> str:
    """A date as a reader says it: ``January 10, 2017``."""
    return f"{words.MONTHS[value.month - 1]} {value.day}, {value.year}"


def citation(cited: Citation) -> str:
    """One guideline in one line: ``MTUS: Shoulder Complaints (2004). Sections: Imaging. Pages: 207``."""
    year = f" ({cited.year})" if cited.year else ""
    parts = [f"{cited.source.value[:1].upper()}{cited.source.value[1:]}: {cited.title}{year}"]
    if cited.sections:
        parts.append(f"Sections: {cited.sections}")
    if cited.pages:
        parts.append(f"Pages: {cited.pages}")
    return ". ".join(part.rstrip(".") for part in parts)


def quoted(text: str, limit: int) -> str:
    """``text`` cut at a word so that no more than ``limit`` characters stand; a cut ends in ``…``."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0][: limit - 1].rstrip(" ,;:") + "…"


def drug(item: Item) -> str:
    """Drug, strength, quantity and class in one line; empty where the item is no drug."""
    named = item.medication
    if not named:
        return ""
    quantity = f"quantity {named.quantity:,.10g}" if named.quantity is not None else ""
    name = " ".join(part for part in (named.name, named.strength) if part)
    return ", ".join(part for part in (name, quantity, words.DRUG_CLASSES[named.drug_class]) if part)
