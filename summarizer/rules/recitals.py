"""How each sentence of a rationale speaks: of the guideline, of this case, or as the closing formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from math import exp
from typing import NamedTuple

from schemas import Reason
from summarizer.document import Span
from summarizer.sentences import sentences
from summarizer.vocabulary.phrases import Hit, Phrases, places_of, words_of
from summarizer.vocabulary.reason_words import ReasonWords, stems
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


class Denial(NamedTuple):
    """How far a denial reaches: words ``start`` to ``end``, half-open."""

    state: State
    """Whether it denies or says that the record is silent."""
    start: int
    """Index of the first word it reaches."""
    end: int
    """One past the last word it reaches."""
    frame: Hit[Cue]
    """The words that deny."""


class Wording:
    """The words of a sentence and the cues in them, wherever it stands."""

    def __init__(self, sentence: str, phrases: Phrases[Cue]) -> None:
        """Look up every cue of ``sentence`` among ``phrases``."""
        self.words: tuple[str, ...] = words_of(sentence)
        """Its words and marks, in lower case."""
        self.hits: tuple[Hit[Cue], ...] = _without_idle(phrases.find(self.words))
        """Cue phrases by their first word."""
        self.denials: tuple[Denial, ...] = tuple(_denials(self.words, self.hits))
        """Every denial in it, with its reach."""
        self.speech: tuple[Hit[Cue], ...] = tuple([hit for hit in self.hits if isinstance(hit.value, Speech)])
        """Those of its cues that tell how it speaks."""
        self.closes: bool = Speech.CLOSING in [hit.value for hit in self.speech]
        """Whether it holds words that decide the request."""
        self.recital: float = _leaning(self.speech, Speech.RECITAL)
        """How much it sounds like a guideline; 0 or less."""
        self.leaning: float = _leaning(self.speech, Speech.CASE) + self.recital
        """How much more it sounds like this case than like a guideline."""
        if self.words and self.words[0].isdigit():
            self.leaning -= 0.5
        self._leans: tuple[ReasonWords, Mapping[Reason, float]] | None = None

    def leans_to(self, words: ReasonWords) -> Mapping[Reason, float]:
        """How likely its single words give each reason, by the weights of ``words``; kept for the next time."""
        if self._leans is None or self._leans[0] is not words:
            self._leans = (words, words.shares(self.features()))
        return self._leans[1]

    def features(self) -> set[str]:
        """What its leaning is judged by.

        Stems of its words and of its pairs of neighbors, with a ``-`` of the words that it denies, and with an
        ``@`` its cues, a topic's or reason's with the number of its ``State``.
        """
        beginnings = stems(self.words)
        found = {*beginnings, *map("_".join, pairwise(beginnings))}
        for denial in self.denials:
            found.update(map("-".__add__, beginnings[denial.start : denial.end]))
        for hit in self.hits:
            value = hit.value
            if isinstance(value, Speech):
                found.add("@" + value)
            elif not isinstance(value, Frame):
                name = value if isinstance(value, Reason) else value.name
                found.add(f"@{name}{self.state_of(hit):d}" if self.denials else f"@{name}0")
        return found

    def state_of(self, hit: Hit[Cue]) -> State:
        """What words outside ``hit`` make of what it says."""
        state = State.PRESENT
        for denial in self.denials:
            if denial.state > state and denial.start <= hit.start < denial.end:
                frame = denial.frame
                if not (hit.start <= frame.start and frame.end <= hit.end):
                    state = denial.state
        return state


@lru_cache(maxsize=256)
def _wording(sentence: str) -> Wording:
    """Letters repeat their guidelines word for word, so the last sentences are kept."""
    return Wording(sentence, cues())


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a rationale, or the half of one that turns to the case."""

    span: Span
    """Where it stands."""
    wording: Wording
    """Its words and cues."""
    about_case: float
    """How surely it speaks of this case and not of the guideline, from 0 to 1."""

    def place_of(self, text: str, word: int) -> Span:
        """Where its word number ``word`` stands in the document's ``text``."""
        start, end = places_of(self.span.of(text))[word]
        return Span(self.span.start + start, self.span.start + end)


def statements(text: str, rationale: Span, phrases: Phrases[Cue] | None = None) -> tuple[Statement, ...]:
    """The sentences of ``rationale`` in order, each judged with the one before it in mind.

    ``phrases`` stand in for the vocabulary's cues where they are given.
    """
    found: list[Statement] = []
    before = 0.2
    for span in _clauses(text, sentences(text, rationale)):
        sentence = span.of(text)
        wording = _wording(sentence) if phrases is None else Wording(sentence, phrases)
        score = before + wording.leaning
        before = 0.5 if score > 0 else -0.5
        found.append(Statement(span, wording, 1 / (1 + exp(-1.5 * score))))
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
    marks = [hit for hit in hits if hit.value is kind]
    if len(marks) > 1:
        marks.sort(key=lambda hit: -abs(hit.weight))
    kept: list[Hit[Cue]] = []
    for hit in marks:
        if not kept or all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
            if len(kept) == _MARKS_COUNTED:
                break
    return sum(hit.weight for hit in kept) if kept else 0.0


_FORWARD = {Frame.ABSENT: State.ABSENT, Frame.SILENT: State.SILENT}
_BACKWARD = {Frame.ABSENT_BEFORE: State.ABSENT, Frame.SILENT_BEFORE: State.SILENT}


def _denials(words: Sequence[str], hits: Sequence[Hit[Cue]]) -> Iterator[Denial]:
    """Every denial with its reach.

    One that stands before what it denies reaches to the end of its clause, or to words of purpose
    ("to warrant", "prior to") once it has denied something; one that stands after reaches back to
    the last comma or the start of its clause.
    """
    frames = [(hit.value, hit) for hit in hits if isinstance(hit.value, Frame)]
    if all(frame is Frame.BREAK or frame is Frame.PURPOSE for frame, _ in frames):
        return
    breaks = [hit.start for frame, hit in frames if frame is Frame.BREAK]
    breaks += [place for place, word in enumerate(words) if word in _MARKS]
    commas = [place for place, word in enumerate(words) if word == ","]
    topics = [hit.start for hit in hits if isinstance(hit.value, Topic)]
    purposes = [hit.start for frame, hit in frames if frame is Frame.PURPOSE]
    for frame, hit in frames:
        if frame in _FORWARD:
            stops = [place for place in breaks if place > hit.start]
            stops += [p for p in purposes if p > hit.start and any(hit.start < topic < p for topic in topics)]
            yield Denial(_FORWARD[frame], hit.start + 1, min(stops, default=len(words)), hit)
        elif frame in _BACKWARD:
            start = max((place + 1 for place in breaks + commas if place < hit.start), default=0)
            yield Denial(_BACKWARD[frame], start, hit.end, hit)
