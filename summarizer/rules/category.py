"""The category of a disputed item, from the words that name its treatment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemas import Category
from summarizer.document import Document, Span
from summarizer.layouts.structure import ItemRegion
from summarizer.reading import Found
from summarizer.vocabulary.drugs import class_by_stem, rarer_drug_terms
from summarizer.vocabulary.pattern import Pattern
from summarizer.vocabulary.terms import Term
from summarizer.vocabulary.treatments import HINT, Meaning, treatment_endings, treatment_terms

_CLAUSE_END = Pattern(
    r"[,;:()+&]|\.\s|\b(?:after|and|as|at|because|before|by|due|during|following|followed|for|from|if|in|including|"
    r"on|or|per|plus|prior|then|under|using|versus|via|vs|while|with)\b|\bw/",
    re.IGNORECASE,
)
_DOSE = Pattern(r"\d\s?(?:mg|mcg|meq|iu|count)\b|\d\s?%|#\s?\d+\s*(?:$|,|with\b)", re.IGNORECASE)
_COMPOUND = Pattern(r"\b\d[\d.]*\s?%[^%]{1,60}\d\s?%")
_NEEDLE = Pattern(r"\binject", re.IGNORECASE)
_WORD = Pattern(r"[A-Za-z]{6,}")


def category_of(document: Document, treatment: Span, item: ItemRegion) -> Found[Category]:
    """The report group of ``treatment``, with the words that decided as evidence.

    The first clause that names a treatment decides, in it the word of the highest rank (see
    ``vocabulary/treatments.txt``). A heading without any such word is a drug where it holds a
    drug's name or a dose; else the item's own text decides, and at last it is ``other``. Two
    percentages are those of a compound, whose parts may also be given by needle.
    """
    text = document.text
    cream = _COMPOUND.search(text, treatment.start, treatment.end)
    if cream and not _NEEDLE.search(text, treatment.start, treatment.end):
        return Found(Category.PHARMACEUTICAL, (Span(*cream.span()),))
    terms = treatment_terms().find(text, treatment)
    best = _first_decided(text, treatment, terms)
    if best is None:
        best = (
            _drug(text, treatment) or _by_ending(text, treatment, terms) or _strongest(terms) or _from_item(text, item)
        )
    if best is None:
        return Found(Category.OTHER, (treatment,))
    place, category = best
    return Found(category, (place,))


Decision = tuple[Span, Category]


def _first_decided(text: str, treatment: Span, terms: Sequence[Term[Meaning]]) -> Decision | None:
    """What the first clause with more than a hint says."""
    decided = [term for term in terms if term.value.rank >= HINT]
    if not decided:
        return None
    first = decided[0]
    end = next((cut for cut in _cuts(text, treatment, terms) if cut >= first.span.end), treatment.end)
    return _strongest([term for term in decided if term.span.end <= end])


def _cuts(text: str, treatment: Span, terms: Sequence[Term[Meaning]]) -> list[int]:
    """Where clauses of ``treatment`` end; a mark or word inside a term ends none."""
    ends = [m.start() for m in _CLAUSE_END.finditer(text, treatment.start, treatment.end)]
    return [end for end in ends if not any(span.start <= end < span.end for span, _ in terms)]


def _strongest(terms: Sequence[Term[Meaning]]) -> Decision | None:
    """The word of the highest rank, of equals the first."""
    best: Decision | None = None
    rank = 0
    for span, meaning in terms:
        if meaning.category is not None and meaning.rank > rank:
            best, rank = (span, meaning.category), meaning.rank
    return best


def _drug(text: str, treatment: Span) -> Decision | None:
    """A drug that the treatment words do not know: a rarer name, a generic name's stem, or a dose."""
    names = rarer_drug_terms().find(text, treatment)
    if names:
        return names[0].span, Category.PHARMACEUTICAL
    for word in _WORD.finditer(text, treatment.start, treatment.end):
        if class_by_stem(word[0]):
            return Span(*word.span()), Category.PHARMACEUTICAL
    dose = _DOSE.search(text, treatment.start, treatment.end)
    return (Span(*dose.span()).stripped(text), Category.PHARMACEUTICAL) if dose else None


def _by_ending(text: str, treatment: Span, terms: Sequence[Term[Meaning]]) -> Decision | None:
    """What the Greek or Latin ending of an unknown word tells."""
    for word in _WORD.finditer(text, treatment.start, treatment.end):
        if any(span.start <= word.start() < span.end for span, _ in terms):
            continue
        lowered = word[0].lower()
        for endings, category in treatment_endings():
            if lowered.endswith(endings):
                return Span(*word.span()), category
    return None


def _from_item(text: str, item: ItemRegion) -> Decision | None:
    """What most words of the reviewer's guidelines and rationale speak for."""
    first_of: dict[Category, Span] = {}
    votes: dict[Category, int] = {}
    for part in (item.reviewer, item.rationale):
        for span, (category, rank) in treatment_terms().find(text, part) if part else ():
            if category is not None and rank > HINT and category is not Category.EVALUATION_MANAGEMENT:
                first_of.setdefault(category, span)
                votes[category] = votes.get(category, 0) + rank
    if not votes:
        return None
    category = max(votes, key=lambda each: votes[each])
    return first_of[category], category
