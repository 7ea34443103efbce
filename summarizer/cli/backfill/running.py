"""``imr backfill LETTERS``."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.backfill.run.job import Brake, Job
from summarizer.cli.backfill.store import DEFAULT_STORE, StoreName, opened
from summarizer.cli.model import (
    BaseUrl,
    Concurrency,
    Effort,
    EngineName,
    MaxCost,
    ModelName,
    ModelOptions,
    Patience,
    Price,
    PromptName,
    RequestsPerMinute,
    Room,
    Temperature,
    TokensPerMinute,
    UseCache,
    Window,
)
from summarizer.engine import Engine
from summarizer.loading.source import Limits

if TYPE_CHECKING:
    from summarizer.cli.backfill.live import Live

SOME_FAILED = 3
"""Exit code where an input of this run failed, or the run ended early."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""
_ATTEMPTS = 12
"""Attempts at a request: a bulk job outlives three minutes without a server."""
_INTERRUPTED = "interrupted"
_LIMITS = Limits()


def run(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LETTERS...",
            help="Files, folders, 'globs', @lists, .zip archives, or fsspec addresses such as s3://bucket/letters/. "
            "Without any, what is pending in the store is gone on with.",
        ),
    ] = None,
    store: StoreName = DEFAULT_STORE,
    engine: EngineName = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take up at most so many inputs now.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Read so many inputs, drawn at random, the same ones in every run.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a processor by default.")] = None,
    max_pages: Annotated[int, typer.Option(min=1, help="Pages of one letter.")] = _LIMITS.max_pages,
    max_bytes: Annotated[int, typer.Option(min=1, help="Bytes of one letter.")] = _LIMITS.max_bytes,
    model: ModelName = None,
    base_url: BaseUrl = None,
    prompt: PromptName = None,
    temperature: Temperature = None,
    concurrency: Concurrency = None,
    rpm: RequestsPerMinute = None,
    tpm: TokensPerMinute = None,
    max_cost: MaxCost = None,
    price: Price = None,
    window: Window = None,
    max_output: Room = None,
    timeout: Patience = None,
    reasoning_effort: Effort = None,
    cache: UseCache = True,
) -> None:
    """Read letters by the thousand into a store; start it again at any time, only what is new or changed is read.

    The rules read them unless --engine or --model asks a model.
    Ctrl-C finishes what is under way; twice leaves it.

    Exit codes: 0 done, 2 wrong usage, 3 some inputs failed or the run ended
    early, 130 interrupted.
    """
    options = ModelOptions(
        model,
        base_url,
        prompt,
        temperature,
        concurrency,
        rpm,
        tpm,
        max_cost,
        price,
        window,
        max_output,
        timeout,
        reasoning_effort,
        cache,
    )
    settings = None
    engine = engine or (Engine.HYBRID if options.named else Engine.RULES)
    if engine is not Engine.RULES:
        settings = replace(options.settings(), max_attempts=_ATTEMPTS)
    limits = Limits(max_pages=max_pages, max_bytes=max_bytes)
    job = Job(engine, limits, workers or os.cpu_count() or 1, settings=settings, most=limit, sample=sample)
    _run_here(inputs or [], store, job)


def _run_here(named: list[str], store: str, job: Job) -> None:
    """List, read and record on this machine, and say how it ended."""
    from summarizer.backfill.inputs.listing import list_inputs
    from summarizer.backfill.ledger.recipes import recipe_id
    from summarizer.backfill.recipe import recipe_of
    from summarizer.backfill.run.enlisting import enlist_all
    from summarizer.backfill.run.local import run as run_here
    from summarizer.backfill.run.told import ended_lines, enlisted_line
    from summarizer.cli.backfill.live import Live

    brake, live = Brake(), Live()
    with opened(store, create=True) as ledger, live, _heeding(brake, live):
        recipe = recipe_of(job.engine, job.limits, job.settings)
        number = recipe_id(ledger, recipe)
        if named:
            live.say(f"imr: {enlisted_line(enlist_all(ledger, number, list_inputs(named), live.listing))}")
        live.say(f"imr: read by {recipe.label}")
        standing = run_here(ledger, number, job, brake, live.tell)
    for line in ended_lines(standing, brake.why, f"imr backfill --store {shlex.quote(store)}"):
        typer.echo(f"imr: {line}", err=True)
    if brake.why == _INTERRUPTED:
        raise typer.Exit(INTERRUPTED)
    if brake.pulled or standing.failed:
        raise typer.Exit(SOME_FAILED)


@contextmanager
def _heeding(brake: Brake, live: Live) -> Iterator[None]:
    """Within, Ctrl-C and a request to terminate end the run in good order; the second one at once."""

    def heed(_number: int, _frame: FrameType | None) -> None:
        if brake.pulled:
            raise KeyboardInterrupt
        brake.pull(_INTERRUPTED)
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
