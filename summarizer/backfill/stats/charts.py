"""The charts of the page: plain values in, one picture with its own words out. Tables beside them have the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from summarizer.backfill.stats.table import percent
from summarizer.backfill.stats.tallies import By
from summarizer.render.drawing import INK, LINE, MUTED, ROWS, drawn

if TYPE_CHECKING:
    import altair as alt
    from markupsafe import Markup

MARK, OTHER = (f"var(--{name})" for name in "mark other".split())
"""Colors of what is counted, by the page's own names."""
_RIGHT: Final = 12
"""Room in pixels right of a chart."""
_WIDTH: Final = 620
"""Width of a chart over time in pixels."""
_HEIGHT: Final = 200
"""Height of a chart over time."""
_ROW: Final = 24
"""Height of a row."""
_CELL: Final = 46
"""Width of a cell of a heat map."""
_LETTER: Final = 6.6
"""Width of a letter of 11 pixels in the widest of the fonts that may draw it: room is kept by it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A share and its interval."""

    name: str
    """Its row."""
    value: float
    """The share."""
    low: float
    """Lower end."""
    high: float
    """Upper end."""
    said: str
    """What is printed beside it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Items of a period with one outcome."""

    start: date
    """First day of the period."""
    outcome: str
    """``upheld`` or ``overturned``."""
    items: int
    """How many."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A cell of a heat map."""

    row: str
    """Its row."""
    column: str
    """Its column."""
    share: float
    """Depth of its color, 0 to 1."""
    said: str
    """What is printed in it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Days of a period."""

    start: date
    """First day of the period."""
    low: float
    """First quartile."""
    middle: float
    """Median."""
    high: float
    """Third quartile."""
    most: float
    """90th percentile."""


def rates(reaches: Sequence[Reach], name: str, title: str) -> Markup:
    """A row each: the share as a dot on its interval."""
    import altair as alt

    names = [one.name for one in reaches]
    top = min(1.0, max(one.high for one in reaches) * 1.05)
    x = alt.X("low:Q", title="overturned, with 95 % interval", scale=alt.Scale(domain=[0, top]), axis=_percents())
    y = alt.Y("name:N", sort=names, title=None, axis=_names(names))
    chart = _chart().encode(y=y)
    rules = chart.mark_rule(strokeWidth=2, color=MUTED).encode(x=x, x2=alt.X2("high:Q"))
    points = chart.mark_point(size=54, filled=True, opacity=1, color=MARK).encode(x=alt.X("value:Q"))
    texts = chart.mark_text(align="left", fontSize=10.5, color=INK).encode(x=alt.value(388), text=alt.Text("said:N"))
    whole = alt.layer(rules, points, texts).properties(width=380, height=_ROW * len(names))
    told = "; ".join(f"{one.name}: {percent(one.value)} ({percent(one.low)} to {percent(one.high)})" for one in reaches)
    return drawn(whole, [asdict(one) for one in reaches], name, title, told, right=80)


def stacks(parts: Sequence[Stack], by: By, name: str, title: str) -> Markup:
    """A bar a period, overturned items at its foot."""
    import altair as alt

    order = ["overturned", "upheld"]
    chart = _chart().mark_bar(stroke="var(--paper)", strokeWidth=0.4)
    whole = chart.encode(
        x=_time(by, parts),
        y=alt.Y("sum(items):Q", title="items", axis=alt.Axis(tickCount=5, format="~s")),
        fill=alt.Fill("outcome:N", scale=alt.Scale(domain=order, range=[OTHER, MARK]), legend=_legend()),
        order=alt.Order("outcome:N", sort="ascending"),
    ).properties(width=_WIDTH, height=_HEIGHT)
    total: dict[date, int] = {}
    for part in parts:
        total[part.start] = total.get(part.start, 0) + part.items
    most = max(total, key=lambda start: total[start])
    told = f"{_range(by, list(total))}; most items in {by.printed(most)}: {total[most]:,}; the table has every {by}."
    return drawn(whole, _dated(parts), name, title, told, right=_RIGHT)


def heat(cells: Sequence[Heat], name: str, title: str, told: str) -> Markup:
    """A cell each, the darker the larger its share."""
    import altair as alt

    down = list(dict.fromkeys(cell.row for cell in cells))
    across = list(dict.fromkeys(cell.column for cell in cells))
    chart = _chart().encode(
        x=alt.X("column:N", sort=across, title=None, axis=_names(across, across=True)),
        y=alt.Y("row:N", sort=down, title=None, axis=_names(down)),
    )
    grid = chart.mark_rect(stroke=LINE, strokeWidth=1, fill=LINE, fillOpacity=0)
    depth = alt.FillOpacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.0, 0.62]), legend=None)
    filled = chart.transform_filter("datum.share > 0").mark_rect(fill=MARK).encode(depth)
    texts = chart.mark_text(fontSize=11, color=INK).encode(text=alt.Text("said:N"))
    whole = alt.layer(grid, filled, texts).properties(width=_CELL * len(across), height=_ROW * len(down))
    return drawn(whole, [asdict(cell) for cell in cells], name, title, told, right=_RIGHT)


