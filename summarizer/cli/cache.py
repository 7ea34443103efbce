"""``imr cache``: the answers of models that are kept from one run to the next."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from summarizer.llm.cache import AnswerCache, open_cache, size_of
from summarizer.llm.settings import cache_file
from summarizer.render.phrases import printable
from summarizer.render.spending import dollars
from summarizer.render.words import count

if TYPE_CHECKING:
    from pathlib import Path

    from summarizer.llm.cache import Entry

cache = typer.Typer(no_args_is_help=True, help="See and delete the answers kept from earlier runs.")

_SHOWN = 12
"""Digits of a key in a list; ``show`` takes as many as make it one."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_HEADS = ("KEY", "STORED (UTC)", "MODEL", "PROMPT", "TOKENS IN/OUT", "PAID")

Model: TypeAlias = Annotated[str | None, typer.Option(metavar="NAME", help="Answers of this model alone.")]
Prompt: TypeAlias = Annotated[str | None, typer.Option(metavar="NAME@vN", help="Answers to this prompt alone.")]


@cache.command("list")
def listed(
    model: Model = None,
    prompt: Prompt = None,
    most: Annotated[int, typer.Option(min=1, help="Answers to list, newest first.")] = 50,
) -> None:
    """List kept answers, newest first."""
    with _opened() as kept:
        if kept is None:
            return
        entries = list(islice(kept.entries(model=model, prompt=prompt, most=most + 1), most + 1))
        _print([_row(entry) for entry in entries[:most]])
        more = " (more are kept: --most)" if len(entries) > most else ""
        typer.echo(f"{kept.path}: {count(len(kept), 'answer')}, {size_of(kept.path) / 1e6:.1f} MB{more}", err=True)


@cache.command()
def show(key: Annotated[str, typer.Argument(help="Key, or as much of its beginning as makes it one.")]) -> None:
    """Print a kept answer, and what it cost, as JSON."""
    with _opened() as kept:
        found = list(kept.entries(begin=key.lower(), most=2)) if kept and key else []
    if len(found) != 1:
        why = "more than one key begins so; give more of it" if found else "no such key; see imr cache list"
        raise typer.BadParameter(f"{key}: {why}")
    entry = found[0]
    values = {"key": entry.key, **asdict(entry.stored)}
    with suppress(ValueError):  # what is no JSON is shown as it stands
        values["answer"] = json.loads(entry.stored.answer)
    typer.echo(printable(json.dumps(values, indent=2, ensure_ascii=False, default=str)))


@cache.command()
def prune(
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Answers stored longer ago: 30d, 12h, 2w.")
    ] = None,
    model: Model = None,
    prompt: Prompt = None,
) -> None:
    """Delete the kept answers that meet every condition given."""
    if older_than is None and model is None and prompt is None:
        raise typer.BadParameter("give --older-than, --model or --prompt; imr cache clear deletes everything")
    age = None if older_than is None else _age(older_than)
    with _opened() as kept:
        _tell_deleted(kept.prune(age, model=model, prompt=prompt) if kept else 0)


@cache.command()
def clear() -> None:
    """Delete every kept answer."""
    with _opened() as kept:
        _tell_deleted(kept.clear() if kept else 0)


@contextmanager
def _opened() -> Iterator[AnswerCache | None]:
    """The kept answers; ``None``, and a line that says so, where there are none yet."""
    path: Path | None = cache_file(os.environ.get("IMR_CACHE"))
    if path is None:
        raise typer.BadParameter("IMR_CACHE is off: no answers are kept")
    if not path.exists():
        typer.echo(f"{path}: no answers are kept yet", err=True)
        yield None
        return
    with open_cache(path) as kept:
        yield kept


def _tell_deleted(number: int) -> None:
    typer.echo(f"{count(number, 'answer')} deleted")


def _age(words: str) -> timedelta:
    """The time that ``words`` such as ``30d`` name."""
    found = re.fullmatch(r"(\d{1,5})([mhdw])", words.strip().lower(), re.ASCII)
    if not found:
        raise typer.BadParameter(f"{words}: no age; write a number and m, h, d or w, such as 30d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _row(entry: Entry) -> tuple[str, ...]:
    """One line of the list."""
    stored = entry.stored
    when = f"{stored.created:%Y-%m-%d %H:%M}" if stored.created else ""
    tokens = f"{stored.input_tokens:,}/{stored.output_tokens:,}"
    words = (entry.key[:_SHOWN], when, stored.model, stored.prompt, tokens, dollars(stored.cost_usd))
    return tuple(" ".join(printable(word).split()) for word in words)


def _print(rows: list[tuple[str, ...]]) -> None:
    """Print a table on a terminal, aligned lines without trailing blanks to a pipe."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        widths = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]
        for row in (_HEADS, *rows):
            typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        return
    table = Table(*_HEADS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
