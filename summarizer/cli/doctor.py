"""``imr doctor``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from summarizer.errors import ModelMisconfigured
from summarizer.installation import Extra, Installation, Package, inspect_installation
from summarizer.llm.settings import NO_KEY, settings_from
from summarizer.llm.setup import Kept, Setup, inspect_setup, price_words, try_out
from summarizer.render.phrases import printable
from summarizer.render.spending import dollars, tokens
from summarizer.render.words import count

if TYPE_CHECKING:
    from summarizer.llm.probe import ProbeReport


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
    bad: str = "missing"
    """What is said where it is not well."""


def doctor(
    form: Annotated[
        Format, typer.Option("--format", help="A table for people, or JSON for machines.")
    ] = Format.TERMINAL,
    ask: Annotated[
        bool, typer.Option("--model", help="Ask the model a few tiny questions, and keep how it answers best.")
    ] = False,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The model to ask, with --model; else IMR_MODEL.")
    ] = None,
) -> None:
    """Show what is installed and configured, and how to add the rest. Never shows a key.

    With --model, exit code 3 says that the model gave no usable answer.
    """
    if name and not ask:
        raise typer.BadParameter(f"{name}: write --model {name} to ask it")
    found = inspect_installation()
    report = _asked(name) if ask else None
    # After the model was asked: how it is asked from now on may be news.
    model = _model(name)
    if form is Format.JSON:
        told = asdict(model) if isinstance(model, Setup) else {"problem": str(model)}
        probe = {} if report is None else {"probe": _probe_values(report)}
        typer.echo(json.dumps({**_values(found), "model": told, **probe}, indent=2))
    else:
        probed = {} if report is None else {"Asked": list(_probe_rows(report))}
        for title, rows in {**_sections(found), "Model": list(_model_rows(model)), **probed}.items():
            _print(title, rows)
        for extra in found.extras:
            if not extra.installed:
                typer.echo(f"To add {extra.name}: {extra.command}")
    if report and report.report.error:
        raise report.report.error


def _print(title: str, rows: list[Row]) -> None:
    """Print one part of the answer: a table on a terminal, aligned lines without trailing blanks to a pipe."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    styles = {True: "green", False: "red", None: "dim"}
    if not console.is_terminal:
        lines = [f"  {row.part:<20}{_mark(row):<9}{row.state}" for row in rows]
        typer.echo("\n".join([title, *lines, ""]))
        return
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(f"  {row.part}", Text(_mark(row), styles[row.good]), Text(row.state))
    console.print(f"[bold]{title}[/]", table, "", sep="\n")


def _mark(row: Row) -> str:
    """One word for how it stands."""
    return row.bad if row.good is False else "ok" if row.good else "-"


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


class _Asked(NamedTuple):
    """What came of asking the model."""

    report: ProbeReport
    """How it answered."""
    price: str
    """What its tokens cost, in words."""


def _asked(name: str | None) -> _Asked:
    """Ask the model. Raises ``typer.BadParameter`` where the settings do not allow it."""
    try:
        settings = settings_from(model=name)
        return _Asked(try_out(settings), price_words(settings))
    except ModelMisconfigured as error:
        raise typer.BadParameter(str(error)) from None


def _model(name: str | None) -> Setup | ModelMisconfigured:
    """The model that would be asked, or what is wrong with its settings."""
    try:
        # Whether there is a key is told beside; the rest can be shown without one.
        key = os.environ.get("OPENAI_API_KEY", "").strip() or NO_KEY
        return inspect_setup(settings_from(api_key=key, model=name))
    except ModelMisconfigured as error:
        return error


def _model_rows(model: Setup | ModelMisconfigured) -> Iterator[Row]:
    """Which model would be asked, where, how, and what is kept of its answers."""
    if isinstance(model, ModelMisconfigured):
        yield Row("settings", False, f"{model.what}; {model.remedy}", bad="wrong")
        return
    yield Row("model", None, model.model)
    yield Row("server", None, model.server)
    yield Row("asked by", None, model.shape)
    usable = None if model.kept is None else not model.kept.problem
    yield Row("answers kept", usable, _kept(model.kept), bad="wrong")


def _probe_rows(asked: _Asked) -> Iterator[Row]:
    """Which shapes work, which is taken, and what the server says of itself."""
    report = asked.report
    for one in report.tried:
        counts = "tokens counted" if one.usage_reported else "tokens not counted, so that costs stay unknown"
        state = one.error.what if one.error else f"works, {one.seconds:.2f} s, {counts}"
        yield Row(one.shape, not one.error, printable(state), bad="no")
    yield Row("from now on", report.shape is not None, report.shape or "none works", bad="no")
    names = dict.fromkeys(one.model for one in report.tried if one.model)
    yield Row("calls itself", None, printable(", ".join(names) or "not said"))
    window = f"{report.window_tokens:,} tokens" if report.window_tokens else "not known"
    yield Row("window", None, window)
    yield Row("limits", None, _limits(report) or "none announced")
    yield Row("price", None, asked.price)
    spent = report.spent
    paid = tokens(spent.requests, spent.input_tokens, spent.cached_input_tokens, spent.output_tokens)
    yield Row("these questions", None, f"{paid}, {dollars(spent.cost_usd)}")


def _limits(report: ProbeReport) -> str:
    """The limits that the last answer announces."""
    limits = report.tried[-1].limits
    named = (("requests", limits.requests), ("tokens", limits.tokens))
    return ", ".join(f"{one.limit:,.0f} {what}" for what, one in named if one is not None and one.limit)


def _probe_values(asked: _Asked) -> dict[str, object]:
    """The same as JSON values."""
    report = asked.report
    tried = [
        {**asdict(replace(one, error=None)), "error": one.error and {"code": one.error.code, "what": one.error.what}}
        for one in report.tried
    ]
    return {**asdict(replace(report, tried=())), "tried": tried, "price": asked.price}


def _kept(kept: Kept | None) -> str:
    """Where answers are kept, and how many."""
    if kept is None:
        return "none: IMR_CACHE is off"
    if kept.problem:
        return f"{kept.place}: {kept.problem}"
    return f"{count(kept.answers, 'answer')}, {kept.size / 1e6:.1f} MB, {kept.place}"


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
