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
from typing import TYPE_CHECKING, Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from schemas.fit import (
    CASE_SUMMARY_WORDS,
    RATIONALE_SUMMARY_WORDS,
    ShownLetter,
    argues_against,
    problems_of,
    problems_of_case_summary,
    problems_of_contradiction,
    problems_of_diagnosis,
    problems_of_item,
)
from schemas.taxonomy import Category, DrugClass, MistakeKind, Reason

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

__all__ = [
    "CASE_SUMMARY_WORDS",
    "RATIONALE_SUMMARY_WORDS",
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


class Answer(BaseModel):
    """Base of every part of a model's answer. Errors do not print the answer, but for facts that a summary invents.

    Its JSON Schema holds codes and shapes alone: the prompt explains them, and every token is paid for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def salvaged(cls, answer: str, context: Mapping[str, object]) -> Self | None:  # noqa: ARG003 - for those with parts
        """What of ``answer``, which did not validate, holds by itself; ``None``: nothing, as where it has no parts."""
        return None

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Drop titles, descriptions and defaults from the JSON Schema that pydantic makes, those of codes too."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema.pop("description", None)
        for part in schema.get("properties", {}).values():
            _bare(part, handler)
        return schema


def _bare(part: JsonSchemaValue, handler: GetJsonSchemaHandler) -> None:
    """Strip what explains from the schema of one field."""
    for key in ("title", "description", "default"):
        part.pop(key, None)
    if "$ref" in part:
        named = handler.resolve_ref_schema(part)
        if "enum" in named:
            named.pop("title", None)
            named.pop("description", None)
    for inner in part.get("anyOf", [part["items"]] if "items" in part else []):
        _bare(inner, handler)


def _once(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Each number once, at its first place."""
    return tuple(dict.fromkeys(numbers))


def _one_line(words: str) -> str:
    """``words`` on one line, without marks that print nothing."""
    return "".join(mark for mark in " ".join(words.split()) if mark.isprintable())


Summary = Annotated[str, AfterValidator(_one_line)]
"""A model's own words, on one line."""


class NamedDiagnosis(Answer):
    """One condition the worker has or is treated for."""

    at: int
    """Number of the sentence of the clinical case summary that names it."""
    words: str
    """The condition, copied exactly from that sentence."""


def _by_words(named: tuple[NamedDiagnosis, ...]) -> tuple[NamedDiagnosis, ...]:
    """Each condition once, at its first mention."""
    first: dict[str, NamedDiagnosis] = {}
    for each in named:
        first.setdefault(" ".join(each.words.split()).casefold(), each)
    return tuple(first.values())


class GivenReason(Answer):
    """One reason that the rationale gives."""

    code: Reason
    """Which reason it is."""
    at: Annotated[tuple[int, ...], Field(min_length=1, max_length=4), AfterValidator(_once)]
    """Numbers of the rationale's sentences that give it, each once."""


def _by_code(reasons: tuple[GivenReason, ...]) -> tuple[GivenReason, ...]:
    """Each code once, with the sentences of all its mentions."""
    numbers: dict[Reason, dict[int, None]] = {}
    for reason in reasons:
        numbers.setdefault(reason.code, {}).update(dict.fromkeys(reason.at))
    return tuple(GivenReason.model_construct(code=code, at=tuple(at)) for code, at in numbers.items())


class ItemJudgement(Answer):
    """What was decided about one item, and why."""

    item: int
    """Number of the item, from 1."""
    category: Category
    """Report group of the treatment."""
    drug_class: DrugClass | None = None
    """Class of the drug, where the category is pharmaceutical; else left out."""
    reasons: Annotated[tuple[GivenReason, ...], Field(min_length=1, max_length=5), AfterValidator(_by_code)]
    """Every reason that the rationale gives, each code once, the one that carries the decision first."""
    quotes: Annotated[tuple[int, ...], Field(min_length=1, max_length=3), AfterValidator(_once)]
    """Numbers of the rationale's sentences that carry the decision, each once: facts of the case, not recitals."""
    summary: Summary
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


def _pairs(found: tuple[FoundContradiction, ...]) -> tuple[FoundContradiction, ...]:
    """Each pair of sentences once, whichever comes first."""
    first: dict[frozenset[int], FoundContradiction] = {}
    for each in found:
        first.setdefault(frozenset((each.a, each.b)), each)
    return tuple(first.values())


class LetterJudgement(Answer):
    """The judgement of a letter."""

    summary: Summary
    """Who, the injury or main conditions, treatment so far, what was disputed; at most 60 words."""
    diagnoses: Annotated[tuple[NamedDiagnosis, ...], AfterValidator(_by_words)] = ()
    """Conditions in order of first mention, each once."""
    items: tuple[ItemJudgement, ...]
    """One entry for each item to judge, in order."""
    contradictions: Annotated[tuple[FoundContradiction, ...], AfterValidator(_pairs)] = ()
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
