"""What a summary says, before any format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas import Citation, CitationSource, Determination, FieldProvenance, Origin, Outcome, Status
from summarizer.document import Document
from summarizer.render.phrases import citation, headline, printable, quoted
from summarizer.render.sheet import Fact, Place, joined, pages_of, sheet


def test_head_says_case_and_counts(determination: Determination, document: Document) -> None:
    told = sheet(determination, document)
    assert (told.title, told.headline) == ("CM20-0000042", "2 disputed items: 1 upheld, 1 overturned")
    assert told.decision_date is not None
    assert (told.decision_date.text, told.decision_date.pages) == ("March 30, 2020", "p. 1")
    assert told.to_check == "2 points to check, 1 seems to bear on the decision"


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([], "No disputed item was found"),
        ([Outcome.OVERTURNED], "1 disputed item: overturned"),
        ([Outcome.UPHELD] * 3, "3 disputed items: 3 upheld"),
        ([Outcome.MODIFIED, Outcome.UPHELD], "2 disputed items: 1 upheld, 1 modified"),
    ],
)
def test_headline(outcomes: list[Outcome], said: str) -> None:
    assert headline(outcomes) == said


def test_partly_authorized_item_says_what_was_asked_and_authorized(
    determination: Determination, document: Document
) -> None:
    therapy, mri = sheet(determination, document).items
    assert [(fact.label, fact.text) for fact in therapy.before] == [
        ("Asked for", "12 visits of physical therapy for the right shoulder"),
        ("Authorized", "4 visits"),
    ]
    assert therapy.treatment.label == "Still in dispute"
    assert (mri.before, mri.treatment.label) == ((), "Treatment")


def test_a_place_holds_the_words_of_the_letter_after_an_emoji(determination: Determination, document: Document) -> None:
    quote = sheet(determination, document).items[0].quotes[0]
    assert quote.status is Status.VERIFIED
    assert [(place.page, place.words) for place in quote.places] == [(2, quote.text)]


def test_a_field_of_parts_is_proven_by_all_of_them_and_as_well_as_the_worst(
    determination: Determination, document: Document
) -> None:
    doubtful = FieldProvenance(origin=Origin.RULES, status=Status.UNVERIFIED)
    proof = {**determination.provenance, "injured_worker.sex": doubtful}
    worker = sheet(determination.model_copy(update={"provenance": proof}), document).case[0]
    assert (worker.text, worker.status) == ("52-year-old female", Status.UNVERIFIED)
    assert [place.words for place in worker.places] == ["52-year-old"]


def test_an_entry_without_proof_of_its_own_has_that_of_its_list(
    determination: Determination, document: Document
) -> None:
    reasons = sheet(determination, document).items[1].reasons
    assert [(reason.status, reason.pages) for reason in reasons] == [(Status.CITED, "p. 2")] * 2


def test_item_1_is_not_proven_by_item_10(determination: Determination, document: Document) -> None:
    proof = {"items[10].outcome": determination.provenance["items[1].outcome"]}
    item = sheet(determination.model_copy(update={"provenance": proof}), document).items[1]
    assert (item.outcome.status, item.outcome.places) == (None, ())


def test_checks_come_material_first_with_both_places(determination: Determination, document: Document) -> None:
    mistake, unproven = sheet(determination, document).checks
    assert (mistake.title, mistake.about) == ("Possible mistake of fact (earlier care)", "item 1, rationale")
    assert [place.page for place in mistake.places] == [1, 2]
    assert mistake.places[1].words == "No earlier therapy is on record."
    assert (unproven.about, unproven.places) == ("case summary", ())


def test_a_gold_label_says_the_same_without_proof(bare: tuple[Determination, Document]) -> None:
    determination, document = bare
    told = sheet(determination, document)
    assert (told.title, told.case_number, told.decision_date) == ("note.txt", None, None)
    assert (told.proof, told.to_check, told.checks) == ({}, "", ())
    assert told.items[0].kind.text == "Naproxen 550mg, quantity 60, anti-inflammatory (NSAID)"


def test_a_file_name_stays_on_its_line(bare: tuple[Determination, Document]) -> None:
    told = sheet(bare[0], replace(bare[1], source="a\nb\x1b.txt"))
    assert (told.title, told.source) == ("a b .txt", "a b .txt")


def test_without_the_letter_places_have_pages_alone(determination: Determination) -> None:
    assert {place.words for fact in sheet(determination).case for place in fact.places} == {""}
    assert sheet(determination).items[0].quotes[0].pages == "p. 2"


def test_citation_in_one_line() -> None:
    mtus = Citation(source=CitationSource.MTUS, title="Knee Complaints", year=2004, sections="Imaging.", pages="341")
    other = Citation(source=CitationSource.OTHER, title="A handbook.")
    assert citation(mtus) == "MTUS: Knee Complaints (2004). Sections: Imaging. Pages: 341"
    assert citation(other) == "Other: A handbook"


def test_printable_takes_out_what_drives_a_terminal_and_keeps_the_length() -> None:
    text = "a\x1b[31mb\x9bc\u202ed\x00e\nf\ud800g"
    assert printable(text) == "a [31mb c d e\nf g"
    assert len(printable(text)) == len(text)


def test_pages_of() -> None:
    assert pages_of([Place(3, 9, 10, ""), Place(2, 0, 1, ""), Place(3, 5, 6, "")]) == "pp. 2-3"
    assert pages_of([Place(page, 0, 1, "") for page in (1, 2, 3, 5, 7, 8)]) == "pp. 1-3, 5, 7-8"
    assert pages_of([Place(None, 0, 1, "")]) == ""


def test_quoted_cuts_at_a_word() -> None:
    assert quoted("no documented benefit, none", 23) == "no documented benefit…"
    assert quoted("short", 5) == "short"
    assert quoted("unbroken", 5) == "unbr…"


def test_joined_keeps_facts_of_other_pages_apart() -> None:
    facts = [
        Fact("Reason", text, "reasons", Status.CITED, (Place(page, 0, 1, ""),))
        for text, page in (("Safety risk", 2), ("Criteria met", 2), ("Not recommended", 3))
    ]
    assert [fact.text for fact in joined(facts)] == ["Safety risk; criteria met", "Not recommended"]
