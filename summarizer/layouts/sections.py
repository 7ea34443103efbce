"""Sections of the forms whose headings may be capitals or labels, with a colon or alone on a line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from summarizer.document import Span
from summarizer.layouts.headings import printed
from summarizer.vocabulary.pattern import Pattern


def titled(*alternatives: str, also: str = "") -> Pattern:
    """Pattern that finds any of the ``alternatives`` at the start of a line, alone on it or with a colon.

    Case does not matter, nor does white space inside. ``also`` is a regular expression of further
    wordings.
    """
    wordings = [printed(words) for words in alternatives] + ([also] if also else [])
    return Pattern(
        r"^[ \t]*(?:\d{1,2}[.)][ \t]*)?(?:" + "|".join(wordings) + r")[ \t]*(?::|$)", re.MULTILINE | re.IGNORECASE
    )


def sections(
    text: str, headings: Mapping[str, Pattern], start: int = 0
) -> tuple[dict[str, Span], dict[str, re.Match[str]]]:
    """The words of every section of ``text`` by name, and the heading of each.

    A section runs from its heading, found from offset ``start`` on, to the next one of any name.
    Sections without words are left out of the first mapping.
    """
    found = {name: match for name, pattern in headings.items() if (match := pattern.search(text, start))}
    ordered = sorted(found.items(), key=lambda pair: pair[1].start())
    ends = [*(match.start() for _, match in ordered[1:]), len(text)][: len(ordered)]
    spans = {
        name: Span(match.end(), max(end, match.end())).stripped(text)
        for (name, match), end in zip(ordered, ends, strict=True)
    }
    return {name: span for name, span in spans.items() if span.start < span.end}, found


def without_lead_in(text: str, span: Span | None, lead_in: Pattern) -> Span | None:
    """``span`` without the ``lead_in`` it may begin with; ``None`` where nothing is left."""
    if span is None:
        return None
    found = lead_in.match(text, *span)
    rest = Span(found.end(), span.end).stripped(text) if found else span
    return rest if rest.start < rest.end else None
