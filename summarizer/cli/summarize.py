"""``imr summarize``."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli.interrupt import Interrupt
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
    engine_of,
)
from summarizer.cli.output import names, screen, to_file, to_stdout
from summarizer.cli.reader import Values, draft
from summarizer.cli.report import Report, notes_of
from summarizer.engine import Engine
from summarizer.errors import InputError, ReaderCrashed, SummarizerError
from summarizer.isolation import run_isolated
from summarizer.loading.source import Limits, Source, discover
from summarizer.render.formats import MOST_LETTERS_IN_HTML, Format, Read, stream

if TYPE_CHECKING:
    from summarizer.llm.settings import ModelSettings
    from summarizer.pipeline import Begun
    from summarizer.workers import Worker

SOME_FAILED = 3
"""Exit code where an input failed."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it."""
_STDIN = "-"
_LIMITS = Limits()


def summarize(
    context: typer.Context,
    inputs: Annotated[
        list[str], typer.Argument(metavar="FILE|DIR|-...", help="Letters, folders of letters, or - for standard input.")
    ],
    engine: EngineName = None,
    form: Annotated[Format, typer.Option("--format", help="How the summary is shown.")] = Format.TERMINAL,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="A file, written whole (after Ctrl-C: what is done); a folder gets a file an input.",
        ),
    ] = None,
    max_pages: Annotated[int, typer.Option(min=1, help="Pages of one letter.")] = _LIMITS.max_pages,
    max_bytes: Annotated[int, typer.Option(min=1, help="Bytes of one letter.")] = _LIMITS.max_bytes,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a processor by default.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the requests and what they would cost; send nothing.")
    ] = False,
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
    """Summarize determination letters, each value with its proof.

    Results go to standard output, all else to standard error.
    Where OPENAI_API_KEY is set, a model makes the judgments; --engine rules asks none.

    Exit codes: 0 done, 2 wrong usage, 3 some inputs failed or were judged
    without the model (the others are done), 130 interrupted.
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
    limits = Limits(max_pages=max_pages, max_bytes=max_bytes)
    asked = list(_asked(inputs, limits))
    sources = [one for one in asked if isinstance(one, Source)]
    _refuse(inputs, sources, form, output)
    alone = len(inputs) == 1 and not Path(inputs[0]).is_dir()
    work = _Work(sources, engine_of(engine, options), limits, workers or os.cpu_count() or 1, context.obj)
    place = _Place(form, output, alone)
    with notes_of(len(asked), quiet=output is None and sys.stdout.isatty()) as notes:
        report = Report(notes)
        for one in asked:
            if isinstance(one, InputError):
                report.failed(one)
        wanted = interrupted = False
        try:
            if dry_run:
                _show_requests(work, options, report)
            else:
                wanted, interrupted = _summarized(work, options, place, report)
        except KeyboardInterrupt:
            interrupted = True
        report.likewise()
    if interrupted:
        report.how_far(len(asked), output if wanted else None)
        raise typer.Exit(INTERRUPTED)
    on_the_sheet = form is Format.TERMINAL and output is None and bool(report.tally.was_read)
    report.what_came(counted=len(asked) > 1 and wanted, cost_is_told=on_the_sheet)
    if report.tally.failed or report.tally.without_model:
        raise typer.Exit(SOME_FAILED)


@dataclass(frozen=True, slots=True)
class _Work:
    """What there is to read, and with what."""

    sources: list[Source]
    engine: Engine
    limits: Limits
    workers: int
    first: Worker | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where results go, and how."""

    form: Format
    output: Path | None
    alone: bool
    """Whether exactly one letter was asked for by name."""


def _summarized(work: _Work, options: ModelOptions, place: _Place, report: Report) -> tuple[bool, bool]:
    """Read and write; whether all that was read is where it was wanted, and whether Ctrl-C ended it early."""
    interrupt = Interrupt(to_file=place.output is not None)
    answers = _answers(work, options, report)
    with interrupt, closing(answers):
        wanted = _write(_read(interrupt.until(answers), report), place)
    return wanted, interrupt.heard


def _answers(work: _Work, options: ModelOptions, report: Report) -> Generator[tuple[Source, Values | SummarizerError]]:
    """Each letter as it was read, or why it was not."""
    if work.engine is not Engine.RULES:
        settings = options.settings()  # before anything is read: a wrong option is told at once
        return _judged(work, settings, report)
    if len(work.sources) > 1:
        import summarizer.pipeline  # noqa: F401  # once, before more processes are forked
    # The first letter is read while this process imports what is needed to show it.
    return run_isolated(partial(draft, work.engine, work.limits), work.sources, work.workers, work.first)


