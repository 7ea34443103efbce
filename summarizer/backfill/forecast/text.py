"""A forecast for people, as a table and what to know to read it; and for machines, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from summarizer.backfill.forecast.figures import (
    BATCH_HOURS,
    BATCH_PRICE,
    SECONDS_AN_ANSWER,
    Amount,
    Asked,
    Bound,
    Forecast,
)
from summarizer.render.paper import paper
from summarizer.render.phrases import printable
from summarizer.render.spending import dollars
from summarizer.render.words import count, duration

if TYPE_CHECKING:
    from rich.table import Table

Setting: TypeAlias = Callable[[float], str]

_ASCII: Final = str.maketrans({"–": "-", "’": "'", "─": "-"})
_UNITS: Final = ("bytes", "KB", "MB", "GB", "TB", "PB")
_BOUNDS: Final = {
    Bound.REQUESTS: "limit of requests",
    Bound.TOKENS: "limit of tokens",
    Bound.CONCURRENCY: "requests under way",
}


class Row(NamedTuple):
    """A line of the table."""

    label: str
    """What it is about."""
    expected: str
    """The estimate."""
    range: str = ""
    """Where it lies; empty where it is known exactly."""


def plain(forecast: Forecast) -> dict[str, object]:
    """The forecast as values that JSON has; each amount is ``{"expected", "low", "high"}``."""
    values = asdict(forecast)
    values["unreadable"] = {code: asdict(amount) for code, amount in forecast.unreadable.items()}
    values["seconds"] = asdict(forecast.seconds)
    values["assumed"] = {
        "seconds_an_answer": SECONDS_AN_ANSWER,
        "batch_price": BATCH_PRICE,
        "batch_hours": BATCH_HOURS,
    }
    return values


def render(forecast: Forecast, width: int = 80, *, styled: bool = False, symbols: bool = True) -> str:
    """Set the forecast in ``width`` columns. ``styled`` adds ANSI codes; ``symbols=False`` keeps to ASCII."""
    from rich.text import Text

    console, out = paper(width, styled=styled)
    console.print(Text(headline(forecast), style="bold"))
    console.print()
    console.print(_table(forecast))
    console.print()
    for note in notes(forecast):
        console.print(Text(printable(note), style="dim"))
    text = out.getvalue() if symbols else out.getvalue().translate(_ASCII)
    return text if styled else "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def headline(forecast: Forecast) -> str:
    """What was looked at, in one line."""
    if not forecast.to_read:
        return "Forecast: nothing is left to read"
    if forecast.sampled >= forecast.letters - forecast.done:
        return f"Forecast: {count(forecast.sampled, 'letter')} read, nothing sent"
    return f"Forecast from a sample: {count(forecast.sampled, 'letter')} read, nothing sent"


def _table(forecast: Forecast) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column("")
    table.add_column("Expected", justify="right", no_wrap=True)
    table.add_column("95% range", justify="right", no_wrap=True)
    for row in rows(forecast):
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def rows(forecast: Forecast) -> Iterator[Row]:
    """The lines of the table."""
    yield Row("Letters named", f"{forecast.letters:,}")
    if forecast.done:
        yield Row("  read already", f"{forecast.done:,}")
    yield Row("Letters to read", f"{forecast.to_read:,}")
    if forecast.copies is None:
        yield Row("  copies of others", "unknown")
    else:
        yield _row("  copies of others", forecast.copies, _whole)
    for code, amount in forecast.unreadable.items():
        yield _row(f"  cannot be read: {code.replace('_', ' ')}", amount, _whole)
    if not forecast.unreadable:
        yield Row("  cannot be read", "none of the sample" if forecast.sampled < forecast.to_read else "0")
    if forecast.asked is not None:
        yield _row("  outlined first", forecast.asked.outlines, _whole)
    yield _row("Size", forecast.bytes, _size)
    if forecast.asked is not None:
        yield from _asked(forecast.asked)
    yield _row(f"Reading, {count(forecast.workers, 'process', 'processes')}", forecast.reading_seconds, duration)
    if forecast.asked is not None:
        yield _row(f"Asking, by the {_BOUNDS[forecast.asked.bound]}", forecast.asked.seconds, duration)
        yield _row("Time, both side by side", forecast.seconds, duration)


def _asked(asked: Asked) -> Iterator[Row]:
    yield _row("Requests", asked.requests, _whole)
    yield _row("Tokens sent", asked.input_tokens, _whole)
    yield _row("Tokens received", asked.output_tokens, _whole)
    if asked.cost_usd is None:
        yield Row("Cost", "unknown")
        return
    yield _row("Cost", asked.cost_usd, dollars)
    if asked.cached_cost_usd is not None:
        yield _row("  instructions cached", asked.cached_cost_usd, dollars)
    if asked.batch_cost_usd is not None:
        yield _row("  in batches", asked.batch_cost_usd, dollars)


def notes(forecast: Forecast) -> Iterator[str]:
    """What to know to read the table, a sentence or two each."""
    if forecast.sampled == 1 and forecast.to_read > 1:
        yield "One letter says nothing about how others differ: there is no range. Read more with --sample."
    if forecast.copies is None and forecast.to_read:
        yield "The listing gives no sizes, so copies are not known; each is counted as a letter of its own."
    elif 0 < forecast.copies_from < forecast.sampled:
        yield f"Copies were looked for of {forecast.copies_from:,} letters of the sample: too many others are as large."
    if forecast.asked is not None and forecast.to_read:
        yield from _notes(forecast.asked)


def _notes(asked: Asked) -> Iterator[str]:
    if asked.bound is Bound.CONCURRENCY:
        yield (
            f"Time to ask is for {count(asked.concurrency, 'request')} under way and {SECONDS_AN_ANSWER:g} s an "
            "answer; your server may be quicker or slower, or limit requests."
        )
    yield (
        "Thinking of a model and answers that are asked for again are not counted: let a run with --limit 20 show what "
        "letters cost with this model. Answers in the cache are not counted either; they cost nothing."
    )
    if asked.cost_usd is None:
        yield f"The price of {asked.model} at {asked.server} is not known; give it with --price."
    else:
        rounds = "two rounds, as outlines come first" if asked.batch_rounds > 1 else "one round"
        yield (
            f"Batches (--batch) cost half, as OpenAI's do, and may take {BATCH_HOURS} hours a round; this would be "
            f"{rounds}."
        )
    if asked.max_cost_usd is not None and asked.cost_usd is not None and asked.cost_usd.expected > asked.max_cost_usd:
        yield f"A run would end at its limit of {dollars(asked.max_cost_usd)} before all letters are read."


def _row(label: str, amount: Amount, setting: Setting) -> Row:
    expected = setting(amount.expected)
    if amount.exact:
        return Row(label, expected)
    if amount.low is None or amount.high is None:
        return Row(label, expected, "unknown")
    return Row(label, expected, f"{setting(amount.low)} – {setting(amount.high)}")


def _whole(number: float) -> str:
    return f"{round(number):,}"


def _size(number: float) -> str:
    unit = 0
    while number >= 999.5 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {_UNITS[unit]}" if unit == 0 or number >= 99.5 else f"{number:.1f} {_UNITS[unit]}"
