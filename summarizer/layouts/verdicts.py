"""Verdicts as words: ``Upheld``, ``not overturned``, ``partially medically necessary``, or a sentence."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from schemas import Outcome
from summarizer.document import Span
from summarizer.layouts.decision_sentences import decisions, named, sentence_start
from summarizer.vocabulary.pattern import Pattern

_VERDICT_WORDS: Final = (
    r"(?P<not>not\s+)?(?P<part>(?:partially|partly)\s+)?"
    r"(?P<word>uph[eo]ld|affirmed|overturn(?:ed)?|reversed|modified)(?P<in_part>\s+in\s+part)?\b"
)
_VERDICT = Pattern(r"\b" + _VERDICT_WORDS, re.IGNORECASE)
_NECESSITY = Pattern(
    r"(?P<partly>partially\s+|partly\s+)?(?P<no>not\s+)?medically\s+(?P<un>un)?necessary(?:\s+and\s+appropriate)?",
    re.IGNORECASE,
)
_AT_LINE_END = Pattern(
    r"(?<![ \t])[ \t]*(?:[:–—]|(?<=\s)-)[ \t]*\n?[ \t*]*(?P<verdict>" + _VERDICT_WORDS + r")[ \t*.]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SHORT_ANSWER: Final = 60
"""Characters under an outcome label in which a bare verdict word stands."""


class Verdict(NamedTuple):
    """An outcome and where it is printed."""

    outcome: Outcome
    """What was decided."""
    span: Span
    """The words that say so."""
    name: Span | None = None
    """What it is said of, where the same sentence names it."""


def stated(text: str, span: Span) -> Verdict | None:
    """The verdict in the words ``span`` under an outcome label: a word at their start, else a sentence."""
    span = span.stripped(text)
    line_end = text.find("\n", *span)
    line = Span(span.start, min(line_end if line_end >= 0 else span.end, span.start + _SHORT_ANSWER))
    if word := _VERDICT.search(text, *line):
        return Verdict(_outcome(word), Span(*word.span()))
    if necessity := _NECESSITY.match(text, *span):
        upheld = bool(necessity["no"]) != bool(necessity["un"])
        outcome = Outcome.MODIFIED if necessity["partly"] else Outcome.UPHELD if upheld else Outcome.OVERTURNED
        return Verdict(outcome, Span(*necessity.span()))
    if decided := next(iter(decisions(text, span)), None):
        begin = sentence_start(text, span.start, decided.span.start)
        return Verdict(decided.outcome, decided.span, named(text, Span(begin, decided.span.start)))
    word = _VERDICT.search(text, *span)
    return Verdict(_outcome(word), Span(*word.span())) if word else None


def said(words: str) -> Outcome | None:
    """The outcome that ``words`` state, as a layout marks them by ``outcome_span``; ``None`` where they state none."""
    verdict = stated(words, Span(0, len(words)))
    return verdict.outcome if verdict else None


def closing_lines(text: str) -> list[tuple[int, Verdict]]:
    """Verdicts that end a line after a colon or dash (``X: Upheld``), each with the end of the words before."""
    return [
        (match.start(), Verdict(_outcome(match), Span(*match.span("verdict")))) for match in _AT_LINE_END.finditer(text)
    ]


def _outcome(match: re.Match[str]) -> Outcome:
    """The outcome of verdict words."""
    if match["part"] or match["in_part"] or match["word"].lower() == "modified":
        return Outcome.MODIFIED
    stands = match["word"].lower() in {"upheld", "uphold", "affirmed"}
    return Outcome.UPHELD if stands != bool(match["not"]) else Outcome.OVERTURNED
