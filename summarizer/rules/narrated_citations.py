"""Citations of the older forms: works named in a sentence, ``which is (not) part of the MTUS``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas import CitationSource
from summarizer.document import Document, Span
from summarizer.reading import CitationReading, Found, verbatim
from summarizer.sentences import sentences
from summarizer.vocabulary.mtus import mtus_title
from summarizer.vocabulary.pattern import Pattern

_LEAD_IN = Pattern(
    r"(?:.{0,80}?\bbased\s+(?:its|his/her|his|her|their|the)\s+decision\s+(?:on|upon)\s+)?(?:the\s+)?(?P<mtus>(?:California\s+|CA\s+)?MTUS\b"
    r"[\s,:]*)?(?:/?\s*(?=ACOEM))?",
    re.IGNORECASE | re.DOTALL,
)
_MEMBERSHIP = Pattern(
    r",?\s+which\s+(?:is|are)\s+(?P<said>(?P<not>not\s+)?(?:a\s+)?part\s+of\s+the\s+MTUS)", re.IGNORECASE
)
_NOTHING = Pattern(
    r"\b(?:did|does)\s+not\s+(?:cite|identify|provide|list|use)|\bno\s+(?:guidelines?|evidence|medical\s+evidence|citations?)\b|"
    r"\boutside\s+(?:of\s+)?the\s+MTUS\b|\bnot\s+(?:applicable|provided|stated|available)\b",
    re.IGNORECASE,
)
_WORK = Pattern(r"\b(?:MTUS|ACOEM|ODG|Guidelines?|Complaints|Disorders|Chapter|Edition|https?://|www\.)")
_YEAR = Pattern(r"[\s,(]*(?P<year>(?:19|20)\d\d)\b\)?")
_NEXT_WORK = Pattern(
    r"\s*;\s+(?:and\s+)?(?:the\s+)?|,?\s+and\s+(?:the\s+)?(?=Official\s+Disability|ODG\b|MTUS\b|ACOEM\b)"
)
_PAGES = Pattern(r"[\s,(]*\b(?:pages?|pgs?\.?|pp\.?)\s*(?P<pages>\d[\d\s,&-]*\d|\d)\)?")
_EDGE = Pattern(r"[\s,;:.]+\Z")


def narrated_citations(document: Document, section: Span) -> tuple[CitationReading, ...]:
    """Every work that the sentences of ``section`` name, in order.

    A sentence that names no guideline, or says that none was cited, gives nothing. A work is of the
    MTUS where the letter says so, of its name or of its being part of it.
    """
    found: list[CitationReading] = []
    for sentence in sentences(document.text, section):
        words = sentence.of(document.text)
        if _WORK.search(words) and not _NOTHING.search(words):
            found.extend(_works(document, sentence))
    return tuple(found)


def _works(document: Document, sentence: Span) -> Iterator[CitationReading]:
    """The works of one sentence; what is said of membership holds for the works before it."""
    text = document.text
    start = sentence.start
    for member in _MEMBERSHIP.finditer(text, *sentence):
        source = CitationSource.NON_MTUS if member["not"] else CitationSource.MTUS
        said = Found(source, (Span(*member.span("said")),))
        yield from _listed(document, Span(start, member.start()), said)
        start = member.end()
    if start == sentence.start:
        yield from _listed(document, sentence, None)


def _listed(document: Document, listed: Span, said: Found[CitationSource] | None) -> Iterator[CitationReading]:
    """The works of a list, each of the source that was ``said``, else of the one its name shows."""
    text = document.text
    lead_in = _LEAD_IN.match(text, *listed)
    begin = lead_in.start("mtus") if lead_in and lead_in["mtus"] else lead_in.end() if lead_in else listed.start
    cuts = list(_NEXT_WORK.finditer(text, begin, listed.end))
    starts = [begin, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), listed.end]
    for start, end in zip(starts, ends, strict=True):
        work = _without_edge(text, Span(start, end))
        if _WORK.search(text, *work):
            yield _citation(document, work, said)


def _citation(document: Document, work: Span, said: Found[CitationSource] | None) -> CitationReading:
    """``work`` taken apart: of the MTUS into title, section and pages, of others the title alone."""
    text = document.text
    name = _LEAD_IN.match(text, *work)
    source = said or _by_name(text, work)
    if source.value is not CitationSource.MTUS:
        return CitationReading(source=source, title=verbatim(document, work))
    body = Span(name.end() if name and name["mtus"] else work.start, work.end)
    pages = _PAGES.search(text, *body)
    head = Span(body.start, pages.start() if pages else body.end)
    known = mtus_title().search(text, *head)
    title = Span(head.start, known.end()) if known else head
    year = _YEAR.match(text, title.end, head.end)
    rest = _without_edge(text, Span(year.end() if year else title.end, head.end))
    section = Span(rest.start + len(rest.of(text)) - len(rest.of(text).lstrip(" ,;:\n")), rest.end)
    title = _without_edge(text, title)
    return CitationReading(
        source=source,
        title=verbatim(document, title if title.start < title.end else work),
        year=Found(int(year["year"]), (Span(*year.span("year")),)) if year else None,
        sections=verbatim(document, section) if section.start < section.end else None,
        pages=verbatim(document, Span(*pages.span("pages"))) if pages else None,
    )


def _by_name(text: str, work: Span) -> Found[CitationSource]:
    """The source that the work's own words show."""
    source = CitationSource.MTUS if "MTUS" in work.of(text) else CitationSource.NON_MTUS
    return Found(source, (work,))


def _without_edge(text: str, span: Span) -> Span:
    edge = _EDGE.search(text, *span)
    return Span(span.start, edge.start() if edge else span.end).stripped(text)
