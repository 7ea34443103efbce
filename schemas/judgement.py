"""What a model is asked to return for a letter whose sections and items are known: codes and sentence numbers.

Nothing here is copied from the letter: verbatim fields come from the document by the numbers. The
validators hold an answer against the letter as it was shown, which they get as ``context["shown"]``;
without it they check the answer's own shape. What they say is what a model is told when it is asked
again, all problems at once. A wrong number is always one. What leaves an answer of use, such as a
summary a little too long, is objected to in the first two answers and then kept: a paid answer is not
lost for a trifle. The checks of the finished determination flag it there. ``context["reasks"]`` says
how often the model can be asked again (two times by default): what cannot be asked again, such as an
answer kept from an earlier run with 0, is not objected to for trifles at all. Where nothing more is
asked and an answer still does not fit, ``salvaged`` gives the parts of it that do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Self, TypeVar

from pydantic import ValidationError, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from schemas.answer import (
    Answer,
    Contradictions,
    Diagnoses,
    FoundContradiction,
    GivenReason,
    ItemJudgement,
    NamedDiagnosis,
    Summary,
)
from schemas.fit import (
    ShownLetter,
    argues_against,
    problems_of,
    problems_of_case_summary,
    problems_of_contradiction,
    problems_of_diagnosis,
    problems_of_item,
)

__all__ = [
    "Answer",
    "FoundContradiction",
    "GivenReason",
    "ItemJudgement",
    "LetterJudgement",
    "NamedDiagnosis",
    "ShownLetter",
    "argues_against",
]

_REASKS = 2
"""Answers that are objected to for trifles, at most."""


class LetterJudgement(Answer):
    """The judgement of a letter."""

    summary: Summary
    """Who, the injury or main conditions, treatment so far, what was disputed; at most 60 words."""
    diagnoses: Diagnoses = ()
    """Conditions in order of first mention, each once."""
    items: tuple[ItemJudgement, ...]
    """One entry for each item to judge, in order."""
    contradictions: Contradictions = ()
    """Pairs of sentences that cannot both be true, each pair once; usually none."""

    @model_validator(mode="after")
    def _fits_the_letter(self, info: ValidationInfo) -> Self:
        """Hold the answer against the letter that was shown, where the context has it."""
        context = info.context or {}
        shown: ShownLetter | None = context.get("shown")
        if shown is None:
            return self
        answers = next(number for number in count(1) if shown.objects(f"answer {number}"))
        strict = answers <= min(_REASKS, context.get("reasks", _REASKS))
        problems = tuple(problems_of(self, shown, strict))
        if problems:
            raise PydanticCustomError("does_not_fit", "{problems}", {"problems": "\n".join(problems)})
        return self

    @classmethod
    def salvaged(cls, answer: str, context: Mapping[str, object]) -> Self | None:
        """``answer`` without the items, diagnoses and contradictions that do not hold; trifles are let pass.

        ``None`` where no item holds although some were asked about, or where its summary cannot stand: a
        letter's reading needs one, and none is made of another's words.
        """
        shown: ShownLetter | None = context.get("shown")  # type: ignore[assignment]  # as the validators' own
        try:
            told = json.loads(answer)
        except (ValueError, RecursionError):
            return None
        if shown is None or not isinstance(told, dict):
            return None
        items = {
            each.item: each
            for each in reversed(_sound(ItemJudgement, told.get("items")))
            if each.item in shown.items and not any(problems_of_item(each, shown, strict=False))
        }
        parts = {
            "summary": told.get("summary"),
            "diagnoses": [
                each
                for each in _sound(NamedDiagnosis, told.get("diagnoses"))
                if not any(problems_of_diagnosis("", each, shown, strict=False))
            ],
            "items": [items[number] for number in shown.items if number in items],
            "contradictions": [
                each
                for each in _sound(FoundContradiction, told.get("contradictions"))
                if not any(problems_of_contradiction("", each, shown))
            ],
        }
        if shown.items and not items:
            return None
        try:
            kept = cls.model_validate(parts)
        except ValidationError:
            return None
        return None if any(problems_of_case_summary(kept.summary, shown, strict=False)) else kept


P = TypeVar("P", bound=Answer)


def _sound(kind: type[P], told: object) -> list[P]:
    """Those of a list of parts that have the right shape."""
    parts = []
    for each in told if isinstance(told, list) else ():
        try:
            parts.append(kind.model_validate(each, strict=False))
        except ValidationError:
            continue
    return parts
