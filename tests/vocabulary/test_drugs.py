"""The drug lists hold together."""

from collections import Counter
from importlib.resources import files

import pytest

from schemas import DrugClass
from summarizer.vocabulary.drugs import class_by_stem, drug_classes, drug_words, drugs_by_use, rarer_drug_terms
from summarizer.vocabulary.terms import sections
from tests.forms import whole

FILES = ["drugs.txt", "drugs_medlineplus.txt", "drugs_stems.txt", "drugs_by_use.txt", "drugs_prescription_words.txt"]


@pytest.mark.parametrize("name", FILES)
def test_each_file_states_its_source(name: str) -> None:
    assert "# Source: " in files("summarizer.vocabulary").joinpath(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["drugs.txt", "drugs_medlineplus.txt", "drugs_stems.txt"])
def test_no_name_stands_twice(name: str) -> None:
    counted = Counter(term for _, terms in sections(name) for term in terms)
    assert [term for term, count in counted.items() if count > 1] == []


def test_the_rarer_list_repeats_no_common_drug() -> None:
    rarer = {term for _, terms in sections("drugs_medlineplus.txt") for term in terms}
    assert rarer.isdisjoint(drug_classes())


def test_every_class_is_filled() -> None:
    assert set(drug_classes().values()) == set(DrugClass)


@pytest.mark.parametrize(
    ("name", "drug_class"),
    [
        ("norco", DrugClass.OPIOID),
        ("hydrocodone apap", DrugClass.OPIOID),
        ("celebrex", DrugClass.NSAID),
        ("soma", DrugClass.MUSCLE_RELAXANT),
        ("klonopin", DrugClass.BENZODIAZEPINE),
        ("lyrica", DrugClass.ANTICONVULSANT),
        ("trazodone", DrugClass.ANTIDEPRESSANT),
        ("terocin", DrugClass.TOPICAL),
        ("colace", DrugClass.GASTROINTESTINAL),
        ("lunesta", DrugClass.SEDATIVE_HYPNOTIC),
        ("theramine", DrugClass.OTHER),
    ],
)
def test_common_drugs(name: str, drug_class: DrugClass) -> None:
    assert drug_classes()[name] is drug_class


def test_a_rarer_name_is_known() -> None:
    assert [term.value for term in rarer_drug_terms().find("Zontivity 2 mg", whole("Zontivity 2 mg"))] == [
        DrugClass.OTHER
    ]


@pytest.mark.parametrize(
    ("word", "drug_class"),
    [
        ("Zelazepam", DrugClass.BENZODIAZEPINE),
        ("zeloprazole", DrugClass.GASTROINTESTINAL),
        ("zelopiprazole", DrugClass.OTHER),
        ("profen", None),
        ("table", None),
    ],
)
def test_the_longest_stem_decides(word: str, drug_class: DrugClass | None) -> None:
    assert class_by_stem(word) is drug_class


def test_skin_forms_are_forms_and_the_drugs_by_use_are_drugs() -> None:
    words = drug_words()
    assert words.skin_form < words.form
    assert words.skin_form.isdisjoint(words.not_skin)
    for names, drug_class, uses in drugs_by_use():
        assert uses
        assert any(drug_classes().get(name) not in (None, drug_class) for name in names)
