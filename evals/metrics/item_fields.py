"""The fields of a disputed item, over the items that label and reading share."""

from __future__ import annotations

from collections.abc import Iterable

from evals.alignment import align, token_f1
from evals.metrics.tally import Tally, overlap, same
from schemas import Category, Citation, Determination, Item
from summarizer.folding import comparable


def item_fields(label: Determination, read: Determination) -> dict[str, Tally]:
    """Tallies of the item fields of one letter; a missed item counts as wrong in every field."""
    pairs = align(label.items, read.items)
    partner = {i: read.items[j] for i, j in pairs}
    scores: dict[str, Tally] = {"items found (F1)": Tally(len(pairs), len(label.items), len(read.items))}
    for index, gold in enumerate(label.items):
        for name, tally in _one_item(gold, partner.get(index)).items():
            scores[name] = scores.get(name, Tally()) + tally
    return scores


def _one_item(gold: Item, mine: Item | None) -> dict[str, Tally]:
    scores = {
        "outcome": same(gold.outcome, mine.outcome if mine else None),
        "treatment": _words(gold.treatment, mine.treatment if mine else None),
        "rationale": _words(gold.rationale, mine.rationale if mine else None),
        "category": same(gold.category, mine.category if mine else None),
        "primary reason": same(gold.primary_reason, mine.primary_reason if mine else None),
        "reasons (micro-F1)": overlap(gold.reasons, mine.reasons if mine else ()),
        "key quotes (token F1)": _quotes(gold, mine),
        "citations, all parts (F1)": overlap(_cited(gold, whole=True), _cited(mine, whole=True)),
        "citations, source, title, year (F1)": overlap(_cited(gold, whole=False), _cited(mine, whole=False)),
    }
    if gold.original_request is not None or (mine and mine.original_request is not None):
        scores["original and authorized portions"] = _words(
            gold.original_request, mine.original_request if mine else None
        ) + _words(gold.authorized_portion, mine.authorized_portion if mine else None)
    if gold.category is Category.PHARMACEUTICAL and gold.medication:
        drug = mine.medication if mine else None
        scores["drug class"] = same(gold.medication.drug_class, drug.drug_class if drug else None)
        scores["medication details"] = same(
            (comparable(gold.medication.name), gold.medication.strength, gold.medication.quantity),
            (comparable(drug.name), drug.strength, drug.quantity) if drug else None,
        )
    return scores


def _words(gold: str | None, mine: str | None) -> Tally:
    """Exact after folding."""
    return same(None if gold is None else comparable(gold), None if mine is None else comparable(mine))


def _quotes(gold: Item, mine: Item | None) -> Tally:
    """Token F1 of all quotes of the item taken together, as one right-share of one item."""
    return Tally(token_f1(" ".join(gold.key_quotes), " ".join(mine.key_quotes) if mine else ""), 1, 1)


def _cited(item: Item | None, *, whole: bool) -> Iterable[tuple[object, ...]]:
    """Every citation of both sides as a comparable tuple."""
    if item is None:
        return
    sides: tuple[tuple[str, tuple[Citation, ...]], ...] = (
        ("administrator", item.claims_administrator_guidelines),
        ("reviewer", item.reviewer_guidelines),
    )
    for side, citations in sides:
        for citation in citations:
            head = (side, citation.source, comparable(citation.title), citation.year)
            yield (*head, _folded(citation.sections), _folded(citation.pages)) if whole else head


def _folded(words: str | None) -> str | None:
    return None if words is None else comparable(words)
