"""The ``imr`` command: which subcommands there are, each imported only when it is asked for."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

from summarizer import __version__
from summarizer.errors import SummarizerError

if TYPE_CHECKING:
    import typer

    from summarizer.workers import Worker

COMMANDS = {
    "summarize": ("summarizer.cli.summarize:summarize", "Summarize determination letters, each value with its proof."),
    "backfill": (
        "summarizer.cli.backfill:backfill",
        "Read letters by the thousand into a store, with nothing lost.",
    ),
    "export": ("summarizer.cli.export:export", "Write what a backfill has read as JSON lines, CSV, Parquet or DuckDB."),
    "stats": ("summarizer.cli.stats:stats", "Count what a backfill has read: outcomes, guidelines, reasons, days."),
    "prompts": ("summarizer.cli.prompts:prompts", "List, show and compare the prompts that a model is asked by."),
    "cache": ("summarizer.cli.cache:cache", "Look at and prune the answers that were paid for."),
    "schema": ("summarizer.cli.schema:schema", "Print the JSON Schema of a determination."),
    "eval": (
        "summarizer.cli.eval:evaluation",
        "Score readings against gold determinations, compare runs, guard a baseline.",
    ),
    "doctor": ("summarizer.cli.doctor:doctor", "Show what is installed and configured, and how to add the rest."),
}
"""Subcommand to ``module:attribute`` and one line of help; the attribute is a command function or a ``Typer``."""

FAILED_INPUT = 3
"""Exit code where an input failed; 0 is done, 1 a failed gate or comparison, 2 wrong usage."""

_OBJECTS_BEFORE_COLLECTION = 50_000
"""Imports make many objects and no garbage; Python's own 700 would cost a fifth of the start."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``imr`` with ``arguments``, the process's own by default; always ends in ``SystemExit``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    # Pydantic otherwise reads the metadata of every installed package at start to look for plugins.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    wanted = _wanted(given)
    try:
        with _reader(wanted) as reader:
            application(wanted)(given, prog_name="imr", obj=reader)
    except SummarizerError as error:
        sys.stderr.write(f"imr: {error}\n")
        sys.exit(FAILED_INPUT)


def _reader(wanted: frozenset[str]) -> AbstractContextManager[Worker | None]:
    """A process that makes ready to read letters while this one finds out which, where that is what is asked."""
    if wanted != {"summarize"}:
        return nullcontext()
    from summarizer.cli.reader import prepare
    from summarizer.isolation import started_early

    return started_early(prepare)


def application(wanted: frozenset[str]) -> typer.Typer:
    """The command with every subcommand's name and help, and the code of those ``wanted``."""
    import typer

    def version(asked: bool) -> None:
        if asked:
            typer.echo(f"imr {__version__}")
            raise typer.Exit

    def imr(
        version: bool = typer.Option(  # the callback acts on it
            False, "--version", callback=version, is_eager=True, help="Print the version and stop."
        ),
    ) -> None:
        """Turn California Independent Medical Review determinations into structured, proven data.

        Results go to standard output, all else to standard error.
        Exit codes: 0 done, 1 a gate failed, 2 wrong usage, 3 some inputs failed.
        """

    # Tracebacks that print variables would print letters.
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, callback=imr)
    for name, (place, line) in COMMANDS.items():
        if name not in wanted:
            app.command(name, help=line)(_not_imported)
            continue
        module, attribute = place.split(":")
        command: typer.Typer | Callable[..., None] = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, help=line)
        else:
            app.command(name)(command)
    return app


def _wanted(arguments: Sequence[str]) -> frozenset[str]:
    """The subcommands whose code this run needs: the one named first, or all to complete a line in a shell."""
    if "_IMR_COMPLETE" in os.environ:
        return frozenset(COMMANDS)
    # Options before the subcommand take no value, so the first other word is its name.
    return frozenset([word for word in arguments if not word.startswith("-")][:1])


def _not_imported() -> None:
    """Stand in a list of subcommands for one that this run does not ask for."""
    raise AssertionError("a subcommand ran that _wanted() did not find in the arguments")


if __name__ == "__main__":
    main()