def spreads(parts: Sequence[Spread], by: By, name: str, title: str) -> Markup:
    """A period each: a bar from the first to the third quartile, a dot at the median, a thin line to 90 %."""
    import altair as alt

    x = _time(by, parts)
    wide = max(2.0, min(14.0, 0.6 * _WIDTH / _periods(by, parts)))
    chart = _chart()
    thin = chart.mark_rule(color=MUTED, strokeWidth=1).encode(
        x=x, y=alt.Y("high:Q", title="days", scale=alt.Scale(zero=True)), y2=alt.Y2("most:Q")
    )
    bars = chart.mark_rule(color=MARK, strokeWidth=wide, strokeOpacity=0.45).encode(
        x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")
    )
    dots = chart.mark_point(color=INK, filled=True, opacity=1, size=max(8, 3 * wide)).encode(x=x, y=alt.Y("middle:Q"))
    whole = alt.layer(thin, bars, dots).properties(width=_WIDTH, height=_HEIGHT)
    medians = [part.middle for part in parts]
    told = (
        f"{_range(by, [part.start for part in parts])}; medians from {min(medians):.1f} to {max(medians):.1f} days; "
        f"the table has every {by}."
    )
    return drawn(whole, _dated(parts), name, title, told, right=_RIGHT)


def _chart() -> alt.Chart:
    """An empty chart of the rows that it is drawn with: Altair copies what it holds at every step."""
    import altair as alt

    return alt.Chart({"name": ROWS})


def _dated(parts: Sequence[Stack] | Sequence[Spread]) -> list[dict[str, object]]:
    return [{**asdict(part), "start": part.start.isoformat()} for part in parts]


def _time(by: By, parts: Sequence[Stack] | Sequence[Spread]) -> alt.X:
    """Time as a band a period, in UTC so that no machine's own time moves a month."""
    import altair as alt

    months = by is By.MONTH and _periods(by, parts) <= 24
    ticks = "month" if months else "year"
    axis = alt.Axis(format="%b %Y" if months else "%Y", tickCount={"interval": ticks, "step": 1}, labelOverlap=True)
    ends = (min(part.start for part in parts), by.next(max(part.start for part in parts)))
    scale = alt.Scale(type="utc", domain=[_milliseconds(end) for end in ends], nice=False)
    unit: Literal["utcyearmonth", "utcyear"] = "utcyearmonth" if by is By.MONTH else "utcyear"
    # Points and lines stand in the middle of their band; bars fill it.
    middle = 0.5 if isinstance(parts[0], Spread) else alt.Undefined
    return alt.X("start:T", timeUnit=unit, title=None, axis=axis, scale=scale, bandPosition=middle)


def _milliseconds(day: date) -> int:
    """Since 1970, as Vega counts time."""
    return (day - date(1970, 1, 1)).days * 86_400_000


def _periods(by: By, parts: Sequence[Stack] | Sequence[Spread]) -> int:
    """Periods from the first to the last one."""
    first, last = min(part.start for part in parts), max(part.start for part in parts)
    years = last.year - first.year
    return 1 + (years if by is By.YEAR else 12 * years + last.month - first.month)


def _range(by: By, starts: Sequence[date]) -> str:
    first, last = by.printed(min(starts)), by.printed(max(starts))
    return first if first == last else f"{first} to {last}"


def _legend() -> alt.Legend:
    import altair as alt

    return alt.Legend(title=None, orient="top", symbolType="square")


def _percents() -> alt.Axis:
    import altair as alt

    return alt.Axis(tickCount=4, format=".0%", labelOverlap=True)


def _names(names: Sequence[str], *, across: bool = False) -> alt.Axis:
    """An axis of names, down or above and ``across``, with room for the longest whatever font draws it."""
    import altair as alt

    room = min(_LETTER * max(map(len, names), default=0) + 8, 320)
    if across:
        return alt.Axis(orient="top", labelAngle=-90, ticks=False, domain=False, labelPadding=6, minExtent=room)
    return alt.Axis(orient="left", labelAngle=0, ticks=False, domain=False, labelPadding=6, minExtent=room)
