"""The physician review: seven capital headings with colons, one rationale for the issue at dispute.

``ISSUE AT DISPUTE``, ``CASE SUMMARY``, ``DOCUMENTS REVIEWED FOR DETERMINATION``, ``MEDICAL TREATMENT
GUIDELINE(S) RELIED UPON BY PROFESSIONAL REVIEWER AND WHY``, ``RATIONALE FOR WHY THE REQUESTED
TREATMENT/SERVICE IS/WAS NOT MEDICALLY NECESSARY``, ``MEDICAL REVIEWER QUALIFICATIONS``. The words ``NOT
MEDICALLY NECESSARY`` are printed in the heading, so the rationale's own closing words decide where
they say anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from schemas import Outcome
from summarizer.document import Span
from summarizer.folding import fold
from summarizer.layouts.decision_sentences import Decision, decisions, is_conditional, named, sentence_start
from summarizer.layouts.item_parts import is_closed, letter_end, without_page_foot
from summarizer.layouts.sections import sections, titled
from summarizer.layouts.structure import ItemRegion, Structure
from summarizer.vocabulary.pattern import Pattern

NAME: Final = "physician_review"

_RELIED = r"MEDICAL\s*TREATMENT\s*GUIDELINE(?:\s*\(S\)|S)?\s*RELIED\s*UPON"
_ADMINISTRATOR = r"\s*BY\s*(?:THE\s*)?(?:CLAIMS\s*ADMINISTRATOR|UTILIZATION\s*REVIEW(?:ER)?)"
_REVIEWER = r"\s*BY\s*(?:THE\s*)?(?:(?:PROFESSIONAL|EXPERT|PHYSICIAN|MEDICAL)\s*)?REVIEWER"
_HEADINGS: Final = {
    "issue": titled(also=r"ISSUE(?:\s*\(S\)|S)?\s*(?:AT|IN)\s*DISPUTE"),
    "summary": titled("CASE SUMMARY", "CLINICAL CASE SUMMARY"),
    "documents": titled("DOCUMENTS REVIEWED FOR DETERMINATION", "DOCUMENTS REVIEWED"),
    "administrator": titled(also=_RELIED + _ADMINISTRATOR + r"(?:\s*AND\s*WHY)?"),
    "guidelines": titled(also=_RELIED + rf"(?:{_REVIEWER})?(?:\s*AND\s*WHY)?"),
    "rationale": titled(
        also=r"RATIONALE\s*FOR\s*WHY\s*THE\s*REQUESTED\s*TREATMENT\s*/\s*SERVICE\s*[^:.]{0,20}?MEDICALLY\s*NECESSARY"
    ),
    "qualifications": titled(also=r"MEDICAL\s*REVIEWER(?:['’]S)?\s*QUALIFICATIONS?"),
}
_PRINTED = Pattern(r"(?:IS\s*/\s*WAS|IS|WAS)\s*(?P<not>NOT\s*)?MEDICALLY\s*NECESSARY", re.IGNORECASE)
_NUMBER = Pattern(r"^[ \t]*(?:#[ \t]*)?(?P<number>\d{1,2})[ \t]*(?:\)|\.(?!\d)|:)[ \t]*", re.MULTILINE)
_BULLET = Pattern(r"^[ \t]*[•*▪-][ \t]+", re.MULTILINE)
_QUESTION = Pattern(
    r"\s*(?:(?:is|are|was|were|be)\s+)?(?:(?:considered|deemed)\s+)?(?:to\s+be\s+)?medically\s+necessary[^.\n]{0,60}?[?.]?\s*\Z",
    re.IGNORECASE,
)


def read(text: str) -> Structure | None:
    """The letter's structure, or ``None`` without an issue at dispute and a rationale of this form."""
    spans, headings = sections(text, _HEADINGS)
    issue, rationale = headings.get("issue"), headings.get("rationale")
    if issue is None or rationale is None or "issue" not in spans:
        return None
    items = _items(text, spans, rationale)
    if not items:
        return None
    header = Span(0, min(heading.start() for heading in headings.values())).stripped(text)
    return Structure(
        layout=NAME,
        confidence=_confidence(set(headings), items),
        header=header if header.start < header.end else None,
        reviewer=spans.get("qualifications"),
        clinical_summary=spans.get("summary"),
        items=items,
    )


