"""The parts of an item in the forms of 2013, which print them as sentences.

``The Claims Administrator based its decision on ...``, ``The Expert Reviewer based his/her decision
on ...`` (``Physician Reviewer`` in the later form), then the rationale under its label.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern

_Find = Callable[[str, int, int], re.Match[str] | None]

_DECISION_ON = (
    r"\s*(?:has\s*|also\s*)?based\s*(?:its|his/her|his\s*or\s*her|his|her|their|the)\s*(?:utilization\s*review\s*|UR\s*)?"
    r"(?:decision|determination|denial)\s*(?:up)?on\s*:?\s*(?:the\s+)?"
)
_WHO_REVIEWS = r"the\s*(?:expert|physician|medical|professional|independent\s*medical)\s*reviewer"
_ADMINISTRATOR = Pattern(r"(?:^|(?<=[.:])[ \t]+)[ \t]*The\s*Claims\s*Administrator\b", re.MULTILINE)
_ADMINISTRATOR_BASED = Pattern(r"\s*The\s*Claims\s*Administrator(?:\s*\([^)]{1,40}\))?" + _DECISION_ON, re.IGNORECASE)
_REVIEWER = Pattern(
    r"(?:^|(?<=[.:])[ \t]+)[ \t]*The\s*(?:Expert|Physician|Medical|Professional)\s*Reviewer\b(?![’']s)", re.MULTILINE
)
_REVIEWER_BASED = Pattern(_WHO_REVIEWS + _DECISION_ON, re.IGNORECASE)
_RELIED_WORDS = (
    r"(?:Section\(?s?\)?\s*of\s*the\s*)?Medical\s*Treatment\s*(?:Utilization\s*Schedule|Guideline\(?s?\)?)\s*"
    r"Relied\s*Upon\s*by\b[^:.]{0,120}?(?::|Decision[ \t]*$)"
)
_RATIONALE_WORDS = (
    r"(?:(?:The\s*)?(?:Expert|Physician|Medical|Professional)\s*Reviewer\s*[’'`]?s?[’'`]?\s*)?(?:decision\s*)?"
    r"rationale(?:\(s\)|s)?(?:\s*for\s*(?:the|his/her|its|this)\s*(?:decision|determination))?[ \t]*(?::|$)"
)
_RELIED_LABEL = Pattern(r"^[ \t]*" + _RELIED_WORDS, re.MULTILINE | re.IGNORECASE)
_RATIONALE = Pattern(r"^[ \t]*" + _RATIONALE_WORDS, re.MULTILINE | re.IGNORECASE)
_FIRST_PART = Pattern(
    r"[\s.,;:\"”’]*(?:The\s*Claims\s*Administrator\s|"
    + "|".join((_RELIED_WORDS, _RATIONALE_WORDS, _WHO_REVIEWS + r"\s*(?:has\s*)?(?:based|found|relied)"))
    + ")",
    re.MULTILINE | re.IGNORECASE,
)
_LETTER_END = Pattern(
    r"^[ \t]*(?:Sincerely|Respectfully|Disclaimer\s*:|cc\s*:|Effect\s+of\s+the\s+Decision\b|"
    r"(?:IMR\s+)?APPEAL\s+RIGHTS\b|References?\s*:\s*$)",
    re.MULTILINE,
)
_PAGE_FOOT = Pattern(
    r"(?:\n[ \t]*(?:Final\s+Letter\s+of\s+Determination[^\n]*|Form\s+Effective[^\n]*|Page\s+\d+(?:\s+of\s+\d+)?|"
    r"C[MP]\d\d-\d{6,7}|/\w{2,4})[ \t]*)+\s*\Z",
    re.IGNORECASE,
)
_CLOSED = Pattern(r"(?:[.!?][\"'”’)\]]*|medically\s+necessary(?:\s+and\s+appropriate)?[\"'”’]?)\s*\Z", re.IGNORECASE)


class ItemParts(NamedTuple):
    """What stands below an item's heading."""

    administrator: Span | None
    """What the claims administrator relied upon, lead-in left out."""
    reviewer: Span | None
    """What the reviewer relied upon, lead-in left out."""
    rationale: Span | None
    """The rationale, label left out."""
    complete: bool
    """Whether there is a rationale and its last sentence ends."""


def begins_after(text: str, offset: int) -> bool:
    """Whether the first part of an item stands right after ``offset``, blanks and a full stop aside."""
    return _FIRST_PART.match(text, offset) is not None


def letter_end(text: str, start: int) -> int:
    """Offset of the closing formula, disclaimer or appeal notice after ``start``; else the text's end."""
    found = _LETTER_END.search(text, start)
    return found.start() if found else len(text)


def item_parts(text: str, region: Span) -> ItemParts:
    """The parts in ``region``, which runs from the end of an item's heading to the next item."""
    label = _RATIONALE.search(text, *region)
    guidelines = Span(region.start, label.start() if label else region.end)
    administrator = _ADMINISTRATOR.search(text, *guidelines)
    reviewer = _reviewer_start(text, guidelines, administrator)
    administrator_end = guidelines.end if reviewer is None else reviewer
    if administrator and (relied := _RELIED_LABEL.search(text, administrator.end(), administrator_end)):
        administrator_end = relied.start()
    rationale = without_page_foot(text, Span(label.end(), region.end)) if label else None
    return ItemParts(
        administrator=_without(text, Span(administrator.start(), administrator_end), _ADMINISTRATOR_BASED.match)
        if administrator
        else None,
        reviewer=_without(text, Span(reviewer, guidelines.end), _REVIEWER_BASED.search)
        if reviewer is not None
        else None,
        rationale=rationale,
        complete=rationale is not None and is_closed(text, rationale),
    )


def _reviewer_start(text: str, span: Span, administrator: re.Match[str] | None) -> int | None:
    """Where the sentences on the reviewer's guidelines begin: after the administrator's, if those come first."""
    floor = administrator.end() if administrator else span.start
    for start in (floor, span.start):
        if found := _REVIEWER.search(text, start, span.end):
            return found.start()
    return None


def _without(text: str, span: Span, find: _Find) -> Span | None:
    """``span`` after the lead-in that ``find`` finds in it; the whole where there is none."""
    lead_in = find(text, span.start, span.end)
    return without_page_foot(text, Span(lead_in.end() if lead_in else span.start, span.end))


def without_page_foot(text: str, span: Span) -> Span | None:
    """``span`` without white space and printed page feet at its end; ``None`` where nothing is left."""
    foot = _PAGE_FOOT.search(text, max(span.start - 1, span.end - 300, 0), span.end)
    span = Span(span.start, max(foot.start(), span.start) if foot else span.end).stripped(text)
    return span if span.start < span.end else None


def is_closed(text: str, rationale: Span) -> bool:
    """Whether the last sentence of ``rationale`` ends."""
    return _CLOSED.search(text, max(rationale.start, rationale.end - 80), rationale.end) is not None
