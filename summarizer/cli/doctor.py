"""``imr doctor``."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, NamedTuple

import typer

from summarizer.installation import Extra, Installation, Package, inspect_installation


class Format(StrEnum):
    """How ``imr doctor`` answers."""

    TERMINAL = "terminal"
    JSON = "json"


class Row(NamedTuple):
    """One line of the answer."""

    part: str
    """What it is about."""
    good: bool | None
    """Whether all is well; ``None`` for what may be either way."""
    state: str
    """How it stands."""


def doctor(
    form: Annotated[
        Format, typer.Option("--format", help="A table for people, or JSON for machines.")
    ] = Format.TERMINAL,
) -> None:
    """Show what is installed and configured, and how to add the rest. Never shows a key."""
    found = inspect_installation()
    if form is Format.JSON:
        typer.echo(json.dumps(_values(found), indent=2))
        return
    for title, rows in _sections(found).items():
        _print(title, rows)
    for extra in found.extras:
        if not extra.installed:
            typer.echo(f"To add {extra.name}: {extra.command}")


def _print(title: str, rows: list[Row]) -> None:
    """Print one part of the answer: a table on a terminal, aligned lines without trailing blanks to a pipe."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    marks = {True: ("ok", "green"), False: ("missing", "red"), None: ("-", "dim")}
    if not console.is_terminal:
        lines = [f"  {row.part:<20}{marks[row.good][0]:<9}{row.state}" for row in rows]
        typer.echo("\n".join([title, *lines, ""]))
        return
    table = Table.grid(padding=(0, 2))
    for row in rows:
        mark, style = marks[row.good]
        table.add_row(f"  {row.part}", f"[{style}]{mark}[/]", row.state)
    console.print(f"[bold]{title}[/]", table, "", sep="\n")


def _sections(found: Installation) -> dict[str, list[Row]]:
    """The answer by its three parts."""
    registered = found.version if found.registered else f"{found.version}, not known to pip: pip install -e ."
    key = "set" if found.openai_api_key else "not set"
    return {
        "Here": [
            Row("imr-summarizer", found.registered, registered),
            Row("Python", True, f"{found.python} on {found.system}"),
            *(Row(package.name, package.fits, _state(package)) for package in found.core),
        ],
        "Extras": [Row(extra.name, extra.installed or None, _lacking(extra)) for extra in found.extras],
        "Configuration": [
            Row("OPENAI_API_KEY", found.openai_api_key or None, key),
            Row("OPENAI_BASE_URL", None, found.openai_base_url_host or "not set"),
        ],
    }


def _state(package: Package) -> str:
    """Version installed, and the one needed where that is another."""
    if package.fits:
        return str(package.installed)
    return f"{package.installed or 'not installed'}, needs {package.needed or 'any version'}"


def _lacking(extra: Extra) -> str:
    """How far an extra is installed."""
    lacking = [package for package in extra.packages if not package.fits]
    if not lacking:
        return "installed"
    if all(package.installed is None for package in extra.packages):
        return "not installed"
    return "lacks " + ", ".join(package.name + package.needed for package in lacking)


def _values(found: Installation) -> dict[str, object]:
    """The installation as JSON values, with what follows from its facts."""
    extras = [asdict(extra) | {"installed": extra.installed, "command": extra.command} for extra in found.extras]
    return asdict(found) | {"extras": extras, "sound": found.sound}
