"""The ways that a backfill goes: on this machine, by a provider's batches, on Ray; and the forecast of one."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

import typer

from summarizer.backfill.run.job import Brake, Job, Standing
from summarizer.cli.backfill.store import ledger_at
from summarizer.cli.output import screen, to_stdout
from summarizer.cli.stores import INTERRUPTED, need

if TYPE_CHECKING:
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.cli.backfill.live import Live

SOME_FAILED: Final = 3
"""Exit code where an input of this run failed, or the run ended early."""
_BY_HAND: Final = "interrupted"


def run_here(named: list[str], store: str, job: Job, command: str, *, retry: bool) -> None:
    """Read on this machine."""
    from summarizer.backfill.run.local import run

    _into_ledger(named, store, job, command, run, retry=retry)


def run_by_batch(
    named: list[str], store: str, job: Job, command: str, poll: float | None, *, wait: bool, retry: bool
) -> None:
    """Ask by a provider's batches, and wait for them or not."""
    from summarizer.backfill.batch.run import POLL, submit_and_collect

    def ask(ledger: Ledger, recipe: int, job: Job, brake: Brake, tell: Callable[[Standing], object]) -> Standing:
        return submit_and_collect(ledger, recipe, job, brake, tell, poll_seconds=poll or POLL, wait=wait)

    _into_ledger(named, store, job, command, ask, retry=retry)


def run_on_ray(named: list[str], store: str, job: Job, command: str, address: str | None, *, retry: bool) -> None:
    """Read on Ray, into a folder of Parquet parts."""
    need("duckdb", "fsspec", "pyarrow")
    from summarizer.backfill.beyond.driver import run_on_ray as run
    from summarizer.backfill.recipe import recipe_of
    from summarizer.cli.backfill.live import Live

    brake, live = Brake(), Live()
    with live, _heeding(brake, live):
        recipe = recipe_of(job.engine, job.limits, job.settings)
        live.say(f"imr: read by {recipe.label}, on Ray")
        standing = run(named, store, recipe, job, address, brake, live.tell, retry=retry)
    _say_how_it_ended(standing, brake, command)


def forecast(named: list[str], store: str, job: Job, sample: int | None, *, as_json: bool, retry: bool) -> None:
    """Print what a run would take; nothing is sent, nothing is written."""
    need("scipy")
    from summarizer.backfill.forecast.making import SAMPLE
    from summarizer.backfill.forecast.making import forecast as reckoned
    from summarizer.backfill.forecast.text import plain, render
    from summarizer.backfill.recipe import recipe_of
    from summarizer.cli.backfill.live import Live

    live = Live()
    with live:
        if "://" in store or Path(store).is_file():
            from summarizer.backfill.ledger.through import through_in

            with ledger_at(store) as ledger:
                fingerprint = recipe_of(job.engine, job.limits, job.settings).fingerprint
                found = reckoned(
                    named, job, sample or SAMPLE, through_in(ledger, fingerprint, failed=not retry), live.note
                )
        else:
            found = reckoned(named, job, sample or SAMPLE, None, live.note)
    if as_json:
        to_stdout([json.dumps(plain(found), indent=2, default=str), "\n"], encoding="utf-8")
    else:
        shown = screen()
        to_stdout([render(found, shown.width, styled=shown.styled, symbols=shown.symbols)])


def _into_ledger(
    named: list[str],
    store: str,
    job: Job,
    command: str,
    run: Callable[[Ledger, int, Job, Brake, Callable[[Standing], object]], Standing],
    *,
    retry: bool,
) -> None:
    """List, read and record, and say how it ended."""
    from summarizer.backfill.inputs.listing import list_inputs
    from summarizer.backfill.ledger.failures import retry as free
    from summarizer.backfill.ledger.recipes import expect_listed, recipe_id
    from summarizer.backfill.recipe import recipe_of
    from summarizer.backfill.run.enlisting import enlist_all
    from summarizer.backfill.run.told import enlisted_line
    from summarizer.cli.backfill.live import Live
    from summarizer.render.words import count

    brake, live = Brake(), Live()
    with ledger_at(store, create=bool(named)) as ledger, live, _heeding(brake, live):
        recipe = recipe_of(job.engine, job.limits, job.settings)
        if not named:
            expect_listed(ledger, recipe)
        number = recipe_id(ledger, recipe)
        if named:
            found = enlist_all(ledger, number, list_inputs(named), brake, live.listing)
            live.say(f"imr: {enlisted_line(found)}")
        if retry:
            live.say(f"imr: {count(free(ledger, number), 'input')} that failed will be read again")
        live.say(f"imr: read by {recipe.label}")
        standing = run(ledger, number, job, brake, live.tell)
    _say_how_it_ended(standing, brake, command)


def _say_how_it_ended(standing: Standing, brake: Brake, command: str) -> None:
    """Say what the run brought and end with its code."""
    from summarizer.backfill.run.told import ended_lines

    for line in ended_lines(standing, brake.why, command):
        typer.echo(f"imr: {line}", err=True)
    if brake.why == _BY_HAND:
        raise typer.Exit(INTERRUPTED)
    if brake.pulled or standing.failed:
        raise typer.Exit(SOME_FAILED)


@contextmanager
def _heeding(brake: Brake, live: Live) -> Iterator[None]:
    """Within, Ctrl-C and a request to terminate end the run in good order; the second one at once."""

    def heed(_number: int, _frame: FrameType | None) -> None:
        if brake.pulled:
            raise KeyboardInterrupt
        brake.pull(_BY_HAND)
        live.say("imr: finishing what is under way; Ctrl-C again leaves it")

    before = {number: signal.signal(number, heed) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("imr: interrupted; what is done is kept, the same command goes on", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
