"""Age and sex of the injured worker."""

from __future__ import annotations

import pytest

from schemas import Sex, TextFrom
from summarizer.document import Document, Span
from summarizer.rules.worker import worker_of


def _read(text: str) -> tuple[int | None, Sex | None]:
    document = Document(text=text, pages=(), source="letter.txt", sha256="0", text_from=TextFrom.PLAIN)
    worker = worker_of(document, Span(0, len(text)))
    return worker.age.value if worker.age else None, worker.sex.value if worker.sex else None


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("The injured worker is a 41 year old female.", 41),
        ("This case involves a now 41-year-old male.", 41),
        ("The injured worker is a(n) 81 year\nold male roofer.", 81),
        ("The forty-one year old warehouse clerk slipped.", 41),
        ("He is a fifty-year-old welder.", 50),
        ("The claimant, aged 29, fell.", 29),
        ("The patient is 63 years of age.", 63),
        ("A 55 y/o right hand dominant woman.", 55),
        ("A 37yo male driver.", 37),
        ("A 37-year, 4-month-old driver.", 37),
        ("The 44-year-old injured worker strained the back.", 44),
        ("A 38 y/o F s/p crush injury.", 38),
    ],
)
def test_age_in_its_wordings(text: str, age: int) -> None:
    assert _read(text)[0] == age


@pytest.mark.parametrize(
    "text",
    [
        "The patient has a 12-year-old injury of the knee.",
        "She has a 15 year old industrial claim.",
        "His 19-year-old son drove him.",
        "Date of birth 02/03/1960. Birthdate: 2-3-1961. The worker fell.",
        "Pain for 20 years. The worker has smoked for 15 years.",
        "The worker had surgery at age 18 and again at the age of 25.",
        "The pages 40 to 50 were reviewed.",
    ],
)
def test_age_of_something_else_is_none(text: str) -> None:
    assert _read(text)[0] is None


def test_the_age_of_the_injury_does_not_hide_the_workers() -> None:
    assert _read("With an 11-year-old injury, the patient is a 52-year-old male.") == (52, Sex.MALE)


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("A 30 year old female was hurt.", Sex.FEMALE),
        ("The patient is a gentleman of 30.", Sex.MALE),
        ("The worker fell. She hurt her wrist.", Sex.FEMALE),
        ("The applicant lifted a crate. The attending provider said that he would order therapy. "
         "The applicant said her back hurt.", Sex.FEMALE),
        ("The worker is employed as a nurse. She fell.", Sex.FEMALE),
        ("A 30 year old female. The doctor said he would inject.", Sex.FEMALE),
        ("The worker reports pain. Dr. Ames wrote that she will operate.", None),
        ("The patient is a 55 y/o F with pain.", Sex.FEMALE),
        ("The worker reports pain.", None),
    ],
)  # fmt: skip
def test_sex_by_noun_then_by_the_workers_own_pronouns(text: str, sex: Sex | None) -> None:
    assert _read(text)[1] is sex


def test_only_the_clinical_summary_is_read() -> None:
    text = "A 70 year old female wrote. | The worker is a 33 year old male."
    document = Document(text=text, pages=(), source="letter.txt", sha256="0", text_from=TextFrom.PLAIN)
    worker = worker_of(document, Span(text.index("|"), len(text)))
    assert worker.age is not None
    assert worker.sex is not None
    assert (worker.age.value, worker.sex.value) == (33, Sex.MALE)
    assert [span.of(text) for span in (*worker.age.spans, *worker.sex.spans)] == ["33 year old", "male"]
