"""Sentences of a span, by place: what rules judge and models refer to by number."""

from __future__ import annotations

import re
from functools import lru_cache

from summarizer.document import Span

_ABBREVIATIONS = frozenset(
    "dr mr mrs ms md no nos vs pt pts approx dept e.g i.e eg ie fig st jr sr ed eds pg pgs p pp tab tabs cap caps "
    "inc vol ch sec al est ave max min hr hrs wk wks mo mos yr yrs lb lbs oz q.d b.i.d t.i.d q.i.d p.r.n p.o".split()
)
_END = re.compile(
    r"""
    [.!?]+                       # the mark
    (?P<close>["'”’)\]]*)        # what closes after it
    (?= \s | \Z                  # then space or the end,
      | (?<=[a-z%)\]]\.)(?=[A-Z][a-z])  # or, glued as letters often print it, a new capitalized word
      | (?<=[a-z\d]\.["”])(?=[A-Z])
    )
    """,
    re.VERBOSE,
)
_NEXT_WORD = re.compile(r"\s*[\"'“(\[]*(\S)")


def sentences(text: str, span: Span) -> tuple[Span, ...]:
    """Split ``span`` of ``text`` into sentences, each without surrounding white space.

    A stop after a listed abbreviation, an initial or a list number does not end a sentence, nor
    does one that a lower-case word follows. A stop glued to the next capitalized word does.
    """
    return _split(text, span)


@lru_cache(maxsize=64)
def _split(text: str, span: Span) -> tuple[Span, ...]:
    """The sentences, kept for those that ask next: rationales are judged and then checked."""
    found: list[Span] = []
    start = span.start
    for mark in _END.finditer(text, span.start, span.end):
        end = mark.end()
        if end < span.end and not _ends(text, start, mark.start(), end):
            continue
        piece = Span(start, end).stripped(text)
        if piece.start < piece.end:
            found.append(piece)
        start = end
    rest = Span(start, span.end).stripped(text)
    if rest.start < rest.end:
        found.append(rest)
    return tuple(found)


def _ends(text: str, start: int, mark: int, end: int) -> bool:
    """Whether the stop at ``mark`` ends the sentence that began at ``start``."""
    following = _NEXT_WORD.match(text, end)
    if following and following[1].islower():
        return False
    if text[mark] != ".":
        return True
    before = text[max(start, mark - 24) : mark].removesuffix("\n")
    if not before or before[-1].isspace():
        return False
    printed = before.split()[-1]
    word = printed.lstrip("(\"'“[")
    if word.lower() in _ABBREVIATIONS and not (len(word) > 1 and word.isupper()):
        return False  # "Pt." is a patient, "PT." is therapy
    is_initial = len(word) == 1 and word.isalpha() and word.isupper()
    is_list_number = word.rstrip(")").isdigit() and text.rfind(printed, 0, mark) <= start + 3
    return not (is_initial or is_list_number)
