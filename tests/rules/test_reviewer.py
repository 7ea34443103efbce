"""Licences and specialties."""

import pytest

from summarizer.reading import Found
from summarizer.rules.reviewer import reviewer_of
from tests.forms import document, whole


def read(section: str) -> tuple[list[str], list[str]]:
    reviewer = reviewer_of(document(section), whole(section))

    def words(entries: tuple[Found[str], ...]) -> list[str]:
        assert all(" ".join(entry.spans[0].of(section).split()) == entry.value for entry in entries)
        return [entry.value for entry in entries]

    return words(reviewer.licensure_states), words(reviewer.specialties)


def test_labeled_lists_with_and_without_spaces() -> None:
    section = "State(s) of Licensure: Ohio,New York, Texas\nCertification(s)/Specialty: Pain Management, Public Health &\nGeneral Preventive Medicine"
    assert read(section) == (
        ["Ohio", "New York", "Texas"],
        ["Pain Management", "Public Health & General Preventive Medicine"],
    )


def test_narrated() -> None:
    section = "The reviewer is Board Certified in Physical Medicine and Rehabilitation, has a subspecialty in Pain Medicine and is licensed to practice in Iowa and\nMaine. He/she is in practice."
    assert read(section) == (["Iowa", "Maine"], ["Physical Medicine and Rehabilitation", "Pain Medicine"])


@pytest.mark.parametrize(
    ("said", "specialties"),
    [
        ("Dermatology and Allergy and Immunology", ["Dermatology", "Allergy and Immunology"]),
        ("Urology, Podiatry, and Geriatrics", ["Urology", "Podiatry", "Geriatrics"]),
    ],
)
def test_narrated_specialties_part_at_and_unless_it_belongs_to_one(said: str, specialties: list[str]) -> None:
    assert read(f"The reviewer is Board Certified in {said} and is licensed to practice in Utah.") == (
        ["Utah"],
        specialties,
    )


def test_specialties_behind_the_states() -> None:
    section = "He is licensed in Utah and Idaho, and is Board Certified in Urology"
    assert read(section) == (["Utah", "Idaho"], ["Urology"])


def test_nothing_said() -> None:
    assert read("An expert looked at the file.") == ([], [])
    assert reviewer_of(document("x"), None).specialties == ()
