"""The composed case summary."""

from __future__ import annotations

from datetime import date

import pytest

from schemas import Sex, TextFrom
from summarizer.document import Document, Span
from summarizer.reading import Found, WorkerReading, verbatim
from summarizer.rules.case_summary import case_summary_of
from summarizer.rules.diagnoses import diagnoses_of
from summarizer.rules.treatment_so_far import treatment_so_far
from summarizer.rules.worker import worker_of

_INJURED = Found(date(2015, 3, 9), ())


def _document(text: str) -> Document:
    return Document(text=text, pages=(), source="letter.txt", sha256="0", text_from=TextFrom.PLAIN)


def _place(text: str, words: str) -> Span:
    start = text.rindex(words)
    return Span(start, start + len(words))


def _summarize(summary: str, *treatments: str, injured: Found[date] | None = _INJURED) -> Found[str]:
    """The case summary of a letter whose items stand after its clinical summary."""
    text = summary + "\n" + "\n".join(treatments)
    document, place = _document(text), Span(0, len(summary))
    items = tuple(verbatim(document, _place(text, treatment)) for treatment in treatments)
    worker, diagnoses = worker_of(document, place), diagnoses_of(document, place)
    composed = case_summary_of(document, place, worker, diagnoses, injured, items)
    assert composed is not None
    assert len(composed.value.split()) <= 60
    return composed


def test_who_conditions_treatment_and_dispute() -> None:
    composed = _summarize(
        "The worker is a 41 year old female. She is treated for heel spur and gout. "
        "Treatment to date has included physical therapy, orthotics (custom) and rest. More physical therapy was asked.",
        "Physical Therapy 6 visits",
        "MRI of the left heel",
    )
    assert composed.value == (
        "A 41-year-old woman injured on March 9, 2015 has heel spur and gout. "
        "Treatment has included physical therapy, orthotics and rest. "
        "In dispute: physical therapy 6 visits and MRI of the left heel."
    )


def test_evidence_is_every_part_used_in_reading_order() -> None:
    summary = "The worker is a 41 year old female. She is treated for gout. Treatment included rest."
    composed = _summarize(summary, "Colchicine 0.6 mg #30")
    text = summary + "\nColchicine 0.6 mg #30"
    words = [span.of(text) for span in composed.spans]
    assert words == ["41 year old", "female", "gout", "rest", "Colchicine 0.6 mg #30"]


@pytest.mark.parametrize(
    ("worker", "who"),
    [
        (WorkerReading(), "A worker"),
        (WorkerReading(sex=Found(Sex.MALE)), "A man"),
        (WorkerReading(age=Found(81)), "An 81-year-old worker"),
        (WorkerReading(age=Found(18), sex=Found(Sex.FEMALE)), "An 18-year-old woman"),
        (WorkerReading(age=Found(17), sex=Found(Sex.MALE)), "A 17-year-old male worker"),
    ],
)
def test_who(worker: WorkerReading, who: str) -> None:
    text = "Gel #1"
    treatment = Found(text, (Span(0, 6),))
    composed = case_summary_of(_document(text), None, worker, (), _INJURED, (treatment,))
    assert composed is not None
    assert composed.value == f"{who} was injured on March 9, 2015. In dispute: gel #1."


def test_nothing_known_is_no_summary() -> None:
    assert case_summary_of(_document(""), None, WorkerReading(), (), None, ()) is None


def test_a_worker_without_date_and_conditions_still_has_a_sentence() -> None:
    composed = _summarize("The patient is a 50 year old male.", "Norco 10/325 mg #60", injured=None)
    assert composed.value == "The injured worker is a 50-year-old man. In dispute: Norco 10/325 mg #60."


def test_an_unknown_worker_is_an_injured_worker() -> None:
    assert _summarize("Gout is treated. Diagnosis: gout.", "Norco", injured=None).value.startswith(
        "An injured worker has gout."
    )


def test_doubtful_and_earlier_conditions_read_as_such() -> None:
    composed = _summarize("Diagnoses are heel pain, rule out gout, status post ankle fusion.", "Norco")
    assert "has heel pain and is status post ankle fusion, with gout to be ruled out." in composed.value


def test_parts_with_commas_are_parted_by_semicolons() -> None:
    composed = _summarize("Diagnoses are contusion of jaw, scalp and neck; gout.", "Norco")
    assert "has contusion of jaw, scalp and neck; and gout." in composed.value


def test_many_items_are_counted() -> None:
    composed = _summarize(
        "Diagnoses are gout.", *(f"Compounded topical cream number {letter} in a large jar" for letter in "ABCDEFGHIJ")
    )
    assert composed.value.endswith("more items.")
    named = composed.value.count("number")
    assert f"and {10 - named} more items" in composed.value
    assert named >= 1


def test_details_go_before_items_do() -> None:
    composed = _summarize(
        "Diagnoses are gout.",
        "Physical therapy three times a week for two weeks to the right ankle and the right heel",
        "Acupuncture two times a week for six weeks to the right ankle and the right heel",
        "Custom orthotics for the right foot and the left foot with a yearly refit of both",
    )
    assert composed.value.endswith("In dispute: physical therapy, acupuncture and custom orthotics.")


def test_many_conditions_leave_room() -> None:
    conditions = ", ".join(f"{side} {part} sprain" for side in ("left", "right")
                           for part in ("elbow", "wrist", "ankle", "knee", "hip", "thumb", "shoulder"))  # fmt: skip
    composed = _summarize(f"Diagnoses are {conditions}.", "Norco #10")
    assert "and other conditions." in composed.value
    assert composed.value.endswith("In dispute: Norco #10.")


def test_lead_ins_and_order_notes_are_left_out() -> None:
    composed = _summarize(
        "Diagnoses are gout.", "Associated surgical service: Cold therapy unit", "Zipsor 25mg #60, per 01/02/2016 order"
    )
    assert composed.value.endswith("In dispute: cold therapy unit and Zipsor 25mg #60.")


@pytest.mark.parametrize(
    ("text", "given", "drugs"),
    [
        ("Treatments to date include rest, ice and a splint.", ["rest", "ice", "a splint"], []),
        ("Prior treatment was noted to include: acupuncture; x-rays.", ["acupuncture", "x-rays"], []),
        ("Treatment to date has included no prior acupuncture and rest.", ["rest"], []),
        ("Treatment included 4 visits of therapy which did not help, and rest.", ["4 visits of therapy", "rest"], []),
        ("Medications have included Norco and Soma.", [], ["Norco", "Soma"]),
        ("The treatment plan included surgery. The treatment requested included a brace.", [], []),
        ("Past treatments were not noted. Medications included: list not provided.", [], []),
        ("The worker has been treated with hot and cold packs.", ["hot and cold packs"], []),
    ],
)
def test_treatment_so_far_is_what_was_given(text: str, given: list[str], drugs: list[str]) -> None:
    found, taken = treatment_so_far(text, Span(0, len(text)))
    assert [span.of(text) for span in found] == given
    assert [span.of(text) for span in taken] == drugs


def test_a_diagnosis_too_long_to_quote_is_left_to_its_own_field() -> None:
    winding = "pain of the " + "upper " * 60 + "back"
    assert (
        _summarize(f"Diagnosis: {winding}.", "Norco").value
        == "A worker was injured on March 9, 2015. In dispute: Norco."
    )
