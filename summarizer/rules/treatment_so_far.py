"""Treatment so far: what the clinical case summary says the worker has been given."""

from __future__ import annotations

import re

from summarizer.document import Span
from summarizer.sentences import sentences
from summarizer.vocabulary.pattern import Pattern

_CUE = Pattern(  # on text in lower case
    r"""
    \b (?:
      treatments? (?: \s+ (?: to \s+ date | so \s+ far | thus \s+ far | rendered | history | modalities | received
          | tried | has | have | had | was | were | is | been | noted | listed | to
          | and \s+ \w+ (?: \s+ testing | \s+ studies )? ) \b )*
        \s+ (?: includ (?: e | es | ed | ing ) | consist (?: s | ed )? \s+ of ) \b \s* :?
    | (?: has | had | have ) \s+ (?: previously \s+ )?
        (?: been \s+ treated \s+ with | had \s+ treatment \s+ to \s+ include ) \b \s* :?
    | was \s+ treated \s+ with \b
    | received \s+ the \s+ following \s+ treatments? \s* :?
    | (?P<drugs> medications? (?: \s+ regimen )?
        (?: \s+ (?: were | was | have | has | had | are | is | noted | stated | to | been | list | as | currently
          | used | prescribed ) \b )*
        \s+ (?: includ (?: e | es | ed | ing ) | listed | consist (?: s | ed )? \s+ of ) \b \s* :? )
    )
    """,
    re.VERBOSE,
)
_SEPARATOR = Pattern(
    r"\([^()]*\)|(?P<cut>\s*[,;:]\s*(?:(?:and|as\s+well\s+as)\s+)?"
    r"|(?<!\bhot)(?<!\bcold)(?<!\bactivity)(?<!\bphysical)(?<!\bwork)\s+(?:and|as\s+well\s+as|along\s+with)\s+"
    r"|(?<=medications)\s+of\s+)"
)
_TAIL = Pattern(r"\s+(?:which|that|who|with\s+no|#\d)\b.*|\s+#\d.*|[.;,]+\Z", re.DOTALL)
_STOP = Pattern(
    r"[,;.]?\s+(?:(?:the|this)\s+(?:injured|patient|applicant|claimant|worker)|he|she|currently|on\s+\d|dated"
    r"|medications?\s+ha(?:s|ve|d)"
    r"|but|however|although|while|because|since\s+the|in\s+the\s+past|for\s+(?:his|her|the)|to\s+be|performed)\b",
    re.IGNORECASE,
)
_NOTHING = Pattern(
    r"\A(?:no|none|nothing|n/a)\b|\b(?:not|never|denie[sd]|pending|planned|future|declined)\b", re.IGNORECASE
)
_COUNTER = Pattern(
    r"#|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b", re.IGNORECASE
)
"""Session counts by month, such as ``#3 July``, name no treatment of their own."""
_LONGEST_LIST = 900
"""Characters after a cue in which its list must end."""
_LONGEST_ELEMENT = 10
"""Words; a longer element is a clause of its own, not something in a list."""


def treatment_so_far(text: str, summary: Span) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """What the worker has been given, and which drugs the worker takes, one span an element in the letter's order.

    Only what the clinical case summary at ``summary`` of ``text`` says was given counts, never
    what is planned or requested, nor what it says was not given.
    """
    lowered = text[: summary.end].replace("\u0130", "I").lower()
    treatments: list[Span] = []
    drugs: list[Span] = []
    past = summary.start
    for cue in _CUE.finditer(lowered, summary.start, summary.end):
        if cue.start() < past:
            continue
        pieces = sentences(text, Span(cue.end(), min(summary.end, cue.end() + _LONGEST_LIST)))
        if pieces:
            stop = _STOP.search(text, cue.end(), pieces[0].end)
            listing = Span(cue.end(), stop.start() if stop else pieces[0].end)
            past = listing.end
            (drugs if cue["drugs"] else treatments).extend(_elements(text, listing))
    return tuple(treatments), tuple(drugs)


def _elements(text: str, listing: Span) -> list[Span]:
    """The list's elements, without those that say that something was not given."""
    found = []
    start = listing.start
    cuts = [mark.span() for mark in _SEPARATOR.finditer(text, listing.start, listing.end) if mark["cut"]]
    for cut_start, cut_end in [*cuts, (listing.end, listing.end)]:
        span = Span(start, cut_start).stripped(text)
        start = cut_end
        words = _TAIL.sub("", span.of(text))
        if (
            words
            and not _COUNTER.match(words)
            and len(words.split()) <= _LONGEST_ELEMENT
            and not _NOTHING.search(words)
        ):
            found.append(Span(span.start, span.start + len(words)))
    return found
