"""The ``imr`` command: which subcommands there are, each imported only when it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from summarizer import __version__
from summarizer.errors import SummarizerError

COMMANDS = {
    "summarize": ("summarizer.cli.summarize:summarize", "Summarize determination letters, each value with its proof."),
    "schema": ("summarizer.cli.schema:schema", "Print the JSON Schema of a determination."),
    "doctor": ("summarizer.cli.doctor:doctor", "Show what is installed and configured, and how to add the rest."),
}
"""Subcommand to ``module:attribute`` and one line of help; the attribute is a command function or a ``Typer``."""

FAILED_INPUT = 3
"""Exit code where an input failed; 0 is done, 1 a failed gate or comparison, 2 wrong usage."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``imr`` with ``arguments``, the process's own by default; always ends in ``SystemExit``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Pydantic otherwise reads the metadata of every installed package at start to look for plugins.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        application(_wanted(given))(given, prog_name="imr")
    except SummarizerError as error:
        typer.echo(f"imr: {error}", err=True)
        sys.exit(FAILED_INPUT)


def application(wanted: frozenset[str]) -> typer.Typer:
    """The command with every subcommand's name and help, and the code of those ``wanted``."""
    # Tracebacks that print variables would print letters.
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, callback=_imr)
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


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"imr {__version__}")
        raise typer.Exit


def _imr(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Turn California Independent Medical Review determinations into structured, proven data.

    Results go to standard output, all else to standard error.
    Exit codes: 0 done, 1 a gate failed, 2 wrong usage, 3 some inputs failed.
    """


if __name__ == "__main__":
    main()
