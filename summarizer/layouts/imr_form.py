"""The form of 2014 to 2017: labeled header, three capital headings, items as ``treatment: Outcome``."""

from __future__ import annotations

import re
from typing import Final

from schemas import Outcome
from summarizer.document import Span
from summarizer.layouts.headings import heading, label, printed, section
from summarizer.layouts.item_heading import heading_start
from summarizer.layouts.structure import ItemRegion, Structure
from summarizer.vocabulary.pattern import Pattern

NAME: Final = "imr_form_2014"

_HOW_MADE = heading("HOW THE IMR FINAL DETERMINATION WAS MADE")
_CASE_SUMMARY = heading("CLINICAL CASE SUMMARY")
_ISSUES = heading("IMR ISSUES, DECISIONS AND RATIONALES", "IMR ISSUES, DECISIONS, AND RATIONALES")
_SUMMARY_LEAD_IN = Pattern(r"\s*The\s*expert\s*reviewer\s*developed\s*the\s*following\s*[^:]{0,160}:", re.IGNORECASE)
_ITEMS_LEAD_IN = Pattern(r"\s*The\s*Final\s*Determination\s*was\s*based\s*on\s*[^:]{0,160}:", re.IGNORECASE)
_ADMINISTRATOR = label("Claims Administrator guideline", "Claims Administrator guidelines")
_REVIEWER = label("MAXIMUS guideline", "MAXIMUS guidelines", "Expert Reviewer guideline", "Reviewer guideline")
_RATIONALE = label("Decision rationale")
_OUTCOME = Pattern(
    r"[:\s]\s*(?P<outcome>Partially\s+(?:Upheld|Overturned)|Upheld|Overturned|Modified)[ \t.]*"
    r"(?=\s*(?:" + printed("Claims Administrator") + r"\s*guidelines?\s*:|(?<=[a-z])\s*\Z))",
    re.IGNORECASE,
)
_QUOTES = Pattern(
    r"\b(?:reads?|says?|said|states?|stated|wrote|runs|quoted?|quotes|in\s+part|verbatim)\s*:[ \t\"“]*\n",
    re.IGNORECASE,
)
"""What a rationale introduces an earlier letter's item with: no heading of this one."""
_ENDS_IN_QUOTES = Pattern(_QUOTES.pattern + r"\s*\Z", re.IGNORECASE)
_QUOTES_REACH: Final = 40
"""Characters before a heading in which the last words of such an introduction stand."""
_CLOSED = Pattern(r"(?:[.!?][\"'”’)\]]*|medically\s+necessary(?:\s+and\s+appropriate)?[\"'”’]?)\s*\Z")


def read(text: str) -> Structure | None:
    """The letter's structure, or ``None`` where no item ends in an outcome of this form."""
    how_made, case_summary, issues = _HOW_MADE.search(text), _CASE_SUMMARY.search(text), _ISSUES.search(text)
    items = _items(text, issues.end() if issues else 0)
    labeled = any(item.claims_administrator or item.rationale for item in items)
    if not labeled and not (issues and case_summary):
        return None
    first_item = issues.start() if issues else (items[0].whole.start if items else len(text))
    summary_end = first_item if case_summary and case_summary.start() < first_item else len(text)
    header_end = next((found.start() for found in (how_made, case_summary, issues) if found), first_item)
    header = Span(0, header_end).stripped(text)
    reviewer_end = case_summary.start() if case_summary else first_item
    return Structure(
        layout=NAME,
        confidence=_confidence([how_made, case_summary, issues], items),
        header=header if header.start < header.end else None,
        reviewer=section(text, how_made, reviewer_end),
        clinical_summary=_after(text, section(text, case_summary, summary_end), _SUMMARY_LEAD_IN),
        items=items,
    )


def _after(text: str, span: Span | None, lead_in: Pattern) -> Span | None:
    """``span`` without the ``lead_in`` it may begin with."""
    if span is None:
        return None
    found = lead_in.match(text, span.start, span.end)
    return Span(found.end(), span.end).stripped(text) if found else span


def _confidence(headings: list[re.Match[str] | None], items: tuple[ItemRegion, ...]) -> float:
    """Share of the form's marks that are there: its three headings, an item, and every item whole."""
    marks = [found is not None for found in headings]
    marks += [bool(items), bool(items) and all(item.rationale is not None for item in items)]
    return sum(marks) / len(marks)


def _items(text: str, start: int) -> tuple[ItemRegion, ...]:
    """Every item after offset ``start``, each from its heading to the next item's."""
    lead_in = _ITEMS_LEAD_IN.match(text, start)
    floor = lead_in.end() if lead_in else start
    # Where the letter is cut off right after an outcome, only its colon tells a heading from "the denial is upheld".
    outcomes = [one for one in _OUTCOME.finditer(text, floor) if one[0][0] == ":" or text[one.end() :].strip()]
    found: list[tuple[int, re.Match[str]]] = []
    for outcome in outcomes:
        start = heading_start(text, floor, outcome.start())
        if not (found and _is_quoted(text, floor, start, outcome.start())):
            found.append((start, outcome))
            floor = outcome.end()
    ends = [*(start for start, _ in found[1:]), len(text)][: len(found)]
    return tuple(_item(text, start, outcome, end) for (start, outcome), end in zip(found, ends, strict=True))


def _is_quoted(text: str, floor: int, start: int, end: int) -> bool:
    """Whether the heading from ``start`` to ``end`` is one that the rationale before it quotes."""
    before = _ENDS_IN_QUOTES.search(text, max(floor, start - _QUOTES_REACH), start)
    return before is not None or _QUOTES.search(text, start, end) is not None


def _item(text: str, start: int, outcome: re.Match[str], end: int) -> ItemRegion:
    """The item whose heading begins at ``start`` and whose outcome words are ``outcome``."""
    administrator = _ADMINISTRATOR.search(text, outcome.end(), end)
    reviewer = _REVIEWER.search(text, outcome.end(), end)
    rationale = _RATIONALE.search(text, outcome.end(), end)
    whole = Span(start, end).stripped(text)
    rationale_span = section(text, rationale, end)
    return ItemRegion(
        heading=Span(start, outcome.start()).stripped(text),
        outcome=_decided(outcome["outcome"]),
        outcome_span=Span(*outcome.span("outcome")),
        whole=whole,
        claims_administrator=section(text, administrator, _first_start(end, reviewer, rationale)),
        reviewer=section(text, reviewer, _first_start(end, rationale)),
        rationale=rationale_span,
        complete=rationale_span is not None and _CLOSED.search(text, *rationale_span) is not None,
    )


def _first_start(end: int, *labels: re.Match[str] | None) -> int:
    """Where the first of ``labels`` that is there begins; ``end`` where none is."""
    return next((label.start() for label in labels if label is not None), end)


def _decided(words: str) -> Outcome:
    """The outcome that the printed words stand for; a partial one is ``modified``."""
    first = words.split()[0].lower()
    return {"upheld": Outcome.UPHELD, "overturned": Outcome.OVERTURNED}.get(first, Outcome.MODIFIED)
