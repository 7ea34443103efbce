"""Citations of the older forms: works named in a sentence, ``which is (not) part of the MTUS``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas import CitationSource
from summarizer.document import Document, Span
from summarizer.reading import CitationReading, Found, verbatim
from summarizer.sentences import sentences
from summarizer.vocabulary.mtus import ISSUER, mtus_title
from summarizer.vocabulary.pattern import Pattern

_LEAD_IN = Pattern(
    r"(?:.{0,80}?\bbased\s+(?:its|his/her|his|her|their|the)\s+decision\s+(?:on|upon)\s+)?[\s,;]*(?:and\s+)?"
    r"(?:(?:up)?on\s+)?(?:the\s+)?"
    r"(?:(?P<outside>Non-\s?MTUS(?:\s+Citations?)?)\b[\s,:]*|(?P<mtus>(?:California\s+|CA\s+)?MTUS\b[\s,:]*))?"
    r"(?:/?\s*(?=ACOEM))?",
    re.IGNORECASE | re.DOTALL,
)
_MEMBERSHIP = Pattern(
    r",?\s+which\s+(?:is|are)\s+(?P<said>(?P<not>not\s+)?(?:a\s+)?part\s+of\s+the\s+MTUS)", re.IGNORECASE
)
_NOTHING = Pattern(
    r"\b(?:did|does)\s+not\s+(?:cite|identify|provide|list|use)|\bno\s+(?:guidelines?|sections?|evidence|medical\s+evidence|citations?)\b|"
    r"\boutside\s+(?:of\s+)?the\s+MTUS\b|\bnot\s+(?:applicable|provided|stated|available)\b",
    re.IGNORECASE,
)
_SILENT = Pattern(
    r"\bMTUS\b[^.;]{0,60}?\b(?:(?:does|do|did)\s+not\s+(?:\w+\s+)?(?:address|discuss|cover|mention|apply|speak|contain|provide)"
    r"|(?:is|are)\s+(?:silent|not\s+applicable))\b"
)
"""The MTUS named for what it does not say; only a work named behind it is relied upon."""
_OTHER_WORK = Pattern(r"\b(?:ACOEM|ODG|Official\s+Disability)\b")
_NAMES = r"MTUS|ACOEM|ODG|Official\s+Disability|Guidelines?|Complaints|Disorders|Edition|https?://|www\."
_WORK = Pattern(rf"\b(?:{_NAMES}|Chapter|{ISSUER})")
_TOLD = Pattern(r"\b(?:administrator|reviewer|found|cited|relied|decision)\b", re.IGNORECASE)
_YEAR = Pattern(r"[\s,(]*(?P<year>(?:19|20)\d\d)\b\)?")
_NEXT_WORK = Pattern(
    rf"\s*;\s+(?:and\s+)?(?:the\s+)?(?=[^;]{{0,200}}?\b(?:{_NAMES}|{ISSUER}))"
    r"|,?\s+and\s+(?:(?:up)?on\s+)?(?:the\s+)?"
    rf"(?=Official\s+Disability|ODG\b|(?:Non-\s?|CA\s+|California\s+)?MTUS\b|ACOEM\b|{ISSUER})"
    r"|(?<=\d),?\s+and\s+(?=[A-Z][^;]{2,120}?,\s+pages?\s+\d)"
)
_CHRONIC_PAIN = Pattern(r"Chronic\s+Pain\b")
_SECTIONS = Pattern(r"[\s,;:.]*Section\(s\)\s*:\s*")
_PAGES = Pattern(r"[\s,(]*(?:\b(?:pages?|pgs?\.?|pp\.?)\s*|Page\(s\)\s*:\s*)(?P<pages>\d[\d\s,&-]*\d|\d)\)?")
_EDGE = Pattern(r"[\s,;:.]+\Z")


def narrated_citations(document: Document, section: Span) -> tuple[CitationReading, ...]:
    """Every work that the sentences of ``section`` name, in order.

    A sentence that names no guideline, or says that none was cited, gives nothing. A work is of the
    MTUS where the letter says so, of its name or of its being part of it.
    """
    found: list[CitationReading] = []
    for sentence in sentences(document.text, section):
        naming = _after_silence(document.text, sentence)
        words = naming.of(document.text)
        if _WORK.search(words) and not _NOTHING.search(words):
            found.extend(_works(document, naming))
    return tuple(found)


def _after_silence(text: str, sentence: Span) -> Span:
    """``sentence`` without what it says the MTUS does not say; empty where no other work is named behind that."""
    silent = _SILENT.search(text, *sentence)
    if silent is None:
        return sentence
    other = _OTHER_WORK.search(text, silent.end(), sentence.end)
    return Span(other.start() if other else sentence.end, sentence.end)


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
    """The works of a list, each of the source that was ``said``, else of the one its name shows.

    A chapter with pages of its own is of the work before it.
    """
    text = document.text
    begin = _begin(text, listed)
    cuts = list(_NEXT_WORK.finditer(text, begin, listed.end))
    starts = [begin, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), listed.end]
    before: CitationReading | None = None
    for start, end in zip(starts, ends, strict=True):
        work = _without_edge(text, Span(start, end))
        source = said
        if not _WORK.search(text, *work):
            source = said or (before.source if before and _PAGES.search(text, *work) else None)
            if source is None or not _is_title(text, work):
                continue
        before = _citation(document, work, source)
        yield before


def _begin(text: str, listed: Span) -> int:
    """Where the first work of a list begins, the words before its name left out."""
    lead_in = _LEAD_IN.match(text, *listed)
    if lead_in is None:
        return listed.start
    group = next((name for name in ("mtus", "outside") if lead_in[name]), None)
    return lead_in.start(group) if group else lead_in.end()


def _is_title(text: str, work: Span) -> bool:
    """Whether words without a known work's name can be a title: a capital first, and nobody who does anything."""
    return text[work.start : work.start + 1].isupper() and not _TOLD.search(text, *work)


