"""The form of late 2013 and 2014: capital headings, items as numbered sentences of necessity.

Printed as ``1. X is not medically necessary and appropriate.``, then what the claims administrator and
the physician reviewer based their decisions on, then the physician reviewer's decision rationale.
"""

from __future__ import annotations

import re
from typing import Final

from summarizer.document import Span
from summarizer.layouts.decision_sentences import Decision, decisions, named
from summarizer.layouts.item_heading import heading_start
from summarizer.layouts.item_parts import begins_after, item_parts, letter_end
from summarizer.layouts.sections import sections, titled, without_lead_in
from summarizer.layouts.structure import ItemRegion, Structure
from summarizer.vocabulary.pattern import Pattern

NAME: Final = "form_2013"

_HEADINGS: Final = {
    "how_made": titled("HOW THE IMR FINAL DETERMINATION WAS MADE", "HOW THE IMR DECISION WAS MADE"),
    "documents": titled("DOCUMENTS REVIEWED"),
    "summary": titled("CLINICAL CASE SUMMARY"),
    "decisions": titled(also=r"IMR\s*(?:ISSUES?\s*,\s*)?DECISIONS?(?:\s*\(S\))?\s*,?\s*AND\s*RATIONALES?(?:\s*\(S\))?"),
}
_SUMMARY_LEAD_IN = Pattern(
    r"\s*The\s*(?:physician|expert)\s*reviewer\s*developed\s*the\s*following\s*[^:]{0,160}:", re.IGNORECASE
)
_ITEMS_LEAD_IN = Pattern(r"\s*The\s*Final\s*Determination\s*was\s*based\s*on\s*[^:]{0,160}:", re.IGNORECASE)
_NUMBER = Pattern(r"^[ \t]*#?[ \t]*(?P<number>\d{1,2})[ \t]*(?:\)|\.(?!\d))", re.MULTILINE)
_INNER_STOP = Pattern(r"[a-z)\"”][.!?]\s+[A-Z]")


def read(text: str) -> Structure | None:
    """The letter's structure, or ``None`` where no decision sentence opens an item of this form."""
    spans, headings = sections(text, _HEADINGS)
    opening = headings.get("decisions")
    if opening is None:
        return None
    items = _items(text, opening.end())
    if not items:
        return None
    header_end = min(heading.start() for heading in headings.values())
    header = Span(0, header_end).stripped(text)
    return Structure(
        layout=NAME,
        confidence=_confidence(set(headings), items),
        header=header if header.start < header.end else None,
        reviewer=spans.get("how_made"),
        clinical_summary=without_lead_in(text, spans.get("summary"), _SUMMARY_LEAD_IN),
        items=items,
    )


def _confidence(headings: set[str], items: tuple[ItemRegion, ...]) -> float:
    """Share of the form's marks that are there: its four headings, an item, and every item whole."""
    marks = [name in headings for name in _HEADINGS]
    marks += [bool(items), all(item.rationale is not None for item in items)]
    return sum(marks) / len(marks)


def _items(text: str, start: int) -> tuple[ItemRegion, ...]:
    """Every item after offset ``start``, each from its decision sentence to the next item's."""
    lead_in = _ITEMS_LEAD_IN.match(text, start)
    floor = lead_in.end() if lead_in else start
    end = letter_end(text, floor)
    opened: list[tuple[int, Decision]] = []
    for decision in decisions(text, Span(floor, end)):
        begin = _opens_item(text, floor, decision, expected=len(opened) + 1, end=end)
        if begin is not None:
            opened.append((begin, decision))
            floor = decision.span.end
    ends = [*(begin for begin, _ in opened[1:]), end][: len(opened)]
    read = (_item(text, begin, decision, stop) for (begin, decision), stop in zip(opened, ends, strict=True))
    return tuple(item for item in read if item)


def _opens_item(text: str, floor: int, decision: Decision, expected: int, end: int) -> int | None:
    """Offset where the item that ``decision`` opens begins; ``None`` where it only closes a rationale.

    An item's first part follows its decision sentence. Where the letter breaks off right after the
    sentence, it must carry the ``expected`` number.
    """
    if not text[floor : decision.span.start].strip():
        return None
    numbered = None
    for match in _NUMBER.finditer(text, floor, decision.span.start):
        if numbered is None or int(match["number"]) == expected:
            numbered = match
    if begins_after(text, decision.span.end):
        return numbered.start() if numbered else heading_start(text, floor, decision.span.start)
    breaks_off = text[decision.span.end : end].strip(' \t\r\n."”') == ""
    if breaks_off and numbered and int(numbered["number"]) == expected:
        one_sentence = _INNER_STOP.search(text, numbered.end(), decision.span.start) is None
        return numbered.start() if one_sentence else None
    return None


def _item(text: str, begin: int, decision: Decision, end: int) -> ItemRegion | None:
    """The item from ``begin`` to ``end``; ``None`` where its sentence names nothing."""
    heading = named(text, Span(begin, decision.span.start))
    if heading is None:
        return None
    parts = item_parts(text, Span(decision.span.end, end))
    return ItemRegion(
        heading=heading,
        outcome=decision.outcome,
        outcome_span=decision.span,
        whole=Span(heading.start, (parts.rationale or Span(begin, end).stripped(text)).end),
        claims_administrator=parts.administrator,
        reviewer=parts.reviewer,
        rationale=parts.rationale,
        complete=parts.complete,
    )
