"""The words of an item's heading: what is disputed, what was asked for, what was authorized."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarizer.document import Document, Span
from summarizer.reading import Found, verbatim
from summarizer.vocabulary.pattern import Pattern


class Request(NamedTuple):
    """An item's heading, taken apart."""

    treatment: Found[str]
    """What the outcome applies to."""
    original_request: Found[str] | None = None
    """Of a partly authorized request, what was asked for."""
    authorized_portion: Found[str] | None = None
    """Of a partly authorized request, what the claims administrator authorized."""


_ORIGINAL = Pattern(r"\s+(?:was|is)\s+the\s+original\s+request\b\s*[.,;]?\s*", re.IGNORECASE)
_AUTHORIZED_BY = Pattern(
    r"\s+(?:was|were|has\s+been|have\s+been|is|are)\s+(?:previously\s+)?(?:authorized|approved|certified)\s+by\s+the\s+"
    r"Claims\s+Administrator\b\s*[.,;]?\s*",
    re.IGNORECASE,
)
_ADMINISTRATOR_AUTHORIZED = Pattern(
    r"The\s+Claims\s+Administrator\s+(?:has\s+)?(?:authorized|approved|certified)\s+"
    r"(?P<portion>.+?)\s*,?\s+leaving\s+(?:the|this)\s+(?:original\s+request|remaining\s+\w+|balance)\s+"
    r"(?:as\s+)?IMR\s+eligible\s*[.,;]?\s*",
    re.IGNORECASE | re.DOTALL,
)
_REMAINDER = Pattern(
    r"(?:The|This)\s+(?:remaining\s+)?(?:IMR\s+eligible\s+)?(?:portion\s+of\s+)?(?:the\s+)?original\s+request\s*[,:]\s*|"
    r"The\s+remaining\s+IMR\s+eligible\s+(?:portion|request)\s*(?:is\s*)?[,:]\s*",
    re.IGNORECASE,
)
_CLOSING_IS = Pattern(r"[\s,]+(?:is|are|was|were)\s*:?\s*\Z", re.IGNORECASE)
_TRAILING = Pattern(r"[\s:,;]+\Z")


def request_of(document: Document, heading: Span) -> Request:
    """Take ``heading`` apart. A heading in one piece is the treatment itself.

    The partly authorized wordings: "X was the original request. Y was authorized by the Claims
    Administrator. The remaining IMR eligible portion of the original request, Z is" and "X was the
    original request. The Claims Administrator authorized Y, leaving the original request IMR
    eligible. The original request, X is", each with or without its closing ``is``. The second may
    begin at its second sentence; then X is the original request as well.
    """
    text = document.text
    original = _ORIGINAL.search(text, *heading)
    if original is None and not _ADMINISTRATOR_AUTHORIZED.match(text, *heading):
        return Request(verbatim(document, _trimmed(text, heading)))
    asked = Span(heading.start, original.start()).stripped(text) if original else None
    rest = Span(original.end() if original else heading.start, heading.end)
    authorized, after = _authorized(text, rest)
    remainder = _REMAINDER.search(text, after, heading.end)
    treatment = Span(remainder.end() if remainder else after, heading.end)
    closing = _CLOSING_IS.search(text, *treatment)
    if closing is not None:
        treatment = Span(treatment.start, closing.start())
    treatment = _trimmed(text, treatment)
    if treatment.start >= treatment.end:
        treatment = asked or _trimmed(text, heading)
    return Request(
        treatment=verbatim(document, treatment),
        original_request=verbatim(document, asked or treatment),
        authorized_portion=verbatim(document, authorized) if authorized else None,
    )


def _authorized(text: str, rest: Span) -> tuple[Span | None, int]:
    """The authorized portion in ``rest`` and the offset after its sentence."""
    if (passive := _AUTHORIZED_BY.search(text, *rest)) is not None:
        return Span(rest.start, passive.start()).stripped(text), passive.end()
    if (active := _ADMINISTRATOR_AUTHORIZED.search(text, *rest)) is not None:
        return Span(*active.span("portion")).stripped(text), active.end()
    return None, rest.start


def _trimmed(text: str, span: Span) -> Span:
    """``span`` without white space at its ends and without a colon or comma at its end."""
    trailing = _TRAILING.search(text, *span)
    return Span(span.start, trailing.start() if trailing else span.end).stripped(text)
