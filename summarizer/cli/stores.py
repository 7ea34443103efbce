"""What all commands over a store of readings share: what they need installed, and a bar over its letters."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from summarizer.backfill.kept import Counts, State
from summarizer.errors import MissingExtra
from summarizer.extras import command_for

if TYPE_CHECKING:
    from summarizer.backfill.kept import Stored

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it."""
_ALWAYS = ("alembic", "sqlalchemy")

RecipeName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--recipe",
        metavar="FINGERPRINT",
        help="The recipe whose fingerprint begins so, as `imr backfill status` shows it; the last used by default.",
    ),
]


def need(*packages: str) -> None:
    """Raise ``MissingExtra`` where what stores are kept with, or one of ``packages``, is not installed."""
    if missing := [name for name in (*_ALWAYS, *packages) if find_spec(name) is None]:
        raise MissingExtra(f"this needs {', '.join(missing)}; install with: {command_for('backfill')}")


def shown_letters(letters: Iterable[Stored], counts: Counts) -> Iterator[Stored]:
    """``letters`` with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from letters
        return
    from summarizer.cli.progress import Progress

    with Progress(counts[State.DONE] + counts[State.NEEDS_REVIEW]) as bar:
        for stored in letters:
            yield stored
            bar.step()
