"""First judgement of an item: its reasons, key quotes and summary, from the rationale's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from schemas import Category, Outcome, Reason
from summarizer.document import Document, Span
from summarizer.reading import Found, JudgementReading
from summarizer.rules.quotes import carrying, key_statements, quote
from summarizer.rules.rationale_summary import rationale_summary
from summarizer.rules.recitals import State, Statement, statements
from summarizer.vocabulary.phrases import Hit, words_of
from summarizer.vocabulary.reasons import Cue, Topic, judgement_weights

_UNDENIED = frozenset({Reason.DOCUMENTED_BENEFIT, Reason.OBJECTIVE_FINDINGS_SUPPORT})
"""Reasons whose cue may hold no denial between its words."""
_GENERAL = frozenset(
    {
        Reason.INSUFFICIENT_DOCUMENTATION,
        Reason.ALTERNATIVE_SUFFICIENT,
        Reason.REQUEST_INCOMPLETE,
        Reason.SAFETY_RISK,
    }
)
"""Reasons that rarely carry a decision where a more specific one is given."""
_GROUPS = {
    Category.DIAGNOSTIC_TESTING: "testing",
    Category.REHABILITATION: "therapy",
    Category.PHARMACEUTICAL: "drug",
    Category.SURGERY: "procedure",
    Category.INJECTION: "procedure",
}
"""Categories whose rationales favour reasons of their own."""
_NAMING_WORDS = frozenset({"procedure", "medication", "drug"})
_SHORTEST_NAME = 4
_REACH = 8
"""Words between a treatment's name and a cue that speaks of it."""
_NAMED = 0.6
"""A guideline sentence that names the treatment speaks of this case so far."""
_FAINT = 0.3
_SURE = 0.5
"""From this strength on a signal is a plain statement of its reason."""
_STRONG = 1.2
_NEVER = 99


@dataclass(frozen=True, slots=True)
class Signal:
    """A cue that fired: which reason it gives, how strongly and where."""

    reason: Reason
    """The reason."""
    strength: float
    """About 1 for a plain statement of it."""
    statement: int
    """Index of its statement."""
    span: Span
    """The words that fired."""
    cue: str
    """Name of the topic, ``cue`` for a phrase that gives its reason by itself, ``denial`` for a bare denial."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reason that a rationale may give."""

    reason: Reason
    """The reason."""
    strengths: Mapping[int, float]
    """Its greatest strength in each statement that gives it."""


def judge(
    document: Document, rationale: Span, outcome: Outcome, treatment: str, category: Category
) -> JudgementReading:
    """Judge an item from the words of its ``rationale``.

    Reasons argue for the outcome of the heading, unless the rationale itself closes with the opposite.
    A reason's evidence is the statements whose cues fired; a quote's, itself; the summary's, the
    statements it was made from. ``weak`` is set where the primary reason rests on no plain cue.
    """
    stated = statements(document.text, rationale)
    if not stated:
        return JudgementReading(weak=True)
    found = all_signals(stated, outcome, treatment)
    given = reasons_given(stated, found)
    carried = carrying(stated, given, judgement_weights().quote)
    keys = key_statements(carried)
    chosen = _chosen(given, carried, found, outcome, category)
    main = chosen[0].strengths
    return JudgementReading(
        primary_reason=Found(chosen[0].reason, _evidence(chosen[0], stated, keys)),
        reasons=tuple(Found(each.reason, _evidence(each, stated, keys)) for each in chosen),
        key_quotes=tuple(
            quote(document, stated[place], [signal.span.end for signal in found if signal.statement == place])
            for place in keys
        ),
        rationale_summary=rationale_summary(
            document, [stated[place].span for place in _telling_first(keys, main, carried)], outcome
        ),
        weak=max(main.values(), default=0.0) < _SURE,
    )


def all_signals(stated: Sequence[Statement], outcome: Outcome, treatment: str) -> list[Signal]:
    """The signals of every statement that argue for the outcome, or for the rationale's own closing."""
    names = frozenset(word.text for word in words_of(treatment) if len(word.text) >= _SHORTEST_NAME)
    sides = {outcome, _closing_side(stated) or outcome}
    return [
        signal
        for number, each in enumerate(stated)
        for signal in signals(number, each, names)
        if outcome is Outcome.MODIFIED or signal.reason.supports is None or signal.reason.supports in sides
    ]


def reasons_given(stated: Sequence[Statement], found: Sequence[Signal]) -> list[dict[Reason, float]]:
    """For each statement the reasons it gives, with the greatest strength of their signals."""
    given: list[dict[Reason, float]] = [{} for _ in stated]
    for signal in found:
        reasons = given[signal.statement]
        reasons[signal.reason] = max(reasons.get(signal.reason, 0.0), signal.strength)
    return given


