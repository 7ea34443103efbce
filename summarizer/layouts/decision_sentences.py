"""Decisions written as sentences: ``the request for X is not medically necessary``.

The outcome follows from the words right before ``medically necessary``, read backwards while they
belong to the verb: an odd number of negations upholds the denial, an even number overturns it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from schemas import Outcome
from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern

_NECESSARY = Pattern(
    r"medically\s*(?P<un>un)?necessary(?:\s*(?:and|or)\s*appropriate)?(?P<part>\s+in\s+part\b)?", re.IGNORECASE
)
_MODIFIED = Pattern(
    r"\b(?:requests?|decision|determination|denial)\b[^.;:]{0,160}?\b"
    r"(?P<phrase>(?:is|are|was|were)\s+(?:(?:hereby|therefore|thus)\s+)?(?:modified|partially\s+(?:upheld|overturned)))\b",
    re.IGNORECASE,
)
_WORD = Pattern(r"[\w’'/-]+|[^\w\s]")
_LOOK_BACK: Final = 120
"""Characters before ``medically necessary`` in which its verb must begin."""

_AUXILIARIES: Final = frozenset(
    "is are was were be been being is/was isn't aren't wasn't weren't isnot cannot can't has have had hasn't haven't "
    "does do did doesn't don't didn't fails fail failed would wouldn't should shouldn't".split()
)
_NEGATIONS: Final = frozenset("not no never neither none cannot isnot fails fail failed unable".split())
_NONE_OF = Pattern(r"\bnone\s+of\s+(?:the|these|those|them)\b[^.;:!?]{0,60}\Z", re.IGNORECASE)
"""Right before the verb: the subject itself denies."""
_PARTIAL: Final = frozenset("partially partly".split())
_VERB_WORDS: Final = (
    _AUXILIARIES
    | _NEGATIONS
    | _PARTIAL
    | frozenset(
        "to as longer considered deemed found felt determined established shown proven supported judged seen thought "
        "therefore thus also then hence accordingly consequently however currently clearly both only reasonable "
        "and still otherwise hereby at this time can could , said either".split()
    )
)
_CONDITION = Pattern(r"\b(?:if|whether|unless|when|until|once|provided\s+that)\b", re.IGNORECASE)
_SENTENCE_BREAK = Pattern(r"[.!?][\"'”’)\]]*\s|\n\s*\n")

_LEAD_IN = Pattern(
    r"""
    (?: \#?\s*\d{1,2}\s*(?:\)|\.(?!\d))\s*              # 1.  1)  #1.
      | \#\s*\d{1,2}[\s:]\s*                            # #1
      | (?:therefore|thus|hence|accordingly|consequently|in\s+conclusion|in\s+summary|as\s+such|as\s+a\s+result
          |given\s+the\s+above|based\s+on\s+[^,.]{3,80}(?=,))\s*,?\s+
      | (?-i:[A-Z])[\w&’'/-]*(?:[,.]?\s+[\w&’'/-]+){0,7}?[,.]?\s+(?:has|have)\s+determined\s+(?:that\s+)?
      | (?:it\s+is|i)\s+(?:determined|find|found)\s+that\s+
      | (?:regarding|concerning)\s+
      | (?:the|this|these|an?|any)\s+(?=\S)
      | (?:current\s+|disputed\s+)?requests?\s+(?:for|of|is\s+for)\s+
      | (?:whether|is|are|was|were)\s+(?=(?:the\s+|an?\s+)?requests?\s+for\s)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TAIL = Pattern(r"[\s,;:–—-]+\Z")
_NOT_A_NAME = Pattern(
    r"(?:(?:current|disputed|above)\s+)?(?:requested?\s*)?"
    r"(?:request|treatment|service|item|items?/services?|medication|procedure|it|they|this|that)?s?\Z",
    re.IGNORECASE,
)
_QUOTES: Final = {'"': '"', "“": "”", "‘": "’", "'": "'"}


