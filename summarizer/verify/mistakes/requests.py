"""Where a rationale names the treatment that it decides about."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern

_VERB = (
    r"(?:is|are|was|were|has|have|had|does|do|did|cannot|can|would|will|should|could|may|exceeds?|remains?|appears?|"
    r"fails?)\b"
)
_END = (
    rf"(?=[\"'”’]?\s+(?:be\s+)?{_VERB}|[\"'”’]?\s*[.;]\s*$|\s*[,;]\s+(?:which|as|since|because|but|and\s+the)\b"
    r"|\s*$)"
)
_NAMED = (
    Pattern(
        r"\b(?:the|this|an?)\s+(?:[\w-]+\s+){0,2}?(?:request|decision|authorization)\s+(?:is\s+)?for\s+(?:the\s+|an?\s+)?"
        rf"[\"'“‘]?(?P<named>.+?){_END}",
        re.DOTALL,
    ),
    Pattern(
        rf"\b(?:the|this|these)\s+(?:current(?:ly)?\s+|presently\s+)?requested\s+[\"'“‘]?(?P<named>.+?)(?:{_END}|(?=,))",
        re.DOTALL,
    ),
    Pattern(r"\b(?:the|this|said)\s+(?P<named>(?:[\w/()-]+\s+){1,5}?)(?:in\s+question|at\s+issue)\b"),
)
_CLOSING = Pattern(
    r"(?P<named>[^,;]{3,200}?)\s+(?:is|are|was|were|be)\s+(?:\w+\s+){0,5}?medically\s+(?:necessary|appropriate)"
)
_CLOSES = Pattern(
    r"\bmedical(?:ly)?\s+(?:necess|appropriate)|\bnot\s+(?:warranted|supported|indicated|certified)|"
    r"\bis\s+(?:warranted|supported)"
)
_AFTERTHOUGHT = Pattern(
    r"\s+(?:to\s+(?:rule|evaluate|address|treat|assess|determine|help|assist|monitor|further)|due\s+to|because|"
    r"for\s+the\s+(?:treatment|evaluation|diagnosis|purpose)|in\s+order|in\s+light|given|per|based|when|with\s+regard|that|"
    r"which|in\s+this|prior\s+to|following|without\s+(?!contrast)|imputed)\b.*",
    re.DOTALL,
)
_DEPENDENT = Pattern(
    r"\s*(?:and\s+|but\s+)?(?:as(?!\s+such)|since|because|given\s+that|if|when|while|although|unless|until|once|"
    r"without|pending|due\s+to|after|before|following)\b"
)
_HINTS = ("request", "decision", "authorization", "question", "issue", "medically")
"""Pieces, one of which stands in whatever names the disputed treatment."""
_EARLIER = Pattern(
    r"\b(?:previous(?:ly)?|prior|earlier|already|approved|authorized|certified|duplicat\w+|originally|original|redundant|history)\b"
)


class RequestPhrase(NamedTuple):
    """Words of a rationale that name the disputed treatment."""

    named: Span
    """The words, in the document."""
    sentence: Span
    """The sentence they stand in."""
    closes: bool
    """Whether the sentence draws the conclusion."""
    tells_earlier: bool
    """Whether the sentence also speaks of earlier requests or treatment."""


def request_phrases(words: str, sentence: Span) -> tuple[RequestPhrase, ...]:
    """Places of a sentence that name the disputed treatment; ``words`` is the sentence in lower case.

    "the request for X", "the requested X", "X in question", and X in "X is (not) medically
    necessary". A clause that only gives the ground ("as the requested surgery is not medically
    necessary, ...") names another treatment and is left out.
    """
    if not any(hint in words for hint in _HINTS):
        return ()
    closes, earlier = bool(_CLOSES.search(words)), bool(_EARLIER.search(words))
    found = []
    for pattern in _NAMED:
        for match in pattern.finditer(words):
            if not _is_dependent(words, match.start()):
                found.append(_trimmed(words, match))
    if closes and not found and "request" not in words:
        for match in _CLOSING.finditer(words):
            if not _is_dependent(words, match.start("named")):
                found.append(_trimmed(words, match))
    return tuple(
        RequestPhrase(Span(sentence.start + start, sentence.start + end), sentence, closes, earlier)
        for start, end in found
        if start < end
    )


def _is_dependent(words: str, at: int) -> bool:
    """Whether the clause around ``at`` opens with a word that subordinates it."""
    opening = max(words.rfind(mark, 0, at) for mark in ",;:(")
    return bool(_DEPENDENT.match(words, opening + 1))


def _trimmed(words: str, match: re.Match[str]) -> tuple[int, int]:
    """The named words without what is only said about them."""
    start, end = match.span("named")
    if afterthought := _AFTERTHOUGHT.search(words, start, end):
        end = afterthought.start()
    return start, end
