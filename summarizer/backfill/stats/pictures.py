"""Which chart stands above which table, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from schemas.taxonomy import Outcome
from summarizer.backfill.stats.charts import Heat, Reach, Spread, Stack, heat, rates, spreads, stacks
from summarizer.backfill.stats.labels import said
from summarizer.backfill.stats.outcome_tables import categories_in_order
from summarizer.backfill.stats.periods import together
from summarizer.backfill.stats.reason_tables import reasons_in_order
from summarizer.backfill.stats.table import percent
from summarizer.backfill.stats.tallies import Outcomes, Tallies
from summarizer.render.words import count

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart and what is printed above it."""

    title: str
    """Its title."""
    note: str
    """What to know to read it."""
    svg: Markup
    """The chart."""


def pictures(tallies: Tallies) -> Mapping[str, Picture]:
    """Name of a table to its chart; charts that have nothing to show are not there."""
    drawn: dict[str, Callable[[Tallies], Picture | None]] = {
        f"by_{tallies.by}": _items,
        "by_category": _rates,
        f"days_by_{tallies.by}": _days,
        "reasons_by_category": _reasons,
    }
    found = {name: draw(tallies) for name, draw in drawn.items()}
    return {name: picture for name, picture in found.items() if picture is not None}


def _rates(tallies: Tallies) -> Picture | None:
    reaches = []
    for category in categories_in_order(tallies):
        share = tallies.categories[category].reversed
        if share.value is not None and share.interval is not None:
            text = f"{percent(share.value)} of {share.items:,}"
            reaches.append(Reach(said(category), share.value, *share.interval, text))
    if not reaches:
        return None
    title = "Overturn rate by category"
    note = "dot: share of items overturned in whole or in part; line: its 95 % interval"
    return Picture(title, note, rates(reaches, "chart-rates", title))


def _items(tallies: Tallies) -> Picture | None:
    shown, far = together(tallies.by, {one: n for one, n in tallies.period_letters.items() if one in tallies.periods})
    parts = []
    for period in shown:
        outcomes = tallies.periods.get(period, Outcomes())
        upheld = outcomes.counts[Outcome.UPHELD]
        parts.append(Stack(period, "upheld", upheld))
        parts.append(Stack(period, "overturned", outcomes.reversed.items - upheld))
    if not parts:
        return None
    title = f"Items by {tallies.by} of the decision"
    note = "overturned: in whole or in part; items without a date are not drawn" + _left_out(far)
    return Picture(title, note, stacks(parts, tallies.by, "chart-items", title))


def _days(tallies: Tallies) -> Picture | None:
    held = {one: days.letters for one, days in tallies.days_by_period.items() if days.letters}
    shown, far = together(tallies.by, held)
    parts = []
    for period in shown:
        ends = [tallies.days_by_period[period].quantile(share) for share in _ENDS]
        parts.append(Spread(period, *(end for end in ends if end is not None)))
    if not parts:
        return None
    title = f"Days from assignment to decision by {tallies.by}"
    note = "dot: median; bar: the middle half of the letters; thin line: up to the 90th percentile" + _left_out(far)
    return Picture(title, note, spreads(parts, tallies.by, "chart-days", title))


_ENDS: Final = (0.25, 0.5, 0.75, 0.9)


def _reasons(tallies: Tallies) -> Picture | None:
    categories = categories_in_order(tallies)
    cells, most = [], []
    for category in categories:
        items = tallies.categories[category].reversed.items
        shares = {reason: tallies.reasons[reason, category] / items for reason in reasons_in_order(tallies)}
        first = max(shares, key=lambda reason: shares[reason])
        most.append(f"{said(category)}: {said(first, 'none given')} ({percent(shares[first])})")
        cells += [
            Heat(said(reason, "none given"), said(category), share, f"{100 * share:.0f}" if share else "")
            for reason, share in shares.items()
        ]
    if not cells:
        return None
    title = "Reasons by category"
    note = "percent of a category's items that give the reason; an item may give several"
    told = f"The commonest reason of each category: {'; '.join(most)}. The table has all."
    return Picture(title, note, heat(cells, "chart-reasons", title, told))


def _left_out(letters: int) -> str:
    if not letters:
        return ""
    return f"; {count(letters, 'letter')} dated far from all others not drawn, see the table"
