"""A console of rich that writes into a string, for text that is set in columns."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def paper(width: int, *, styled: bool) -> tuple[Console, StringIO]:
    """A console of ``width`` columns, and what is written on it; ``styled`` adds ANSI codes, as ``NO_COLOR`` allows."""
    from rich.console import Console

    out = StringIO()
    # An explicit color system: rich would otherwise ask this process's own standard output.
    console = Console(
        file=out,
        width=width,
        force_terminal=styled,
        force_interactive=False,
        color_system="standard" if styled else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    return console, out