def _closing_side(stated: Sequence[Statement]) -> Outcome | None:
    """The outcome that the rationale's own last deciding sentence states, if any."""
    for each in reversed(stated):
        if each.closes:
            return Outcome.UPHELD if each.denials else Outcome.OVERTURNED
    return None


def _telling_first(keys: Sequence[int], main: Mapping[int, float], carried: Sequence[float]) -> list[int]:
    """``keys`` with those first that give the primary reason."""
    return sorted(keys, key=lambda place: -(min(main.get(place, 0.0), 1.0) + carried[place]))


def _evidence(each: Candidate, stated: Sequence[Statement], keys: Sequence[int]) -> tuple[Span, ...]:
    """The statements that give a reason, in reading order; the key statements where no cue does."""
    least = max(each.strengths.values(), default=0.0) / 2
    places = sorted(place for place, strength in each.strengths.items() if strength >= least)
    return tuple(stated[place].span for place in places[:3] or keys)


def signals(number: int, each: Statement, names: frozenset[str] = frozenset()) -> list[Signal]:
    """Every reason that statement ``number`` gives; ``names`` are the words that name the treatment."""
    topics = [hit for hit in each.hits if isinstance(hit.value, Topic)]
    fired: list[Signal] = []
    for hit in each.hits:
        if isinstance(hit.value, Topic):
            if _inside_another(hit, topics):
                continue
            state = each.state_of(hit)
            for reason, weight in (hit.value.present, hit.value.absent, hit.value.silent)[state]:
                strength = weight * hit.weight * each.about_case
                fired.append(Signal(reason, strength, number, each.place_of(hit), hit.value.name))
        elif isinstance(hit.value, Reason) and _holds(hit, hit.value, each, names):
            strength = hit.weight * _about_case(hit, each, names)
            fired.append(Signal(hit.value, strength, number, each.place_of(hit), "cue"))
    if each.denials and not each.closes and max((signal.strength for signal in fired), default=0.0) < _FAINT:
        fired.append(_bare_denial(number, each))
    return fired


def _inside_another(hit: Hit[Cue], topics: Sequence[Hit[Cue]]) -> bool:
    """Whether a longer phrase of another topic holds ``hit``: "failed to improve with therapy" is no lack of benefit."""
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
    if each.state_of(hit) is not State.PRESENT:
        return False
    if reason in _UNDENIED:
        return not any(hit.start < denial.frame.start < hit.end for denial in each.denials)
    repeats_heading = each.closes and names.issuperset(word.text for word in each.words[hit.start : hit.end])
    return not (repeats_heading and reason is Reason.REQUEST_INCOMPLETE)


def _about_case(hit: Hit[Cue], each: Statement, names: frozenset[str]) -> float:
    """How far a cue speaks of this case; a guideline that names the treatment as not recommended does."""
    if hit.value is Reason.NOT_RECOMMENDED and each.about_case < _NAMED:
        near = each.words[max(hit.start - _REACH, 0) : hit.end + _REACH]
        if any(word.text in names or word.text in _NAMING_WORDS for word in near):
            return _NAMED
    return each.about_case


def _bare_denial(number: int, each: Statement) -> Signal:
    """The weak signal of a statement that denies something the vocabulary does not know."""
    denial = max(each.denials, key=lambda denial: denial.state)
    silent = denial.state is State.SILENT
    reason, weight = (Reason.INSUFFICIENT_DOCUMENTATION, 0.55) if silent else (Reason.CRITERIA_NOT_MET, 0.4)
    return Signal(reason, weight * each.about_case, number, each.place_of(denial.frame), "denial")


def _chosen(
    given: Sequence[dict[Reason, float]],
    carried: Sequence[float],
    found: Sequence[Signal],
    outcome: Outcome,
    category: Category,
) -> list[Candidate]:
    """The reasons of the rationale, the primary one first, at least one."""
    candidates = candidates_of(given, outcome)
    if not candidates:
        return [Candidate(Reason.INSUFFICIENT_DOCUMENTATION, {})]
    weights = judgement_weights()
    features = reason_features(list(candidates.values()), carried, found, category)
    primary = max(candidates, key=lambda reason: weights.primary.score(features[reason]))
    others = [
        (sure, reason)
        for reason in candidates
        if reason is not primary and (sure := _sure(weights.reason.score(features[reason]))) >= _ENOUGH
    ]
    others.sort(key=lambda pair: -pair[0])
    return [candidates[primary], *(candidates[reason] for _, reason in others[:_MOST_OTHERS])]


