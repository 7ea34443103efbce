"""Summaries checked against the letter: no fact that it does not state."""

from __future__ import annotations

from schemas import ReviewCode
from summarizer.document import Document
from summarizer.reading import Doubt, Found, Reading
from summarizer.verify.facts import unsupported_facts


def unsupported_summaries(document: Document, reading: Reading) -> tuple[Doubt, ...]:
    """A doubt for each summary that holds a number, date, dose, drug, side or body part of its own."""
    summaries: list[tuple[str, Found[str] | None]] = [("case_summary", reading.case_summary)]
    summaries += [
        (f"items[{index}].rationale_summary", item.judgement.rationale_summary)
        for index, item in enumerate(reading.items)
    ]
    doubts = []
    for path, summary in summaries:
        if summary is None:
            continue
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
