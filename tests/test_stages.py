"""What is asked about a letter, by how well the layouts know its form, and what stays when the answers are poor."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import Category, Determination, Origin, ReviewCode
from summarizer import Summarizer, summarize
from summarizer.loading.source import Source
from summarizer.stages import Draft
from tests.forms import LetterItem, letter
from tests.letters import letter as example
from tests.llm.asking import settings_for
from tests.llm.server import Server, Step, serving
from tests.llm.sound import shown_in, sound, user_message
from tests.loading.made import pdf_of

HALF = example("generic-inline").replace("A sling is not used after this operation.", "")
"""A letter of no known form whose second item has lost its rationale."""


def wants_outline(body: dict[str, Any]) -> bool:
    return "CLINICAL SUMMARY" not in user_message(body)


def drafted(source: Source, *steps: Step, engine: str = "hybrid") -> tuple[Draft, Server]:
    with serving(*steps) as server, Summarizer(engine, model=settings_for(server.url)) as summarizer:
        return summarizer.draft(source), server


def flags(read: Determination) -> list[tuple[ReviewCode, str | None]]:
    return [(flag.code, flag.field) for flag in read.review]


def printed(read: Determination) -> list[tuple[object, ...]]:
    return [(item.treatment, item.outcome, item.rationale) for item in read.items]


def test_a_letter_that_the_generic_reader_read_whole_is_asked_about_once() -> None:
    text = example("generic-inline")
    draft, server = drafted(Source.from_text(text), Step(answer=sound))
    read = draft.summary().determination
    assert server.count == 1
    assert printed(read) == printed(summarize(text=text))
    assert read.items[1].category is not None
    assert read.provenance["items[1].primary_reason"].origin is Origin.MODEL


def test_an_outline_with_fewer_items_than_the_rules_found_loses_none() -> None:
    def answer(body: dict[str, Any]) -> object:
        if not wants_outline(body):
            return sound(body)
        lines = user_message(body).split("\n")
        number = next(int(line.split("|")[0]) for line in lines if "Carpal tunnel" in line)
        last = number + 1
        heading, rationale = {"first": number, "last": number}, {"first": last, "last": last}
        one = {"heading": heading, "outcome": "overturned", "outcome_at": number, "rationale": rationale}
        return {"items": [one]}

    draft, server = drafted(Source.from_text(HALF), Step(answer=answer))
    read = draft.summary().determination
    assert server.count == 2
    assert printed(read) == printed(summarize(text=HALF))
    assert (ReviewCode.ENGINES_DISAGREE, "items") in flags(read)


@pytest.mark.parametrize("first", [Step(refusal="no"), Step(answer={"items": []})])
def test_an_outline_that_does_not_come_leaves_the_rules_items_and_says_so(first: Step) -> None:
    draft, server = drafted(Source.from_text(HALF), first, Step(answer=sound))
    read = draft.summary().determination
    assert server.count == 2
    assert printed(read) == printed(summarize(text=HALF))
    refused = first.refusal is not None
    code = ReviewCode.MODEL_FAILED if refused else ReviewCode.ENGINES_DISAGREE
    assert (code, "items") in flags(read)
    assert (draft.failure is not None) == refused
    assert draft.partly
    assert read.provenance["items[0].primary_reason"].origin is Origin.MODEL


def test_an_outline_of_a_known_form_is_held_against_it() -> None:
    text = letter(LetterItem("Knee brace"), LetterItem("Wrist brace", outcome="Overturned"))

    def answer(body: dict[str, Any]) -> object:
        if not wants_outline(body):
            return sound(body)
        numbers = {
            line.partition("| ")[2]: int(line.split("|")[0]) for line in user_message(body).split("\n") if "|" in line
        }
        (heading,) = [number for words, number in numbers.items() if words.startswith("Wrist brace")]
        rationale = max(number for words, number in numbers.items() if "red flag" in words)
        part = {"first": heading, "last": heading}
        one = {"heading": part, "outcome": "overturned", "outcome_at": heading}
        return {"items": [one | {"rationale": {"first": rationale, "last": rationale}}]}

    draft, _ = drafted(Source.from_text(text), Step(answer=answer), engine="llm")
    (flag,) = [flag for flag in draft.summary().determination.review if flag.field == "items"]
    assert flag.code is ReviewCode.ENGINES_DISAGREE
    assert "prints upheld, overturned, the model read overturned" in flag.message


def pdf(text: str) -> Source:
    return Source.from_data(pdf_of(text.split("\n")))


def boxless(read: Determination) -> list[str]:
    return [
        path for path, one in read.provenance.items() if any(place.page and not place.boxes for place in one.evidence)
    ]


def test_a_drug_that_the_model_alone_knows_has_its_place() -> None:
    def answer(body: dict[str, Any]) -> object:
        told = sound(body)
        told["items"][0] |= {"category": "pharmaceutical", "drug_class": "other"}
        return told

    draft, _ = drafted(pdf(letter(LetterItem("Zorbinex, quantity: 30"))), Step(answer=answer))
    read = draft.summary().determination
    assert read.items[0].category is Category.PHARMACEUTICAL
    assert read.items[0].medication
    assert boxless(read) == []


def test_a_letter_without_a_clinical_summary_has_places_for_its_own() -> None:
    text = letter()
    start = text.index("CLINICAL CASE SUMMARY")
    text = text[:start] + text[text.index("IMR ISSUES") :]
    draft, _ = drafted(pdf(text), Step(answer=sound))
    read = draft.summary().determination
    assert read.provenance["case_summary"].origin is Origin.MODEL
    assert boxless(read) == []


def test_every_sentence_that_was_shown_can_be_quoted_with_its_place() -> None:
    def answer(body: dict[str, Any]) -> object:
        told, shown = sound(body), shown_in(body)
        for judged, item in zip(told["items"], shown.items, strict=True):
            judged["quotes"] = item.rationale[-3:]
        return told

    items = [LetterItem(f"Knee brace {word}", rationale="One thing. Another thing. A third thing.") for word in "abc"]
    draft, _ = drafted(pdf(letter(*items)), Step(answer=answer))
    read = draft.summary().determination
    assert [len(item.key_quotes) for item in read.items] == [3, 3, 3]
    assert boxless(read) == []