class Decision(NamedTuple):
    """One statement of necessity."""

    span: Span
    """From the verb to the last deciding word: ``is not medically necessary and appropriate``."""
    outcome: Outcome
    """What it says."""


def decisions(text: str, span: Span) -> tuple[Decision, ...]:
    """Every statement in ``span`` of ``text`` that something is or is not medically necessary, in order.

    ``medically necessary treatment`` and questions have no verb before them and are none. A
    request that ``is modified`` or ``partially`` necessary is ``modified``.
    """
    read = (_decision(text, span.start, necessary) for necessary in _NECESSARY.finditer(text, *span))
    found = [decision for decision in read if decision]
    taken = [decision.span for decision in found]
    for match in _MODIFIED.finditer(text, *span):
        phrase = Span(*match.span("phrase"))
        if not any(other.start < phrase.end and phrase.start < other.end for other in taken):
            found.append(Decision(phrase, Outcome.MODIFIED))
    return tuple(sorted(found, key=lambda decision: decision.span))


def _decision(text: str, floor: int, necessary: re.Match[str]) -> Decision | None:
    """The statement that one ``medically necessary`` closes; ``None`` where no verb leads to it."""
    window = max(floor, necessary.start() - _LOOK_BACK)
    run: list[re.Match[str]] = []
    for word in reversed(list(_WORD.finditer(text, window, necessary.start()))):
        if _plain(word[0]) not in _VERB_WORDS:
            break
        run.append(word)
    run.reverse()
    verb = next((index for index, word in enumerate(run) if _plain(word[0]) in _AUXILIARIES), None)
    if verb is None:
        return None
    words = [_plain(word[0]) for word in run[verb:]]
    start = run[verb].start()
    if none := _NONE_OF.search(text, window, start):
        start, words = none.start(), ["none", *words]
    partial = bool(_PARTIAL.intersection(words)) or necessary["part"] is not None
    outcome = Outcome.MODIFIED if partial else _outcome(words, unnecessary=necessary["un"] is not None)
    return Decision(Span(start, necessary.end()), outcome)


def _plain(word: str) -> str:
    """``word`` in lower case with a straight apostrophe."""
    return word.lower().replace("’", "'")


def _outcome(words: list[str], *, unnecessary: bool) -> Outcome:
    """Upheld where an odd number of ``words`` negate; ``not only`` does not."""
    negations = int(unnecessary)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        negations += (word in _NEGATIONS or word.endswith("n't")) and following != "only"
    return Outcome.UPHELD if negations % 2 else Outcome.OVERTURNED


def is_conditional(text: str, floor: int, decision: Decision) -> bool:
    """Whether an ``if``, ``whether`` or ``when`` after offset ``floor`` governs the statement."""
    return _CONDITION.search(text, sentence_start(text, floor, decision.span.start), decision.span.start) is not None


def sentence_start(text: str, floor: int, end: int) -> int:
    """Offset after the last sentence or paragraph end between ``floor`` and ``end``; else ``floor``."""
    begin = floor
    for stop in _SENTENCE_BREAK.finditer(text, floor, end):
        begin = stop.end()
    return begin


def named(text: str, span: Span) -> Span | None:
    """The words of ``span`` that name an item: number, ``the request for``, article and outer quotes left out.

    ``None`` where nothing is named, as in ``the request``.
    """
    span = span.stripped(text)
    while lead_in := _LEAD_IN.match(text, *span):
        if lead_in.end() == span.start:
            break
        span = Span(lead_in.end(), span.end)
    tail = _TAIL.search(text, *span)
    span = Span(span.start, tail.start() if tail else span.end).stripped(text)
    words = span.of(text)
    if len(words) > 1 and _QUOTES.get(words[0]) == words[-1] and words[1:-1].count(words[-1]) == 0:
        span = Span(span.start + 1, span.end - 1).stripped(text)
    return None if _NOT_A_NAME.match(text, *span) else span
