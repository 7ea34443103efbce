"""The guidelines that one side relied upon: citations split, typed and taken apart by place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas import CitationSource
from summarizer.document import Document, Span
from summarizer.reading import CitationReading, Found, verbatim
from summarizer.rules.narrated_citations import narrated_citations
from summarizer.vocabulary.mtus import ISSUER, mtus_title
from summarizer.vocabulary.pattern import Pattern

_LEAD = Pattern(
    r"(?:Decision|decision|determination)\s+(?:is\s+|was\s+)?based\s+(?:on|upon)\s+(?:the\s+)?"
    r"(?P<source>Non-\s?MTUS(?:\s+Citations?)?|(?:California\s+|CA\s+)?MTUS|Other\s+Medical\s+Treatment\s+Guidelines?)"
    r"\s*[:;,]?\s*"
    r"|(?:,?\s+and|[.,;])\s+(?P<other>Other\s+Medical\s+Treatment\s+Guidelines?)\s*[:;,]?\s*"
    r"|(?:,?\s+and|[,;])\s+(?P<chained>Non-\s?MTUS(?:\s+Citations?)?|MTUS(?=\s+[A-Z]))\s*[:;,]?\s*",
)
_YEAR = Pattern(r"\s+(?P<year>(?:19|20)\d\d)\b(?:\s+Guidelines)?(?=\s*(?:[,.;]|\Z|and\b))")
_SECTIONS = Pattern(r"[\s,;.]*Section\(s\)\s*:\s*")
_PAGES = Pattern(r"[\s,;.]*Page\(s\)\s*:\s*")
_AND = Pattern(r"\s*,?\s+and\s+")
_AND_BEFORE = Pattern(r"\s*,?\s+and\s+\Z")
_ANY_TITLE = Pattern(r"(?-i:[A-Z])[^:.]{2,90}?(?=\s+(?:19|20)\d\d\b(?:\s+Guidelines)?\s*(?:[,.;]|\Z))")
_ANOTHER_WORK = Pattern(
    r"\s*[,;]\s+(?:and\s+)?(?=Official\s+Disability\s+Guidelines\b|ODG,?\s+[A-Z](?!\w*\s+(?:\w+\s+)?Guidelines\b)|ACOEM\b)"
    r"|(?:\s*[,;]\s+(?:and\s+)?|\s+and\s+)(?=https?://|www\.)"
    rf"|(?:\s*,\s+and|\s*;(?:\s+and)?)\s+(?:the\s+)?(?={ISSUER})"
)
_ADDRESS = Pattern(r"https?://|www\.")
_END = Pattern(r"[\s,;]*(?<!\bed)\.?\s*\Z")


class _Part(NamedTuple):
    """A stretch of citations that share one source."""

    source: Found[CitationSource]
    body: Span


def citations_of(document: Document, section: Span | None) -> tuple[CitationReading, ...]:
    """Every citation in ``section``, in order.

    A section that only says that nothing was cited, or that the decision lies outside the MTUS,
    has none. Older forms name the works in a sentence; ``narrated_citations`` reads those.
    """
    if section is None:
        return ()
    parts = tuple(_parts(document.text, section))
    if not parts:
        return narrated_citations(document, section)
    found: list[CitationReading] = []
    for part in parts:
        if part.source.value is CitationSource.MTUS:
            found.extend(_mtus(document, part))
        else:
            found.extend(_works(document, part))
    return tuple(found)


def _parts(text: str, section: Span) -> Iterator[_Part]:
    leads = list(_LEAD.finditer(text, *section))
    while leads and leads[0]["chained"]:  # behind no announced citation, it belongs to a sentence
        del leads[0]
    ends = [lead.start() for lead in leads[1:]] + [section.end] * bool(leads)
    for lead, end in zip(leads, ends, strict=True):
        group = next(name for name, said in lead.groupdict().items() if said)
        words = lead[group].lower()
        if words.startswith("other"):
            source = CitationSource.OTHER
        else:
            source = CitationSource.NON_MTUS if words.startswith("non") else CitationSource.MTUS
        body = Span(lead.end(), end)
        yield _Part(Found(source, (Span(*lead.span(group)),)), body)


def _mtus(document: Document, part: _Part) -> Iterator[CitationReading]:
    """The chained entries of an MTUS citation: title, year, sections, pages, ``and`` the next title."""
    text = document.text
    starts = [part.body.start]
    while (following := _next_entry(text, starts[-1], part.body.end)) is not None:
        starts.append(following)
    ends = [*(_before_and(text, start) for start in starts[1:]), part.body.end]
    for start, end in zip(starts, ends, strict=True):
        entry = _mtus_entry(document, part.source, Span(start, end))
        if entry is not None:
            yield entry


def _next_entry(text: str, start: int, end: int) -> int | None:
    """Where the entry after the one at ``start`` begins: at an ``and`` with a title and a year behind it.

    A title that the MTUS has is preferred to the nearest words that could be one, so that an
    ``and`` inside a title or a section list cuts nothing.
    """
    year = _YEAR.search(text, start, end)
    if year is None:
        return None
    joints = [joint.end() for joint in _AND.finditer(text, year.end(), end)]
    for joint in joints:
        title = mtus_title().match(text, joint, end)
        if title is not None and _YEAR.match(text, title.end(), end):
            return joint
    return next((joint for joint in joints if _ANY_TITLE.match(text, joint, end)), None)


def _before_and(text: str, start: int) -> int:
    """Where the ``and`` before offset ``start`` begins."""
    joint = _AND_BEFORE.search(text, max(0, start - 12), start)
    return joint.start() if joint else start


def _mtus_entry(document: Document, source: Found[CitationSource], entry: Span) -> CitationReading | None:
    text = document.text
    head, sections, pages = _head_sections_pages(text, entry)
    year = _YEAR.search(text, *head)
    if year is not None:
        title = Span(head.start, year.start())
    else:
        title, sections = _title_without_year(text, head, sections)
    title = _ended(text, title)
    if title.start >= title.end:
        return None
    return CitationReading(
        source=source,
        title=verbatim(document, title),
        year=Found(int(year["year"]), (Span(*year.span("year")),)) if year else None,
        sections=_words(document, sections),
        pages=_words(document, pages),
    )


def _title_without_year(text: str, head: Span, sections: Span | None) -> tuple[Span, Span | None]:
    """Older letters print no year and no ``Section(s):``: the known title, then the section."""
    known = mtus_title().search(text, *head)
    if known is None or sections is not None:
        return head, sections
    rest = _ended(text, Span(known.end(), head.end))
    return Span(head.start, known.end()), rest if rest.start < rest.end else None


def _works(document: Document, part: _Part) -> Iterator[CitationReading]:
    """The works that a citation outside the MTUS names, each an entry of its own.

    An address behind another work is nobody's citation of the kind that was announced, so it is ``other``.
    """
    text = document.text
    cuts = list(_ANOTHER_WORK.finditer(text, *part.body))
    starts = [part.body.start, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), part.body.end]
    for start, end in zip(starts, ends, strict=True):
        head, sections, pages = _head_sections_pages(text, Span(start, end))
        title = _ended(text, head)
        if title.start < title.end:
            alone = start > part.body.start and _ADDRESS.match(text, start, end)
            yield CitationReading(
                source=Found(CitationSource.OTHER, (title,)) if alone else part.source,
                title=verbatim(document, title),
                sections=_words(document, sections),
                pages=_words(document, pages),
            )


def _head_sections_pages(text: str, entry: Span) -> tuple[Span, Span | None, Span | None]:
    """``entry`` cut at its ``Section(s):`` and ``Page(s):`` labels."""
    sections = _SECTIONS.search(text, *entry)
    pages = _PAGES.search(text, *entry)
    pages_start = pages.start() if pages else entry.end
    sections_start = sections.start() if sections else pages_start
    return (
        Span(entry.start, min(sections_start, pages_start)),
        Span(sections.end(), max(pages_start, sections.end())) if sections else None,
        Span(pages.end(), entry.end) if pages else None,
    )


def _words(document: Document, span: Span | None) -> Found[str] | None:
    """The folded words of ``span`` without a final stop; ``None`` where there are none."""
    if span is None:
        return None
    span = _ended(document.text, span)
    return verbatim(document, span) if span.start < span.end else None


def _ended(text: str, span: Span) -> Span:
    """``span`` without white space, a trailing comma or semicolon, and one final stop."""
    end = _END.search(text, *span)
    return Span(span.start, end.start() if end else span.end).stripped(text)
