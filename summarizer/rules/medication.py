"""The drug of a pharmaceutical item: name, strength, quantity and class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from schemas import DrugClass
from summarizer.document import Document, Span
from summarizer.layouts.structure import ItemRegion
from summarizer.reading import Found, MedicationReading, verbatim
from summarizer.rules.prescription import grams, overlaps, quantities, strengths, without_other_figures
from summarizer.vocabulary.drugs import class_by_stem, drug_terms, drug_words, drugs_by_use, rarer_drug_terms
from summarizer.vocabulary.numbers import number_of
from summarizer.vocabulary.pattern import Pattern
from summarizer.vocabulary.terms import Term, term_key

_TOKEN = Pattern(r"[^\s,;:()+&/\x00]+")
_PLAIN_WORD = Pattern(r"[A-Za-z]+(?:-on)?")
_COMPOUND_JOIN = Pattern(r"[\s/,+&-]*[A-Za-z]['A-Za-z]*(?:[\s/,+&-]+[A-Za-z]['A-Za-z]*){0,4}[\s/,+&-]*")
_PER_WEIGHT = Pattern(r"%|/\s?g(?:m|ram)?\b", re.IGNORECASE)
_ENDS_NAME = frozenset(",;:(")
_FIRST = (DrugClass.OPIOID, DrugClass.NSAID)
_WEIGHED_ON_SKIN = frozenset(DrugClass) - {DrugClass.GASTROINTESTINAL, DrugClass.OTHER}
_LEAST_TUBE = 10
"""Grams from which an amount by weight is that of a cream; bowel powders are weighed too."""


def medication_of(document: Document, treatment: Span, item: ItemRegion | None = None) -> MedicationReading:
    """The drug that ``treatment`` names. ``item`` tells what a drug of several uses is given for.

    Name and strength are verbatim: the name without lead-ins, strength and dosage form, a compound
    with strengths between its drugs as printed. Refills, days of supply and directions are no quantity.
    """
    words = without_other_figures(document.text, treatment)
    drugs = _drugs(words)
    known = tuple(drug.span for drug in drugs)
    found = tuple(span for span in strengths(words) if not overlaps(span, known))
    compound = _compound(words, found)
    amounts = quantities(words, (*found, *known))
    name = _name(words, drugs, found, compound, amounts)
    drug_class = _class(document, treatment, words, drugs, name, item)
    strength = None if compound else next(iter(found), None)
    if strength is None and not compound and amounts and drug_class.value is not DrugClass.TOPICAL:
        weight = grams(words)
        strength = weight if weight and not overlaps(weight, amounts[0].spans) else None
    return MedicationReading(
        name=verbatim(document, _moved(name, treatment)),
        strength=verbatim(document, _moved(strength, treatment)) if strength else None,
        quantity=Found(amounts[0].value, (_moved(amounts[0].spans[0], treatment),)) if amounts else None,
        drug_class=drug_class,
    )


def _drugs(words: str) -> list[Term[DrugClass]]:
    """Drugs that the vocabulary knows; words that name a kind of drug only count where no drug is named."""
    whole = Span(0, len(words))
    found = drug_terms().find(words, whole) or rarer_drug_terms().find(words, whole)
    generic = drug_words().generic
    named = [drug for drug in found if not set(term_key(drug.span.of(words)).split()) <= generic]
    return named or found


def _compound(words: str, found: tuple[Span, ...]) -> tuple[Span, ...]:
    """The strengths that stand between the drugs of one compound; empty where it is none."""
    chain = list(found[:1])
    for span in found[1:]:
        if not _COMPOUND_JOIN.fullmatch(words, chain[-1].end, span.start):
            break
        chain.append(span)
    if len(chain) < 2:
        return ()
    joined = words[chain[0].end : chain[1].start]
    is_compound = "%" in chain[0].of(words) or joined.lstrip().startswith(("/", "-", "+"))
    return tuple(chain) if is_compound else ()


def _name(
    words: str,
    drugs: Sequence[Term[DrugClass]],
    found: tuple[Span, ...],
    compound: tuple[Span, ...],
    amounts: tuple[Found[int | float], ...],
) -> Span:
    """Where the drug's name stands in ``words``."""
    tokens = [Span(*m.span()) for m in _TOKEN.finditer(words)]
    starts = frozenset(drug.span.start for drug in drugs)
    start = _after_lead_in(words, tokens, starts)
    if compound and start < compound[0].start:
        return Span(start, _closed(words, start, compound[-1].end))
    figures = (*found, *(amount.spans[0] for amount in amounts))
    limit = min((span.start for span in figures if span.start > start), default=len(words))
    end = _name_end(words, [token for token in tokens if start <= token.start < limit], drugs)
    return Span(start, end) if end > start else Span(0, len(words)).stripped(words)


