"""Diagnoses as verbatim phrases."""

from __future__ import annotations

import pytest

from schemas import TextFrom
from summarizer.document import Document, Span
from summarizer.folding import fold
from summarizer.rules.diagnoses import diagnoses_of


def _read(text: str) -> list[str]:
    document = Document(text=text, pages=(), source="letter.txt", sha256="0", text_from=TextFrom.PLAIN)
    found = diagnoses_of(document, Span(0, len(text)))
    assert all(diagnosis.value == fold(diagnosis.spans[0].of(text)) for diagnosis in found)
    return [diagnosis.value for diagnosis in found]


@pytest.mark.parametrize(
    "lead_in",
    [
        "Diagnoses include",
        "The current diagnoses are documented as",
        "Diagnoses, and-or impressions, were noted to include:",
        "The worker has had diagnoses of",
        "The records show diagnosis that include",
        "She was diagnosed as having",
        "He has been diagnosed with",
        "The worker is undergoing treatment for:",
        "The patient is being treated for",
        "The attending provider gave the applicant diagnoses of",
        "Impression:",
        "Dx:",
    ],
)
def test_lead_ins(lead_in: str) -> None:
    assert _read(f"{lead_in} wrist sprain and elbow bursitis. Rest was advised.") == ["wrist sprain", "elbow bursitis"]


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ("neck and elbow strain", ["neck and elbow strain"]),
        ("hip, neck, and elbow strain", ["hip, neck, and elbow strain"]),
        ("neck strain and elbow strain", ["neck strain", "elbow strain"]),
        ("hip strain, neck and elbow sprain", ["hip strain", "neck and elbow sprain"]),
        ("contusion of jaw, scalp and neck and acute hip sprain", ["contusion of jaw, scalp and neck",
                                                                  "acute hip sprain"]),
        ("thumb tendinitis and bursitis", ["thumb tendinitis and bursitis"]),
        ("depression and anxiety", ["depression", "anxiety"]),
        ("sciatica, left side; myalgia", ["sciatica, left side", "myalgia"]),
        ("severe, chronic hip pain, fracture of toe, closed", ["severe, chronic hip pain", "fracture of toe, closed"]),
        ("major depressive disorder, single episode, moderate, and insomnia",
         ["major depressive disorder, single episode, moderate", "insomnia"]),
        ("adjustment disorder with mixed anxiety and depressed mood",
         ["adjustment disorder with mixed anxiety and depressed mood"]),
        ("disc bulges at C4-C5 and C5-6, neck pain", ["disc bulges at C4-C5 and C5-6", "neck pain"]),
        ("disc bulges at C4-5 and C5-6 with stenosis, gout", ["disc bulges at C4-5 and C5-6 with stenosis", "gout"]),
        ("pain in her left heel and gout", ["pain in her left heel", "gout"]),
        ("numbness on the right side, gout due to industrial stress", ["numbness on the right side", "gout"]),
        ("hand weakness rule out ulnar neuropathy", ["hand weakness", "rule out ulnar neuropathy"]),
        ("rule out hip and knee derangement", ["rule out hip and knee derangement"]),
        ("status post knee arthroscopy on 04/05/2012, knee pain", ["status post knee arthroscopy", "knee pain"]),
        ("knee pain status post surgery March 2012", ["knee pain"]),
        ("heel spur (M77.31), 729.5 foot pain", ["heel spur", "foot pain"]),
        ("toe sprain, subsequent encounter; heel burn initial encounter", ["toe sprain", "heel burn"]),
        ("rib contusion secondary to a kick", ["rib contusion"]),
        ("carpal tunnel syndrome (right and left), gout", ["carpal tunnel syndrome (right and left)", "gout"]),
        ("1) toe sprain 2) gout", ["toe sprain", "gout"]),
        ("(1) toe sprain; (2) gout", ["toe sprain", "gout"]),
        ("1. Toe sprain. 2. Gout. 3. Heel pain", ["Toe sprain", "Gout", "Heel pain"]),
        ("toe sprain, gout, toe sprain", ["toe sprain", "gout"]),
        ("burn to the palm and burn of palm", ["burn to the palm"]),
        ("gout and has finished therapy", ["gout"]),
        ("gout, according to the note of May 3", ["gout"]),
    ],
)  # fmt: skip
def test_where_a_list_is_cut(listing: str, expected: list[str]) -> None:
    assert _read(f"Diagnoses included {listing}. The worker rested.") == expected


def test_several_lists_keep_the_order_of_first_mention() -> None:
    text = "She is treated for gout. Later the diagnoses were heel spur, gout and asthma."
    assert _read(text) == ["gout", "heel spur", "asthma"]


def test_a_colon_list_may_go_on_in_fragments() -> None:
    text = "Impression: heel spur. Left ankle sprain. Gout. Pain was rated 5. Hip bursitis."
    assert _read(text) == ["heel spur", "Left ankle sprain", "Gout"]


def test_a_condition_across_a_line_end_is_folded() -> None:
    assert _read("He is being treated for left knee\nsprain. Rest.") == ["left knee sprain"]


@pytest.mark.parametrize(
    "text",
    [
        "The applicant filed a claim for wrist pain reportedly associated with an injury.",
        "No diagnosis was given. Wrist pain was reported.",
        "Imaging was asked for to rule out a diagnosis of gout.",
        "The differential diagnoses include gout and sprain.",
        "The rationale for treatment was not provided. Diagnostic studies included films.",
        "Pain was attributed to the elbow.",
    ],
)
def test_no_diagnosis(text: str) -> None:
    assert _read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She takes a tablet for her insomnia.", ["insomnia"]),
        ("The worker is diabetic.", ["diabetic"]),
        ("Therapy is planned: physical therapy for a left heel sprain and MRI of the heel.", ["left heel sprain"]),
        ("He came for a follow up for an elbow injury.", ["elbow injury"]),
        ("She bought a scale for her kitchen. The worker is able to stand.", []),
    ],
)
def test_conditions_named_in_passing(text: str, expected: list[str]) -> None:
    assert _read(text) == expected


def test_an_imaging_finding_counts_only_without_a_diagnosis() -> None:
    finding = "An MRI of the knee showed a medial meniscus tear."
    assert _read(finding) == ["medial meniscus tear"]
    assert _read(f"The diagnosis was knee sprain. {finding}") == ["knee sprain"]
    assert _read("An MRI of the knee showed no meniscus tear.") == []


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (
            "A diagnosis of cubital bursitis was made on 01/02/2013, along with wrist sprain. He rested.",
            ["cubital bursitis", "wrist sprain"],
        ),
        ("A diagnosis of cubital bursitis was made on 01/02/2013. He rested.", ["cubital bursitis"]),
        ("Diagnoses include heart failure, class 2, and gout.", ["heart failure, class 2", "gout"]),
        ("He was diagnosed with wrist tendinitis from overuse of the hammer.", ["wrist tendinitis"]),
        ("Her medical history is significant for asthma, prior hip fusion, and gout.", ["asthma", "gout"]),
        (
            "The employee has a wrist sprain and elbow bursitis. An MRI showed spondylosis.",
            ["wrist sprain", "elbow bursitis"],
        ),
        ("The employee has wrist pain. An MRI showed spondylosis.", ["spondylosis"]),
        ("The employee has a ten-year-old injury.", []),
    ],
)
def test_further_ways_to_say_what_the_worker_has(summary: str, expected: list[str]) -> None:
    assert _read(summary) == expected
