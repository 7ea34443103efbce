"""Judgement: outcome, category, drug class, medication, reasons, key quotes."""

from __future__ import annotations

from typing import Final

from evals.alignment import Row, side_by_side, token_f1
from evals.gold import Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Pair, Reading
from evals.metrics.tally import Tally, overlap
from schemas import Category, Item, Medication
from summarizer.folding import comparable

_CLASSES: Final = {
    "outcome": ("outcome", "wrong_outcome"),
    "category": ("category",),
    "primary_reason": ("primary_reason",),
}
"""Each class of an item with the counts in which an aligned item's error counts."""


def judgement(labeled: Labeled, reading: Reading) -> Measured:
    """Count what was judged of every item. A missed item is wrong in every field."""
    counting = Counting()
    for row in side_by_side(labeled.label, reading.determination):
        for name in _CLASSES:
            _count_class(counting, row, name)
        _count_drug(counting, row)
        _count_reasons(counting, row)
        _count_quotes(counting, row)
    return counting.measured()


def _count_class(counting: Counting, row: Row, name: str) -> None:
    gold = getattr(row.gold, name) if row.gold else None
    mine = getattr(row.read, name) if row.read else None
    if gold is not None or mine is not None:
        counting.pairs.append(Pair(name, gold and gold.value, mine and mine.value))
    if row.gold is None:
        return
    right = gold == mine and row.read is not None
    counting.same((name,), right)
    if not right:
        counting.differ(_CLASSES[name] if row.read else (name,), f"{row.field}.{name}", gold, mine)


def _count_drug(counting: Counting, row: Row) -> None:
    """Count the drug of a pharmaceutical item of the label; one that only the reading has is a class too many."""
    gold, mine = _labeled_drug(row.gold), row.read.medication if row.read else None
    if gold is None:
        if mine is not None:
            counting.pairs.append(Pair("drug_class", None, mine.drug_class.value))
            if row.gold is not None:
                counting.differ(("drug_class",), f"{row.field}.medication", None, mine)
        return
    counting.pairs.append(Pair("drug_class", gold.drug_class.value, mine.drug_class.value if mine else None))
    path = f"{row.field}.medication"
    right = mine is not None and mine.drug_class is gold.drug_class
    counting.same(("drug_class",), right)
    if not right:
        counting.differ(("drug_class",), f"{path}.drug_class", gold.drug_class, mine and mine.drug_class)
    alike = _alike(gold, mine)
    counting.same(("medication",), all(alike.values()))
    for name, right in alike.items():
        counting.same((f"medication_{name}",), right)
        if not right:
            names = (f"medication_{name}", "medication")
            counting.differ(names, f"{path}.{name}", getattr(gold, name), mine and getattr(mine, name))


def _labeled_drug(item: Item | None) -> Medication | None:
    return item.medication if item and item.category is Category.PHARMACEUTICAL else None


def _alike(gold: Medication, mine: Medication | None) -> dict[str, bool]:
    return {
        "name": mine is not None and comparable(gold.name) == comparable(mine.name),
        "strength": mine is not None and gold.strength == mine.strength,
        "quantity": mine is not None and gold.quantity == mine.quantity,
    }


def _count_reasons(counting: Counting, row: Row) -> None:
    gold, mine = row.gold.reasons if row.gold else (), row.read.reasons if row.read else ()
    tally = overlap(gold, mine)
    counting.add("reasons", tally)
    if not tally.right == tally.labeled == tally.read:
        counting.differ(("reasons",), f"{row.field}.reasons", gold, mine)


def _count_quotes(counting: Counting, row: Row) -> None:
    """Count the token F1 of all quotes of a labeled item taken together, as one share of one item."""
    if row.gold is None:
        return
    gold, mine = row.gold.key_quotes, row.read.key_quotes if row.read else ()
    alike = token_f1(" ".join(gold), " ".join(mine)) if row.read else 0.0
    counting.add("key_quotes", Tally(alike, 1, 1))
    if alike < 1:
        counting.differ(("key_quotes",), f"{row.field}.key_quotes", gold, mine, alike)
