"""The form of 2014 to 2017: every trap of headings, outcomes and page breaks."""

import pytest

from schemas import Outcome
from summarizer.folding import fold
from summarizer.layouts import recognize
from summarizer.layouts.structure import Structure
from tests.forms import LetterItem, letter


def read(text: str) -> Structure:
    structure = recognize(text)
    assert structure is not None
    assert structure.layout == "imr_form_2014"
    return structure


def headings(text: str) -> list[str]:
    return [fold(item.heading.of(text)) for item in read(text).items]


def test_sections_are_found_without_their_headings() -> None:
    text = letter()
    structure = read(text)
    assert structure.confidence == 1.0
    assert structure.header is not None
    assert structure.header.of(text).endswith("11/21/2016")
    assert structure.reviewer is not None
    assert structure.reviewer.of(text).startswith("An expert reviewer")
    assert structure.clinical_summary is not None
    assert structure.clinical_summary.of(text).startswith("The injured worker is")


def test_an_items_parts_are_without_labels() -> None:
    text = letter()
    (item,) = read(text).items
    assert item.outcome is Outcome.UPHELD
    assert item.outcome_span.of(text) == "Upheld"
    assert item.claims_administrator is not None
    assert item.claims_administrator.of(text) == "Decision based on MTUS Low Back Complaints 2004."
    assert item.rationale is not None
    assert item.rationale.of(text).startswith("The examination")
    assert item.complete


def test_outcome_alone_on_its_own_line() -> None:
    text = letter(LetterItem(heading="Physical therapy twice a week for six weeks for the hip", outcome="\nOverturned"))
    assert headings(text) == ["Physical therapy twice a week for six weeks for the hip"]


def test_heading_over_several_lines_after_another_item() -> None:
    long = "Arthroscopy of the right knee with partial medial meniscectomy, chondroplasty, removal of\nloose bodies and"
    text = letter(LetterItem(), LetterItem(heading=f"{long} lavage"))
    assert headings(text)[1] == fold(f"{long} lavage")


def test_colons_inside_a_heading() -> None:
    text = letter(LetterItem(heading="Associated surgical service: Cold unit: 7 days"), LetterItem(heading="Labs: CBC"))
    assert headings(text) == ["Associated surgical service: Cold unit: 7 days", "Labs: CBC"]


def test_rationale_without_a_final_stop() -> None:
    first = LetterItem(rationale="No deficit was shown. The request is not medically necessary")
    text = letter(first, LetterItem(heading="Cane"))
    assert headings(text) == ["MRI of the lumbar spine", "Cane"]
    assert all(item.complete for item in read(text).items)


def test_partly_authorized_heading_is_kept_whole() -> None:
    heading = (
        "Massage 12 sessions was the original request.\nMassage 4 sessions was authorized by the Claims "
        "Administrator.\nThe remaining IMR eligible portion of the original request, Massage 8 sessions is"
    )
    text = letter(LetterItem(), LetterItem(heading=heading))
    assert headings(text)[1] == fold(heading)


@pytest.mark.parametrize("before", ["", "Massage 12 sessions was the original request.\n"])
def test_partly_authorized_heading_in_its_second_wording(before: str) -> None:
    heading = (
        f"{before}The Claims Administrator authorized 4 sessions of yoga, leaving the original request IMR\neligible. "
        "The original request, Massage 12 sessions is"
    )
    text = letter(LetterItem(), LetterItem(heading=heading))
    assert headings(text) == ["MRI of the lumbar spine", fold(heading)]


def test_an_item_that_a_rationale_quotes_is_none() -> None:
    rationale = (
        "The knee locks. A former letter on this claim\nstates:\nCane is: Upheld\nClaims Administrator guideline: none\n"
        "Decision rationale: as above.\nThe cane is not disputed here. The request is medically necessary."
    )
    text = letter(LetterItem(outcome="Overturned", rationale=rationale), LetterItem(heading="Knee brace"))
    structure = read(text)
    assert headings(text) == ["MRI of the lumbar spine", "Knee brace"]
    assert structure.items[0].rationale is not None
    assert structure.items[0].rationale.of(text) == rationale


def test_partly_authorized_words_in_a_rationale_do_not_swallow_it() -> None:
    rationale = (
        "Massage 12 sessions was the original request. Four were authorized by the Claims Administrator.\n"
        "The remaining IMR eligible portion of the original request, Massage 8 sessions, is not medically necessary."
    )
    text = letter(LetterItem(rationale=rationale), LetterItem(heading="Cane"))
    structure = read(text)
    assert headings(text) == ["MRI of the lumbar spine", "Cane"]
    assert structure.items[0].rationale is not None
    assert fold(structure.items[0].rationale.of(text)) == fold(rationale)


def test_blank_lines_between_all_lines() -> None:
    text = letter(LetterItem(), LetterItem(heading="Back brace for\npurchase")).replace("\n", " \n\n")
    assert headings(text) == ["MRI of the lumbar spine", "Back brace for purchase"]


def test_labels_broken_over_lines_and_glued_by_recognition() -> None:
    text = letter().replace("Claims Administrator guideline", "Claims\nAdministrator guideline")
    text = text.replace("HOW THE IMR FINAL DETERMINATION WAS MADE", "HOWTHE IMR FINALDETERMINATION WAS MADE")
    assert read(text).confidence == 1.0
    assert len(read(text).items) == 1


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [
        ("Upheld", Outcome.UPHELD),
        ("OVERTURNED", Outcome.OVERTURNED),
        ("Modified", Outcome.MODIFIED),
        ("Partially Overturned", Outcome.MODIFIED),
    ],
)
def test_outcome_words(printed: str, outcome: Outcome) -> None:
    assert read(letter(LetterItem(outcome=printed))).items[0].outcome is outcome


def test_twenty_one_items() -> None:
    items = [LetterItem(heading=f"Service number {number}") for number in range(1, 22)]
    assert headings(letter(*items)) == [item.heading for item in items]


@pytest.mark.parametrize(
    "cut", ["Decision rationale: The examination shows no red", "MAXIMUS guideline: Decision based"]
)
def test_letter_cut_inside_its_last_item(cut: str) -> None:
    text = letter(LetterItem(), LetterItem(heading="Cane"))
    start = text.rindex(cut)
    items = read(text[: start + len(cut)]).items
    assert [item.complete for item in items] == [True, False]


@pytest.mark.parametrize(
    "closing", ["The denial is upheld.", "Thus it is upheld", "Result.\nOverturned.", "Result. Overturned"]
)
def test_outcome_words_that_close_a_rationale_are_no_item(closing: str) -> None:
    text = letter(LetterItem(rationale=f"No red flag was seen. {closing}"))
    assert headings(text.rstrip()) == ["MRI of the lumbar spine"]


def test_letter_cut_off_right_after_an_outcome() -> None:
    text = letter(LetterItem(), LetterItem(heading="Cane"))
    items = read(text[: text.rindex(": Upheld") + len(": Upheld")]).items
    assert [item.complete for item in items] == [True, False]


def test_letter_without_header_and_boilerplate() -> None:
    text = letter(header="", made="")
    structure = read(text)
    assert structure.header is None
    assert len(structure.items) == 1
    assert structure.confidence < 1.0


def test_prose_is_no_determination() -> None:
    assert (
        recognize("Dear Sam, the garden is lovely this year.\nThe denial of our permit was upheld by the council.")
        is None
    )
