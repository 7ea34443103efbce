"""The statistics as one HTML page with tables and charts that needs nothing but itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from summarizer.backfill.stats.pictures import pictures
from summarizer.backfill.stats.table import Cell, Table, printed
from summarizer.backfill.stats.tallies import Tallies
from summarizer.render.phrases import printable

_HERE: Final = Path(__file__).parent


def page(tallies: Tallies, tables: Sequence[Table], lines: Sequence[str]) -> str:
    """One self-contained page of ``tables``, with a chart above each of those that have one.

    It asks the network for nothing, holds no script, and its Content-Security-Policy allows its own style alone.
    """
    style = "\n" + (_HERE / "style.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return _template().render(
        tables=tables,
        lines=lines,
        pictures=pictures(tallies),
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    )


@cache
def _template() -> Template:
    """The page with every value escaped and a missing one refused."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["printed"] = _printable
    return environment.get_template("page.html.j2")


def _printable(cell: Cell) -> str:
    return printable(printed(cell))
