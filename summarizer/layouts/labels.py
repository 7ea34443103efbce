"""Labels that letters of any form may use: what the generic reader goes by."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple

from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern


class Kind(StrEnum):
    """What stands under a label."""

    ITEM = "item"
    OUTCOME = "outcome"
    RATIONALE = "rationale"
    ADMINISTRATOR = "administrator"
    GUIDELINES = "guidelines"
    SUMMARY = "summary"
    REVIEWER = "reviewer"
    DOCUMENTS = "documents"
    OPENING = "opening"
    """Heading above all items."""


_ADMINISTRATOR: Final = r"(?:the\s+)?(?:claims\s+administrator|utilization\s+review(?:er)?|insurer|UR)(?:[’']s)?"
_WHO: Final = (
    r"(?:the\s+)?(?:(?:expert|physician|medical|independent|professional|IMR)\s+)?(?:reviewer|MAXIMUS|IMR)(?:[’']s)?"
)
_RELIED: Final = r"\s+(?:used|cited|applied|considered|relied\s+(?:up)?on)"
_CRITERIA: Final = (
    r"(?:(?:medical|treatment|clinical)\s+)*(?:guidelines?|criteria|authorit(?:y|ies)|references?)(?:\(s\))?"
)
_WORDINGS: Final = {
    Kind.ADMINISTRATOR: rf"{_ADMINISTRATOR}\s+{_CRITERIA}|{_CRITERIA}{_RELIED}\s+by\s+{_ADMINISTRATOR}",
    Kind.GUIDELINES: rf"{_WHO}\s+{_CRITERIA}|{_CRITERIA}(?:{_RELIED})?(?:\s+by\s+{_WHO})?",
    Kind.OPENING: (
        r"(?:IMR\s+)?(?:issues?|decisions?|findings?|determinations?)(?:\(s\))?(?:\s*,\s*decisions?)?\s*,?\s*(?:and|&)\s*"
        r"(?:reasons?|rationales?|reasoning|explanations?)(?:\(s\))?"
    ),
    Kind.RATIONALE: (
        r"(?:(?:clinical|medical|decision|reviewer[’']?s?)\s+)?"
        r"(?:rationale|reasoning|reasons?|basis|explanation|discussion|analysis|justification)"
        r"(?:\s+(?:for|of)\s+(?:(?:the|this|its|our|his/her)\s+)?(?:decision|determination|outcome|conclusion))?"
    ),
    Kind.SUMMARY: (
        r"(?:(?:clinical|medical|case)\s+){0,2}(?:summary|history|background|facts)"
        r"(?:\s+of\s+(?:the\s+)?(?:case|facts|injury))?|summary\s+of\s+the\s+clinical\s+case"
    ),
    Kind.REVIEWER: (
        r"(?:(?:about|qualifications\s+of|credentials\s+of)\s+)?(?:the\s+)?(?:(?:expert|physician|medical)\s+)?"
        r"reviewer(?:[’']s)?(?:\s+(?:qualifications?|credentials|information))?|how\s+the\s+[\w\s]{0,40}was\s+made"
    ),
    Kind.DOCUMENTS: r"(?:documents?|records|materials)\s+(?:reviewed|considered|received)(?:\s+for\s+determination)?",
    Kind.ITEM: (
        r"(?:(?:disputed|requested)\s+)?(?:issue|item|request|treatment|service|medication|procedure|question)"
        r"(?:\(s\)|s)?(?:\s*/\s*services?)?(?:\s+(?:(?:in|at|under)\s+(?:dispute|issue|review)|requested|disputed))?"
    ),
    Kind.OUTCOME: (
        r"(?:(?:the|our|IMR|reviewer[’']?s?|(?P<overall>final|overall))\s+)*"
        r"(?:decision|determination|outcome|result|disposition|conclusion|finding|ruling)s?"
    ),
}
_LABEL = Pattern(
    r"^[ \t#*>•-]*(?:(?:[A-Z]|\d{1,2}|[IVX]{1,4})[.)][ \t]*)?(?:"
    + "|".join(rf"(?P<{kind}>{wording})" for kind, wording in _WORDINGS.items())
    + r")(?:[ \t]*(?:no\.?|number|\#)?[ \t]*\d{1,2})?[ \t*]*(?:(?P<mark>:|[-–—](?=[ \t]))[ \t*]*|$)",
    re.MULTILINE | re.IGNORECASE,
)
_TITLE = Pattern(
    r"^[^\n.]{0,60}\b(?:(?:independent|external)\s+(?:medical\s+)?review|IMR)\b[^\n.]{0,60}$",
    re.MULTILINE | re.IGNORECASE,
)
_FIRST_LETTER = Pattern(r"\A[^a-z]*[A-Z]")
_BLANK_LINE = Pattern(r"\n[ \t]*\n")


class Label(NamedTuple):
    """One label at the start of a line."""

    kind: Kind
    """What it announces."""
    start: int
    """Where its line begins."""
    end: int
    """Where the words under it may begin."""
    overall: bool = False
    """Of an outcome, whether it is the whole letter's, as in ``Final Determination``."""


def labels(text: str) -> list[Label]:
    """Every label of ``text`` in order; one alone on its line counts only with a capital."""
    return [
        Label(_kind(match), match.start(), match.end(), overall=match["overall"] is not None)
        for match in _LABEL.finditer(text)
        if match["mark"] or _FIRST_LETTER.search(match[0])
    ]


def _kind(match: re.Match[str]) -> Kind:
    """The kind whose group took part in ``match``."""
    return next(kind for kind in _WORDINGS if match[kind.value] is not None)


def has_title(text: str) -> bool:
    """Whether a line without a full stop speaks of an independent or external review."""
    return _TITLE.search(text) is not None


def paragraph_end(text: str, start: int, end: int) -> int:
    """Offset of the first blank line after the words at ``start``, at most ``end``."""
    words = Span(start, end).stripped(text)
    blank = _BLANK_LINE.search(text, words.start, end)
    return blank.start() if blank else end
