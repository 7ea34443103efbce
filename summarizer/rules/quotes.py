"""Which statements of a rationale carry the decision, and its key quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from schemas import Reason
from summarizer.document import Document, Span
from summarizer.folding import fold
from summarizer.reading import Found
from summarizer.rules.recitals import Statement
from summarizer.vocabulary.reasons import Speech, Weights

Given = Mapping[Reason, float]
"""Reasons that a statement gives, with their strength."""

_MOST_QUOTES = 3
_ENOUGH = 0.4
"""A further quote must carry the decision at least so surely."""
_STRONG = 1.2
_FAINT = 0.3
_RECITES = 0.4
"""Below it a statement counts as a recital."""


def carrying(
    stated: Sequence[Statement], given: Sequence[Given], leaning: Sequence[Given], weights: Weights
) -> tuple[float, ...]:
    """How surely each statement carries the decision, from 0 to 1."""
    return tuple(1 / (1 + exp(-weights.score(features))) for features in quote_features(stated, given, leaning))


def quote_features(
    stated: Sequence[Statement], given: Sequence[Given], leaning: Sequence[Given]
) -> list[dict[str, float]]:
    """What speaks for and against quoting each statement, by the names of the weights file.

    ``given`` are the reasons that its cues give, ``leaning`` those that its single words lean to.
    """
    best = max((max(reasons.values(), default=0.0) for reasons in given), default=0.0) or 1.0
    last_recital = max((place for place, each in enumerate(stated) if each.about_case < _RECITES), default=-1)
    core = [
        each.about_case >= _RECITES and not (each.wording.closes and not reasons)
        for each, reasons in zip(stated, given, strict=True)
    ]
    alone = 1 / max(1, sum(core))
    said: dict[Reason, float] = {}
    found = []
    for place, (each, reasons) in enumerate(zip(stated, given, strict=True)):
        features = _features(each, reasons, best)
        features["worded"] = sum(leaning[place].values())
        features["after_recitals"] = float(place > last_recital)
        features["position"] = (place + 1) / len(stated)
        features["alone"] = alone
        features["beside_the_case"] = float(not core[place])
        features["first"] = float(place == 0)
        features["last"] = float(place == len(stated) - 1)
        if reasons:
            top = max(reasons, key=lambda reason: reasons[reason])
            features["said_before"] = float(said.get(top, 0.0) > 0.5)
            said[top] = max(said.get(top, 0.0), min(reasons[top], _STRONG))
        found.append(features)
    return found


def _features(each: Statement, reasons: Given, best: float) -> dict[str, float]:
    """Features of a statement by itself."""
    strengths = sorted(reasons.values(), reverse=True)
    strongest = min(strengths[0], _STRONG) if strengths else 0.0
    closes = each.wording.closes
    speech = [hit.value for hit in each.wording.speech]
    return {
        "about_case": each.about_case,
        "strength": strongest,
        "second_strength": min(strengths[1], _STRONG) if len(strengths) > 1 else 0.0,
        "relative_strength": strongest / best,
        "closes": float(closes),
        "closes_bare": float(closes and strongest < _FAINT),
        "closes_strength": strongest * closes,
        "history": float(Speech.HISTORY in speech),
        "opening": float(Speech.OPENING in speech and _opens(each)),
        "denies": float(bool(each.wording.denials)),
        "recital": max(each.wording.recital, -4.0) / 4,
    }


def _opens(each: Statement) -> bool:
    """Whether a statement turns to the case with its very first words."""
    return any(hit.value is Speech.OPENING and hit.start == 0 for hit in each.wording.speech)


def key_statements(carried: Sequence[float]) -> tuple[int, ...]:
    """Indices of the one to three statements to quote, in text order."""
    order = sorted(range(len(carried)), key=lambda place: -carried[place])[:_MOST_QUOTES]
    return tuple(sorted(place for place in order if place == order[0] or carried[place] >= _ENOUGH))


def quote(document: Document, each: Statement, cued: Sequence[int]) -> Found[str]:
    """``each`` verbatim, without what follows a semicolon after its last cue (``cued``, word numbers)."""
    span = each.span
    words = each.wording.words
    if cued and ";" in words[max(cued) :]:
        semicolon = each.place_of(document.text, words.index(";", max(cued)))
        span = Span(span.start, semicolon.start)
    return Found(fold(span.of(document.text)), (span,))
