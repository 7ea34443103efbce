"""The list of treatment words holds together."""

from collections import Counter
from importlib.resources import files

from schemas import Category
from summarizer.vocabulary.drugs import drug_classes
from summarizer.vocabulary.terms import sections
from summarizer.vocabulary.treatments import HINT, treatment_endings, treatment_terms
from tests.forms import whole

NAMES = ["treatments.txt", "treatments_endings.txt"]


def test_each_file_states_its_source() -> None:
    for name in NAMES:
        assert "# Source: " in files("summarizer.vocabulary").joinpath(name).read_text(encoding="utf-8")


def test_no_phrase_stands_twice() -> None:
    for name in NAMES:
        counted = Counter(term for _, terms in sections(name) for term in terms)
        assert [term for term, count in counted.items() if count > 1] == []


def test_every_category_has_words_that_decide() -> None:
    deciding = {
        head.split()[0] for head, _ in sections("treatments.txt") if head != "none 0" and int(head.split()[1]) >= HINT
    }
    assert deciding == {category.value for category in Category}


def test_only_doubtful_drugs_are_also_treatment_words() -> None:
    drugs = drug_classes()
    hidden = {
        term
        for head, terms in sections("treatments.txt")
        for term in terms
        if term in drugs and not head.startswith("pharmaceutical")
    }
    assert hidden == set()


def test_a_drug_hidden_in_a_test_is_no_drug() -> None:
    text = "Vitamin D level"
    assert [term.value.category for term in treatment_terms().find(text, whole(text))] == [Category.DIAGNOSTIC_TESTING]


def test_endings_are_longer_than_a_plural() -> None:
    assert all(len(ending) > 3 for endings, _ in treatment_endings() for ending in endings)
