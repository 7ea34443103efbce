"""Citations split, typed and taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.folding import fold
from summarizer.rules.citations import citations_of
from tests.forms import document, whole

Row = tuple[str, str, int | None, str | None, str | None]


def rows(section: str) -> list[Row]:
    found = citations_of(document(section), whole(section))
    for citation in found:
        for part in (citation.title, citation.sections, citation.pages):
            assert part is None or fold(part.spans[0].of(section)) == part.value
    return [
        (
            citation.source.value.value,
            citation.title.value,
            citation.year and citation.year.value,
            citation.sections and citation.sections.value,
            citation.pages and citation.pages.value,
        )
        for citation in found
    ]


LOW_BACK: Row = ("MTUS", "Low Back Complaints", 2004, None, None)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("Decision based on MTUS Low Back Complaints 2004.", [LOW_BACK]),
        ("Decision based on MTUS Low Back Complaints\n2004. ", [LOW_BACK]),
        (
            "Decision based on MTUS Low Back Complaints 2004, and Elbow Complaints 2007.",
            [LOW_BACK, ("MTUS", "Elbow Complaints", 2007, None, None)],
        ),
        (
            "Decision based on MTUS Shoulder Complaints 2004, Section(s): Initial Care, Summary, and Forearm, Wrist, and "
            "Hand Complaints 2004, and Chronic Pain Medical Treatment 2016, Section(s): Office visits.",
            [
                ("MTUS", "Shoulder Complaints", 2004, "Initial Care, Summary", None),
                ("MTUS", "Forearm, Wrist, and Hand Complaints", 2004, None, None),
                ("MTUS", "Chronic Pain Medical Treatment", 2016, "Office visits", None),
            ],
        ),
        (
            "Decision based on MTUS Elbow Complaints 2007, Section(s): 326, and Opioid Treatment 2016, Section(s): "
            "3.3.1 Screening, and Low Back Complaints 2004.",
            [
                ("MTUS", "Elbow Complaints", 2007, "326", None),
                ("MTUS", "Opioid Treatment", 2016, "3.3.1 Screening", None),
                LOW_BACK,
            ],
        ),
        (
            "Decision based on MTUS Chronic Pain Medical Treatment 2016 Guidelines, Section(s): Heat, and cold.",
            [("MTUS", "Chronic Pain Medical Treatment", 2016, "Heat, and cold", None)],
        ),
        (
            "Decision based on MTUS Some New Chapter 2019, and Another One 2020, Section(s): A.",
            [("MTUS", "Some New Chapter", 2019, None, None), ("MTUS", "Another One", 2020, "A", None)],
        ),
        (
            "Decision based on MTUS Chronic Pain Treatment Guidelines Opioids, dosing Page(s): 86, 90-92.",
            [("MTUS", "Chronic Pain Treatment Guidelines", None, "Opioids, dosing", "86, 90-92")],
        ),
        (
            "Decision based on MTUS Chronic Pain Treatment Guidelines.",
            [("MTUS", "Chronic Pain Treatment Guidelines", None, None, None)],
        ),
    ],
)
def test_mtus(section: str, expected: list[Row]) -> None:
    assert rows(section) == expected


@pytest.mark.parametrize(
    ("section", "titles"),
    [
        (
            "Decision based on Non-MTUS Citation Official Disability Guidelines (ODG), Pain.",
            ["Official Disability Guidelines (ODG), Pain"],
        ),
        (
            "Decision based on Non-MTUS Official Disability Guidelines (ODG), Pain.",
            ["Official Disability Guidelines (ODG), Pain"],
        ),
        (
            "Decision based on Non-MTUS Citation Official Disability Guidelines, Knee Chapter: Braces, Official Disability "
            "Guidelines, Hip Chapter; ODG, Low Back; ODG Ankle.",
            [
                "Official Disability Guidelines, Knee Chapter: Braces",
                "Official Disability Guidelines, Hip Chapter",
                "ODG, Low Back",
                "ODG Ankle",
            ],
        ),
        (
            "Decision based on Non-MTUS Citation ODG, Neck, Electromyography (EMG); Nerve Conduction Studies (NCS).",
            ["ODG, Neck, Electromyography (EMG); Nerve Conduction Studies (NCS)"],
        ),
        (
            "Decision based on Non-MTUS Citation http://www.example.org/heat\npacks.html.",
            ["http://www.example.org/heat packs.html"],
        ),
    ],
)
def test_works_outside_the_mtus(section: str, titles: list[str]) -> None:
    assert rows(section) == [("Non-MTUS", title, None, None, None) for title in titles]


def test_other_guidelines_are_an_entry_of_their_own() -> None:
    section = (
        "The Expert Reviewer based their decision on recommendation(s) outside of the MTUS Guidelines. Decision based on "
        "Non-MTUS Citation ODG Hip and Other Medical Treatment\nGuidelines The Joint Society, Braces."
    )
    assert rows(section) == [
        ("Non-MTUS", "ODG Hip", None, None, None),
        ("other", "The Joint Society, Braces", None, None, None),
    ]


@pytest.mark.parametrize(
    "section",
    [
        "The Claims Administrator did not cite any medical evidence for its decision.",
        "The Expert Reviewer based their decision on recommendation(s) outside of the MTUS Guidelines.",
        "",
    ],
)
def test_nothing_cited(section: str) -> None:
    assert rows(section) == []


def test_no_section_no_citation() -> None:
    assert citations_of(document("x"), None) == ()


TITLES = st.sampled_from(
    ["Low Back Complaints", "Forearm, Wrist, and Hand Complaints", "Acupuncture Treatment", "Eye Chapter"]
)
SECTIONS = st.none() | st.sampled_from(
    ["Special Studies", "Initial Care, Summary", "326", "Heat & cold, packs", "3.1 A: B, C"]
)


@given(
    st.lists(st.tuples(TITLES, st.integers(1990, 2030), SECTIONS), min_size=1, max_size=5), st.sampled_from([" ", "\n"])
)
def test_a_chain_comes_apart_as_it_was_put_together(entries: list[tuple[str, int, str | None]], space: str) -> None:
    printed = ", and ".join(
        f"{title} {year}" + (f", Section(s): {sections}" if sections else "") for title, year, sections in entries
    )
    section = f"Decision based on MTUS {printed}.".replace(" ", space)
    assert rows(section) == [("MTUS", title, year, sections, None) for title, year, sections in entries]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            "MTUS Chronic Pain Medical\nTreatment Guidelines, Work Hardening, page 125, which is part of the MTUS.",
            [("MTUS", "Chronic Pain Medical Treatment Guidelines", None, "Work Hardening", "125")],
        ),
        (
            "Chronic Pain Medical Treatment Guidelines, Topical Analgesics, pages 111-113, which is part of the MTUS.",
            [("MTUS", "Chronic Pain Medical Treatment Guidelines", None, "Topical Analgesics", "111-113")],
        ),
        (
            "Official Disability Guidelines (ODG), Knee & Leg Chapter, page 9, which is not part of the MTUS.",
            [("Non-MTUS", "Official Disability Guidelines (ODG), Knee & Leg Chapter", None, None, "9")],
        ),
        (
            "The Claims Administrator based its decision on the MTUS Low Back Complaints, which is part of the MTUS. The "
            "Claims Administrator also based its decision on the ODG, Low Back Chapter, which is not part of the MTUS.",
            [
                ("MTUS", "Low Back Complaints", None, None, None),
                ("Non-MTUS", "ODG, Low Back Chapter", None, None, None),
            ],
        ),
        (
            "ACOEM, Neck and Upper Back Complaints; MTUS Chronic Pain Guidelines, page 41.",
            [
                ("Non-MTUS", "ACOEM, Neck and Upper Back Complaints", None, None, None),
                ("MTUS", "Chronic Pain Guidelines", None, None, "41"),
            ],
        ),
        ("The Claims Administrator did not cite any evidence-based criteria.", []),
        ("MTUS Shoulder Complaints 2004, Summary.", [("MTUS", "Shoulder Complaints", 2004, "Summary", None)]),
        ("The guideline speaks of the knee.", []),
        ("The work in question speaks of the treatment asked for.", []),
    ],
)
def test_works_named_in_a_sentence(section: str, expected: list[Row]) -> None:
    assert rows(section) == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            "Decision based on MTUS Eye Chapter 2017, Section(s): Burns, and Non-MTUS Citation ODG, Eye, Patching.",
            [("MTUS", "Eye Chapter", 2017, "Burns", None), ("Non-MTUS", "ODG, Eye, Patching", None, None, None)],
        ),
        (
            "Decision based on MTUS Eye Chapter 2017; Non-MTUS\nODG, Eye, and MTUS Low Back Complaints 2004.",
            [("MTUS", "Eye Chapter", 2017, None, None), ("Non-MTUS", "ODG, Eye", None, None, None), LOW_BACK],
        ),
        (
            "Decision based on Non-MTUS Citation ODG, Eye, and the National Academy of Optics, Lenses, 3rd ed.",
            [
                ("Non-MTUS", "ODG, Eye", None, None, None),
                ("Non-MTUS", "National Academy of Optics, Lenses, 3rd ed.", None, None, None),
            ],
        ),
        (
            "Decision based on Non-MTUS Citation ODG, Eye, Patching, ODG Vision Therapy Guidelines.",
            [("Non-MTUS", "ODG, Eye, Patching, ODG Vision Therapy Guidelines", None, None, None)],
        ),
        (
            "Decision based on Non-MTUS Citation ODG, Eye, and www.example.org/patch.html.",
            [("Non-MTUS", "ODG, Eye", None, None, None), ("other", "www.example.org/patch.html", None, None, None)],
        ),
    ],
)
def test_another_source_chained_in_one_sentence(section: str, expected: list[Row]) -> None:
    assert rows(section) == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            "Elbow Complaints Chapter (ACOEM Guidelines, 3rd Edition (2011), Chapter 4), page 17, which is part of the MTUS, "
            "and on the ODG, Elbow Chapter, page 2, which is not part of the MTUS.",
            [
                (
                    "MTUS",
                    "Elbow Complaints Chapter (ACOEM Guidelines, 3rd Edition (2011), Chapter 4)",
                    None,
                    None,
                    "17",
                ),
                ("Non-MTUS", "ODG, Elbow Chapter", None, None, "2"),
            ],
        ),
        (
            "Chronic Pain Medical Treatment Guidelines, Ketamine, page 56, and Salicylate topicals,\npage 105, which are "
            "part of the MTUS.",
            [
                ("MTUS", "Chronic Pain Medical Treatment Guidelines", None, "Ketamine", "56"),
                ("MTUS", "Salicylate topicals", None, None, "105"),
            ],
        ),
        (
            "MTUS Chronic Pain Guidelines, Ketamine, pp. 56-57 and Boswellia, page 30.",
            [
                ("MTUS", "Chronic Pain Guidelines", None, "Ketamine", "56-57"),
                ("MTUS", "Boswellia", None, None, "30"),
            ],
        ),
        (
            "MTUS Chronic Pain Guidelines, Ketamine; Boswellia, which is part of the MTUS.",
            [("MTUS", "Chronic Pain Guidelines", None, "Ketamine; Boswellia", None)],
        ),
        (
            "The Physician Reviewer based his/her decision on Roe J, et al., Leeches for Wrists, Hand Annals, which is not "
            "part of the MTUS.",
            [("Non-MTUS", "Roe J, et al., Leeches for Wrists, Hand Annals", None, None, None)],
        ),
        (
            "The Physician Reviewer based his/her decision on Leeches for Wrists, which is not part of the MTUS.",
            [("Non-MTUS", "Leeches for Wrists", None, None, None)],
        ),
        ("The reviewer trusted the literature, which is not part of the MTUS.", []),
        ("Non-MTUS ODG Wrist Chapter, Leeches", [("Non-MTUS", "ODG Wrist Chapter, Leeches", None, None, None)]),
        (
            "MTUS Chronic Pain Guidelines 2016, Section(s): Ketamine; ODG Pain Chapter, Ketamine",
            [
                ("MTUS", "Chronic Pain Guidelines", 2016, "Ketamine", None),
                ("Non-MTUS", "ODG Pain Chapter, Ketamine", None, None, None),
            ],
        ),
        ("The MTUS does not address leeches.", []),
        ("The MTUS is silent.", []),
    ],
)
def test_several_works_of_a_narrated_list(section: str, expected: list[Row]) -> None:
    assert rows(section) == expected
