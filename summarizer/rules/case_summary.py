"""The case summary: who, what conditions, what treatment so far, what was disputed, in the letter's own facts."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from schemas import Sex
from schemas.lengths import CASE_SUMMARY_WORDS
from summarizer.document import Document, Span
from summarizer.reading import Found, WorkerReading
from summarizer.rules.plain_words import in_sentence, listed
from summarizer.rules.treatment_so_far import treatment_so_far
from summarizer.vocabulary.pattern import Pattern

_UNKNOWN = "An injured worker"
_LEAST_FOR_CONDITIONS = 20
"""Words that the conditions may always take."""
_LEAST_FOR_DISPUTED = 26
"""Words that the disputed treatments may always take."""
_MOST_FOR_DISPUTED = 36
"""Words that they may take where the rest is short."""
_KEPT_FOR_TREATMENT = 10
"""Words that both leave for the treatment so far."""
_ANY_MEDICATION = Pattern(r"(?:\w+ )?medications?(?: management| therapy| regimen| use)?")
_LEAD_IN = Pattern(
    r"(?:associated surgical (?:service|procedure)s?:?|labs to include:?|(?:\d+|one) prescriptions? (?:for|of)"
    r"|continued?(?= [a-z])|continuation (?:of|for)|request for|prospective(?: request for)?:?)\s+",
    re.IGNORECASE,
)
_ORDER_NOTE = Pattern(r",? (?:per|from) \S+ order\b|,? DOS:? \S+", re.IGNORECASE)
_DETAIL = Pattern(
    r"(?:[,;:]| (?=#|\d)| (?:for|to|with|per|times|two times|three times|once|twice|one time|QTY|x ?\d|in|from)\b).*",
    re.IGNORECASE,
)
_RULE_OUT = Pattern(r"(?:to )?(?:rule out|r/o) ", re.IGNORECASE)
_STATUS_POST = Pattern(r"(?:status[ -]post|s/p)[ -]", re.IGNORECASE)
_SUSPECT = Pattern(r"suspect (?=\w)", re.IGNORECASE)
_OTHER = Pattern(r"\Aother (?:specific |specified )?(?=\w)")
_ADJECTIVE = Pattern(r"\w+(?:ive|ic|sed|ese)\Z")


class _Sentence(NamedTuple):
    """One sentence of the summary and what it rests on."""

    words: str
    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        """Its length in words."""
        return len(self.words.split())


_NO_SENTENCE = _Sentence("", ())


def case_summary_of(
    document: Document,
    clinical_summary: Span | None,
    worker: WorkerReading,
    diagnoses: tuple[Found[str], ...],
    date_of_injury: Found[date] | None,
    treatments: tuple[Found[str], ...],
) -> Found[str] | None:
    """A summary of at most 60 words, made of facts that the letter states.

    ``treatments`` are those of the disputed items, in order. Evidence is every span that a part of
    the summary was read from. ``None`` where nothing is known of the case. Rule: codebook,
    ``case_summary``.
    """
    if not (treatments or diagnoses or worker.age or worker.sex):
        return None
    text = document.text
    opening = _opening(text, worker, diagnoses, date_of_injury, _LEAST_FOR_CONDITIONS)
    room = CASE_SUMMARY_WORDS - _KEPT_FOR_TREATMENT - opening.length
    disputed = _disputed(text, treatments, max(_LEAST_FOR_DISPUTED, min(_MOST_FOR_DISPUTED, room)))
    room -= disputed.length
    if room > 0:
        opening = _opening(text, worker, diagnoses, date_of_injury, _LEAST_FOR_CONDITIONS + room)
    room = CASE_SUMMARY_WORDS - disputed.length - opening.length
    so_far = _so_far(text, clinical_summary, room) if clinical_summary else _NO_SENTENCE
    parts = [part for part in (opening, so_far, disputed) if part.words]
    spans = sorted({span for part in parts for span in part.spans})
    return Found(" ".join(part.words for part in parts), tuple(spans))


def _opening(
    text: str, worker: WorkerReading, diagnoses: tuple[Found[str], ...], injured: Found[date] | None, room: int
) -> _Sentence:
    """Who, when, with which conditions; these in about ``room`` words."""
    who = _who(worker)
    spans = tuple(span for found in (worker.age, worker.sex, injured) if found for span in found.spans)
    chosen = _chosen(text, diagnoses, room)
    if injured:
        day = injured.value
        who = "A worker" if who == _UNKNOWN else who
        who += f"{'' if chosen else ' was'} injured on {day:%B} {day.day}, {day.year}"
    elif not chosen:
        who = f"The injured worker is {who[0].lower()}{who[1:]}"
    if not chosen:
        return _Sentence(f"{who}.", spans) if injured or worker.age or worker.sex else _NO_SENTENCE
    conditions = _conditions([phrase for phrase, _ in chosen], more=len(chosen) < len(diagnoses))
    return _Sentence(f"{who} {conditions}.", (*spans, *(span for _, found in chosen for span in found.spans)))


def _chosen(text: str, diagnoses: tuple[Found[str], ...], room: int) -> list[tuple[str, Found[str]]]:
    """The first diagnoses that together fit into ``room`` words, each with its words for a sentence."""
    chosen = []
    for diagnosis in diagnoses:
        phrase = _SUSPECT.sub("suspected ", _OTHER.sub("", _words(text, diagnosis)))
        room -= len(phrase.split())
        if room < 0:
            break
        chosen.append((phrase, diagnosis))
    return chosen


def _who(worker: WorkerReading) -> str:
    """The worker by age and sex, as far as the letter gives them."""
    if not worker.age:
        return {Sex.FEMALE: "A woman", Sex.MALE: "A man"}[worker.sex.value] if worker.sex else _UNKNOWN
    years = worker.age.value
    article = "An" if years in (11, 18) or 80 <= years < 90 else "A"
    if not worker.sex:
        noun = "worker"
    elif years < 18:
        noun = f"{worker.sex.value} worker"
    else:
        noun = "woman" if worker.sex.value is Sex.FEMALE else "man"
    return f"{article} {years}-year-old {noun}"


def _conditions(phrases: list[str], *, more: bool) -> str:
    """What the worker has, what is to be ruled out and what came before, as one predicate."""
    in_doubt = [_RULE_OUT.sub("", phrase) for phrase in phrases if _RULE_OUT.match(phrase)]
    earlier = [_STATUS_POST.sub("", phrase) for phrase in phrases if _STATUS_POST.match(phrase)]
    adjectives = [phrase for phrase in phrases if _ADJECTIVE.fullmatch(phrase)]
    has = [p for p in phrases if p not in adjectives and not _RULE_OUT.match(p) and not _STATUS_POST.match(p)]
    clauses = []
    if has:
        clauses.append(f"has {listed([*has, 'other conditions'] if more else has)}")
    elif more:
        clauses.append("has several conditions")
    if adjectives:
        clauses.append(f"is {listed(adjectives)}")
    if earlier:
        clauses.append(f"is status post {listed(earlier)}")
    if in_doubt and not clauses:
        return f"has {listed(in_doubt)} to be ruled out"
    doubt = f", with {listed(in_doubt)} to be ruled out" if in_doubt else ""
    return ("; and ".join(clauses) if len(clauses) > 1 and len(has) > 1 else " and ".join(clauses)) + doubt


def _so_far(text: str, summary: Span, room: int) -> _Sentence:
    """What the worker has been given, in at most ``room`` words; empty where the summary does not say."""
    given, drugs = treatment_so_far(text, summary)
    room -= len("Treatment has included".split())
    words, spans = _fitting(text, given, room)
    if drugs:
        rest = tuple(span for span in given if not _ANY_MEDICATION.fullmatch(in_sentence(text, span)))
        named, named_spans = _fitting(text, (*rest, *drugs), room)
        if len(named) > len(rest):
            words, spans = named, named_spans
    return _Sentence(f"Treatment has included {listed(words)}.", tuple(spans)) if words else _NO_SENTENCE


def _fitting(text: str, elements: tuple[Span, ...], room: int) -> tuple[list[str], list[Span]]:
    """As many of ``elements`` from the first on as fit into ``room`` words, each once."""
    words: list[str] = []
    spans: list[Span] = []
    for element in elements:
        phrase = in_sentence(text, element)
        if not phrase or phrase in words:
            continue
        room -= len(phrase.split()) + (1 if words else 0)
        if room < 0:
            break
        words.append(phrase)
        spans.append(element)
    return words, spans


def _disputed(text: str, treatments: tuple[Found[str], ...], room: int) -> _Sentence:
    """What was disputed in at most ``room`` words: all where it fits, else without details, else the first few."""
    if not treatments:
        return _NO_SENTENCE
    spans = tuple(span for treatment in treatments for span in treatment.spans)
    full = [_treatment(text, treatment) for treatment in treatments]
    short = [_DETAIL.sub("", phrase) or phrase for phrase in full]
    for phrases in (full, short):
        sentence = f"In dispute: {listed(tuple(dict.fromkeys(phrases)))}."
        if len(sentence.split()) <= room:
            return _Sentence(sentence, spans)
    kept: list[str] = []
    words = 0
    for phrase in dict.fromkeys(short):
        words += len(phrase.split())
        if kept and words > room - 6:
            break
        kept.append(phrase)
    rest = sum(phrase not in kept for phrase in short)
    named = ", ".join(" ".join(phrase.split()[: room - 6]) for phrase in kept)
    more = f" and {rest} more {'item' if rest == 1 else 'items'}" if rest else ""
    return _Sentence(f"In dispute: {named}{more}.", spans)


def _words(text: str, found: Found[str]) -> str:
    """The words of ``found`` as they read in a sentence."""
    return in_sentence(text, found.spans[0]) if found.spans else found.value


def _treatment(text: str, treatment: Found[str]) -> str:
    """One disputed treatment as it reads in a list, without lead-in and note of the order."""
    words = _words(text, treatment)
    return _ORDER_NOTE.sub("", _LEAD_IN.sub("", words)).strip(" ,;") or words
