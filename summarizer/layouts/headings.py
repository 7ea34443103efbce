"""Headings and labels as letters print them, whatever their breaks, case and glued words."""

from __future__ import annotations

import re

from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern


def printed(words: str) -> str:
    """Regular expression for ``words`` with any white space, none included, between them.

    Recognized text glues words and PDFs break headings over lines, so a blank in ``words``
    matches both. Parentheses and slashes in ``words`` stand for themselves.
    """
    return r"\s*".join(re.escape(word) for word in words.split())


def heading(*alternatives: str) -> Pattern:
    """Pattern that finds any of the ``alternatives`` as a heading at the start of a line."""
    return Pattern(r"^[ \t]*(?:" + "|".join(printed(words) for words in alternatives) + r")[ \t]*:?", re.MULTILINE)


def label(*alternatives: str) -> Pattern:
    """Pattern that finds any of the ``alternatives`` at the start of a line, in any case, with its colon."""
    return Pattern(
        r"^[ \t]*(?:" + "|".join(printed(words) for words in alternatives) + r")\s*:", re.MULTILINE | re.IGNORECASE
    )


def section(text: str, start: re.Match[str] | None, end: int) -> Span | None:
    """The words after the heading ``start`` up to ``end``; ``None`` without heading or words."""
    if start is None:
        return None
    span = Span(start.end(), max(end, start.end())).stripped(text)
    return span if span.start < span.end else None
