"""Possible mistakes of fact: each kind found, and the traps around it left alone."""

from __future__ import annotations

from datetime import date

import pytest

from schemas import Category, Outcome, ReviewCode
from schemas.taxonomy import MistakeKind
from summarizer.reading import Doubt
from summarizer.verify.mistakes import mistakes_of_fact
from tests.verify.cases import SUMMARY, Asked, read


def doubts(*items: Asked, summary: str = SUMMARY, **header: date) -> tuple[Doubt, ...]:
    return mistakes_of_fact(*read(*items, summary=summary, **header))


def kinds(*items: Asked, summary: str = SUMMARY, **header: date) -> list[tuple[str, bool | None]]:
    return [(str(doubt.kind), doubt.material) for doubt in doubts(*items, summary=summary, **header)]


def test_a_doubt_names_its_field_and_shows_both_places_in_reading_order() -> None:
    first = Asked("Gym membership", "Exercise at home will do. The request is not medically necessary.")
    second = Asked("MRI of the right hip", "Thus, the request for MRI of the left hip is not medically necessary.")
    document, reading = read(first, second)
    (doubt,) = mistakes_of_fact(document, reading)
    assert doubt.code is ReviewCode.POSSIBLE_MISTAKE_OF_FACT
    assert doubt.kind is MistakeKind.BODY_PART
    assert doubt.material is True
    assert doubt.field == "items[1].rationale"
    assert [span.of(document.text) for span in doubt.spans] == ["MRI of the right hip", second.rationale]
    assert "right hip" in doubt.message
    assert "left hip" in doubt.message


@pytest.mark.parametrize(
    ("treatment", "rationale"),
    [
        ("MRI of the right hip", "Thus, the request for MRI of the left hip is not medically necessary."),
        ("MRI, shoulder (left)", "The requested MRI of the right shoulder is not medically necessary."),
        ("X-ray of the left wrist", "There is no evidence of a fracture of the right wrist."),
        ("X-ray of the left wrist", "The patient complains of right wrist pain."),
        ("EMG of the RUE", "As such, the request for EMG of the left upper extremity is not medically necessary."),
        (
            "MRI of the cervical spine",
            "Therefore, the request for an MRI of the lumbar spine is not medically necessary.",
        ),
        ("Knee brace", "The brace for the wrist is not medically necessary."),
        ("Acupuncture for the neck", "This is a request for acupuncture for the right knee."),
    ],
)
def test_another_part_or_side(treatment: str, rationale: str) -> None:
    assert kinds(Asked(treatment, rationale)) == [("body_part", True)]


@pytest.mark.parametrize(
    ("treatment", "rationale"),
    [
        ("MRI of the neck", "The request for MRI of the cervical spine is not medically necessary."),
        ("MRI of the low back", "The request for lumbosacral MRI is not medically necessary."),
        ("Left L5-S1 injection", "The lumbar injection on the left is not medically necessary."),
        ("Therapy, bilateral knees", "The request for therapy of the right knee is not medically necessary."),
        ("EMG of the right arm", "The request for EMG to rule out cervical radiculopathy is not medically necessary."),
        ("MRI of the right knee", "The guideline for the shoulder says that an MRI is recommended for tears."),
        ("Therapy for the wrist", "The request for therapy of the hand is not medically necessary."),
        ("MRI of the thumb", "The request for MRI of the hand is not medically necessary."),
        ("Brace", "The request for a right knee brace is not medically necessary."),
        ("Chest x-ray", "The requested knee surgery is not medically necessary, so this request is not."),
        ("MRI of the right hip", "The previous request for MRI of the left hip was approved."),
        ("MRI of the right hip", "As the requested spine fusion is not medically necessary, this request is not."),
        ("MRI of the right knee", "The patient had surgery of the left knee."),
        ("MRI of the right knee", "The knee is swollen compared to the left knee."),
        ("EMG of the left arm", "The patient complains of right shoulder pain."),
    ],
)
def test_no_other_part(treatment: str, rationale: str) -> None:
    assert kinds(Asked(treatment, rationale)) == []


def test_a_finding_on_the_other_side_that_the_summary_tells_too_is_none() -> None:
    item = Asked("X-ray of the left wrist", "There is no evidence of a fracture of the right wrist.")
    assert kinds(item, summary="He broke the left wrist. The right wrist is sore too.") == []


