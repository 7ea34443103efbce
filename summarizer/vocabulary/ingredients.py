"""Which drugs a text names, brand and generic names as one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import tomli

from summarizer.document import Span
from summarizer.vocabulary.drugs import drug_terms
from summarizer.vocabulary.terms import term_key


class DrugMention(NamedTuple):
    """A drug named in a text."""

    ingredients: frozenset[str]
    """Its active ingredients, as far as they are listed; else its own name."""
    span: Span
    """Where it stands: offsets into the text that was searched, half-open."""


@cache
def _listed() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Ingredients of each listed name, and the words for a class, all as terms."""
    data = tomli.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    ingredients = {term_key(name): frozenset(parts) for name, parts in data["ingredients"].items()}
    return ingredients, frozenset(term_key(word) for word in data["class_words"])


def drugs_in(text: str, span: Span | None = None) -> tuple[DrugMention, ...]:
    """Drugs named in ``text`` (or in ``span`` of it), in order; words for a class of drugs are none."""
    ingredients, class_words = _listed()
    found = []
    for term in drug_terms().find(text, span or Span(0, len(text))):
        name = term_key(term.span.of(text))
        if name in class_words or name.removesuffix("s") in class_words:
            continue
        parts = ingredients.get(name) or frozenset().union(
            *(ingredients.get(word, frozenset({word})) for word in _parts_of(name))
        )
        found.append(DrugMention(parts, term.span))
    return tuple(found)


def _parts_of(name: str) -> list[str]:
    """Names of a combination ("hydrocodone apap") one by one; another name stays whole."""
    terms = drug_terms().find(name, Span(0, len(name)))
    words = name.split()
    alone = [word for word in words if word == "apap" or drug_terms().find(word, Span(0, len(word)))]
    return alone if terms and len(alone) > 1 else [name]
