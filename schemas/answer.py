"""The parts of a model's answer about a letter: their shapes, whatever the letter says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.taxonomy import Category, DrugClass, MistakeKind, Reason

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


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


Diagnoses = Annotated[tuple[NamedDiagnosis, ...], AfterValidator(_by_words)]
"""Each condition once."""
Contradictions = Annotated[tuple[FoundContradiction, ...], AfterValidator(_pairs)]
"""Each pair of sentences once."""