def _judged(work: _Work, settings: ModelSettings, report: Report) -> Generator[tuple[Source, Values | SummarizerError]]:
    """Each letter as a model judged it."""
    from summarizer.many import read_many
    from summarizer.pipeline import Summarizer
    from summarizer.render.plans import estimate_line

    summarizer = Summarizer(work.engine, work.limits, settings)

    def tell(begun: Begun) -> None:
        report.say(estimate_line(summarizer.estimate(begun), len(work.sources)))

    try:
        with summarizer, closing(read_many(summarizer, work.sources, work.workers, work.first, tell)) as ends:
            connection = summarizer.run.connection
            for source, one in ends:
                report.stop = connection.stopped
                report.remark(connection.notes)
                if isinstance(one, SummarizerError):
                    yield source, one
                    continue
                if one.failure:
                    report.by_rules(source.name, one.failure, in_part=one.partly)
                yield source, (one.values, one.document)
    finally:  # what was under way is ended and counted by now
        report.tally.paid = summarizer.spent


def _show_requests(work: _Work, options: ModelOptions, report: Report) -> None:
    """Print the requests of each letter as JSON, one object a letter, and what they would cost."""
    from summarizer.cli.reader import plan
    from summarizer.render.plans import plan_json, plan_line

    settings = options.settings(sending=False)
    asking = Engine.HYBRID if work.engine is Engine.RULES else work.engine
    for source, one in run_isolated(partial(plan, asking, work.limits, settings), work.sources, work.workers):
        if isinstance(one, InputError):
            report.failed(one)
        else:
            to_stdout([plan_json(source.name, one)], encoding="utf-8")
            report.say(f"{source.name}: {plan_line(one)}")


def _asked(inputs: list[str], limits: Limits) -> Iterator[Source | InputError]:
    """What the arguments name, in order; what is not there as the error that says so."""
    for one in inputs:
        try:
            yield from [Source.from_stdin(limits=limits)] if one == _STDIN else discover([one])
        except InputError as error:
            yield error


def _refuse(inputs: list[str], sources: list[Source], form: Format, output: Path | None) -> None:
    """Raise ``typer.BadParameter`` where the arguments cannot go together."""
    if inputs.count(_STDIN) > 1:
        raise typer.BadParameter("standard input can be read only once; give - once")
    into_folder = output is not None and output.is_dir()
    if form is Format.HTML and len(sources) > MOST_LETTERS_IN_HTML and not into_folder:
        raise typer.BadParameter(
            f"{len(sources)} letters are too many for one HTML file (at most {MOST_LETTERS_IN_HTML}); "
            "give an existing folder with -o for a file a letter"
        )
    if output is None:
        return
    if not into_folder and not output.absolute().parent.is_dir():
        raise typer.BadParameter(f"{output}: there is no such folder; make it first")
    letters = {source.path.resolve() for source in sources if source.path}
    name = names(output, form.suffix) if into_folder else lambda _: output
    if any(name(source.name).resolve() in letters for source in sources):
        raise typer.BadParameter(f"{output}: would overwrite a letter; choose another place or format")


def _read(answers: Iterable[tuple[Source, Values | SummarizerError]], report: Report) -> Iterator[tuple[Source, Read]]:
    """The letters that could be read; the others are counted and told."""
    from pydantic import ValidationError

    from schemas import Determination

    Determination.model_rebuild()  # builds the validator while the first letter is read
    for source, answer in answers:
        if isinstance(answer, SummarizerError):
            report.failed(answer, source.name)
            continue
        values, document = answer
        try:
            determination = Determination.model_validate(values)
        except ValidationError as error:  # its words may be the letter's
            fields = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}))
            what = f"the reading does not keep to the schema at {fields}"
            report.failed(ReaderCrashed(source.name, what, "report this; the other inputs are not concerned"))
            continue
        report.read(determination)
        yield source, (determination, document)


def _write(read: Iterator[tuple[Source, Read]], place: _Place) -> bool:
    """Send what was read to where it was asked for; a file stays as it was where nothing was read.

    False where the reader of standard output went away.
    """
    form, output = place.form, place.output
    if output is None:
        pieces = stream(form, (one for _, one in read), alone=place.alone, screen=screen())
        return to_stdout(pieces, encoding=None if form is Format.TERMINAL else "utf-8")
    if output.is_dir():
        name = names(output, form.suffix)
        for source, one in read:
            to_file(name(source.name), stream(form, [one], alone=True))
    elif first := next(read, None):
        to_file(output, stream(form, (one for _, one in chain([first], read)), alone=place.alone))
    return True
