"""Possible mistakes of fact: passages of one letter that cannot both be true of the case.

A plainly erroneous finding of fact is a ground of appeal (California Labor Code 4610.6(h)). The rules
flag only what the letter's own words set against each other; a guideline recital contradicts nothing.
"""

from __future__ import annotations

from summarizer.document import Document
from summarizer.reading import Doubt, Reading
from summarizer.verify.mistakes.amount import amount_mistakes
from summarizer.verify.mistakes.body_part import body_part_mistakes
from summarizer.verify.mistakes.care import care_mistakes
from summarizer.verify.mistakes.date import date_mistakes
from summarizer.verify.mistakes.finding import finding_mistakes
from summarizer.verify.mistakes.outcome import outcome_mistakes
from summarizer.verify.mistakes.statements import letter_of
from summarizer.verify.mistakes.treatment import treatment_mistakes
from summarizer.verify.mistakes.worker import worker_mistakes

__all__ = ["mistakes_of_fact"]

_KINDS = (
    outcome_mistakes,
    body_part_mistakes,
    treatment_mistakes,
    amount_mistakes,
    finding_mistakes,
    care_mistakes,
    date_mistakes,
    worker_mistakes,
)


def mistakes_of_fact(document: Document, reading: Reading) -> tuple[Doubt, ...]:
    """Possible mistakes of fact in a letter, in the order of the later passage of each.

    Each doubt names its kind, whether the decision leans on the doubtful fact, the field in doubt,
    and both passages in reading order.
    """
    letter = letter_of(document, reading)
    doubts = [doubt for kind in _KINDS for doubt in kind(letter)]
    return tuple(sorted(doubts, key=lambda doubt: doubt.spans[-1:]))
