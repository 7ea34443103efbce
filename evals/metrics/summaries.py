"""Summaries: facts that the letter does not state, coverage of the labeled key quotes, length."""

from __future__ import annotations

from collections.abc import Iterable

from evals.alignment import side_by_side
from evals.gold import Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.stems import content_stems
from evals.metrics.tally import Tally
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS
from summarizer.verify.facts import unsupported_facts


def summaries(labeled: Labeled, reading: Reading) -> Measured:
    """Count every summary of the reading; a labeled item without one is covered by nothing."""
    counting = Counting()
    rows = side_by_side(labeled.label, reading.determination)
    if reading.determination.case_summary:
        _count(counting, "case_summary", reading.determination.case_summary, CASE_SUMMARY_WORDS, reading)
    for row in rows:
        summary = row.read.rationale_summary if row.read else None
        if summary:
            _count(counting, f"{row.field}.rationale_summary", summary, RATIONALE_SUMMARY_WORDS, reading)
        share = _coverage(row.gold.key_quotes, summary or "") if row.gold else None
        if share is not None:
            counting.add("quote_coverage", Tally(share, 1, 1))
    return counting.measured()


def _count(counting: Counting, path: str, summary: str, most: int, reading: Reading) -> None:
    """Count one summary."""
    counts = range(len(reading.determination.items) + 1)
    facts = unsupported_facts(summary, reading.document.text, counts) if reading.document else ()
    words = len(summary.split())
    counting.add("unsupported_facts", Tally(len(facts), 1, 1))
    counting.add(f"{path.rsplit('.', 1)[-1]}_words", Tally(words, 1, 1))
    counting.add("summaries_too_long", Tally(float(words > most), 1, 1))
    long = words > most
    names = ("unsupported_facts",) * bool(facts) + ("summaries_too_long",) * long
    told = (*facts, *[f"{words} words"] * long)
    counting.differ(names, path, f"at most {most} words" if long else None, told, float(len(facts)))


def _coverage(quotes: Iterable[str], summary: str) -> float | None:
    """Share of the content words of ``quotes`` that ``summary`` has; ``None`` where the quotes have none."""
    wanted = content_stems(" ".join(quotes))
    return len(wanted & content_stems(summary)) / len(wanted) if wanted else None
