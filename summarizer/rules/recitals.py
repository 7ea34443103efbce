"""How each sentence of a rationale speaks: of the guideline, of this case, or as the closing formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from math import exp

from summarizer.document import Span
from summarizer.sentences import sentences
from summarizer.vocabulary.phrases import Hit, Word, words_of
from summarizer.vocabulary.reasons import Cue, Frame, Speech, Topic, cues

_MARKS = frozenset(";:")
_MARKS_COUNTED = 3
_CONCESSION = re.compile(
    r"(?:While|Although|Though)\b.{40,}?,\s+(?:here,\s+however|however,\s+here|in\s+this\s+case|here),\s+", re.DOTALL
)
"""A sentence that first recites the guideline and then turns to the case."""


class State(IntEnum):
    """What a sentence says of a fact."""

    PRESENT = 0
    """It is so."""
    ABSENT = 1
    """It is not so."""
    SILENT = 2
    """The record does not tell."""


@dataclass(frozen=True, slots=True)
class Denial:
    """How far a denial reaches: words ``start`` to ``end``, half-open."""

    state: State
    """Whether it denies or says that the record is silent."""
    start: int
    """Index of the first word it reaches."""
    end: int
    """One past the last word it reaches."""
    frame: Hit[Cue]
    """The words that deny."""


@dataclass(frozen=True)
class Statement:
    """One sentence of a rationale, or the half of one that turns to the case, with the cues in it."""

    span: Span
    """Where it stands."""
    words: tuple[Word, ...]
    """Its words and marks."""
    hits: tuple[Hit[Cue], ...]
    """Cue phrases by their first word."""
    about_case: float
    """How surely it speaks of this case and not of the guideline, from 0 to 1."""

    @cached_property
    def denials(self) -> tuple[Denial, ...]:
        """Every denial in it, with its reach."""
        return tuple(_denials(self.words, self.hits))

    @cached_property
    def closes(self) -> bool:
        """Whether it holds words that decide the request."""
        return any(hit.value is Speech.CLOSING for hit in self.hits)

    def state_of(self, hit: Hit[Cue]) -> State:
        """What words outside ``hit`` make of what it says."""
        return max(
            (
                denial.state
                for denial in self.denials
                if denial.start <= hit.start < denial.end
                and not (hit.start <= denial.frame.start and denial.frame.end <= hit.end)
            ),
            default=State.PRESENT,
        )

    def place_of(self, hit: Hit[Cue]) -> Span:
        """Where the words of ``hit`` stand in the document."""
        return Span(self.words[hit.start].start, self.words[hit.end - 1].end)


def statements(text: str, rationale: Span) -> tuple[Statement, ...]:
    """The sentences of ``rationale`` in order, each judged with the one before it in mind."""
    found: list[Statement] = []
    leaning = 0.2
    phrases = cues()
    for span in _clauses(text, sentences(text, rationale)):
        words = tuple(words_of(span.of(text), span.start))
        hits = _without_idle(phrases.find(words))
        score = leaning + _leaning(hits, Speech.CASE) + _leaning(hits, Speech.RECITAL)
        if words and words[0].text.isdigit():
            score -= 0.5
        leaning = 0.5 if score > 0 else -0.5
        found.append(Statement(span, words, hits, 1 / (1 + exp(-1.5 * score))))
    return tuple(found)


def _clauses(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """``spans`` with a sentence that turns from the guideline to this case cut in two at the turn."""
    for span in spans:
        turn = _CONCESSION.match(text, span.start, span.end)
        if turn:
            yield Span(span.start, turn.end()).stripped(text)
            yield Span(turn.end(), span.end)
        else:
            yield span


def _without_idle(hits: Sequence[Hit[Cue]]) -> tuple[Hit[Cue], ...]:
    """``hits`` without those inside a phrase that looks like a cue and is none."""
    idle = [hit for hit in hits if hit.value is Speech.IDLE]
    if not idle:
        return tuple(hits)
    return tuple(hit for hit in hits if not any(i.start <= hit.start and hit.end <= i.end for i in idle))


def _leaning(hits: Sequence[Hit[Cue]], kind: Speech) -> float:
    """Sum of the three strongest phrases of ``kind`` that do not overlap."""
    marks = sorted((hit for hit in hits if hit.value is kind), key=lambda hit: -abs(hit.weight))
    kept: list[Hit[Cue]] = []
    for hit in marks:
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
            if len(kept) == _MARKS_COUNTED:
                break
    return sum(hit.weight for hit in kept)


_FORWARD = {Frame.ABSENT: State.ABSENT, Frame.SILENT: State.SILENT}
_BACKWARD = {Frame.ABSENT_BEFORE: State.ABSENT, Frame.SILENT_BEFORE: State.SILENT}


def _denials(words: Sequence[Word], hits: Sequence[Hit[Cue]]) -> Iterator[Denial]:
    """Every denial with its reach.

    One that stands before what it denies reaches to the end of its clause, or to words of purpose
    ("to warrant", "prior to") once it has denied something; one that stands after reaches back to
    the last comma or the start of its clause.
    """
    frames = [hit for hit in hits if isinstance(hit.value, Frame)]
    if not frames:
        return
    breaks = [hit.start for hit in frames if hit.value is Frame.BREAK]
    breaks += [place for place, word in enumerate(words) if word.text in _MARKS]
    commas = [place for place, word in enumerate(words) if word.text == ","]
    topics = [hit.start for hit in hits if isinstance(hit.value, Topic)]
    purposes = [hit.start for hit in frames if hit.value is Frame.PURPOSE]
    for hit in frames:
        if hit.value in _FORWARD:
            stops = [place for place in breaks if place > hit.start]
            stops += [p for p in purposes if p > hit.start and any(hit.start < topic < p for topic in topics)]
            yield Denial(_FORWARD[hit.value], hit.start + 1, min(stops, default=len(words)), hit)
        elif hit.value in _BACKWARD:
            start = max((place + 1 for place in breaks + commas if place < hit.start), default=0)
            yield Denial(_BACKWARD[hit.value], start, hit.end, hit)
