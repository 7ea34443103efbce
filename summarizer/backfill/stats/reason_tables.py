"""Why reviewers decided so, and which guidelines each side cites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas.taxonomy import Reason
from summarizer.backfill.stats.guidelines import families
from summarizer.backfill.stats.labels import said
from summarizer.backfill.stats.outcome_tables import categories_in_order
from summarizer.backfill.stats.table import Cell, Column, Kind, Part, Table
from summarizer.backfill.stats.tallies import Side, Tallies

_TITLES: Final = 200
"""Titles of a side in a file."""
_TITLES_SHOWN: Final = 10
"""Titles of a side that people are shown."""
_REASON: Final = Column("reason", Kind.TEXT, "code of the reason")


def reason_tables(tallies: Tallies) -> Iterator[Table]:
    """The tables of reasons and guidelines."""
    yield _reasons(tallies)
    yield reasons_by_category(tallies)
    yield _guidelines(tallies)
    for side in Side:
        yield _titles(tallies, side)


def reasons_by_category(tallies: Tallies) -> Table:
    """A row a reason, a column a category."""
    categories = categories_in_order(tallies)
    whole = [tallies.categories[category].reversed.items for category in categories]
    rows: list[tuple[Cell, ...]] = [
        (
            said(reason, "none given"),
            Part(_items(tallies, reason), tallies.items),
            *(
                Part(tallies.reasons[reason, category], items)
                for category, items in zip(categories, whole, strict=True)
            ),
        )
        for reason in reasons_in_order(tallies)
    ]
    if rows:
        rows.append(("items", tallies.items, *whole))
    columns = (
        _REASON,
        Column("all", Kind.PART, "items that give the reason / all items"),
        *(
            Column(said(category), Kind.PART, "items of the category that give the reason / its items")
            for category in categories
        ),
    )
    note = "Percent of a category's items; an item may give several reasons. The last row has the items."
    return Table("reasons_by_category", "Reasons by category", note, columns, tuple(rows))


def _reasons(tallies: Tallies) -> Table:
    rows = tuple(
        (
            said(reason, "none given"),
            "" if reason is None or reason.supports is None else said(reason.supports),
            _items(tallies, reason),
            Part(_items(tallies, reason), tallies.items),
            Part(tallies.primary_reasons[reason], tallies.items),
            Part(tallies.reasons_of_reversed[reason], _items(tallies, reason)),
        )
        for reason in reasons_in_order(tallies)
    )
    columns = (
        _REASON,
        Column("argues for", Kind.TEXT, "the outcome that the reason argues for"),
        Column("items", Kind.COUNT, "items that give the reason, first or not"),
        Column("of all", Kind.SHARE, "items that give the reason / all items"),
        Column("first of all", Kind.SHARE, "items whose primary reason it is / all items"),
        Column("overturned", Kind.SHARE, "of the items that give it, those overturned in whole or in part"),
    )
    note = "An item may give several reasons; the first one carries the decision. Reasons are judged, not printed."
    return Table("reasons", "Reasons", note, columns, rows)


def reasons_in_order(tallies: Tallies) -> list[Reason | None]:
    """Reasons that are given, the commonest first; ``None``, for none, is the last."""
    given = {reason for reason, _ in tallies.reasons}
    return sorted(given, key=lambda reason: (reason is None, -_items(tallies, reason), said(reason)))


def _items(tallies: Tallies, reason: Reason | None) -> int:
    return sum(tallies.reasons[reason, category] for category in tallies.categories)


def _guidelines(tallies: Tallies) -> Table:
    """Who cites which family."""
    rows: list[tuple[Cell, ...]] = []
    if tallies.items:
        named = [family for family in families() if any(tallies.families[side, family] for side in Side)]
        counted = [(family, {side: tallies.families[side, family] for side in Side}) for family in named]
        counted.append(("nothing", {side: tallies.items - tallies.citing[side] for side in Side}))
        for label, by_side in counted:
            parts = [(by_side[side], Part(by_side[side], tallies.items)) for side in Side]
            rows.append((label, *(cell for part in parts for cell in part)))
    columns = [Column("guidelines", Kind.TEXT, "family of guidelines")]
    for side in Side:
        columns.append(Column(f"{side}: items", Kind.COUNT, f"items for which the {side} cites it"))
        columns.append(Column(f"{side}: share", Kind.SHARE, "those items / all items"))
    note = (
        "Items for which a side cites at least one work of the family; a side may cite several. MTUS: the letter cites "
        "it as such; other families by words of the title."
    )
    return Table("guidelines", "Guidelines that each side cites", note, tuple(columns), tuple(rows))


def _titles(tallies: Tallies, side: Side) -> Table:
    cited = tallies.titles[side]
    rows = tuple((title, items, Part(items, tallies.items)) for title, items in cited.first(_TITLES))
    name = side.value.replace(" ", "_")
    columns = (
        Column("title", Kind.TEXT, "title as the letters print it, of MTUS without the year"),
        Column("items", Kind.COUNT, f"items for which the {side} cites it"),
        Column("share", Kind.SHARE, "those items / all items"),
    )
    note = f"As the letters print them; the first {min(_TITLES_SHOWN, len(rows))} are shown, CSV has up to {_TITLES}."
    if cited.short_by:
        note += f" There were more titles than are kept: a count may be too low by up to {cited.short_by:,}."
    return Table(f"titles_{name}", f"Titles most cited by the {side}", note, columns, rows, _TITLES_SHOWN)
