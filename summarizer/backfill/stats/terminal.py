"""The tables on a terminal, or piped as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from summarizer.backfill.stats.table import Kind, Table, printed
from summarizer.render.paper import paper
from summarizer.render.phrases import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDEST_LABEL: Final = 40
"""Characters of a row's name on one line; longer ones are folded."""
_NARROWEST_LABEL: Final = 12
"""Characters that a row's name has in any case, if it needs them."""
_BETWEEN: Final = 2
"""Columns between two cells."""
_ASCII: Final = str.maketrans({"–": "-", "’": "'", "─": "-", "“": '"', "”": '"', "…": "."})
_NOTHING: Final = "Nothing to count."


def render(
    tables: Sequence[Table], lines: Sequence[str], width: int = 80, *, styled: bool = False, symbols: bool = True
) -> str:
    """Set ``lines`` and ``tables`` in ``width`` columns.

    A table that is too wide goes on below, each part with the names of its rows. A note that stood above another
    table is not said again. ``styled`` adds ANSI codes; ``symbols=False`` keeps to ASCII.
    """
    console, out = paper(width, styled=styled)
    for part in _parts(tables, lines, width):
        console.print(part)
    text = out.getvalue()
    if not symbols:
        text = text.translate(_ASCII)
    return text if styled else "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _parts(tables: Sequence[Table], lines: Sequence[str], width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    yield from (Text(printable(line)) for line in lines)
    said: set[str] = set()
    for table in tables:
        yield Text()
        yield Text(printable(table.title), style="bold")
        if not table.rows:
            yield Text(_NOTHING, style="dim")
            continue
        yield from _grids(table, width)
        if table.note not in said:
            yield Text(printable(table.note), style="dim")
        said.add(table.note)


def _grids(table: Table, width: int) -> Iterator[RenderableType]:
    """``table`` as one grid, or as several that each fit."""
    from rich.cells import cell_len

    cells = [[printable(printed(cell)) for cell in row] for row in table.shown]
    widths = [
        max([cell_len(row[at]) for row in cells] + [cell_len(word) for word in column.name.split()])
        for at, column in enumerate(table.columns)
    ]
    word = max([cell_len(word) for row in cells for word in row[0].split()] + [_NARROWEST_LABEL])
    label = min(widths[0], max(_WIDEST_LABEL, width - sum(widths[1:]) - _BETWEEN * len(widths)))
    for narrower, between in ((label, _BETWEEN), (min(label, word), _BETWEEN), (min(label, word), 1)):
        fitted = [narrower, *widths[1:]]
        if sum(fitted) + between * (len(fitted) - 1) <= width:
            yield _grid(table, cells, fitted, range(len(fitted)), between)
            return
    widths[0] = label
    for chosen in _fitting(widths, width):
        yield _grid(table, cells, widths, chosen, _BETWEEN)


def _fitting(widths: Sequence[int], width: int) -> Iterator[list[int]]:
    """Numbers of columns that fit side by side, the first one always among them."""
    chosen, used = [0], widths[0]
    for at, needed in enumerate(widths[1:], 1):
        if len(chosen) > 1 and used + _BETWEEN + needed > width:
            yield chosen
            chosen, used = [0], widths[0]
        chosen.append(at)
        used += _BETWEEN + needed
    yield chosen


def _grid(
    table: Table, cells: Sequence[Sequence[str]], widths: Sequence[int], chosen: Sequence[int], between: int
) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=SIMPLE_HEAD, padding=(0, between - 1, 0, 0), pad_edge=False, show_edge=False)
    for at in chosen:
        column = table.columns[at]
        grid.add_column(
            Text(column.name),
            justify="left" if column.kind is Kind.TEXT else "right",
            width=widths[at],
            overflow="fold",
            vertical="bottom" if at else "top",
        )
    for row in cells:
        grid.add_row(*(Text(row[at]) for at in chosen))
    return grid
