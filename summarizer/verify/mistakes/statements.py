"""What a letter says of the case, sentence by sentence: the ground on which mistakes are looked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from schemas import MistakeKind, ReviewCode
from summarizer.document import Document, Span
from summarizer.reading import Doubt, Found, ItemReading, Reading
from summarizer.sentences import sentences
from summarizer.verify.amounts import Amount, amounts_in
from summarizer.verify.dates import DateMention, dates_in
from summarizer.verify.mistakes.requests import RequestPhrase, request_phrases
from summarizer.vocabulary.anatomy import PartMention, parts_in
from summarizer.vocabulary.pattern import Pattern

_RECITAL = Pattern(
    r"""
      \b(?:mtus|acoem|odg|cpmtg|guidelines?|schedule|medicare|cms|fda)\b (?!\s+criteria\s+(?:are|were|have))
      | \bofficial\s+disability | \(\s*[a-z][\w.\-]+,?\s+(?:19|20)\d\d\s*\) | \bicd-?\d?
      | \b(?:is|are)\s+(?:not\s+|only\s+|generally\s+|also\s+)*(?:recommended|indicated|supported)
        \s+(?:for|as|in|when|if|to|with|only|at)\b
      | \bpatients\s+(?:are|should|who|with|may|must)\b | \bcriteria\s+for\b
      | \bshould\s+(?:also\s+|only\s+)?(?:not\s+)?be\b
      | \b(?:studies|trials|literature|evidence)\s+(?:show|suggest|support|conclu|indicat)\w*
    """,
    re.VERBOSE,
)
_RECITAL_HINTS = (
    "mtus", "acoem", "odg", "cpmtg", "guideline", "schedule", "medicare", "cms", "fda", "disability", "(", "icd",
    "recommended", "indicated", "supported", "patients", "criteria", "should", "studies", "trials",
    "literature", "evidence",
)  # fmt: skip
"""Pieces, one of which stands in whatever ``_RECITAL`` finds."""
_OF_THE_CASE = Pattern(
    r"\b(?:this\s+(?:patient|claimant|worker|applicant|injured|case|individual|request)|the\s+(?:patient|claimant|worker|"
    r"applicant|injured|employee|individual)|in\s+this\s+case|here,|he\b|she\b|his\b|her\b|submitted|records?|reviewed|"
    r"documentation|progress\s+(?:note|report)|request(?:ed)?\b)"
)
_OF_THE_REVIEW = Pattern(
    r"\butilization\s+review|\b(?:ur|prior|previous)\s+(?:review|determination|denial)|\bnon-?\s?certifi|\bdenied\s+(?:due|as|"
    r"because|on)|\b(?:was|were)\s+(?:previously\s+)?(?:denied|modified|non-)|\bpreviously\s+reviewed|\brationale\s+for\s+denial"
)

_REVIEW_HINTS = ("review", "determination", "denial", "denied", "certifi", "modified", "non-")
"""Pieces, one of which stands in whatever ``_OF_THE_REVIEW`` finds."""


def _any_in(pieces: tuple[str, ...], words: str) -> bool:
    """Whether any of ``pieces`` stands in ``words``; a plain loop, because it is asked thousands of times."""
    for piece in pieces:  # noqa: SIM110
        if piece in words:
            return True
    return False


@dataclass(frozen=True)
class Statement:
    """One sentence and how it speaks."""

    document: Document
    """The letter."""
    lowered: str
    """The letter's text in lower case, line breaks as spaces; the same offsets."""
    span: Span
    """The sentence."""

    @cached_property
    def words(self) -> str:
        """The sentence in lower case."""
        return self.span.of(self.lowered)

    @cached_property
    def is_recital(self) -> bool:
        """Whether it tells a guideline rather than this case."""
        if not _any_in(_RECITAL_HINTS, self.words):
            return False
        return not _OF_THE_CASE.search(self.words) and bool(_RECITAL.search(self.words))

    @cached_property
    def is_review(self) -> bool:
        """Whether it tells what utilization review decided and why."""
        return _any_in(_REVIEW_HINTS, self.words) and bool(_OF_THE_REVIEW.search(self.words))

    @cached_property
    def parts(self) -> tuple[PartMention, ...]:
        """Body parts that it names; places are the document's."""
        return parts_in(self.document.text, self.span)


