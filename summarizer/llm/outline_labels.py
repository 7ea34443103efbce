"""Words at the edges of a part that are not the part: numbers, labels, the outcome behind a heading.

The forms are unknown, so a label is known by its make: every word of it speaks of reviews, none of
medicine, and a colon, a dash, a question mark or the end of the line closes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from summarizer.document import Span
from summarizer.layouts.decision_sentences import decisions, named
from summarizer.layouts.labels import labels
from summarizer.layouts.verdicts import Verdict, closing_lines
from summarizer.vocabulary.pattern import Pattern

_NUMBERED: Final = (
    r"(?:\s*(?:no\.?|number|\#)?\s*"
    r"(?:\d{1,2}|[A-Z]|[IVX]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)(?:\s*of\s*\d{1,2})?\b)?"
)
_CLOSE: Final = r"[ \t*_]*(?:[:?][ \t*_]*|[ \t.][–—-]+[ \t]|\.?[ \t]*\n(?=\s*(?-i:[^a-z\s])))"
_OF_ANY_LABEL: Final = (
    "the|our|this|that|these|its|his|her|and|of|for|on|in|at|to|by|with|was|were|is|are|we|i|it|what|who|how|why|which"
)
_OF_AN_ITEM: Final = (
    "disputed?|requests?|requested|issues?|items?|matters?|claims?|questions?|treatments?|services?|care|procedures?|"
    "medications?|drugs?|tests?|under|review|reviewed|asked|sought|before|us|subject|re|regarding|"
    "concerning|findings?|decisions?|determinations?|points?|parts?|topics?|wanted|denied|decided|physician|doctor"
)
_OF_A_PART: Final = (
    "because|rationales?|reasons?|reasoning|basis|bases|explanations?|explained|discussion|analysis|justification|"
    "comments?|remarks?|notes?|answers?|findings?|conclusions?|decisions?|determinations?|outcomes?|results?|"
    "clinical|medical|case|summary|history|background|facts?|reviewer(?:[’']s)?|expert|physician|credentials?|"
    "qualifications?|decided|decide|found|think|thought|so|behind|about|guidelines?|criteria|authorit(?:y|ies)|"
    "references?|sources?|rules?|read|consulted|relied|rested|rests|upon|used|cited|applied|considered|claims?|administrator(?:[’']s)?|"
    "utilization|review(?:er)?|insurer(?:[’']s)?|employer(?:[’']s)?|carrier(?:[’']s)?|UR|IMR|patient|worker|injured|"
    "employee|story|record|records|us|going|wrote|argument|grounds?"
)


_BULLET = Pattern(r"\s*(?:[-*•▪>#]+\s*|\(?(?:\d{1,2}|[A-Za-z]|[IVXivx]{1,5})[.)]\s+|#\s*\d{1,2}[.:)]?\s+)")
_LEAD_IN = Pattern(
    r"(?:as\s+(?:to|for|regards)|about|with\s+(?:regard|respect)\s+to|in\s+the\s+matter\s+of|"
    r"(?:we|you|i)\s+(?:(?:were|was|are|have\s+been)\s+)?asked(?:\s+us)?(?:\s+(?:about|for|to\s+(?:look\s+at|review)))?|"
    r"(?:whether|should|must|may)(?:\s+(?:the\s+)?(?:carrier|insurer|employer|claims\s+administrator)"
    r"(?:\s+(?:should|must|may))?\s+(?:pay\s+for|provide|authorize|approve|cover))?|"
    r"(?:is|are|was|were|does)(?=\s[^?]*\?\s*\Z))\s+",
    re.IGNORECASE,
)
_ASKED = Pattern(
    r"[\s,]*(?:(?:is|are|was|were|be)\s+)?(?:(?:considered|deemed)\s+)?(?:to\s+be\s+)?(?:medically\s+)?"
    r"(?:necessary|needed|warranted|appropriate|justified|reasonable)(?:\s+(?:and|or)\s+\w+)?\s*[?.]?\s*\Z",
    re.IGNORECASE,
)
_DENIAL_OF = Pattern(
    r"[\s:;,.–—-]*(?:the\s+)?(?:denials?|refusals?|requests?|non-?certifications?|decisions?)\s+(?:of|for|to\s+deny)\s+",
    re.IGNORECASE,
)
_NO_NAME = Pattern(
    r"(?:(?:we|i|it|is|are|was|were|has|have|been|that|all|both|each|hereby|therefore|find|finds|found|"
    rf"{_OF_ANY_LABEL}|{_OF_AN_ITEM}|{_OF_A_PART}|denials?)\b[\s,:]*)*\Z",
    re.IGNORECASE,
)
_CLAUSE = Pattern(r"(?:\w[)\"”’]?:|\s[–—-]+)\s+(?P<clause>[^:–—\n]*\w[^:–—\n]*)\Z")
_EDGES = Pattern(r"[\s:;,.*_–—-]+")
_STOP = Pattern(r"(?<![.]\w)[?.*_\s]+\Z")
_LONGEST_HEADING: Final = 2000
"""Characters of a heading that is taken apart, blanks included; a longer one stays as it is."""
_LONGEST_LABEL: Final = 160
"""Characters that a label may have."""


def _label(words: str) -> Pattern:
    """Pattern of a label made of ``words``, which begins with a capital."""
    word = rf"(?:{words}|{_OF_ANY_LABEL})"
    return Pattern(
        rf"[*_#]*(?=(?-i:[A-Z]))(?!(?:an?|the)\b[^\n:]*\n){word}(?:[\s/,()]+{word}){{0,7}}(?:\(s\))?{_NUMBERED}{_CLOSE}",
        re.IGNORECASE,
    )


_ITEM_LABEL = _label(_OF_AN_ITEM)
_PART_LABEL = _label(_OF_A_PART)


def name_of(text: str, heading: Span, outcome: Span) -> Span:
    """The words of ``heading`` that name what is disputed: no number, label, lead-in, question or outcome.

    ``outcome`` is where the outcome stands, in the heading or elsewhere. Where nothing would be left,
    the heading is the name.
    """
    if heading.end - heading.start > _LONGEST_HEADING:
        return heading
    for said in sorted({outcome, *_outcomes_in(text, heading)}):
        if not heading.contains(said) or said == heading:
            continue
        before = _bare(text, Span(heading.start, said.start))
        if before is not None:
            return before
        denied = _DENIAL_OF.match(text, said.end, heading.end) or _EDGES.match(text, said.end, heading.end)
        after = _bare(text, Span(denied.end() if denied else said.end, heading.end))
        if after is not None:
            return after
    return _bare(text, heading) or heading


def without_label(text: str, part: Span) -> Span:
    """``part`` without the label that it may open with, as in ``Why: ...``; all of it where it is but a label."""
    bullet = _BULLET.match(text, *part)
    for start in (part.start, bullet.end() if bullet else part.start):
        if (end := _label_end(text, Span(start, part.end), _PART_LABEL)) is not None:
            return Span(end, part.end).stripped(text)
    return part


def _outcomes_in(text: str, heading: Span) -> Iterator[Span]:
    """Outcomes that the heading itself prints: at the end of a line, or as a statement of necessity."""
    for verdict in closing_in(text, heading):
        yield verdict.span
    for decision in decisions(text, heading):
        yield decision.span


def closing_clause(text: str, line: Span) -> Span | None:
    """What ``line`` says behind its last colon or dash, as an outcome in words of its own; ``None`` without one."""
    closing = _CLAUSE.search(text, *line)
    return Span(closing.start("clause"), line.end).stripped(text) if closing else None


def closing_in(text: str, span: Span) -> list[Verdict]:
    """Verdicts in ``span`` that end a line after a colon or dash."""
    return [
        verdict._replace(span=Span(verdict.span.start + span.start, verdict.span.end + span.start))
        for _, verdict in closing_lines(span.of(text))
    ]


def _bare(text: str, span: Span) -> Span | None:
    """The name in ``span``; ``None`` where its words name nothing."""
    before = None
    while span != before:
        before = span = span.stripped(text)
        if bullet := _BULLET.match(text, *span):
            span = Span(bullet.end(), span.end)
        if (end := _label_end(text, span, _ITEM_LABEL)) is not None:
            span = Span(end, span.end)
        if lead_in := _LEAD_IN.match(text, *span):
            span = Span(lead_in.end(), span.end)
    if asked := _ASKED.search(text, *span):
        span = Span(span.start, asked.start())
    name = named(text, span)
    if name is None or _NO_NAME.match(text, *name):
        return None
    stop = _STOP.search(text, *name)
    name = Span(name.start, stop.start() if stop else name.end)
    return name if name.start < name.end else None


def _label_end(text: str, span: Span, own: Pattern) -> int | None:
    """Offset after the label that ``span`` opens with; ``None`` without a label, or without words after it."""
    opening = Span(span.start, min(span.end, span.start + _LONGEST_LABEL)).of(text)
    known = next(iter(labels(opening)), None)
    if known and known.start == 0 and known.end < len(opening):
        end = span.start + known.end
    elif match := own.match(text, span.start, span.start + len(opening)):
        end = match.end()
    else:
        return None
    return end if text[end : span.end].strip() else None