def candidates_of(given: Sequence[Mapping[Reason, float]], outcome: Outcome) -> dict[Reason, Candidate]:
    """Every reason that some statement gives; an overturned denial always meets criteria, said or unsaid."""
    strengths: dict[Reason, dict[int, float]] = {}
    for place, reasons in enumerate(given):
        for reason, strength in reasons.items():
            strengths.setdefault(reason, {})[place] = strength
    if outcome is Outcome.OVERTURNED:
        strengths.setdefault(Reason.CRITERIA_MET, {})
    return {reason: Candidate(reason, places) for reason, places in strengths.items()}


_ENOUGH = 0.4
"""A reason must be one of the rationale's at least so surely."""
_MOST_OTHERS = 3


def _sure(score: float) -> float:
    return 1 / (1 + exp(-score))


def reason_features(
    candidates: Sequence[Candidate], carried: Sequence[float], found: Sequence[Signal], category: Category
) -> dict[Reason, dict[str, float]]:
    """What speaks for and against each candidate, by the names of the weights file."""
    best = max((_key_strength(each, carried) for each in candidates), default=0.0) or 1.0
    firsts = {each.reason: _first(each, carried) for each in candidates}
    specific = {reason for reason, first in firsts.items() if first < _NEVER and reason not in _GENERAL}
    first_specific = min((firsts[reason] for reason in specific), default=_NEVER)
    tops: dict[int, float] = {}
    for each in candidates:
        for place, strength in each.strengths.items():
            tops[place] = max(tops.get(place, 0.0), strength)
    features = {}
    for each in candidates:
        reason, first = each.reason, firsts[each.reason]
        own = _own_features(each, carried, best, tops)
        own["earlier_reasons"] = sum(other < first for other in firsts.values()) / 3 if first < _NEVER else 1.0
        leads = first < _NEVER and first == min(firsts.values())
        missing = reason is Reason.INSUFFICIENT_DOCUMENTATION
        own["first"] = float(leads and not missing)
        own["first_missing"] = float(leads and missing)
        own["first_specific"] = float(reason in specific and first == first_specific)
        if reason in _GENERAL:
            harder = specific - {Reason.NO_FUNCTIONAL_BENEFIT}
            own["general_beside_specific"] = float(bool(harder))
            own["general_beside_benefit"] = float(bool(specific) and not harder)
        if missing:
            own |= _missing_features(found, carried, first_specific)
        if reason is Reason.NOT_RECOMMENDED:
            own["not_recommended_strength"] = own["strength"]
        own[f"is_{reason}"] = 1.0
        if category in _GROUPS:
            own[f"{_GROUPS[category]}_{reason}"] = 1.0
        features[reason] = own
    return features


def _own_features(
    each: Candidate, carried: Sequence[float], best: float, tops: Mapping[int, float]
) -> dict[str, float]:
    """Features of a candidate by itself."""
    key_strength = _key_strength(each, carried)
    return {
        "strength": min(max(each.strengths.values(), default=0.0), _STRONG),
        "key_strength": min(key_strength, _STRONG),
        "relative_strength": key_strength / best,
        "top_of_key": max(
            (
                carried[place]
                for place, strength in each.strengths.items()
                if strength >= _SURE and strength >= tops[place]
            ),
            default=0.0,
        ),
        "total": min(sum(min(strength, 1.0) * carried[place] for place, strength in each.strengths.items()), 3.0),
    }


def _key_strength(each: Candidate, carried: Sequence[float]) -> float:
    return max((strength * carried[place] for place, strength in each.strengths.items()), default=0.0)


def _first(each: Candidate, carried: Sequence[float]) -> int:
    """Index of the first statement that carries the decision and plainly gives the reason."""
    return min(
        (place for place, strength in each.strengths.items() if strength >= _SURE and carried[place] > _FAINT),
        default=_NEVER,
    )


def _missing_features(found: Sequence[Signal], carried: Sequence[float], first_specific: int) -> dict[str, float]:
    """Whether a missing record is a missing fact, or only the phrase that no rationale was given."""
    missing = [signal for signal in found if signal.reason is Reason.INSUFFICIENT_DOCUMENTATION]
    facts = [signal for signal in missing if signal.cue != "rationale" and carried[signal.statement] > _FAINT]
    first_fact = min((signal.statement for signal in facts if signal.strength > _SURE), default=_NEVER)
    rationales = {
        signal.statement
        for signal in missing
        if signal.cue == "rationale" and signal.strength > _SURE and carried[signal.statement] > 0.1
    }
    return {
        "missing_fact": min(max((signal.strength for signal in facts), default=0.0), 1.0),
        "missing_rationale": min(len(rationales), 3) / 2,
        "missing_fact_first": float(first_fact <= first_specific and first_fact < _NEVER),
    }
