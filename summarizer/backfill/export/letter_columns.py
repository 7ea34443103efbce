"""The table of letters."""

from __future__ import annotations

from typing import Final

from schemas import DocumentInfo, Outcome, Priority, ReviewCode, Sex, TextFrom
from summarizer.backfill.export.rows import LetterRow, itself
from summarizer.backfill.export.tables import LETTER_KEY, Column, Kind, Table, Value, codes_of

_TEXT, _WHOLE, _NUMBER, _DAY, _TEXTS = Kind.TEXT, Kind.WHOLE, Kind.NUMBER, Kind.DAY, Kind.TEXTS


def _document(row: LetterRow) -> DocumentInfo | None:
    return row.determination.document


def _decided(row: LetterRow, outcome: Outcome) -> Value:
    return sum(item.outcome is outcome for item in row.determination.items)


def _mistakes(row: LetterRow) -> list[bool]:
    """For each possible mistake of fact, whether the decision leans on it."""
    mistake = ReviewCode.POSSIBLE_MISTAKE_OF_FACT
    return [flag.material is True for flag in row.determination.review if flag.code is mistake]


_IDENTITY: Final[tuple[Column[LetterRow], ...]] = (
    Column("letter", _TEXT, LETTER_KEY, lambda row: row.stored.sha256),
    Column("address", _TEXT, "Where the letter was read from.", lambda row: row.stored.address),
    Column("copies", _WHOLE, "Inputs with these bytes, this one included.", lambda row: row.stored.copies),
    Column("state", _TEXT, "`done`, or `needs_review`: a person should look.", lambda row: row.stored.state),
)
_CASE: Final[tuple[Column[LetterRow], ...]] = (
    Column("case_number", _TEXT, "Case number as printed.", lambda row: row.determination.case_number),
    Column("decision_date", _DAY, "Day the determination was made.", lambda row: row.determination.decision_date),
    Column("date_assigned", _DAY, "Day the review was assigned.", lambda row: row.determination.date_assigned),
    Column(
        "application_received",
        _DAY,
        "Day the application for review was received.",
        lambda row: row.determination.application_received,
    ),
    Column(
        "ur_denial_date",
        _DAY,
        "Day of the utilization review denial.",
        lambda row: row.determination.ur_denial_date,
    ),
    Column("date_of_injury", _DAY, "Day of the injury.", lambda row: row.determination.date_of_injury),
    Column("priority", _TEXT, "How fast the review had to be made.", lambda row: row.determination.priority, Priority),
    Column(
        "worker_age",
        _WHOLE,
        "The injured worker's age in whole years, as stated.",
        lambda row: row.determination.injured_worker.age,
    ),
    Column("worker_sex", _TEXT, "The worker's sex.", lambda row: row.determination.injured_worker.sex, Sex),
    Column(
        "reviewer_states",
        _TEXTS,
        "States in which the reviewer is licensed, verbatim.",
        lambda row: row.determination.reviewer.licensure_states,
    ),
    Column(
        "reviewer_specialties",
        _TEXTS,
        "The reviewer's certifications or specialties, verbatim.",
        lambda row: row.determination.reviewer.specialties,
    ),
    Column(
        "diagnoses",
        _TEXTS,
        "Conditions the worker has or is treated for, verbatim, in order of first mention.",
        lambda row: row.determination.diagnoses,
    ),
    Column(
        "case_summary",
        _TEXT,
        "Who, the injury or main conditions, treatment so far, what was disputed; at most 60 words.",
        lambda row: row.determination.case_summary,
    ),
)
_ITEMS: Final[tuple[Column[LetterRow], ...]] = (
    Column("items_total", _WHOLE, "Disputed items.", lambda row: len(row.determination.items)),
    Column("items_upheld", _WHOLE, "Items `upheld`.", lambda row: _decided(row, Outcome.UPHELD)),
    Column("items_overturned", _WHOLE, "Items `overturned`.", lambda row: _decided(row, Outcome.OVERTURNED)),
    Column("items_modified", _WHOLE, "Items `modified`.", lambda row: _decided(row, Outcome.MODIFIED)),
)
_REVIEW: Final[tuple[Column[LetterRow], ...]] = (
    Column("review_flags", _WHOLE, "Reasons why a person should look.", lambda row: len(row.determination.review)),
    Column(
        "review_codes",
        _TEXTS,
        "The kinds of those reasons, each once.",
        lambda row: codes_of(row.determination.review),
        ReviewCode,
    ),
    Column(
        "review_messages",
        _TEXTS,
        "What to check: one sentence a flag.",
        lambda row: [flag.message for flag in row.determination.review],
    ),
    Column(
        "possible_mistakes",
        _WHOLE,
        "Possible mistakes of fact: passages that cannot both be true of the case.",
        lambda row: len(_mistakes(row)),
    ),
    Column(
        "material_mistakes",
        _WHOLE,
        "Those of them on which the decision leans.",
        lambda row: sum(_mistakes(row)),
    ),
)
_READING: Final[tuple[Column[LetterRow], ...]] = (
    Column(
        "layout",
        _TEXT,
        "Name of the form that the letter was read as.",
        lambda row: document.layout if (document := _document(row)) else None,
    ),
    Column(
        "text_from",
        _TEXT,
        "Where the letter's text came from.",
        lambda row: document.text_from if (document := _document(row)) else None,
        TextFrom,
    ),
    Column(
        "pages",
        _WHOLE,
        "Pages; null where the letter has none.",
        lambda row: document.pages if (document := _document(row)) else None,
    ),
    Column("requests", _WHOLE, "Requests sent to a model.", lambda row: row.determination.usage.requests),
    Column(
        "input_tokens", _WHOLE, "Tokens sent, cached ones included.", lambda row: row.determination.usage.input_tokens
    ),
    Column(
        "cached_input_tokens",
        _WHOLE,
        "Tokens sent that the provider had cached.",
        lambda row: row.determination.usage.cached_input_tokens,
    ),
    Column("output_tokens", _WHOLE, "Tokens received.", lambda row: row.determination.usage.output_tokens),
    Column(
        "cost_usd",
        _NUMBER,
        "Dollars that the reading cost; null where the price is unknown.",
        lambda row: row.determination.usage.cost_usd,
    ),
    Column("seconds", _NUMBER, "Seconds that the reading took.", lambda row: row.determination.usage.seconds),
    Column(
        "schema_version", _TEXT, "Version of the determination's shape.", lambda row: row.determination.schema_version
    ),
)

LETTERS: Final[Table[LetterRow]] = Table(
    "letters",
    "One row a letter, that is, a content hash: of files with the same bytes there is one row.",
    ("letter",),
    itself,
    (*_IDENTITY, *_CASE, *_ITEMS, *_REVIEW, *_READING),
)
