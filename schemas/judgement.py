"""What a model is asked to return for a letter whose sections and items are known: codes and sentence numbers.

Nothing here is copied from the letter: verbatim fields come from the document by the numbers. The
validators hold an answer against the letter as it was shown, which they get as ``context["shown"]``;
without it they check the answer's own shape. What they say is what a model is told when it is asked
again, all problems at once. A wrong number is always one. What leaves an answer of use, such as a
summary a little too long, is objected to in the first two answers and then kept, to be flagged by
whoever uses it: a paid answer is not lost for a trifle. ``context["reasks"]`` says how often the model
can be asked again (two times by default): what cannot be asked again, such as an answer kept from an
earlier run with 0, is not objected to for trifles at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Annotated, Protocol, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from schemas.taxonomy import Category, DrugClass, MistakeKind, Outcome, Reason

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

CASE_SUMMARY_WORDS = 60
"""Words of a case summary, at most."""
RATIONALE_SUMMARY_WORDS = 35
"""Words of a rationale's summary, at most."""
_REASKS = 2
"""Answers that are objected to for trifles, at most."""


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


class Answer(BaseModel):
    """Base of every part of a model's answer. Errors do not print the answer, but for facts that a summary invents.

    Its JSON Schema holds codes and shapes alone: the prompt explains them, and every token is paid for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

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
        problems = tuple(_problems(self, shown, strict))
        if problems:
            raise PydanticCustomError("does_not_fit", "{problems}", {"problems": "\n".join(problems)})
        return self


def _problems(answer: LetterJudgement, shown: ShownLetter, strict: bool) -> Iterator[str]:
    """What is wrong with ``answer`` and what would be right, one line each; trifles too where ``strict``."""
    yield from _of_summary("summary", answer.summary, CASE_SUMMARY_WORDS, shown, strict)
    yield from _of_diagnoses(answer.diagnoses, shown, strict)
    given = tuple(each.item for each in answer.items)
    if sorted(given) != sorted(shown.items) or (strict and given != shown.items and shown.objects("order")):
        yield f"items: you gave {_list(given)}; give {_list(shown.items)}, in this order, each once"
    for each in answer.items:
        if each.item in shown.items:
            yield from _of_item(each, shown, strict)
    for place, found in enumerate(answer.contradictions, 1):
        missing = [number for number in (found.a, found.b) if shown.words_of(number) is None]
        if missing:
            yield f"contradiction {place}: there is no sentence {_list(missing)}; use the numbers before the sentences"
        elif found.a == found.b:
            yield f"contradiction {place}: a and b are both {found.a}; name two sentences, or leave it out"


def _of_diagnoses(diagnoses: tuple[NamedDiagnosis, ...], shown: ShownLetter, strict: bool) -> Iterator[str]:
    for place, each in enumerate(diagnoses, 1):
        if not shown.in_summary(each.at):
            yield f"diagnosis {place}: sentence {each.at} is not in the clinical summary; {_summary_range(shown)}"
        elif strict and not shown.names(each.at, each.words):
            near = [number for number in (each.at - 1, each.at + 1) if shown.names(number, each.words)]
            right = f"they stand in sentence {near[0]}" if near else "copy them from it character for character"
            yield f"diagnosis {place}: its words do not stand in sentence {each.at}; {right}"


def _of_item(judged: ItemJudgement, shown: ShownLetter, strict: bool) -> Iterator[str]:
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
    if strict and _against(judged, outcome) and shown.objects(f"{name}: reasons against the outcome"):
        yield (
            f"{name}: the letter says {outcome.value}, but every reason argues for the opposite; "
            "read the rationale again, and keep them only if it really says so"
        )
    yield from _of_summary(f"{name}: summary", judged.summary, RATIONALE_SUMMARY_WORDS, shown, strict)


def _of_summary(name: str, summary: str, most: int, shown: ShownLetter, strict: bool) -> Iterator[str]:
    words = len(summary.split())
    if not words:
        yield f"{name} is empty; write at most {most} words"
    elif words > (most if strict else 2 * most):
        yield f"{name} has {words} words; write at most {most}"
    facts = shown.unsupported(summary) if strict else ()
    if facts:
        yield f"{name} says {', '.join(facts)}, which the letter does not state; say only what it states"


def _against(judged: ItemJudgement, outcome: Outcome) -> bool:
    """Whether every reason that takes a side argues for the opposite; a modified decision takes both kinds."""
    sides = {reason.code.supports for reason in judged.reasons} - {None}
    return outcome is not Outcome.MODIFIED and bool(sides) and outcome not in sides


def _summary_range(shown: ShownLetter) -> str:
    """Which sentences the clinical summary is; it is numbered first."""
    last = 0
    while shown.in_summary(last + 1):
        last += 1
    return f"it is sentences 1 to {last}" if last else "the letter has none: give no diagnoses"


def _list(numbers: tuple[int, ...] | list[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