@dataclass(frozen=True)
class ItemStatements:
    """One disputed item with its rationale in sentences."""

    index: int
    """Position among the items, from 0."""
    item: ItemReading
    """The item as it was read."""
    document: Document
    """The letter."""
    rationale: tuple[Statement, ...]
    """Sentences of the rationale."""

    @property
    def path(self) -> str:
        """Path of the rationale in a Determination."""
        return f"items[{self.index}].rationale"

    @cached_property
    def heading(self) -> Span:
        """The words that name the disputed treatment."""
        spans = self.item.treatment.spans
        return Span(spans[0].start, spans[-1].end) if spans else Span(self.item.region.start, self.item.region.start)

    @cached_property
    def heading_spans(self) -> tuple[Span, ...]:
        """The disputed treatment and, of a partly authorized request, the original one."""
        original = self.item.original_request
        return (*self.item.treatment.spans, *(original.spans if original else ()))

    @cached_property
    def heading_parts(self) -> tuple[PartMention, ...]:
        """Body parts that the heading names."""
        return tuple(part for span in self.heading_spans for part in parts_in(self.document.text, span))

    @cached_property
    def requests(self) -> tuple[RequestPhrase, ...]:
        """Places of the rationale that name the disputed treatment."""
        return tuple(
            phrase for statement in self.rationale for phrase in request_phrases(statement.words, statement.span)
        )

    @cached_property
    def words(self) -> str:
        """The rationale in lower case, for a quick look at what it cannot hold."""
        return " ".join(statement.words for statement in self.rationale)

    def holds(self, *pieces: str) -> bool:
        """Whether any of the lower-case ``pieces``, none of them with a space inside, stands in the rationale."""
        return _any_in(pieces, self.words)

    def case(self, *pieces: str) -> Iterator[Statement]:
        """Sentences of the rationale that speak of this case and hold one of ``pieces``, if any are given."""
        if pieces and not self.holds(*pieces):
            return
        for statement in self.rationale:
            if (not pieces or _any_in(pieces, statement.words)) and not statement.is_recital:
                yield statement

    @cached_property
    def asked(self) -> tuple[Amount, ...]:
        """Amounts in dispute."""
        return tuple(amount for span in self.item.treatment.spans for amount in amounts_in(self.document.text, span))


@dataclass(frozen=True)
class Letter:
    """A letter in statements."""

    document: Document
    """The letter's text."""
    reading: Reading
    """What was read from it."""
    summary: tuple[Statement, ...]
    """Sentences of the clinical case summary."""
    items: tuple[ItemStatements, ...]
    """The items in the letter's order."""

    def at(self, place: Span) -> tuple[Statement, str | None] | None:
        """The sentence that holds ``place`` and its field: a rationale's path, or ``None`` for the summary."""
        passages: list[tuple[tuple[Statement, ...], str | None]] = [(self.summary, None)]
        passages += [(item.rationale, item.path) for item in self.items]
        for statements, path in passages:
            if statements and statements[0].span.start <= place.start < statements[-1].span.end:
                index = bisect_right(statements, place.start, key=lambda statement: statement.span.start) - 1
                return statements[index], path
        return None

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Dates named in the summary and in the rationales."""
        passages = (self.summary, *(item.rationale for item in self.items))
        return tuple(
            mention
            for statements in passages
            if statements
            for mention in dates_in(self.document.text, Span(statements[0].span.start, statements[-1].span.end))
        )

    @cached_property
    def history(self) -> tuple[Statement, ...]:
        """Sentences of the summary that tell of the worker, not of utilization review."""
        return tuple(statement for statement in self.summary if not statement.is_review)


def letter_of(document: Document, reading: Reading) -> Letter:
    """Split the clinical summary and the rationales of ``reading`` into statements."""
    lowered = document.text.lower().replace("\n", " ")
    if len(lowered) != len(document.text):
        lowered = document.text.replace("\n", " ")

    def statements(spans: tuple[Span, ...]) -> tuple[Statement, ...]:
        return tuple(Statement(document, lowered, piece) for span in spans for piece in sentences(document.text, span))

    summary = (reading.clinical_summary,) if reading.clinical_summary else ()
    items = tuple(
        ItemStatements(index, item, document, statements(_spans(item.rationale)))
        for index, item in enumerate(reading.items)
    )
    return Letter(document, reading, statements(summary), items)


def _spans(found: Found[str] | None) -> tuple[Span, ...]:
    """Spans of a value that may be missing."""
    return found.spans if found else ()


def mistake(kind: MistakeKind, message: str, field: str | None, spans: tuple[Span, ...], *, material: bool) -> Doubt:
    """A possible mistake of fact of ``kind`` between passages, put into reading order."""
    return Doubt(ReviewCode.POSSIBLE_MISTAKE_OF_FACT, message, field, tuple(sorted(set(spans))), kind, material)
