"""Labels and contradictions held against the words of their letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.annotation.check.problem import AS_PRINTED, Problem
from evals.gold import Contradiction
from evals.metrics.citations import SIDES
from schemas import Determination, Item
from summarizer.folding import comparable


def foreign_words(label: Determination, text: str) -> Iterator[Problem]:
    """Fields of ``label`` whose words, or no words, do not stand in the letter's ``text``."""
    folded = comparable(text)
    for field, words in verbatim(label):
        if not words.strip() or comparable(words) not in folded:
            yield Problem(field, "does not stand in the letter", AS_PRINTED)


def foreign_quotes(label: Determination) -> Iterator[Problem]:
    """Key quotes of ``label`` that do not stand in the rationale of their item."""
    for number, item in enumerate(label.items):
        rationale = comparable(item.rationale or "")
        for index, quote in enumerate(item.key_quotes):
            if not quote.strip() or comparable(quote) not in rationale:
                field = f"items[{number}].key_quotes[{index}]"
                yield Problem(field, "does not stand in the rationale of its item", AS_PRINTED)


def out_of_order(items: Sequence[Item], text: str) -> Iterator[Problem]:
    """Items whose rationale stands before that of the item above them; equal rationales follow each other."""
    folded, after = comparable(text), 0
    for index, item in enumerate(items):
        words = comparable(item.rationale or "")
        place = folded.find(words, after) if words else -1
        if place >= 0:
            after = place
        elif words and words in folded:
            what = "its rationale stands in the letter before that of the item above"
            yield Problem(f"items[{index}]", what, "put the items in the order of the letter")


def contradiction_problems(pairs: Sequence[Contradiction], items: int, text: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with the contradictions labeled in a letter of so many ``items``."""
    found: list[Problem] = []
    folded = None if text is None else comparable(text)
    for index, pair in enumerate(pairs):
        if pair.item is not None and not 0 <= pair.item < items:
            found.append(
                Problem(f"[{index}].item", f"there is no item {pair.item}", "count items from 0, or give null")
            )
        if comparable(pair.a) == comparable(pair.b):
            found.append(Problem(f"[{index}].b", "is the same passage as a", "give the passage that contradicts it"))
        for side, words in (("a", pair.a), ("b", pair.b)):
            if not words.strip() or (folded is not None and comparable(words) not in folded):
                found.append(Problem(f"[{index}].{side}", "does not stand in the letter", AS_PRINTED))
    return tuple(found)


def verbatim(label: Determination) -> Iterator[tuple[str, str]]:
    """Path and words of every field that is copied from the letter; key quotes are held against their rationale."""
    if label.case_number is not None:
        yield "case_number", label.case_number
    lists = {
        "reviewer.licensure_states": label.reviewer.licensure_states,
        "reviewer.specialties": label.reviewer.specialties,
        "diagnoses": label.diagnoses,
    }
    for name, values in lists.items():
        for index, words in enumerate(values):
            yield f"{name}[{index}]", words
    for index, item in enumerate(label.items):
        for name, words_or_none in _verbatim_of_item(item):
            if words_or_none is not None:
                yield f"items[{index}].{name}", words_or_none


def _verbatim_of_item(item: Item) -> Iterator[tuple[str, str | None]]:
    for name in ("treatment", "original_request", "authorized_portion", "rationale"):
        yield name, getattr(item, name)
    if item.medication is not None:
        yield "medication.name", item.medication.name
        yield "medication.strength", item.medication.strength
    for side in SIDES:
        for index, citation in enumerate(getattr(item, side)):
            for name in ("title", "sections", "pages"):
                yield f"{side}[{index}].{name}", getattr(citation, name)
