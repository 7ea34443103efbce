"""The charts of a report: plain values in, one picture with its own words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Literal

from summarizer.render.drawing import INK, LINE, MUTED, ROWS, drawn

if TYPE_CHECKING:
    import altair as alt
    from markupsafe import Markup

NEW, BASE, WRONG = (f"var(--{name})" for name in "new base wrong".split())
"""Colors of the two runs and of what is wrong, by the page's own names."""
COLUMNS: Final = 3
"""Small multiples side by side; so many fit a printed page."""
_PANEL: Final = 176
"""Width of a small multiple in pixels."""
_ROW: Final = 18
"""Height of one interval."""
_LINE: Final = 230
"""Width of a row of intervals."""
_LETTER: Final = 6.6
"""Width of a letter of 11 pixels in the widest of the fonts that may draw it: room is kept by it."""
_CELL: Final = 32
"""Height and width of a cell of a matrix."""
_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left")
"""Told apart without color; the first is the base's, the second the new run's."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A value and its interval."""

    panel: str
    """The small multiple, or row, that it stands in."""
    run: str
    """Whose it is."""
    value: float
    """The value."""
    low: float
    """Lower end of its interval."""
    high: float
    """Upper end."""
    at: float = 0.0
    """Its place on the other axis, where there is one: dollars or tokens."""
    said: str = ""
    """The value as a table prints it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How often one class was read where another, or the same, was labeled."""

    gold: str
    """Labeled class."""
    read: str
    """Class that was read."""
    count: int
    """How often."""
    change: int
    """How much oftener than in the base."""


def multiples(dots: Sequence[Dot], name: str, title: str, floor: float) -> Markup:
    """A small multiple for each panel: a row for each run on one scale from ``floor`` to 1."""
    import altair as alt

    panels, runs = _order(dots, "panel"), _order(dots, "run")
    chart = _chart()
    x = alt.X("low:Q", scale=alt.Scale(domain=[floor, 1], nice=False), title=None, axis=_few_ticks())
    y = alt.Y("run:N", sort=runs, axis=None, scale=alt.Scale(domain=runs))
    rules = chart.mark_rule(strokeWidth=2, color=MUTED).encode(x=x, x2=alt.X2("high:Q"), y=y)
    points = _points(chart, runs, based=len(runs) > 1).encode(x=alt.X("value:Q"), y=y)
    texts = chart.mark_text(align="left", fontSize=10.5, color=INK).encode(
        x=alt.value(_PANEL + 8), y=y, text=alt.Text("said:N")
    )
    layered = alt.layer(rules, points, texts).properties(width=_PANEL, height=_ROW * len(runs))
    # Each panel keeps room for its printed values and the end of its title.
    whole = layered.facet(
        facet=alt.Facet("panel:N", sort=panels, title=None), columns=COLUMNS, spacing={"row": 8, "column": 74}
    )
    return drawn(whole, _rows(dots), name, title, _told(dots))


def rows(dots: Sequence[Dot], name: str, title: str, axis: str) -> Markup:
    """A row for each panel, an interval for each run in it, on one scale from 0."""
    import altair as alt

    panels, runs = _order(dots, "panel"), _order(dots, "run")
    top = max([dot.high for dot in dots] + [1e-9])
    chart = _chart()
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, top], nice=True), title=axis, axis=_few_ticks(4))
    y = alt.Y("panel:N", sort=panels, title=None, axis=_names(panels))
    beside = alt.YOffset("run:N", sort=runs, scale=alt.Scale(domain=runs))
    rules = chart.mark_rule(strokeWidth=2, color=MUTED).encode(x=x, x2=alt.X2("high:Q"), y=y, yOffset=beside)
    points = _points(chart, runs, based=len(runs) > 1).encode(x=alt.X("value:Q"), y=y, yOffset=beside)
    texts = chart.mark_text(align="left", fontSize=10.5, color=INK)
    texts = texts.encode(x=alt.value(_LINE + 8), y=y, yOffset=beside, text=alt.Text("said:N"))
    height = (_ROW - 2) * (len(runs) + 0.4) * len(panels)
    whole = alt.layer(rules, points, texts).properties(width=_LINE, height=height)
    return drawn(whole, _rows(dots), name, title, _told(dots))


