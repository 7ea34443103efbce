"""Letters and items by outcome, period, category and drug class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from schemas.taxonomy import Category, Outcome
from summarizer.backfill.stats.labels import said
from summarizer.backfill.stats.periods import rows_of
from summarizer.backfill.stats.table import Cell, Column, Kind, Part, Table, rate_of
from summarizer.backfill.stats.tallies import Ending, Outcomes, Tallies

OVERTURNED: Final = (
    "An item counts as overturned where the reviewer found the request necessary in whole or in part: the outcomes "
    "overturned and modified. In brackets the 95 % interval (Wilson); it takes the letters as a sample and allows for "
    "items of one letter that go alike, and does not know of errors of reading."
)
"""The definition that every overturn rate keeps."""
RATE: Final = "overturn rate"
"""Heading of the column of overturn rates."""
_ITEMS: Final = Column("items", Kind.COUNT, "disputed items")
_OUTCOMES: Final = (
    Column(RATE, Kind.RATE, "(overturned + modified) / items, with the 95 % interval"),
    Column("upheld", Kind.COUNT, "items whose denial stands"),
    Column("overturned", Kind.COUNT, "items found necessary as a whole"),
    Column("modified", Kind.COUNT, "items found necessary in part"),
)


def outcome_tables(tallies: Tallies) -> Iterator[Table]:
    """The tables of outcomes."""
    yield _letters(tallies)
    yield by_period(tallies)
    yield by_category(tallies)
    yield _by_drug_class(tallies)
    yield _by_year(tallies)


def by_period(tallies: Tallies) -> Table:
    """Letters and items by the decision's month or year."""
    rows: list[tuple[Cell, ...]] = []
    for label, period in rows_of(tallies.by, tallies.period_letters):
        letters = tallies.period_letters[period]
        outcomes = tallies.periods.get(period, Outcomes())
        rows.append((label, letters, *_cells(outcomes)))
    if tallies.letters:
        rows.append(("all", tallies.letters, *_cells(tallies.outcomes)))
    length = tallies.by.value
    columns = (
        Column(length, Kind.TEXT, f"{length} of the decision date"),
        Column("letters", Kind.COUNT, "letters with a decision then"),
        _ITEMS,
        *_OUTCOMES,
    )
    return Table(f"by_{length}", f"Letters and items by {length} of the decision", OVERTURNED, columns, tuple(rows))


def by_category(tallies: Tallies) -> Table:
    """Items by category."""
    found = [(said(category), tallies.categories[category]) for category in categories_in_order(tallies)]
    return _grouped(
        "by_category",
        "Items by treatment category",
        f"Categories are those of the program's yearly report. {OVERTURNED}",
        Column("category", Kind.TEXT, "the program's report group"),
        found,
        tallies.outcomes,
    )


def categories_in_order(tallies: Tallies) -> list[Category]:
    """Categories that have items, the largest first."""
    return sorted(tallies.categories, key=lambda code: (-tallies.categories[code].reversed.items, code))


def _by_drug_class(tallies: Tallies) -> Table:
    found = [(said(code, "no drug read"), outcomes) for code, outcomes in tallies.drug_classes.items()]
    whole = tallies.categories.get(Category.PHARMACEUTICAL)
    return _grouped(
        "by_drug_class",
        "Pharmaceutical items by drug class",
        f"Items of the category pharmaceutical alone. {OVERTURNED}",
        Column("drug class", Kind.TEXT, "kind of drug"),
        sorted(found, key=_by_items),
        whole,
    )


def _grouped(
    name: str, title: str, note: str, what: Column, found: Iterable[tuple[str, Outcomes]], whole: Outcomes | None
) -> Table:
    """A row a group and one of all."""
    total = whole.reversed.items if whole else 0
    groups = [*found, *([("all", whole)] if whole and total else [])]
    rows = tuple((label, *_counted(outcomes, total)) for label, outcomes in groups)
    letters = Column("letters", Kind.COUNT, "letters that have such an item")
    share = Column("share", Kind.SHARE, "items / all items of the table")
    return Table(name, title, note, (what, letters, _ITEMS, share, *_OUTCOMES), rows)


def _letters(tallies: Tallies) -> Table:
    rows = tuple(
        (ending.value, tallies.endings[ending], Part(tallies.endings[ending], tallies.letters)) for ending in Ending
    )
    note = "In part: some items overturned and others not, or an item modified."
    columns = (
        Column("decision", Kind.TEXT, "how the letter decided over all its items"),
        Column("letters", Kind.COUNT, "letters"),
        Column("share", Kind.SHARE, "letters / all letters"),
    )
    return Table("letters_by_outcome", "Letters by outcome", note, columns, rows if tallies.letters else ())


def _by_year(tallies: Tallies) -> Table:
    """Each category's part of the items of a year."""
    years = sorted({year for year, _ in tallies.categories_by_year if year is not None})
    undated = any(year is None for year, _ in tallies.categories_by_year)
    shown: list[int | None] = [*years, *([None] if undated else [])]
    whole = {year: sum(n for (other, _), n in tallies.categories_by_year.items() if other == year) for year in shown}
    rows: list[tuple[Cell, ...]] = [
        (said(code), *(Part(tallies.categories_by_year[year, code], whole[year]) for year in shown))
        for code in categories_in_order(tallies)
    ]
    if rows:
        rows.append(("items", *(whole[year] for year in shown)))
    columns = [Column("category", Kind.TEXT, "the program's report group")]
    for year in shown:
        name = "no date" if year is None else str(year)
        columns.append(Column(name, Kind.PART, "items of the category / items decided in the year"))
    title = "Categories by year of the decision"
    note = "Each category's part of the year's items; the last row has the items."
    return Table("categories_by_year", title, note, tuple(columns), tuple(rows))


def _counted(outcomes: Outcomes, total: int) -> tuple[Cell, ...]:
    items = outcomes.reversed.items
    return (outcomes.reversed.letters, items, Part(items, total), *_cells(outcomes)[1:])


def _cells(outcomes: Outcomes) -> tuple[Cell, ...]:
    counts = outcomes.counts
    return (
        outcomes.reversed.items,
        rate_of(outcomes.reversed),
        counts[Outcome.UPHELD],
        counts[Outcome.OVERTURNED],
        counts[Outcome.MODIFIED],
    )


def _by_items(found: tuple[str, Outcomes]) -> tuple[int, str]:
    label, outcomes = found
    return -outcomes.reversed.items, label
