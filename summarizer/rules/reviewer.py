"""The reviewer's licences and specialties, from labels or from the sentence that names them."""

from __future__ import annotations

import re

from summarizer.document import Document, Span
from summarizer.layouts.headings import printed
from summarizer.reading import Found, ReviewerReading, verbatim
from summarizer.vocabulary.pattern import Pattern

_LABELED_STATES = Pattern(rf"{printed('State(s) of Licensure')}\s*:(?P<list>.*)")
_LABELED_SPECIALTIES = Pattern(rf"{printed('Certification(s)/Specialty')}\s*:(?P<list>.*(?:\n.*){{0,2}})")
_NARRATED_STATES = Pattern(
    r"licen[cs]ed?\s+(?:to\s+practice\s+)?(?:medicine\s+)?in\s+(?P<list>(?:the\s+[Ss]tates?\s+of\s+)?[A-Z][^.;]*?)"
    r"(?=,?\s+(?:and\s+)?(?:is|are|has|have|holds?|who|with|he|she|[Bb]oard|certified)\b|[.;]|\s*\Z)"
)
_NARRATED_SPECIALTIES = Pattern(
    r"\b[Cc]ertified\s+in\s+(?P<list>.+?)"
    r"(?=\s*(?:,?\s+and\s+(?:is|has|have|holds|he|she|licensed)\b|,?\s+licensed\b|,?\s+has\s+a\s+sub-?specialty|[.;]|\s+with\s+a\s+sub|\s*\Z))",
    re.DOTALL,
)
_SUBSPECIALTY = Pattern(
    r"sub-?specialty\s+(?:certificate\s+)?in\s+(?P<list>.+?)(?=\s*(?:,?\s+and\s+is\b|[.;]))", re.DOTALL
)
_COMMA = Pattern(r",\s*")
_COMMA_OR_NEXT = Pattern(
    r",\s*(?:and\s+)?|\s+and\s+(?!(?:Rehabilitation|Gynecology|Palliative|Immunology|Rectal|General\s+Preventive"
    r"|Environmental|Adolescent|Ankle|Upper|Maxillofacial|Facial|Metabolism|Hyperbaric|Neck|Reconstructive"
    r"|Critical\s+Care|Neurology|Clinical|Trauma)\b)"
)
"""Parts specialties in a sentence; those second words belong to one specialty with the first."""
_COMMA_OR_AND = Pattern(r",\s*(?:and\s+)?|\s+and\s+")
_STATE_LEAD_IN = Pattern(r"the\s+states?\s+of\s+", re.IGNORECASE)


def reviewer_of(document: Document, section: Span | None) -> ReviewerReading:
    """Licence states and specialties in ``section``, one entry each, verbatim and in order."""
    if section is None:
        return ReviewerReading()
    text = document.text
    if (labeled := _LABELED_STATES.search(text, *section)) is not None:
        states = _entries(document, labeled, _COMMA)
    else:
        states = _entries(document, _NARRATED_STATES.search(text, *section), _COMMA_OR_AND)
    if (labeled := _LABELED_SPECIALTIES.search(text, *section)) is not None:
        specialties = _entries(document, labeled, _COMMA)
    else:
        narrated = _NARRATED_SPECIALTIES.search(text, *section)
        specialties = _entries(document, narrated, _COMMA_OR_NEXT) + _entries(
            document, _SUBSPECIALTY.search(text, *section), _COMMA_OR_NEXT
        )
    return ReviewerReading(licensure_states=states, specialties=specialties)


def _entries(document: Document, found: re.Match[str] | None, separator: Pattern) -> tuple[Found[str], ...]:
    """The parts of the list that ``found`` names, each with its own span."""
    if found is None:
        return ()
    start, end = found.span("list")
    lead_in = _STATE_LEAD_IN.match(document.text, start, end)
    start = lead_in.end() if lead_in else start
    cuts = [(cut.start(), cut.end()) for cut in separator.finditer(document.text, start, end)]
    starts = [start, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), end]
    spans = (Span(a, b).stripped(document.text) for a, b in zip(starts, ends, strict=True))
    return tuple(verbatim(document, span) for span in spans if span.start < span.end)