def _confidence(headings: set[str], items: tuple[ItemRegion, ...]) -> float:
    """Share of the form's marks that are there: six headings, and every item argued."""
    marks = [name in headings for name in _HEADINGS if name != "administrator"]
    marks.append(all(item.rationale is not None for item in items))
    return sum(marks) / len(marks)


def _items(text: str, spans: dict[str, Span], label: re.Match[str]) -> tuple[ItemRegion, ...]:
    """One item for each issue; each has the rationale's part of its number, else the whole rationale."""
    rationale = _until_letter_end(text, spans.get("rationale"))
    issues = _numbered(text, spans["issue"])
    argued = _numbered(text, rationale) if rationale and len(issues) > 1 else []
    parts: list[Span | None] = [rationale] * len(issues)
    if len(argued) == len(issues):
        parts = [part if part.start < part.end else None for part in argued]
    items = []
    for issue, part in zip(issues, parts, strict=True):
        heading = _issue_name(text, issue)
        decision = _decision(text, heading, part, label, shared=len(issues) > 1 and len(argued) != len(issues))
        if heading and decision:
            items.append(_item(text, heading, decision, spans, part))
    return tuple(items)


def _item(text: str, heading: Span, decision: Decision, spans: dict[str, Span], rationale: Span | None) -> ItemRegion:
    """The item that ``heading`` names, with the letter's one set of guidelines."""
    return ItemRegion(
        heading=heading,
        outcome=decision.outcome,
        outcome_span=decision.span,
        whole=Span(heading.start, max(heading.end, rationale.end if rationale else 0)),
        claims_administrator=spans.get("administrator"),
        reviewer=spans.get("guidelines"),
        rationale=rationale,
        complete=rationale is not None and is_closed(text, rationale),
    )


def _until_letter_end(text: str, span: Span | None) -> Span | None:
    """``span`` up to the closing formula, page feet left out."""
    if span is None:
        return None
    return without_page_foot(text, Span(span.start, min(span.end, letter_end(text, span.start))))


def _numbered(text: str, span: Span) -> list[Span]:
    """The parts of ``span`` numbered 1, 2, 3 or bulleted at the start of a line; all of it where none is."""
    starts: list[re.Match[str]] = []
    for match in _NUMBER.finditer(text, *span):
        if int(match["number"]) == len(starts) + 1:
            starts.append(match)
    if not starts or starts[0].start() != span.start:
        starts = list(_BULLET.finditer(text, *span))
    if not starts or starts[0].start() != span.start:
        return [span]
    ends = [match.start() for match in starts[1:]] + [span.end]
    return [Span(match.end(), end).stripped(text) for match, end in zip(starts, ends, strict=True)]


def _issue_name(text: str, issue: Span) -> Span | None:
    """The words of an issue that name the treatment, whether it is printed as a name or as a question."""
    tail = _QUESTION.search(text, *issue)
    name = named(text, Span(issue.start, tail.start() if tail else issue.end))
    if name and text[name.end - 1] in "?.":
        name = Span(name.start, name.end - 1)
    return name


def _decision(
    text: str, heading: Span | None, rationale: Span | None, label: re.Match[str], *, shared: bool
) -> Decision | None:
    """What the rationale decides last, of a ``shared`` one about ``heading``; else what its label prints."""
    stated = _stated(text, rationale) if rationale else []
    if shared and heading and rationale and (about := _about(text, heading, rationale, stated)):
        return about
    if stated:
        return stated[-1]
    printed = _PRINTED.search(text, label.start(), label.end())
    if printed is None:
        return None
    return Decision(Span(*printed.span()), Outcome.UPHELD if printed["not"] else Outcome.OVERTURNED)


def _stated(text: str, rationale: Span) -> list[Decision]:
    """The rationale's statements of necessity that hang on no condition."""
    return [decision for decision in decisions(text, rationale) if not is_conditional(text, rationale.start, decision)]


def _about(text: str, heading: Span, rationale: Span, stated: Sequence[Decision]) -> Decision | None:
    """The last statement whose sentence holds the most words of ``heading``."""
    words = set(fold(heading.of(text)).lower().split())
    best, most = None, 0
    for decision in stated:
        begin = sentence_start(text, rationale.start, decision.span.start)
        shared = len(words & set(fold(text[begin : decision.span.start]).lower().split()))
        if shared and shared >= most:
            best, most = decision, shared
    return best
