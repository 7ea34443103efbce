"""Drug names and what kind of drug each is, with the words that requests put around them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from schemas import DrugClass
from summarizer.vocabulary.terms import Terms, sections


class DrugWords(NamedTuple):
    """Words of a prescription that are no part of a drug's name. Lower case, one word each."""

    lead_in: frozenset[str]
    """Words before a name, such as ``retrospective`` or ``refill``."""
    form: frozenset[str]
    """Dosage forms and routes."""
    skin_form: frozenset[str]
    """Dosage forms that are put on the skin; a subset of ``form``."""
    generic: frozenset[str]
    """Words that name no drug of their own, such as ``compound``; a name may hold but not consist of them."""
    stop: frozenset[str]
    """Words that end a name: directions, amounts, reasons."""
    not_skin: frozenset[str]
    """Forms whose strength may be a percentage without being put on the skin."""


@cache
def drug_classes() -> dict[str, DrugClass]:
    """Class of each drug of ``drugs.txt``, by term."""
    return _classes("drugs.txt")


@cache
def drug_terms() -> Terms[DrugClass]:
    """The drugs of ``drugs.txt``."""
    return Terms(drug_classes())


@cache
def rarer_drug_terms() -> Terms[DrugClass]:
    """The drugs of ``drugs_medlineplus.txt``, to be asked where ``drug_terms`` finds nothing."""
    return Terms(_classes("drugs_medlineplus.txt"))


def class_by_stem(word: str) -> DrugClass | None:
    """Class that the ending of ``word``, a generic name's stem, tells; ``None`` where it tells none."""
    word = word.lower()
    for stem, drug_class in _stems():
        if len(word) > len(stem) + 1 and word.endswith(stem):
            return drug_class
    return None


@cache
def drug_words() -> DrugWords:
    """The words of ``drugs_prescription_words.txt``."""
    words = {head: frozenset(terms) for head, terms in sections("drugs_prescription_words.txt")}
    return DrugWords(
        lead_in=words["lead-in"],
        form=words["form"] | words["skin form"],
        skin_form=words["skin form"],
        generic=words["generic"],
        stop=words["stop"],
        not_skin=words["not skin"],
    )


@cache
def drugs_by_use() -> tuple[tuple[frozenset[str], DrugClass, frozenset[str]], ...]:
    """``(drugs, class, uses)``: drugs that are of ``class`` where the letter speaks of one of ``uses``."""
    rules = []
    for head, terms in sections("drugs_by_use.txt"):
        drug_class, _, uses = head.partition(":")
        rules.append((frozenset(terms), DrugClass(drug_class.strip()), frozenset(uses.split())))
    return tuple(rules)


@cache
def _stems() -> tuple[tuple[str, DrugClass], ...]:
    stems = [(term, DrugClass(head)) for head, terms in sections("drugs_stems.txt") for term in terms]
    return tuple(sorted(stems, key=lambda stem: -len(stem[0])))


def _classes(file_name: str) -> dict[str, DrugClass]:
    return {term: DrugClass(head) for head, terms in sections(file_name) for term in terms}
