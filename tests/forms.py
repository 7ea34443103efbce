"""Builds letters in the form of 2014 to 2017 for tests: only what a test is about need be given."""

from __future__ import annotations

from dataclasses import dataclass

from schemas import TextFrom
from summarizer.document import Document, Page, Span

HEADER = """Case Number: CM16-0900001
Date Assigned: 11/30/2016 Date of Injury: 10/11/2016
Decision Date: 01/06/2017 UR Denial Date: 11/04/2016
Priority: Standard Application
Received:
11/21/2016
"""
MADE = """HOW THE IMR FINAL DETERMINATION WAS MADE
An expert reviewer was chosen and saw the whole case file.
State(s) of Licensure: Oregon, California
Certification(s)/Specialty: Hand Surgery
"""
SUMMARY = """The injured worker is a 41-year-old man who fell from a ladder on 10-11-2016. His diagnoses include lumbar strain
and sciatica. Treatment to date has included ibuprofen."""


@dataclass(frozen=True)
class LetterItem:
    """The printed parts of one item."""

    heading: str = "MRI of the lumbar spine"
    outcome: str = "Upheld"
    administrator: str = "Decision based on MTUS Low Back Complaints 2004."
    reviewer: str = "Decision based on MTUS Low Back Complaints 2004, Section(s): Special Studies."
    rationale: str = "The examination shows no red flag. Therefore, the request is not medically necessary."

    def printed(self) -> str:
        """The item as the form prints it."""
        return (
            f"{self.heading}: {self.outcome}\nClaims Administrator guideline: {self.administrator}\n"
            f"MAXIMUS guideline: {self.reviewer}\nDecision rationale: {self.rationale}\n"
        )


def letter(*items: LetterItem, header: str = HEADER, made: str = MADE, summary: str = SUMMARY) -> str:
    """A whole letter of this form with ``items``, or one plain item."""
    body = "".join(item.printed() for item in items or (LetterItem(),))
    return (
        f"{header}{made}CLINICAL CASE SUMMARY\nThe expert reviewer developed the following clinical case summary based "
        f"on a review of the\ncase file, including all medical records:\n{summary}\n"
        "IMR ISSUES, DECISIONS AND RATIONALES\nThe Final Determination was based on decisions for the disputed "
        f"items/services set forth below:\n{body}"
    )


def document(text: str, pages: tuple[Page, ...] = ()) -> Document:
    """``text`` as a plain document."""
    return Document(text, pages, "letter.txt", "0" * 64, TextFrom.PLAIN)


def whole(text: str) -> Span:
    """The span of all of ``text``."""
    return Span(0, len(text))


def place(text: str, words: str) -> Span:
    """Where ``words`` first stand in ``text``."""
    start = text.index(words)
    return Span(start, start + len(words))
