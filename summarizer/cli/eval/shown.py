"""What the commands of ``imr eval`` have in common: options, tables, and the packages that they need."""

from __future__ import annotations

import io
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from summarizer.cli.output import screen, to_stdout
from summarizer.errors import SummarizerError
from summarizer.extras import command_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from evals.gold import Labeled

WORSE: Final = 1
"""Exit code where a gate or a comparison failed, or a label is wrong."""
SOME_FAILED: Final = 3
"""Exit code where a letter failed."""
INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as shells expect it."""
_WIDTH: Final = 160
"""Columns of a table that goes to no terminal; a narrower one would break its lines."""
_NEEDED: Final = ("altair", "numpy", "pydantic_evals", "scipy", "vl_convert")

GoldFolders: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--gold", metavar="DIR", help="Gold set, or a folder of labels; more than once for several. Else our own."
    ),
]
Documents: TypeAlias = Annotated[
    Path | None,
    typer.Option("--documents", metavar="DIR", help="Letters of a folder of labels that has none of its own."),
]
Output: TypeAlias = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="File to write.")]


class ExtraMissing(SummarizerError):
    """The packages that evaluation needs are not installed."""


def need_extra() -> None:
    """Raise ``ExtraMissing`` where a package of the extra ``eval`` is not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ExtraMissing(f"evaluation needs {', '.join(missing)}; install with: {command_for('eval')}")


def show(*parts: RenderableType) -> None:
    """Print tables on standard output: in color on a terminal, plain and wide anywhere else."""
    from rich.console import Console

    shown = screen()
    written = io.StringIO()
    console = Console(
        file=written,
        width=shown.width if sys.stdout.isatty() else _WIDTH,
        force_terminal=shown.styled,
        no_color=not shown.styled,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for part in parts:
        console.print(part)
    to_stdout([written.getvalue()])


def letters_of(gold: Sequence[Path] | None, documents: Path | None, split: str | None) -> tuple[Labeled, ...]:
    """The checked letters that the options name. Raises ``GoldError``."""
    from evals.annotation.check import checked_gold
    from evals.gold import GOLDSET, Split

    if documents is not None and not gold:
        raise typer.BadParameter("--documents is the folder of the letters of --gold; name both")
    return checked_gold(gold or [GOLDSET], documents, None if split is None else Split(split))
