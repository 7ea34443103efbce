"""The notice of 2013: decisions as a numbered list of sentences, each argued in a section further below.

``1) MAXIMUS Federal Services, Inc. has determined the request for X is not medically necessary and
appropriate.`` stands in the notice and once more under its second heading; ``1) Regarding the request
for X:`` opens the section with guidelines and rationale. List entry and section are one item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from summarizer.document import Span
from summarizer.folding import fold
from summarizer.layouts.decision_sentences import Decision, decisions, named
from summarizer.layouts.item_parts import ItemParts, begins_after, item_parts, letter_end
from summarizer.layouts.sections import sections, titled, without_lead_in
from summarizer.layouts.structure import ItemRegion, Structure
from summarizer.vocabulary.pattern import Pattern

NAME: Final = "notice_2013"

_TITLE = Pattern(r"Notice\s+of\s+Independent\s+Medical\s+Review\s+Determination", re.IGNORECASE)
_HEADINGS: Final = {
    "decision": titled(
        also=r"INDEPENDENT\s*MEDICAL\s*REVIEW\s*DECISION(?:\s*\(S\)|S)?\s*AND\s*RATIONALE(?:\s*\(S\)|S)?"
    ),
    "reviewer": titled(also=r"Medical\s*Qualifications\s*of\s*the\s*(?:Expert|Physician)\s*Reviewer"),
    "summary": titled(also=r"(?:(?:Expert|Physician)\s*Reviewer\s*|Clinical\s*)?Case\s*Summary"),
    "documents": titled("DOCUMENTS REVIEWED", "DOCUMENTS REVIEWED FOR DETERMINATION"),
}
_DETERMINED = Pattern(r"\bha(?:s|ve)\s+determined\s+(?:that\s+)?(?:the\s+)?requests?\s+for\s+", re.IGNORECASE)
_NUMBERED = Pattern(r"^[ \t]*#?[ \t]*(?P<number>\d{1,2})[ \t]*[).][ \t]*(?=[A-Z])", re.MULTILINE)
_PARAGRAPH = Pattern(r"(?:[.:!?][ \t]*\n|\n[ \t]*\n)\s*")
_OTHER_SIDE = Pattern(r"claims\s+administrator|utilization\s+review|adjuster|insurer|\bUR\b", re.IGNORECASE)
_REGARDING = Pattern(
    r"^[ \t]*(?:#?[ \t]*(?P<number>\d{1,2})[ \t]*[).][ \t]*)?Regarding\s+(?:the\s+)?requests?\s+(?:for|of)\s+",
    re.MULTILINE | re.IGNORECASE,
)
_COLON = Pattern(r":")
_SUMMARY_LEAD_IN = Pattern(
    r"\s*(?:Disclaimer\s*:\s*)?The\s+following\s+(?:clinical\s+)?case\s+summary\s+was\s+taken\s+[^.]{0,40}from\s+"
    r"[^.]{0,200}\.\s*",
    re.IGNORECASE,
)
_SAME_ENOUGH: Final = 0.5
"""Share of words that a list entry and a section without a number must have in common."""
_LONGEST_NAME: Final = 110
"""Characters before ``has determined`` in which number and organization stand."""
_LONGEST_HEADING: Final = 800
"""Characters of a section's heading, at most."""
_LONGEST_SENTENCE: Final = 1500
"""Characters from ``has determined`` to its outcome, at most."""


class _Entry(NamedTuple):
    """One entry of the list of decisions."""

    number: int | None
    name: Span
    decision: Decision
    start: int
    end: int


class _Section(NamedTuple):
    """One ``Regarding the request for X`` with its parts."""

    number: int | None
    name: Span
    parts: ItemParts


def read(text: str) -> Structure | None:
    """The letter's structure, or ``None`` where no sentence of the form decides a request."""
    entries = _entries(text)
    if not entries:
        return None
    items = _join(text, entries, _sections(text, entries[0].end))
    spans, headings = sections(text, _HEADINGS)
    first = _REGARDING.search(text)
    argued = first.start() if first else len(text)
    header = Span(0, entries[0].start).stripped(text)
    return Structure(
        layout=NAME,
        confidence=_confidence(text, set(headings), items),
        header=header if header.start < header.end else None,
        reviewer=_before(text, spans.get("reviewer"), argued),
        clinical_summary=without_lead_in(text, _before(text, spans.get("summary"), argued), _SUMMARY_LEAD_IN),
        items=items,
    )


def _before(text: str, span: Span | None, end: int) -> Span | None:
    """``span`` cut off at ``end``."""
    if span is None:
        return None
    cut = Span(span.start, max(min(span.end, end), span.start)).stripped(text)
    return cut if cut.start < cut.end else None


def _confidence(text: str, headings: set[str], items: tuple[ItemRegion, ...]) -> float:
    """Share of the form's marks that are there: title, four headings, and every item argued."""
    marks = [_TITLE.search(text) is not None, *(name in headings for name in _HEADINGS)]
    marks += [bool(items), all(item.rationale is not None for item in items)]
    return sum(marks) / len(marks)


