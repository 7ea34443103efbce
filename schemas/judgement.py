"""What a model is asked to return for a letter whose sections and items are known: codes and sentence numbers.

Nothing here is copied from the letter: verbatim fields come from the document by the numbers. The
validators hold an answer against the letter as it was shown, which they get as ``context["shown"]``.
"""

from __future__ import annotations

from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from schemas.taxonomy import Category, DrugClass, MistakeKind, Outcome, Reason


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

    def unsupported(self, summary: str) -> tuple[str, ...]:
        """Facts of ``summary`` that the letter does not state, as the summary prints them."""

    def objects(self, objection: str) -> bool:
        """Whether to raise ``objection``: true the first time it is asked for this letter, false from then on."""


class Answer(BaseModel):
    """Base of every part of a model's answer. Errors never print the answer's own words."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NamedDiagnosis(Answer):
    """One condition the worker has or is treated for."""

    at: int
    """Number of the sentence of the clinical case summary that names it."""
    words: str
    """The condition, copied exactly from that sentence, without its side conditions."""


class GivenReason(Answer):
    """One reason that the rationale gives."""

    code: Reason
    """Which reason it is."""
    at: Annotated[tuple[int, ...], Field(min_length=1, max_length=4)]
    """Numbers of the rationale's sentences that give it."""


class ItemJudgement(Answer):
    """What was decided about one item, and why."""

    item: int
    """Number of the item, from 1."""
    category: Category
    """Report group of the treatment."""
    drug_class: DrugClass | None = None
    """Class of the drug, where the category is pharmaceutical; else left out."""
    reasons: Annotated[tuple[GivenReason, ...], Field(min_length=1, max_length=5)]
    """Every reason that the rationale gives, the one that carries the decision first."""
    quotes: Annotated[tuple[int, ...], Field(min_length=1, max_length=3)]
    """Numbers of the rationale's sentences that carry the decision: facts of the case, not recitals."""
    summary: str
    """Why the reviewer decided so, at most 35 words."""


class FoundContradiction(Answer):
    """Two sentences that cannot both be true of the case."""

    kind: MistakeKind
    """What they contradict each other about."""
    a: int
    """Number of the one sentence."""
    b: int
    """Number of the other."""
    material: bool
    """Whether the decision leans on the doubtful fact."""


class LetterJudgement(Answer):
    """The judgement of a letter."""

    summary: str
    """Who, the injury or main conditions, treatment so far, what was disputed; at most 60 words."""
    diagnoses: tuple[NamedDiagnosis, ...] = ()
    """Conditions in order of first mention."""
    items: tuple[ItemJudgement, ...]
    """One entry for each item to judge, in order."""
    contradictions: tuple[FoundContradiction, ...] = ()
    """Pairs of sentences that cannot both be true; usually none."""