@pytest.mark.parametrize(
    ("treatment", "rationale", "category", "material"),
    [
        (
            "MRI of the knee",
            "The request for CT of the knee is not medically necessary.",
            Category.DIAGNOSTIC_TESTING,
            True,
        ),
        ("Acupuncture x 6", "The requested massage is not medically necessary.", Category.REHABILITATION, True),
        (
            "EMG of the arm",
            "The ultrasound in question was ordered late. The request for EMG is not medically necessary.",
            Category.DIAGNOSTIC_TESTING,
            False,
        ),
        (
            "MRI of the hip",
            "The guidelines for epidural injection require failed care. The request for MRI is not medically necessary.",
            Category.DIAGNOSTIC_TESTING,
            True,
        ),
        ("Norco 5/325mg", "The request for Soma is not medically necessary.", Category.PHARMACEUTICAL, True),
        ("Norco 5/325mg", "The request for Norco 10/325 mg is not medically necessary.", Category.PHARMACEUTICAL, True),
    ],
)
def test_another_treatment(treatment: str, rationale: str, category: Category, material: bool) -> None:
    assert kinds(Asked(treatment, rationale, category=category)) == [("treatment", material)]


@pytest.mark.parametrize(
    ("treatment", "rationale", "category"),
    [
        ("Celebrex 200mg", "The request for celecoxib 200 mg is not medically necessary.", Category.PHARMACEUTICAL),
        ("Norco 10/325mg", "The requested hydrocodone/APAP is not medically necessary.", Category.PHARMACEUTICAL),
        ("Tramadol 50mg", "The requested opioid is not medically necessary.", Category.PHARMACEUTICAL),
        (
            "Ultram 50mg",
            "NSAIDs such as naproxen 500mg are first-line. It is not medically necessary.",
            Category.PHARMACEUTICAL,
        ),
        (
            "MRI of the hip",
            "The guidelines for physical therapy require failed care. The guidelines for an MRI require it too.",
            Category.DIAGNOSTIC_TESTING,
        ),
        ("MR arthrogram of the hip", "The requested MRI is not medically necessary.", Category.DIAGNOSTIC_TESTING),
        ("NCS of the arm", "The request for EMG/NCS is not medically necessary.", Category.DIAGNOSTIC_TESTING),
        (
            "Physical therapy",
            "As the requested MRI is not medically necessary, the therapy after it is not either.",
            Category.REHABILITATION,
        ),
    ],
)
def test_no_other_treatment(treatment: str, rationale: str, category: Category) -> None:
    assert kinds(Asked(treatment, rationale, category=category)) == []


@pytest.mark.parametrize(
    ("treatment", "rationale"),
    [
        (
            "Physical therapy, 12 sessions",
            "The request for 18 sessions of physical therapy is not medically necessary.",
        ),
        ("Therapy 2 times a week for 6 weeks", "The request for therapy, eight visits, is not medically necessary."),
        ("Soma 350mg #60", "The request for Soma 350mg #90 is not medically necessary."),
        ("Acupuncture, 6 visits", "The request for an additional 12 visits exceeds what may be given."),
        (
            "Therapy, 6 sessions",
            "Guidelines allow 10 visits over 8 weeks, or 24 visits over 16 weeks. The requested number of visits exceeds that.",
        ),
    ],
)
def test_another_amount(treatment: str, rationale: str) -> None:
    assert kinds(Asked(treatment, rationale)) == [("amount", True)]


@pytest.mark.parametrize(
    ("treatment", "rationale"),
    [
        ("Therapy 2 times a week for 6 weeks", "The request for 12 sessions of therapy is not medically necessary."),
        ("Therapy 2-3 times a week for 6 weeks", "The request for therapy, 12 sessions, is not medically necessary."),
        (
            "Therapy, 6 sessions",
            "The patient had 12 sessions. The request for 6 additional sessions exceeds the limit.",
        ),
        (
            "Therapy, 18 sessions",
            "The guideline would support an additional 6 sessions. The request is not medically necessary.",
        ),
        (
            "Therapy, 18 sessions",
            "Guidelines allow 10 visits over 8 weeks. The requested number of visits exceeds that.",
        ),
        ("Therapy", "The request for 12 sessions of therapy is not medically necessary."),
        (
            "Therapy, 6 sessions",
            "Guidelines allow 10 visits over 8 weeks or 12 visits over 9 weeks. He completed 9 visits. "
            "The requested number of visits exceeds that.",
        ),
    ],
)
def test_no_other_amount(treatment: str, rationale: str) -> None:
    assert kinds(Asked(treatment, rationale)) == []


