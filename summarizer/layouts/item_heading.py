"""Where an item's heading begins: nothing marks it but the end of the rationale before it."""

from __future__ import annotations

import re

from summarizer.vocabulary.pattern import Pattern

_SENTENCE_END = Pattern(r"[.!?][\"'”’)\]]*\s*\Z")
_CLOSING = Pattern(r"medically\s+necessary(?:\s+and\s+appropriate)?[\"'”’]?\s*\Z")
_PARTLY = Pattern(
    r"remaining\s+IMR\s+eligible|authorized\s+by\s+the\s+Claims|Claims\s+Administrator\s+authorized|"
    r"(?:the|this)\s+original\s+request\s*,|the\s+original\s+request\s+IMR\s+eligible",
    re.IGNORECASE,
)
_ORIGINAL = Pattern(r"(?:was|is)\s+the\s+original\s+request", re.IGNORECASE)
_ORIGINAL_ENDS = Pattern(_ORIGINAL.pattern + r"\s*[.,;]?\s*\Z", re.IGNORECASE)
_BEGINS_PARTLY = Pattern(r"The\s+Claims\s+Administrator\s+(?:has\s+)?(?:authorized|approved|certified)\b")
_SHORT_LINE = 45
"""Characters; a heading that breaks earlier than this was broken on purpose, so a new paragraph begins."""
_MOST_LINES = 60
"""Lines looked back over before giving up; the longest heading seen has eight."""


def heading_start(text: str, floor: int, end: int) -> int:
    """Offset where the heading that ends at ``end`` begins, at or after ``floor``.

    A heading begins on the line after one that ends a sentence or closes a rationale. A partly
    authorized request is several sentences, so the search goes on back to its ``was the original
    request``, or to the ``The Claims Administrator authorized`` that it opens with where it has none.
    """
    begin = end
    for line_start, line_before in _lines_before(text, floor, end):
        begin = line_start
        if line_before is None:
            break
        if not _ends_paragraph(line_before, text[line_start]):
            continue
        words = text[line_start:end]
        if _BEGINS_PARTLY.match(words) and not _ORIGINAL_ENDS.search(line_before):
            break
        if not (_PARTLY.search(words) and not _ORIGINAL.search(words)):
            break
    return begin


def _lines_before(text: str, floor: int, end: int) -> list[tuple[int, str | None]]:
    """Starts of the non-blank lines before ``end``, nearest first, each with the line above it.

    The topmost has ``None`` above it.
    """
    lines: list[tuple[int, str]] = []
    cursor = end
    while cursor > floor and len(lines) < _MOST_LINES:
        line_start = max(text.rfind("\n", floor, cursor) + 1, floor)
        line = text[line_start:cursor]
        if line.strip():
            lines.append((line_start + len(line) - len(line.lstrip()), line))
        cursor = line_start - 1
    above: list[str | None] = [line for _, line in lines[1:]] + [None] * bool(lines)
    return [(start, before) for (start, _), before in zip(lines, above, strict=True)]


def _ends_paragraph(line: str, following: str) -> bool:
    """Whether ``line`` can be the last one of a rationale, ``following`` being the next line's first character."""
    words = line.strip()
    if _SENTENCE_END.search(words) or _CLOSING.search(words):
        return True
    return len(words) < _SHORT_LINE and not following.islower()
