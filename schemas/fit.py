"""Whether a model's judgement fits the letter that it was shown, and what would be right where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from schemas.answer import FoundContradiction, ItemJudgement, NamedDiagnosis
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS
from schemas.taxonomy import Category, Outcome, Reason


class ShownLetter(Protocol):
    """A numbered letter as a model was shown it, as far as validators need it."""

    @property
    def items(self) -> tuple[int, ...]:
        """Numbers of the items to judge, from 1."""

    def words_of(self, number: int) -> str | None:
        """Folded words of the sentence with this number; ``None`` where there is none."""

    def in_summary(self, number: int) -> bool:
        """Whether the sentence stands in the clinical case summary."""

    def rationale_of(self, item: int) -> tuple[int, ...]:
        """Numbers of the sentences of this item's rationale, in order; empty where it has none."""

    def outcome_of(self, item: int) -> Outcome:
        """What the letter decides about this item."""

    def names(self, number: int, words: str) -> bool:
        """Whether ``words`` stand in the sentence with this number, whole words only."""

    def unsupported(self, summary: str) -> tuple[str, ...]:
        """Facts of ``summary`` that the letter does not state, as the summary prints them."""

    def objects(self, objection: str) -> bool:
        """Whether to raise ``objection``: true the first time it is asked for this letter, false from then on."""

    def anew(self) -> ShownLetter:
        """The same letter, nothing objected to yet: for an answer that is not part of a conversation."""


class Judgement(Protocol):
    """A whole judgement, as far as it is held against the letter."""

    @property
    def summary(self) -> str:
        """The case in a few words."""

    @property
    def diagnoses(self) -> tuple[NamedDiagnosis, ...]:
        """Conditions."""

    @property
    def items(self) -> tuple[ItemJudgement, ...]:
        """Items that were judged."""

    @property
    def contradictions(self) -> tuple[FoundContradiction, ...]:
        """Pairs of sentences."""


def problems_of(answer: Judgement, shown: ShownLetter, strict: bool) -> Iterator[str]:
    """What is wrong with ``answer`` and what would be right, one line each; trifles too where ``strict``."""
    yield from problems_of_case_summary(answer.summary, shown, strict)
    for place, named in enumerate(answer.diagnoses, 1):
        yield from problems_of_diagnosis(f"diagnosis {place}", named, shown, strict)
    given = tuple(each.item for each in answer.items)
    if sorted(given) != sorted(shown.items) or (strict and given != shown.items and shown.objects("order")):
        yield f"items: you gave {_list(given)}; give {_list(shown.items)}, in this order, each once"
    for each in answer.items:
        if each.item in shown.items:
            yield from problems_of_item(each, shown, strict)
    for place, found in enumerate(answer.contradictions, 1):
        yield from problems_of_contradiction(f"contradiction {place}", found, shown)


def problems_of_contradiction(name: str, found: FoundContradiction, shown: ShownLetter) -> Iterator[str]:
    """What is wrong with one contradiction, which messages call ``name``."""
    missing = [number for number in (found.a, found.b) if shown.words_of(number) is None]
    if missing:
        yield f"{name}: there is no sentence {_list(missing)}; use the numbers before the sentences"
    elif found.a == found.b:
        yield f"{name}: a and b are both {found.a}; name two sentences, or leave it out"


def problems_of_diagnosis(name: str, named: NamedDiagnosis, shown: ShownLetter, strict: bool) -> Iterator[str]:
    """What is wrong with one diagnosis, which messages call ``name``."""
    if not shown.in_summary(named.at):
        yield f"{name}: sentence {named.at} is not in the clinical summary; {_summary_range(shown)}"
    elif strict and not shown.names(named.at, named.words):
        near = [number for number in (named.at - 1, named.at + 1) if shown.names(number, named.words)]
        right = f"they stand in sentence {near[0]}" if near else "copy them from it character for character"
        yield f"{name}: its words do not stand in sentence {named.at}; {right}"


def problems_of_item(judged: ItemJudgement, shown: ShownLetter, strict: bool) -> Iterator[str]:
    """What is wrong with the judgement of an item that was asked about."""
    name = f"item {judged.item}"
    rationale = shown.rationale_of(judged.item)
    place = f"its rationale is sentences {rationale[0]} to {rationale[-1]}" if rationale else "it has no rationale"
    cited = {f"reason {reason.code.value}": reason.at for reason in judged.reasons} | {"quotes": judged.quotes}
    for part, numbers in cited.items():
        wrong = [number for number in numbers if number not in rationale]
        if wrong:
            yield f"{name}: {part} cites {_list(wrong)}; {place}"
    pharmaceutical = judged.category is Category.PHARMACEUTICAL
    if pharmaceutical and judged.drug_class is None:
        yield f"{name}: drug_class is missing; a pharmaceutical item needs one, other where no class fits"
    if strict and not pharmaceutical and judged.drug_class and shown.objects(f"{name}: drug class"):
        yield f"{name}: drug_class is only for pharmaceutical items; leave it out of {judged.category.value}"
    outcome = shown.outcome_of(judged.item)
    against = argues_against(outcome, (reason.code for reason in judged.reasons))
    if strict and against and shown.objects(f"{name}: reasons against the outcome"):
        yield (
            f"{name}: the letter says {outcome.value}, but every reason argues for the opposite; "
            "read the rationale again, and keep them only if it really says so"
        )
    yield from _of_summary(f"{name}: summary", judged.summary, RATIONALE_SUMMARY_WORDS, shown, strict)


def problems_of_case_summary(summary: str, shown: ShownLetter, strict: bool) -> Iterator[str]:
    """What is wrong with the summary of the case."""
    yield from _of_summary("summary", summary, CASE_SUMMARY_WORDS, shown, strict)


def _of_summary(name: str, summary: str, most: int, shown: ShownLetter, strict: bool) -> Iterator[str]:
    words = len(summary.split())
    if not words:
        yield f"{name} is empty; write at most {most} words"
    elif words > (most if strict else 2 * most):
        yield f"{name} has {words} words; write at most {most}"
    facts = shown.unsupported(summary) if strict else ()
    if facts:
        yield f"{name} says {', '.join(facts)}, which the letter does not state; say only what it states"


def argues_against(outcome: Outcome, reasons: Iterable[Reason]) -> bool:
    """Whether every reason that takes a side argues for the opposite; a modified decision takes both kinds."""
    sides = {reason.supports for reason in reasons} - {None}
    return outcome is not Outcome.MODIFIED and bool(sides) and outcome not in sides


def _summary_range(shown: ShownLetter) -> str:
    """Which sentences the clinical summary is; it is numbered first."""
    last = 0
    while shown.in_summary(last + 1):
        last += 1
    return f"it is sentences 1 to {last}" if last else "the letter has none: give no diagnoses"


def _list(numbers: tuple[int, ...] | list[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