@pytest.mark.parametrize(
    ("summary", "rationale", "found"),
    [
        (
            "He completed 12 sessions of acupuncture.",
            "The patient completed 4 sessions of acupuncture.",
            [("care", False)],
        ),
        ("He completed 12 sessions of acupuncture.", "The patient completed 12 visits of acupuncture.", []),
        ("He completed 4 sessions of acupuncture.", "The patient completed 12 visits of acupuncture.", []),
        ("He completed 12 sessions of acupuncture.", "The patient completed 4 sessions of physical therapy.", []),
        ("He was approved for 12 acupuncture visits.", "The patient completed 4 sessions of acupuncture.", []),
    ],
)
def test_earlier_sessions(summary: str, rationale: str, found: list[tuple[str, bool]]) -> None:
    assert kinds(Asked("Treatment", rationale), summary=summary) == found


def test_only_the_rest_of_a_partly_authorized_request_is_additional() -> None:
    partly = {"original_request": "Acupuncture, 8 sessions", "authorized_portion": "Acupuncture, 6 sessions"}
    wrong = "Six sessions are already authorized. The 8 additional visits requested exceed the trial."
    right = "Six sessions are already authorized. The original request for 8 sessions exceeds the trial."
    assert kinds(Asked("Acupuncture, 2 sessions", wrong, **partly)) == [("amount", True)]  # type: ignore[arg-type]
    assert kinds(Asked("Acupuncture, 2 sessions", right, **partly)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "rationale"),
    [
        (Outcome.UPHELD, "The criteria are met. Therefore, the request is medically necessary."),
        (Outcome.UPHELD, "Yes, the test was medically necessary and appropriate."),
        (Outcome.UPHELD, "Medical necessity has been established for this request."),
        (Outcome.OVERTURNED, "The request is not medically necessary."),
        (Outcome.OVERTURNED, "Medical necessity of the bed has not been shown."),
        (Outcome.OVERTURNED, "This request cannot be considered medically necessary."),
        (Outcome.UPHELD, "No benefit is shown, so it is not medically necessary. The request is medically necessary."),
        (Outcome.UPHELD, "The requested scan without contrast is medically necessary."),
    ],
)
def test_a_closing_against_the_heading(outcome: Outcome, rationale: str) -> None:
    assert kinds(Asked("Hospital bed", rationale, outcome)) == [("outcome", True)]


@pytest.mark.parametrize(
    ("outcome", "rationale"),
    [
        (Outcome.UPHELD, "The request is not medically necessary."),
        (Outcome.UPHELD, "The request is not considered to be medically necessary or appropriate."),
        (Outcome.UPHELD, "It is not clear that the request is medically necessary."),
        (Outcome.UPHELD, "There is no indication that a bed is medically necessary."),
        (Outcome.UPHELD, "The bed would be medically necessary if he could not climb stairs. The request is denied."),
        (Outcome.UPHELD, "Services that are medically necessary are covered for patients who are homebound."),
        (Outcome.OVERTURNED, "The denial was not medically appropriate. The request is medically necessary."),
        (Outcome.OVERTURNED, "A bed is not medically necessary for most. Here, this request is medically necessary."),
        (Outcome.OVERTURNED, "The request is medically necessary."),
        (Outcome.MODIFIED, "Ten sessions are medically necessary. The request for more is not medically necessary."),
        (
            Outcome.UPHELD,
            "As the surgery is medically necessary but was done, this request is not medically necessary.",
        ),
    ],
)
def test_a_closing_that_fits(outcome: Outcome, rationale: str) -> None:
    assert kinds(Asked("Hospital bed", rationale, outcome)) == []


@pytest.mark.parametrize(
    ("summary", "rationale"),
    [
        ("Examination of the low back showed spasm.", "There was a lack of muscle spasm to support the drug."),
        ("He reports trouble sleeping since the fall.", "There is no documentation of insomnia."),
        ("Sensation was decreased at L5.", "The examination of the lumbar spine shows no neurological deficits."),
        ("There was swelling and tenderness of the knee.", "No swelling of the knee was found."),
        ("The shoulder examination showed weakness.", "His report does not include a shoulder examination."),
    ],
)
def test_a_finding_denied_and_stated(summary: str, rationale: str) -> None:
    assert kinds(Asked("Treatment", rationale), summary=summary) == [("finding", True)]


@pytest.mark.parametrize(
    ("summary", "rationale"),
    [
        ("There was no spasm, swelling or deformity.", "There is no spasm."),
        ("The neck showed spasm.", "There is no spasm of the low back."),
        ("The right knee showed swelling.", "The left knee has no swelling."),
        ("He denied numbness.", "There is no numbness."),
        ("There was spasm.", "There is no significant change in spasm."),
        ("He has insomnia.", "No first-line medication for insomnia was tried."),
        ("He has insomnia.", "Zolpidem is not recommended for insomnia."),
        ("He has insomnia.", "Guidelines do not recommend it in patients with insomnia."),
        ("Utilization review denied it for lack of spasm on 1/2/2017.", "There is no spasm."),
        ("Sensation was decreased at L5.", "There is no evidence of significant neurological deficits."),
        ("Swelling has resolved; swelling was not seen.", "There is no swelling."),
        ("The wrist examination showed weakness.", "His report does not include a shoulder examination."),
    ],
)
def test_no_finding(summary: str, rationale: str) -> None:
    assert kinds(Asked("Treatment", rationale), summary=summary) == []


