"""First judgement of an item: its reasons, key quotes and summary, from the rationale's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from schemas import Category, Outcome, Reason
from summarizer.document import Document, Span
from summarizer.reading import Found, JudgementReading
from summarizer.rules.quotes import carrying, key_statements, quote
from summarizer.rules.rationale_summary import rationale_summary
from summarizer.rules.recitals import Statement, statements
from summarizer.rules.signals import Signal, all_signals, arguing_sides, reasons_given
from summarizer.vocabulary.expected import expected_reasons
from summarizer.vocabulary.reason_words import ReasonWords
from summarizer.vocabulary.reasons import JudgementWeights, judgement_weights

_GENERAL = frozenset(
    {
        Reason.INSUFFICIENT_DOCUMENTATION,
        Reason.ALTERNATIVE_SUFFICIENT,
        Reason.REQUEST_INCOMPLETE,
        Reason.SAFETY_RISK,
    }
)
"""Reasons that rarely carry a decision where a more specific one is given."""
_FAINT = 0.3
_SURE = 0.5
"""From this strength on a signal is a plain statement of its reason."""
_STRONG = 1.2
_NEVER = 99
_ENOUGH = 0.4
"""A reason must be one of the rationale's at least so surely."""
_MOST_OTHERS = 3
_HEARD = 0.1
"""A reason that the words of a statement give so surely is a candidate."""
_RARE = 0.02
_EXPECTED = 0.2
"""A reason that so often decides on the treatment is a candidate where no cue fires."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reason that a rationale may give."""

    reason: Reason
    """The reason."""
    strengths: Mapping[int, float]
    """Its greatest strength in each statement whose cues give it."""
    heard: Mapping[int, float]
    """How likely the single words of each statement give it, where that is likely at all."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """A rationale taken apart: what each of its statements says, and what is usual for the treatment."""

    stated: tuple[Statement, ...]
    """Its statements."""
    found: Sequence[Signal]
    """The cues that fired."""
    given: Sequence[Mapping[Reason, float]]
    """For each statement the reasons that its cues give."""
    leaning: Sequence[Mapping[Reason, float]]
    """For each statement the reasons that its single words lean to."""
    expected: Mapping[Reason, float]
    """How often each reason decides on treatments of this kind."""

    def candidates(self, outcome: Outcome) -> dict[Reason, Candidate]:
        """Every reason that some statement gives; where none does, those usual for the treatment.

        An overturned denial always meets criteria, said or unsaid.
        """
        strengths: dict[Reason, dict[int, float]] = {}
        heard: dict[Reason, dict[int, float]] = {}
        for reasons, places in ((self.given, strengths), (self.leaning, heard)):
            for place, each in enumerate(reasons):
                for reason, strength in each.items():
                    places.setdefault(reason, {})[place] = strength
        known = {*strengths, *(reason for reason, places in heard.items() if max(places.values()) >= _HEARD)}
        if outcome is Outcome.OVERTURNED:
            known.add(Reason.CRITERIA_MET)
        known |= {
            reason
            for reason, share in self.expected.items()
            if share >= _EXPECTED and (outcome is Outcome.MODIFIED or reason.supports is outcome)
        }
        return {
            reason: Candidate(reason, strengths.get(reason, {}), heard.get(reason, {}))
            for reason in Reason
            if reason in known
        }


def judge(
    document: Document, rationale: Span, outcome: Outcome, treatment: str, category: Category
) -> JudgementReading:
    """Judge an item from the words of its ``rationale``.

    Reasons argue for the outcome of the heading, unless the rationale itself closes with the opposite.
    A reason's evidence is the statements whose cues fired; a quote's, itself; the summary's, the
    statements it was made from. ``weak`` is set where the primary reason rests on no plain cue.
    """
    return judge_by(judgement_weights(), document, statements(document.text, rationale), outcome, treatment, category)


def judge_by(
    weights: JudgementWeights,
    document: Document,
    stated: tuple[Statement, ...],
    outcome: Outcome,
    treatment: str,
    category: Category,
) -> JudgementReading:
    """Judge an item from the statements of its rationale by ``weights``; see ``judge``."""
    if not stated:
        return JudgementReading(weak=True)
    case = weighing(stated, outcome, treatment, category, weights.words)
    carried = carrying(stated, case.given, case.leaning, weights.quote)
    keys = key_statements(carried)
    chosen = _chosen(case, carried, outcome, weights)
    main = chosen[0].strengths or chosen[0].heard
    quotes = {
        place: quote(document, stated[place], [signal.last_word for signal in case.found if signal.statement == place])
        for place in keys
    }
    return JudgementReading(
        primary_reason=Found(chosen[0].reason, _evidence(chosen[0], stated, keys)),
        reasons=tuple(Found(each.reason, _evidence(each, stated, keys)) for each in chosen),
        key_quotes=tuple(quotes.values()),
        rationale_summary=rationale_summary(
            document, [quotes[place].spans[0] for place in _telling_first(keys, main, carried)], outcome
        ),
        weak=max(main.values(), default=0.0) < _SURE,
    )


def weighing(
    stated: tuple[Statement, ...], outcome: Outcome, treatment: str, category: Category, words: ReasonWords
) -> Weighing:
    """Take apart a rationale of the statements ``stated``."""
    sides = arguing_sides(stated, outcome)
    found = all_signals(stated, sides, treatment)
    leaning = [
        {
            reason: share
            for reason, share in each.wording.leans_to(words).items()
            if reason.supports is None or reason.supports in sides
        }
        for each in stated
    ]
    return Weighing(stated, found, reasons_given(stated, found), leaning, expected_reasons(treatment, category))


def _telling_first(keys: Sequence[int], main: Mapping[int, float], carried: Sequence[float]) -> list[int]:
    """``keys`` with that first that best gives the primary reason, then as surely as they carry the decision."""
    first = max(keys, key=lambda place: min(main.get(place, 0.0), 1.0) + carried[place])
    return sorted(keys, key=lambda place: (place != first, -carried[place]))


def _evidence(each: Candidate, stated: Sequence[Statement], keys: Sequence[int]) -> tuple[Span, ...]:
    """The statements that give a reason, in reading order; the key statements where none does."""
    main = each.strengths or each.heard
    least = max(main.values(), default=0.0) / 2
    places = sorted(place for place, strength in main.items() if strength >= least)
    return tuple(stated[place].span for place in places[:3] or keys)


def _chosen(case: Weighing, carried: Sequence[float], outcome: Outcome, weights: JudgementWeights) -> list[Candidate]:
    """The reasons of the rationale, the primary one first, at least one."""
    candidates = case.candidates(outcome)
    if not candidates:
        return [Candidate(Reason.INSUFFICIENT_DOCUMENTATION, {}, {})]
    features = reason_features(case, list(candidates.values()), carried)
    primary = max(candidates, key=lambda reason: weights.primary.score(features[reason]))
    others = [
        (sure, reason)
        for reason in candidates
        if reason is not primary and (sure := _sure(weights.reason.score(features[reason]))) >= _ENOUGH
    ]
    others.sort(key=lambda pair: -pair[0])
    return [candidates[primary], *(candidates[reason] for _, reason in others[:_MOST_OTHERS])]


def _sure(score: float) -> float:
    return 1 / (1 + exp(-score))


def reason_features(
    case: Weighing, candidates: Sequence[Candidate], carried: Sequence[float]
) -> dict[Reason, dict[str, float]]:
    """What speaks for and against each candidate, by the names of the weights file."""
    best = max((_key_strength(each, carried) for each in candidates), default=0.0) or 1.0
    firsts = {each.reason: _first(each, carried) for each in candidates}
    specific = {reason for reason, first in firsts.items() if first < _NEVER and reason not in _GENERAL}
    earliest = min(firsts.values(), default=_NEVER)
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
        leads = first < _NEVER and first == earliest
        missing = reason is Reason.INSUFFICIENT_DOCUMENTATION
        own["first"] = float(leads and not missing)
        own["first_missing"] = float(leads and missing)
        own["first_specific"] = float(reason in specific and first == first_specific)
        if reason in _GENERAL:
            harder = specific - {Reason.NO_FUNCTIONAL_BENEFIT}
            own["general_beside_specific"] = float(bool(harder))
            own["general_beside_benefit"] = float(bool(specific) and not harder)
        if missing:
            own |= _missing_features(case.found, carried, first_specific)
        if reason is Reason.NOT_RECOMMENDED:
            own["not_recommended_strength"] = own["strength"]
        own[f"is_{reason}"] = 1.0
        own["expected"] = log(max(case.expected.get(reason, 0.0), _RARE) / _RARE) / 4
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
        "heard": min(sum(share * carried[place] for place, share in each.heard.items()), 1.5),
        "heard_best": max((share * carried[place] for place, share in each.heard.items()), default=0.0),
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
