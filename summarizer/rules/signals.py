"""Signals: which cue of a rationale gives which reason, how strongly and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemas import Outcome, Reason
from summarizer.rules.recitals import State, Statement
from summarizer.vocabulary.phrases import Hit, words_of
from summarizer.vocabulary.reasons import Cue, Speech, Topic

_UNDENIED = frozenset({Reason.DOCUMENTED_BENEFIT, Reason.OBJECTIVE_FINDINGS_SUPPORT})
"""Reasons whose cue may hold no denial between its words."""
_NAMING_WORDS = frozenset({"procedure", "medication", "drug"})
_SHORTEST_NAME = 4
_REACH = 8
"""Words between a treatment's name and a cue that speaks of it."""
_NAMED = 0.6
"""A guideline sentence that names the treatment speaks of this case so far."""
_FAINT = 0.3
"""Below it a signal says next to nothing."""


class Signal(NamedTuple):
    """A cue that fired: which reason it gives, how strongly and where."""

    reason: Reason
    """The reason."""
    strength: float
    """About 1 for a plain statement of it."""
    statement: int
    """Index of its statement."""
    last_word: int
    """Index of the last of the words that fired."""
    cue: str
    """Name of the topic, ``cue`` for a phrase that gives its reason by itself, ``denial`` for a bare denial."""


def arguing_sides(stated: Sequence[Statement], outcome: Outcome) -> frozenset[Outcome]:
    """The outcomes that reasons may argue for: the heading's and the one that the rationale itself closes with."""
    if outcome is Outcome.MODIFIED:
        return frozenset({Outcome.UPHELD, Outcome.OVERTURNED})
    return frozenset({outcome, _closing_side(stated) or outcome})


def all_signals(stated: Sequence[Statement], sides: frozenset[Outcome], treatment: str) -> list[Signal]:
    """The signals of every statement that argue for one of ``sides``."""
    names = frozenset(word for word in words_of(treatment) if len(word) >= _SHORTEST_NAME)
    return [
        signal
        for number, each in enumerate(stated)
        for signal in signals(number, each, names)
        if signal.reason.supports is None or signal.reason.supports in sides
    ]


def reasons_given(stated: Sequence[Statement], found: Sequence[Signal]) -> list[dict[Reason, float]]:
    """For each statement the reasons it gives, with the greatest strength of their signals."""
    given: list[dict[Reason, float]] = [{} for _ in stated]
    for signal in found:
        reasons = given[signal.statement]
        reasons[signal.reason] = max(reasons.get(signal.reason, 0.0), signal.strength)
    return given


_NEGATIONS = frozenset({"not", "never", "nor", "neither", "cannot", "isn't", "isn’t", "wasn't", "no", "unable"})
"""Words that turn a closing: "MRI without contrast is medically necessary" holds none of them."""
_NEAR_CLOSING = 4
"""Words before and after the closing words in which a negation belongs to them."""


def _closing_side(stated: Sequence[Statement]) -> Outcome | None:
    """The outcome that the rationale's own last deciding sentence states, if any."""
    for each in reversed(stated):
        words = each.wording.words
        for hit in each.wording.speech:
            if hit.value is Speech.CLOSING:
                near = words[max(hit.start - _NEAR_CLOSING, 0) : hit.end + _NEAR_CLOSING]
                return Outcome.OVERTURNED if _NEGATIONS.isdisjoint(near) else Outcome.UPHELD
    return None


def signals(number: int, each: Statement, names: frozenset[str] = frozenset()) -> list[Signal]:
    """Every reason that statement ``number`` gives; ``names`` are the words that name the treatment."""
    topics = [hit for hit in each.wording.hits if isinstance(hit.value, Topic)]
    fired: list[Signal] = []
    for hit in each.wording.hits:
        if isinstance(hit.value, Topic):
            if len(topics) > 1 and _inside_another(hit, topics):
                continue
            state = each.wording.state_of(hit)
            for reason, weight in (hit.value.present, hit.value.absent, hit.value.silent)[state]:
                strength = weight * hit.weight * each.about_case
                fired.append(Signal(reason, strength, number, hit.end - 1, hit.value.name))
        elif isinstance(hit.value, Reason) and _holds(hit, hit.value, each, names):
            strength = hit.weight * _about_case(hit, each, names)
            fired.append(Signal(hit.value, strength, number, hit.end - 1, "cue"))
    if (
        each.wording.denials
        and not each.wording.closes
        and max((signal.strength for signal in fired), default=0.0) < _FAINT
    ):
        fired.append(_bare_denial(number, each))
    return fired


def _inside_another(hit: Hit[Cue], topics: Sequence[Hit[Cue]]) -> bool:
    """Whether a longer phrase of another topic holds ``hit``, as "fail to improve with therapy" holds "improve"."""
    return any(
        other.start <= hit.start
        and hit.end <= other.end
        and other.end - other.start > hit.end - hit.start
        and other.value is not hit.value
        for other in topics
    )


def _holds(hit: Hit[Cue], reason: Reason, each: Statement, names: frozenset[str]) -> bool:
    """Whether a cue says what it seems to say."""
    if reason is Reason.DEPENDS_ON_DENIED_SERVICE:
        return True
    if each.wording.state_of(hit) is not State.PRESENT:
        return False
    if reason in _UNDENIED:
        return not any(hit.start < denial.frame.start < hit.end for denial in each.wording.denials)
    repeats_heading = each.wording.closes and names.issuperset(each.wording.words[hit.start : hit.end])
    return not (repeats_heading and reason is Reason.REQUEST_INCOMPLETE)


def _about_case(hit: Hit[Cue], each: Statement, names: frozenset[str]) -> float:
    """How far a cue speaks of this case; a guideline that names the treatment as not recommended does."""
    if hit.value is Reason.NOT_RECOMMENDED and each.about_case < _NAMED:
        near = each.wording.words[max(hit.start - _REACH, 0) : hit.end + _REACH]
        if any(word in names or word in _NAMING_WORDS for word in near):
            return _NAMED
    return each.about_case


def _bare_denial(number: int, each: Statement) -> Signal:
    """The weak signal of a statement that denies something the vocabulary does not know."""
    denial = max(each.wording.denials, key=lambda denial: denial.state)
    silent = denial.state is State.SILENT
    reason, weight = (Reason.INSUFFICIENT_DOCUMENTATION, 0.55) if silent else (Reason.CRITERIA_NOT_MET, 0.4)
    return Signal(reason, weight * each.about_case, number, denial.frame.end - 1, "denial")
