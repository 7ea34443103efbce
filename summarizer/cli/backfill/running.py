"""``imr backfill LETTERS``: which letters, into which store, and how they are read."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from typing import Annotated, Final

import typer

from summarizer.backfill.run.job import Job
from summarizer.cli.backfill import ways
from summarizer.cli.backfill.store import DEFAULT_STORE, StoreName
from summarizer.cli.model import (
    BaseUrl,
    Concurrency,
    Effort,
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
from summarizer.cli.stores import need
from summarizer.engine import Engine
from summarizer.loading.source import Limits

GIVEN: Final = "summarizer.cli.backfill.given"
"""Where the context keeps the arguments as they were given."""
LOCAL_RAY: Final = "local"
"""Value of ``--ray`` that means a cluster of its own on this machine."""
_ATTEMPTS: Final = 12
"""Attempts at a request: a bulk job outlives three minutes without a server."""
_LIMITS: Final = Limits()


def run(
    context: typer.Context,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LETTERS...",
            help="Files, folders, 'globs', @lists, .zip archives, or fsspec addresses such as s3://bucket/letters/. "
            "Without any, what is pending in the store is gone on with.",
        ),
    ] = None,
    store: StoreName = DEFAULT_STORE,
    engine: Annotated[
        Engine | None, typer.Option("--engine", help="Who makes the judgments; the rules unless a model is named.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take up at most so many inputs now.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Read so many inputs, drawn at random, the same ones in every run.")
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Read inputs that failed again, too.")] = False,
    forecast: Annotated[
        bool,
        typer.Option("--forecast", help="Tell what a run will take, from a sample read without spending, and stop."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --forecast: as JSON.")] = False,
    batch: Annotated[
        bool, typer.Option("--batch", help="Ask by the provider's batches: half the price, within a day.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="With --batch: wait for answers; the next run collects them too.")
    ] = True,
    poll: Annotated[
        float | None, typer.Option(min=0.1, metavar="SECONDS", help="With --batch: between two looks; 60 by default.")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="[ADDRESS]",
            help="Read on Ray, this machine or the cluster at ADDRESS; --store is then a folder of Parquet parts.",
        ),
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
    """Read letters by the thousand into a store; start again at any time: only what is new or changed is read.

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
    chosen = engine or (Engine.HYBRID if options.named else Engine.RULES)
    if chosen is Engine.RULES and (batch or options.any_given):
        what = "the rules ask no model; name one with --model, or choose --engine hybrid or llm"
        raise typer.BadParameter(what, param_hint="--batch" if batch else "the options of the model")
    if as_json and not forecast:
        raise typer.BadParameter("it goes with --forecast alone; a run's results are in its store", param_hint="--json")
    if batch and ray:
        raise typer.BadParameter("choose one of --batch and --ray", param_hint="--ray")
    if not inputs and (forecast or ray):
        raise typer.BadParameter("name the letters", param_hint="LETTERS")
    need()
    settings = None
    if chosen is not Engine.RULES:
        settings = replace(options.settings(sending=not forecast), max_attempts=_ATTEMPTS)
    limits = Limits(max_pages=max_pages, max_bytes=max_bytes)
    job = Job(chosen, limits, workers or os.cpu_count() or 1, settings=settings, most=limit, sample=sample)
    named = inputs or []
    command = shlex.join(["imr", "backfill", *context.meta[GIVEN]])
    if forecast:
        ways.forecast(named, store, job, sample, as_json=as_json, retry=retry)
    elif ray:
        ways.run_on_ray(named, store, job, command, None if ray == LOCAL_RAY else ray, retry=retry)
    elif batch:
        ways.run_by_batch(named, store, job, command, poll, wait=wait, retry=retry)
    else:
        ways.run_here(named, store, job, command, retry=retry)
