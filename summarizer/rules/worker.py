"""The injured worker's age and sex, from the clinical case summary."""

from __future__ import annotations

import re
from collections import defaultdict

from schemas import Sex
from summarizer.document import Document, Span
from summarizer.reading import Found, WorkerReading
from summarizer.vocabulary.pattern import Pattern
from summarizer.vocabulary.worker import worker_words

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_NUMBER = rf"(?:\d{{2,3}}|(?:{_TENS})(?:[-\s]+(?:{_UNITS}))?|{_TEENS})"
_AGE = Pattern(
    rf"""
    (?<! [\w./-] ) (?P<before> {_NUMBER} ) [-\s]*
      (?: (?: years? | yrs? ) \.? (?: ,? [-\s]+ (?: and \s+ )? \d{{1,2}} [-\s]* months? )?
          [-\s]* (?: of [-\s]+ age | olds? \b | o \b ) | y \.? \s? / ? \s? o \b \.? )
    | \b (?: aged | age (?: \s+ (?: of | is | was ) | :)? ) \s+ (?P<after> {_NUMBER} )
        (?! [\w/-] | \s+ (?: to | through | and ) \b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NOUN_PHRASE = Pattern(r"[\s,-]*((?:[\w'()/-]+[\s,-]+){0,4}[\w'-]*)")
_PHRASE_END = Pattern(
    r"\b(?:with|who|whose|that|which|has|had|was|is|sustained|suffered|reported|from|on|in|at|of|and|by|under"
    r"|works?|s/p|status)\b|[.;:()]"
)
_OTHERS_AGE = Pattern(
    r"(?:(?:\b(?:his|her|their|whose)|'s)\s+(?:\w+\s+){0,2}|\b(?:at|since|from|over|under|before|after|until)\s+(?:the\s+)?)\Z",
    re.IGNORECASE,
)
_OWN_WORK = Pattern(r"\b(?:is|was|as|being|worked|works)\s+an?\s+(?:[\w-]+\s+){0,2}\Z", re.IGNORECASE)
_INITIAL = Pattern(r"\b(?:[Yy]ears?|[Yy]rs?|[Yy])[-\s./]*(?:[Oo]ld|[Oo])\.?\s+([FM])\b(?![./'])")
_WORD = Pattern(r"[A-Za-z][A-Za-z-]*(?:'s)?|[.;]")


def worker_of(document: Document, clinical_summary: Span) -> WorkerReading:
    """The worker's age in whole years and sex as the clinical case summary states them.

    An age is taken only where it is said of a person, never from dates of birth. A noun says the
    sex; without one the pronouns that stand for the worker do. ``None`` where the summary is
    silent. Rule: codebook, ``injured_worker``.
    """
    text = document.text
    return WorkerReading(age=_age(text, clinical_summary), sex=_sex(text, clinical_summary))


def _age(text: str, summary: Span) -> Found[int] | None:
    """The first age that is a person's and not somebody else's."""
    known = worker_words()
    for mention in _AGE.finditer(text, summary.start, summary.end):
        if _OTHERS_AGE.search(text, max(summary.start, mention.start() - 40), mention.start()):
            continue
        phrase = _NOUN_PHRASE.match(text, mention.end(), summary.end)
        words = _PHRASE_END.split(phrase[1].lower(), maxsplit=1)[0].split() if phrase else []
        if any(word.strip(",-") in known.aged_things for word in words):
            continue
        years = _years(mention["before"] or mention["after"])
        if 10 <= years <= 110:
            return Found(years, (Span(mention.start(), mention.end()).stripped(text),))
    return None


def _years(number: str) -> int:
    """Whole years of digits or of words such as "thirty-two"."""
    if number.isdigit():
        return int(number)
    numbers = worker_words().numbers
    return sum(numbers[word] for word in re.split(r"[-\s]+", number.lower()))


def _sex(text: str, summary: Span) -> Found[Sex] | None:
    """The first noun that says the sex and is not somebody else's; else what most of the worker's pronouns say."""
    known = worker_words()
    about_other = False
    of_owner = False
    votes: dict[Sex, list[Span]] = defaultdict(list)
    for mark in _WORD.finditer(text, summary.start, summary.end):
        word = mark[0].lower()
        if sex := known.nouns.get(word):
            if not of_owner and not about_other:
                return Found(sex, (Span(mark.start(), mark.end()),))
        elif sex := known.pronouns.get(word):
            if not about_other:
                votes[sex].append(Span(mark.start(), mark.end()))
        elif word in known.workers:
            about_other = False
        elif word in known.others:
            own_work = _OWN_WORK.search(text, max(summary.start, mark.start() - 40), mark.start())
            about_other = about_other or not own_work
        of_owner = word.endswith("'s")
    if initial := _INITIAL.search(text, summary.start, summary.end):
        return Found(Sex.FEMALE if initial[1] == "F" else Sex.MALE, (Span(*initial.span(1)),))
    if not votes:
        return None
    sex, spans = max(votes.items(), key=lambda vote: len(vote[1]))
    if sum(len(others) for others in votes.values()) - len(spans) >= len(spans):
        return None
    return Found(sex, (spans[0],))
