"""Cues of the judged fields: what a sentence speaks of, how it denies or affirms it, which reason follows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from schemas import Reason
from summarizer.vocabulary.phrases import Phrases, lines_of


class Frame(Enum):
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


class Speech(Enum):
    """How a sentence speaks."""

    CASE = "case"
    """Of this case."""
    RECITAL = "recital"
    """Of the guideline in general."""
    CLOSING = "closing"
    """It decides."""
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


def _table(name: str) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    return tomllib.loads((files("summarizer.vocabulary") / name).read_text(encoding="utf-8"))


def _weights(table: object) -> tuple[tuple[Reason, float], ...]:
    if not isinstance(table, dict):
        raise TypeError("a topic's reasons must be a table")
    return tuple((Reason(code), float(weight)) for code, weight in table.items())


def _entries() -> Iterator[tuple[str, Cue, float]]:
    reasons, speech = _table("reasons.toml"), _table("recitals.toml")
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
    return Phrases(_entries())
