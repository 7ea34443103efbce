"""Summaries checked against the letter: no fact that it does not state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas import Outcome, ReviewCode
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS
from summarizer.document import Document
from summarizer.reading import Doubt, Found, Reading
from summarizer.verify.facts import unsupported_facts
from summarizer.vocabulary.pattern import Pattern

_VERDICTS = {
    Outcome.OVERTURNED: Pattern(r"\b(?:overturn(?:s|ed)?|reverse[sd]?)\b", re.IGNORECASE),
    Outcome.UPHELD: Pattern(r"\b(?:upholds?|upheld)\b", re.IGNORECASE),
}


def unsupported_summaries(document: Document, reading: Reading) -> tuple[Doubt, ...]:
    """A doubt for each summary with a number, dose, drug, side, body part or outcome that is not the letter's."""
    return (*_unsupported_facts(document, reading), *_other_outcomes(reading), *_too_long(reading))


def _summaries(reading: Reading) -> Iterator[tuple[str, Found[str], int]]:
    """Path, summary and most words of every summary."""
    if reading.case_summary:
        yield "case_summary", reading.case_summary, CASE_SUMMARY_WORDS
    for index, item in enumerate(reading.items):
        if summary := item.judgement.rationale_summary:
            yield f"items[{index}].rationale_summary", summary, RATIONALE_SUMMARY_WORDS


def _too_long(reading: Reading) -> Iterator[Doubt]:
    """Summaries longer than the codebook allows."""
    for path, summary, most in _summaries(reading):
        words = len(summary.value.split())
        if words > most:
            what = f"The summary has {words} words, more than the {most} of a summary; read the letter's own words."
            yield Doubt(ReviewCode.UNCERTAIN_JUDGEMENT, what, path, summary.spans)


def _other_outcomes(reading: Reading) -> Iterator[Doubt]:
    """Summaries of a rationale that name another outcome than the printed one."""
    for index, item in enumerate(reading.items):
        summary, printed = item.judgement.rationale_summary, item.outcome.value
        if summary is None or printed not in _VERDICTS:
            continue
        said = {outcome for outcome, words in _VERDICTS.items() if words.search(summary.value)}
        if said and printed not in said:
            yield Doubt(
                ReviewCode.UNSUPPORTED_SUMMARY,
                f"The summary says {said.pop().value}, the letter {printed.value}; rely on the letter.",
                f"items[{index}].rationale_summary",
                item.outcome.spans,
            )


def _unsupported_facts(document: Document, reading: Reading) -> tuple[Doubt, ...]:
    """Summaries with facts of their own."""
    doubts = []
    for path, summary, _ in _summaries(reading):
        facts = unsupported_facts(summary.value, document.text, extra_numbers=range(len(reading.items) + 1))
        if facts:
            named = ", ".join(facts)
            doubts.append(
                Doubt(
                    ReviewCode.UNSUPPORTED_SUMMARY,
                    f"The summary says {named}, which the letter does not; rely on the letter.",
                    path,
                    summary.spans,
                )
            )
    return tuple(doubts)