def _entries(text: str) -> list[_Entry]:
    """The list of decisions, in order; an entry that is printed twice counts once."""
    found: list[_Entry] = []
    seen: set[str] = set()
    openings = list(_DETERMINED.finditer(text))
    for index, opening in enumerate(openings):
        limit = openings[index + 1].start() if index + 1 < len(openings) else len(text)
        start, number = _start(text, opening.start())
        if _OTHER_SIDE.search(text, start, opening.start()):
            continue
        sentence = Span(opening.end(), min(limit, opening.end() + _LONGEST_SENTENCE))
        decision = next(iter(decisions(text, sentence)), None)
        name = named(text, Span(opening.end(), decision.span.start)) if decision else None
        if decision is None or name is None:
            continue
        key = f"{number} {_words(text, name)}"
        if key not in seen:
            seen.add(key)
            found.append(_Entry(number, name, decision, start, decision.span.end))
    return found


def _start(text: str, determined: int) -> tuple[int, int | None]:
    """Where the sentence begins whose ``has determined`` stands at ``determined``, and its number."""
    window = max(0, determined - _LONGEST_NAME)
    numbers = list(_NUMBERED.finditer(text, window, determined))
    if numbers:
        return numbers[-1].start(), int(numbers[-1]["number"])
    begin = window
    for stop in _PARAGRAPH.finditer(text, window, determined):
        if text[stop.end() : determined].strip():
            begin = stop.end()
    return begin, None


def _sections(text: str, start: int) -> list[_Section]:
    """Every ``Regarding the request for`` after offset ``start`` that opens a section, with its parts.

    A rationale may begin with the same words; a section has a number or its first part right below.
    """
    openings = []
    for opening in _REGARDING.finditer(text, start):
        heading_end = _heading_end(text, opening.end())
        if opening["number"] or begins_after(text, heading_end + 1):
            openings.append((opening, heading_end))
    found = []
    for index, (opening, heading_end) in enumerate(openings):
        end = openings[index + 1][0].start() if index + 1 < len(openings) else letter_end(text, opening.end())
        name = named(text, Span(opening.end(), min(heading_end, end)))
        if name:
            number = int(opening["number"]) if opening["number"] else None
            found.append(_Section(number, name, item_parts(text, Span(min(heading_end, end), end))))
    return found


def _heading_end(text: str, start: int) -> int:
    """Offset of the colon that closes a section's heading: the one its first part follows, else the first."""
    following = _REGARDING.search(text, start)
    end = min(following.start() if following else len(text), start + _LONGEST_HEADING)
    colons = [colon.start() for colon in _COLON.finditer(text, start, end)]
    for colon in colons:
        if begins_after(text, colon + 1):
            return colon
    line_end = text.find("\n", start, end)
    return colons[0] if colons else (line_end if line_end >= 0 else end)


def _join(text: str, entries: Sequence[_Entry], details: Sequence[_Section]) -> tuple[ItemRegion, ...]:
    """One item for each entry, with the section of its number, or of its words where numbers disagree."""
    free = list(details)
    items = []
    for entry in entries:
        section = _section_of(text, entry, free)
        if section:
            free.remove(section)
        items.append(_item(entry, section))
    return tuple(items)


def _section_of(text: str, entry: _Entry, free: Sequence[_Section]) -> _Section | None:
    """The section that argues ``entry``: its very words, else its number, else most of its words."""
    words = _words(text, entry.name)
    same = [section for section in free if _words(text, section.name) == words]
    numbered = [section for section in free if entry.number is not None and section.number == entry.number]
    close = [section for section in free if _overlap(words, _words(text, section.name)) >= _SAME_ENOUGH]
    for candidates in ([one for one in same if one in numbered], same, numbered, close):
        if candidates:
            return candidates[0]
    return None


def _words(text: str, span: Span) -> str:
    """The words of ``span`` folded, in lower case."""
    return fold(span.of(text)).lower()


def _overlap(one: str, other: str) -> float:
    """Share of the words of both that stand in both."""
    left, right = set(one.split()), set(other.split())
    return len(left & right) / max(len(left | right), 1)


def _item(entry: _Entry, section: _Section | None) -> ItemRegion:
    """The item of ``entry``; without a ``section`` it is not complete."""
    if section is None:
        return ItemRegion(
            heading=entry.name,
            outcome=entry.decision.outcome,
            outcome_span=entry.decision.span,
            whole=Span(entry.name.start, entry.end),
            complete=False,
        )
    parts = section.parts
    last = parts.rationale or parts.reviewer or parts.administrator or section.name
    return ItemRegion(
        heading=section.name,
        outcome=entry.decision.outcome,
        outcome_span=entry.decision.span,
        whole=Span(section.name.start, last.end),
        claims_administrator=parts.administrator,
        reviewer=parts.reviewer,
        rationale=parts.rationale,
        complete=parts.complete,
    )
