"""Cues of the judged fields: what a sentence speaks of, how it denies or affirms it, which reason follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from schemas import Reason
from summarizer.vocabulary.phrases import Phrases, lines_of
from summarizer.vocabulary.reason_words import ReasonWords, reason_words
from summarizer.vocabulary.table import table


class Frame(StrEnum):
    """How far a denial reaches, or that a phrase ends its reach."""

    ABSENT = "absent"
    """The fact is denied; reaches forward."""
    SILENT = "silent"
    """The record does not tell the fact; reaches forward."""
    ABSENT_BEFORE = "absent_before"
    """The fact is denied by what follows it."""
    SILENT_BEFORE = "silent_before"
    """The record does not tell the fact, as what follows it says."""
    PURPOSE = "purpose"
    """What follows is what the denied fact would have been good for."""
    BREAK = "break"
    """A word at which a new clause begins."""


class Speech(StrEnum):
    """How a sentence speaks."""

    CASE = "case"
    """Of this case."""
    RECITAL = "recital"
    """Of the guideline in general."""
    CLOSING = "closing"
    """It decides."""
    HISTORY = "history"
    """The story that leads up to the decision."""
    OPENING = "opening"
    """It turns to the case; counts at a sentence's very start only."""
    IDLE = "idle"
    """It looks like a cue and is none."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A fact that a sentence may deny or affirm, and the reasons that follow."""

    name: str
    """Its name in the vocabulary file."""
    absent: tuple[tuple[Reason, float], ...]
    """Reasons with weights where it is denied."""
    silent: tuple[tuple[Reason, float], ...]
    """Where the record does not tell it."""
    present: tuple[tuple[Reason, float], ...]
    """Where it is affirmed."""


Cue = Topic | Reason | Frame | Speech
"""What a phrase stands for; a reason is one that its phrase gives by itself."""


def _weights(weights: object) -> tuple[tuple[Reason, float], ...]:
    if not isinstance(weights, dict):
        raise TypeError("a topic's reasons must be a table")
    return tuple((Reason(code), float(weight)) for code, weight in weights.items())


def cue_entries() -> Iterator[tuple[str, Cue, float]]:
    """``(phrase, cue, weight)`` of every line of ``reasons.toml`` and ``recitals.toml``."""
    reasons, speech = table("reasons.toml"), table("recitals.toml")
    groups: list[tuple[Cue, object]] = []
    for name, topic in reasons["topic"].items():
        read = Topic(name, *(_weights(topic[state]) for state in ("absent", "silent", "present")))
        groups.append((read, topic["phrases"]))
    groups += [(Reason(code), cue["phrases"]) for code, cue in reasons["cue"].items()]
    groups += [(Frame(name), frame["phrases"]) for name, frame in speech["frame"].items()]
    groups += [(Speech(name), kind["phrases"]) for name, kind in speech["speech"].items()]
    groups.append((Speech.IDLE, reasons["idle"]["phrases"]))
    for cue, phrases in groups:
        for phrase, weight in lines_of(str(phrases)):
            yield phrase, cue, weight


@cache
def cues() -> Phrases[Cue]:
    """All cue phrases, read once from ``reasons.toml`` and ``recitals.toml``."""
    return Phrases(cue_entries())


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear score: how much each named feature counts."""

    bias: float
    """Score where every feature is 0."""
    of: Mapping[str, float]
    """Weight of each feature; a feature that is not named counts nothing."""

    def score(self, features: Mapping[str, float]) -> float:
        """The bias and every feature times its weight."""
        of = self.of
        return self.bias + sum([of[name] * value for name, value in features.items() if name in of])


@dataclass(frozen=True, slots=True)
class JudgementWeights:
    """The linear scores of the judgement."""

    quote: Weights
    """Whether a statement carries the decision."""
    reason: Weights
    """Whether a reason is one of the rationale's."""
    primary: Weights
    """Which reason carries the decision."""
    words: ReasonWords
    """Which reason a statement's single words lean to."""


@cache
def judgement_weights() -> JudgementWeights:
    """The scores, read once from ``reasons_weights.toml`` and ``reason_words.txt``."""
    scores = table("reasons_weights.toml")
    quote, reason, primary = (_score(scores[name]) for name in ("quote", "reason", "primary"))
    return JudgementWeights(quote, reason, primary, reason_words())


def _score(weights: Mapping[str, object]) -> Weights:
    named = {name: float(str(weight)) for name, weight in weights.items()}
    return Weights(named.pop("bias", 0.0), named)