def matrix(cells: Sequence[Cell], classes: Sequence[str], name: str, title: str, compared: bool) -> Markup:
    """Labeled classes down, read classes across; the count in each cell, below it the change from the base."""
    import altair as alt

    total = {gold: max(sum(cell.count for cell in cells if cell.gold == gold), 1) for gold in classes}
    values = [
        {
            **asdict(cell),
            "right": cell.gold == cell.read,
            "said": str(cell.count) if cell.count or cell.change else "",
            "changed": f"{cell.change:+d}" if cell.change else "",
            # From 0.12 to 0.5 of the color: black or white figures stay readable on it.
            "depth": 0.12 + 0.38 * (cell.count / total[cell.gold]) ** 0.5 if cell.count else 0.0,
        }
        for cell in cells
    ]
    chart = _chart().encode(
        x=alt.X(
            "read:N",
            sort=list(classes),
            title="read",
            axis=_names(classes, across=True),
        ),
        y=alt.Y("gold:N", sort=list(classes), title="labeled", axis=_names(classes)),
    )
    grid = chart.mark_rect(stroke=LINE, strokeWidth=1, fillOpacity=0, fill=LINE)
    color = alt.Fill("right:N", scale=alt.Scale(domain=[True, False], range=[NEW, WRONG]), legend=None)
    depth = alt.FillOpacity("depth:Q", scale=None, legend=None)
    edge = alt.Stroke("right:N", scale=alt.Scale(domain=[True, False], range=[INK, WRONG]), legend=None)
    filled = chart.transform_filter("datum.count > 0").mark_rect(strokeWidth=1.4).encode(color, depth, edge)
    counts = chart.mark_text(fontSize=12, color=INK, dy=-5 if compared else 0).encode(text=alt.Text("said:N"))
    changes = chart.mark_text(fontSize=9, color=INK, dy=8).encode(text=alt.Text("changed:N"))
    side = _CELL * len(classes)
    whole = alt.layer(grid, filled, counts, *([changes] if compared else [])).properties(width=side, height=side)
    return drawn(whole, values, name, title, _confused(cells))


def against_cost(dots: Sequence[Dot], name: str, title: str, axis: str, *, based: bool) -> Markup:
    """A panel a metric: what a letter costs across, the value with its interval up; the runs in a legend.

    ``based`` is whether the first run is the base, which has the base's shape everywhere.
    """
    import altair as alt

    panels, runs = _order(dots, "panel"), _order(dots, "run")
    most = max([dot.at for dot in dots] + [1e-9])
    lowest = min(dot.low for dot in dots)
    chart = _chart()
    x = alt.X("at:Q", title=axis, scale=alt.Scale(domain=[0, most * 1.1], nice=False), axis=alt.Axis(tickCount=4))
    y = alt.Y("low:Q", title=None, scale=alt.Scale(domain=[max(lowest - 0.05, 0), 1], nice=False))
    rules = chart.mark_rule(strokeWidth=1.5, color=MUTED).encode(x=x, y=y, y2=alt.Y2("high:Q"))
    points = _points(chart, runs, based=based, legend=True).encode(x=alt.X("at:Q"), y=alt.Y("value:Q"))
    layered = alt.layer(rules, points).properties(width=200, height=150)
    whole = layered.facet(facet=alt.Facet("panel:N", sort=panels, title=None), columns=COLUMNS, spacing=26)
    return drawn(whole, _rows(dots), name, title, _told(dots, "cost"))


