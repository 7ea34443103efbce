"""Printed facts that the rules read otherwise than the label: the annotator may have slipped, or the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from evals.annotation.check.problem import Problem
from evals.gold import Labeled
from evals.metrics.case import case
from evals.metrics.items import items
from evals.metrics.judgement import judgement
from evals.metrics.measured import Reading
from schemas import Determination
from summarizer.errors import InputError
from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer

_PRINTED: Final = frozenset({"header", "items", "outcome"})
"""Counts of what a letter prints in so many words; the rest is judged, or verbatim and checked as such."""


def doubts(label: Determination, letter: Path) -> tuple[Problem, ...]:
    """Warnings for header fields, items and outcomes of which the rules read another value; none without a reading."""
    try:
        read = Summarizer().read(Source.from_path(letter))
    except InputError:
        return ()
    labeled, reading = Labeled(letter.stem, letter, label), Reading(read.determination, read.document)
    found = [one for family in (case, items, judgement) for one in family(labeled, reading).differences]
    return tuple(
        Problem(
            one.field, f"the rules read {'; '.join(one.read) or 'nothing'}", "look at the letter again", warning=True
        )
        for one in found
        if not _PRINTED.isdisjoint(one.metrics)
    )