def _citation(document: Document, work: Span, said: Found[CitationSource] | None) -> CitationReading:
    """``work`` taken apart into title, year, section and pages.

    A topic is a section behind the chronic pain guidelines, behind a year or under its label; of every
    other work it is part of the title.
    """
    text = document.text
    name = _LEAD_IN.match(text, *work)
    group = next((one for one in ("mtus", "outside") if name and name[one]), None)
    body = Span(name.end() if name and group else work.start, work.end)
    source = said or _by_name(text, work, name)
    pages = _PAGES.search(text, *body)
    head = Span(body.start, pages.start() if pages else body.end)
    title, year, section = _parted(text, head, mtus=source.value is CitationSource.MTUS)
    return CitationReading(
        source=source,
        title=verbatim(document, title if title.start < title.end else work),
        year=year,
        sections=verbatim(document, section) if section and section.start < section.end else None,
        pages=verbatim(document, Span(*pages.span("pages"))) if pages else None,
    )


def _parted(text: str, head: Span, *, mtus: bool) -> tuple[Span, Found[int] | None, Span | None]:
    """Title, year and section in the words before the pages; only a work of the ``mtus`` has a year of its own."""
    known = mtus_title().search(text, *head) if mtus else None
    year = _YEAR.match(text, known.end(), head.end) if known else None
    label = _SECTIONS.search(text, *head)
    title_end, topic = head.end, None
    if known and year:
        title_end, topic = known.end(), label.end() if label else year.end()
    elif label:
        title_end, topic = label.start(), label.end()
    elif known and _CHRONIC_PAIN.match(text, known.start(), known.end()):
        title_end, topic = known.end(), known.end()
    title = _without_edge(text, Span(head.start, title_end))
    section = _without_edge(text, Span(topic, head.end)) if topic is not None else None
    return title, Found(int(year["year"]), (Span(*year.span("year")),)) if year else None, section


def _by_name(text: str, work: Span, name: re.Match[str] | None) -> Found[CitationSource]:
    """The source that the work's own words show."""
    if name and name["outside"]:
        return Found(CitationSource.NON_MTUS, (Span(*name.span("outside")),))
    source = CitationSource.MTUS if "MTUS" in work.of(text) else CitationSource.NON_MTUS
    return Found(source, (work,))


def _without_edge(text: str, span: Span) -> Span:
    """``span`` without white space and stops at its ends."""
    edge = _EDGE.search(text, *span)
    words = text[span.start : edge.start() if edge else span.end]
    start = span.start + len(words) - len(words.lstrip(" ,;:\n"))
    return Span(start, max(span.start + len(words), start)).stripped(text)