def repeats(dots: Sequence[Dot], name: str, title: str) -> Markup:
    """A row a metric: the value of each attempt as a ring, from the lowest to the highest."""
    import altair as alt

    panels = _order(dots, "panel")
    chart = _chart()
    y = alt.Y("panel:N", sort=panels, title=None, axis=_names(panels))
    scale = alt.Scale(zero=False, nice=True)
    span = chart.mark_rule(strokeWidth=1.5, color=MUTED).encode(
        x=alt.X("low:Q", scale=scale, title=None), x2=alt.X2("high:Q")
    )
    rings = chart.mark_point(shape="circle", size=45, filled=False, strokeWidth=1.8, color=NEW).encode(
        x=alt.X("value:Q")
    )
    whole = alt.layer(span.encode(y=y), rings.encode(y=y)).properties(width=420, height=_ROW * len(panels))
    return drawn(whole, _rows(dots), name, title, _told(dots))


def _chart() -> alt.Chart:
    """An empty chart of the rows that it is drawn with: Altair copies what it holds at every step."""
    import altair as alt

    return alt.Chart({"name": ROWS})


def _rows(dots: Sequence[Dot]) -> list[dict[str, object]]:
    return [asdict(dot) for dot in dots]


def _points(chart: alt.Chart, runs: Sequence[str], *, based: bool, legend: bool = False) -> alt.Chart:
    """The values: a hollow circle for the base, a filled square for the new run, other shapes for further ones."""
    import altair as alt

    places = range(not based, len(runs) + (not based))
    shapes = [_SHAPES[at % len(_SHAPES)] for at in places]
    edges = [BASE if at == 0 else NEW if at == 1 else INK for at in places]
    fills = [NEW if at == 1 else "var(--panel)" for at in places]
    key = alt.Legend(title=None, orient="top", columns=COLUMNS, labelLimit=200) if legend else None
    points: alt.Chart = chart.mark_point(size=46, strokeWidth=2, opacity=1).encode(
        shape=alt.Shape("run:N", scale=alt.Scale(domain=list(runs), range=shapes), legend=key),
        stroke=alt.Stroke("run:N", scale=alt.Scale(domain=list(runs), range=edges), legend=key),
        fill=alt.Fill("run:N", scale=alt.Scale(domain=list(runs), range=fills), legend=key),
    )
    return points


def _names(names: Sequence[str], *, across: bool = False) -> alt.Axis:
    """An axis of names, down or above and ``across``, with room for the longest whatever font draws it."""
    import altair as alt

    room = min(_LETTER * max(map(len, names), default=0) + 8, 320)
    orient: Literal["top", "left"] = "top" if across else "left"
    return alt.Axis(
        orient=orient,
        labelAngle=-90 if across else 0,
        ticks=False,
        domain=False,
        labelPadding=6,
        minExtent=room,
        titleAnchor="start",
    )


def _few_ticks(count: int = 3) -> alt.Axis:
    import altair as alt

    return alt.Axis(tickCount=count, format=".2~f", labelFontSize=10, labelOverlap=True)


def _order(dots: Sequence[Dot], part: str) -> list[str]:
    """Values of ``part`` as they come."""
    return list(dict.fromkeys(str(getattr(dot, part)) for dot in dots))


def _told(dots: Sequence[Dot], place: str = "") -> str:
    """What a chart of intervals shows, in words."""
    several = len(_order(dots, "run")) > 1
    return "; ".join(
        f"{dot.panel}{f', {dot.run}' if several else ''}: {dot.said or f'{dot.value:.3f}'} "
        f"({dot.low:.3f} to {dot.high:.3f}){f' at {place} {dot.at:.4g}' if place else ''}"
        for dot in dots
    )


def _confused(cells: Sequence[Cell]) -> str:
    """What a matrix shows, in words: how many were right, and every confusion, the commonest first."""
    right = sum(cell.count for cell in cells if cell.gold == cell.read)
    total = sum(cell.count for cell in cells)
    wrong = sorted((cell for cell in cells if cell.count and cell.gold != cell.read), key=lambda cell: -cell.count)
    told = "; ".join(f"{cell.gold} read as {cell.read}: {cell.count}" for cell in wrong)
    return f"{right} of {total} alike. {told or 'No confusion'}."