@pytest.mark.parametrize(
    ("summary", "rationale"),
    [
        ("Treatment to date has included acupuncture.", "The patient has not had any acupuncture."),
        ("He completed 8 sessions of physical therapy.", "There is no prior physical therapy on record."),
        ("He attended 8 visits.", "It is unclear how many therapy visits were used by the patient."),
        ("He uses a wrist splint.", "There is no documentation of any treatment rendered to the patient."),
        ("He has not done any therapy.", "In this case the pain persists despite therapy."),
        (
            "The plan is for physical therapy and acupuncture.",
            "There is no indication of acupuncture as an adjunct to therapy.",
        ),
    ],
)
def test_care_denied_and_told(summary: str, rationale: str) -> None:
    assert kinds(Asked("Treatment", rationale), summary=summary) == [("care", True)]


@pytest.mark.parametrize(
    ("summary", "rationale"),
    [
        ("Physical therapy was requested.", "The patient has not had any physical therapy."),
        ("He completed 8 sessions of physical therapy.", "There is no documentation that physical therapy has failed."),
        ("He had an unknown number of visits.", "It is unclear how many therapy visits were used by the patient."),
        ("Treatment has included massage therapy.", "The patient has not had any physical therapy."),
        (
            "He completed 8 sessions of physical therapy for the neck.",
            "He has had no prior physical therapy for the knee.",
        ),
        ("Treatment has included medication.", "The patient has not had any acupuncture."),
    ],
)
def test_no_care(summary: str, rationale: str) -> None:
    assert kinds(Asked("Treatment", rationale), summary=summary) == []


DATES = {
    "date_of_injury": date(2016, 10, 11),
    "ur_denial_date": date(2017, 1, 5),
    "decision_date": date(2017, 2, 8),
}


@pytest.mark.parametrize(
    ("rationale", "material"),
    [
        ("The patient was approved for 6 sessions on 10-01-2016.", True),
        ("The progress report of 9/30/2016 is on record.", False),
        ("The patient was seen on 12/5/3016.", False),
        ("The injury was a month ago and still hurts the patient.", True),
    ],
)
def test_a_date_that_cannot_be(rationale: str, material: bool) -> None:
    assert kinds(Asked("Treatment", rationale), **DATES) == [("date", material)]


@pytest.mark.parametrize(
    ("rationale", "summary"),
    [
        ("The patient was approved for 6 sessions on 11-01-2016.", SUMMARY),
        ("The records show an MRI from 3/2/2016.", SUMMARY),
        ("The patient had surgery on 3/2/2010 and the progress report says so.", SUMMARY),
        ("The progress report of 9/30/2016 is on record.", "The injury came by cumulative trauma."),
        ("The injury was 3 months ago and still hurts the patient.", SUMMARY),
        ("The injury was 21 pounds of weight and 140/90 pressure.", SUMMARY),
    ],
)
def test_a_date_that_may_be(rationale: str, summary: str) -> None:
    assert kinds(Asked("Treatment", rationale), summary=summary, **DATES) == []


@pytest.mark.parametrize(
    "rationale",
    [
        "The patient is a 52-year-old man with pain.",
        "This 41-year-old female patient has pain.",
        "The patient says she hurts. Her pain is worse, and she asks for it.",
    ],
)
def test_another_worker(rationale: str) -> None:
    assert kinds(Asked("Treatment", rationale)) == [("worker", False)]


@pytest.mark.parametrize(
    "rationale",
    [
        "The patient is a 41-year-old man with pain.",
        "The provider says that she saw the patient. Her note, which she signed, is on record.",
        "He or she may ask again. The patient should see his or her doctor.",
        "The 12-year-old injury of this patient hurts.",
    ],
)
def test_the_same_worker(rationale: str) -> None:
    assert kinds(Asked("Treatment", rationale)) == []


def test_the_summary_against_itself() -> None:
    (doubt,) = doubts(summary="She is a 41 year old female. The 54 year old female worker fell.")
    assert (doubt.kind, doubt.field, doubt.material) == (MistakeKind.WORKER, "injured_worker.age", False)


def test_a_letter_without_summary_or_rationale_has_none() -> None:
    assert doubts(summary="") == ()
    assert kinds(Asked("Treatment", "")) == []