def _after_lead_in(words: str, tokens: Sequence[Span], starts: frozenset[int]) -> int:
    """Where the first token behind the lead-in begins; 0 where all tokens belong to one."""
    vocabulary = drug_words()
    skipped = vocabulary.lead_in | vocabulary.form if starts else vocabulary.lead_in
    for token in tokens:
        if token.start in starts:
            return token.start
        if not all(word in skipped or word.isdigit() for word in term_key(token.of(words)).split()):
            return token.start
    return 0


def _name_end(words: str, tokens: Sequence[Span], drugs: Sequence[Term[DrugClass]]) -> int:
    """One past the last token of the name that begins with the first of ``tokens``."""
    vocabulary = drug_words()
    known = {drug.span.start: drug.span.end for drug in drugs}
    kept: list[tuple[Span, str]] = []
    named = 0
    for token in tokens:
        word = term_key(token.of(words))
        if token.start in known:
            named = known[token.start]
        elif token.start >= named:
            if kept and _ENDS_NAME & set(words[kept[-1][0].end : token.start]):
                break
            if word in vocabulary.stop or (named and word in vocabulary.form and not _all_generic(kept)):
                break
            if word not in vocabulary.generic and word not in vocabulary.form:
                named = token.end
        kept.append((token, word))
    while len(kept) > 1 and kept[-1][1] in vocabulary.skin_form and not _all_generic(kept):
        kept.pop()
    return _closed(words, kept[0][0].start, kept[-1][0].end) if kept else 0


def _all_generic(tokens: Iterable[tuple[Span, str]]) -> bool:
    return all(word in drug_words().generic for _, word in tokens)


def _closed(words: str, start: int, end: int) -> int:
    """``end``, past the bracket that closes one opened behind ``start``, or before one that stays open."""
    name = words[start:end]
    if name.count("(") <= name.count(")"):
        return end
    if words[end : end + 1] == ")":
        return end + 1
    return start + len(name[: name.rindex("(")].rstrip())


def _class(
    document: Document,
    treatment: Span,
    words: str,
    drugs: Sequence[Term[DrugClass]],
    name: Span,
    item: ItemRegion | None,
) -> Found[DrugClass]:
    """What kind of drug it is: what is put on the skin is topical whatever it contains."""
    place = _on_skin(words)
    if place:
        return Found(DrugClass.TOPICAL, (_moved(place, treatment),))
    named = [drug for drug in drugs if overlaps(drug.span, (name,))] or drugs
    if named:
        drug = _deciding(named)
        weight = grams(words)
        if weight and drug.value in _WEIGHED_ON_SKIN and (number_of(weight.of(words)) or 0) >= _LEAST_TUBE:
            return Found(DrugClass.TOPICAL, (_moved(weight, treatment),))
        by_use = _by_use(document, term_key(drug.span.of(words)), item)
        return by_use or Found(drug.value, (_moved(drug.span, treatment),))
    for token in _TOKEN.finditer(words, name.start, name.end):
        by_stem = class_by_stem(token[0])
        if by_stem:
            return Found(by_stem, (_moved(Span(*token.span()), treatment),))
    return Found(DrugClass.OTHER, (_moved(name, treatment),))


def _on_skin(words: str) -> Span | None:
    """The dosage form, or else the strength, that says the drug is put on the skin."""
    vocabulary = drug_words()
    tokens = [Span(*m.span()) for m in _PLAIN_WORD.finditer(words)]
    plain = [term_key(token.of(words)) for token in tokens]
    if not vocabulary.not_skin.isdisjoint(plain):
        return None
    form = next((token for token, word in zip(tokens, plain, strict=True) if word in vocabulary.skin_form), None)
    return form or next((span for span in strengths(words) if _PER_WEIGHT.search(span.of(words))), None)


def _deciding(drugs: Sequence[Term[DrugClass]]) -> Term[DrugClass]:
    """Of the drugs of one name the one that gives it its class."""
    for drug_class in _FIRST:
        for drug in drugs:
            if drug.value is drug_class:
                return drug
    return next((drug for drug in drugs if drug.value is not DrugClass.OTHER), drugs[0])


def _by_use(document: Document, drug: str, item: ItemRegion | None) -> Found[DrugClass] | None:
    """The class of ``drug`` where the item's words tell what it is given for."""
    if item is None:
        return None
    for names, drug_class, uses in drugs_by_use():
        if drug in names:
            for word in _PLAIN_WORD.finditer(document.text, item.whole.start, item.whole.end):
                if word[0].lower() in uses:
                    return Found(drug_class, (Span(*word.span()),))
    return None


def _moved(span: Span, treatment: Span) -> Span:
    """``span`` of the treatment's words as a span of the document."""
    return Span(treatment.start + span.start, treatment.start + span.end)
