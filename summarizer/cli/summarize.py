"""``imr summarize``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from summarizer.cli.model import (
    BaseUrl,
    Concurrency,
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
from summarizer.engine import Engine
from summarizer.errors import InputError, ReaderCrashed, SummarizerError
from summarizer.isolation import run_isolated
from summarizer.loading.source import Limits, Source, discover
from summarizer.render.formats import MOST_LETTERS_IN_HTML, Format, Read, stream
from summarizer.render.phrases import printable
from summarizer.render.tally import Tally

if TYPE_CHECKING:
    from summarizer.isolation import Worker
    from summarizer.llm.settings import ModelSettings
    from summarizer.pipeline import Begun

SOME_FAILED = 3
"""Exit code where an input failed."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it."""
_STDIN = "-"
_LIMITS = Limits()


class Notes(Protocol):
    """Where everything goes that is no result."""

    def say(self, line: str) -> None:
        """Show one line."""

    def step(self) -> None:
        """One more letter is through."""


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
            "-o", "--output", metavar="PATH", help="A file, written whole or not at all; a folder gets a file an input."
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
    cache: UseCache = True,
) -> None:
    """Summarize determination letters, each value with its proof.

    Results go to standard output, all else to standard error.
    Where OPENAI_API_KEY is set, a model makes the judgments; --engine rules asks none.

    Exit codes: 0 done, 2 wrong usage, 3 some inputs failed or were judged
    without the model (the others are done).
    """
    options = ModelOptions(
        model, base_url, prompt, temperature, concurrency, rpm, tpm, max_cost, price, window, max_output, timeout, cache
    )
    limits = Limits(max_pages=max_pages, max_bytes=max_bytes)
    asked = list(_asked(inputs, limits))
    sources = [one for one in asked if isinstance(one, Source)]
    _refuse(inputs, sources, form, output)
    tally = Tally()
    alone = len(inputs) == 1 and not Path(inputs[0]).is_dir()
    work = _Work(sources, limits, workers or os.cpu_count() or 1, context.obj)
    try:
        with _notes(len(asked), quiet=output is None and sys.stdout.isatty()) as notes:
            for one in asked:
                if isinstance(one, InputError):
                    _failed(one, tally, notes)
            if dry_run:
                _show_requests(work, engine_of(engine, options), options, tally, notes)
                wanted = False
            else:
                answers = _answers(work, engine_of(engine, options), options, tally, notes)
                wanted = _write(_read(answers, tally, notes), form, output, alone=alone)
    except KeyboardInterrupt:
        typer.echo("imr: interrupted", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if len(asked) > 1 and wanted:
        typer.echo(str(tally), err=True)
    elif tally.spent and (form is not Format.TERMINAL or output):
        typer.echo(_line(tally.spent), err=True)  # the sheet on the terminal says it itself
    if tally.failed or tally.without_model:
        raise typer.Exit(SOME_FAILED)


@dataclass(frozen=True, slots=True)
class _Work:
    """What there is to read, and with what."""

    sources: list[Source]
    limits: Limits
    workers: int
    first: Worker | None


def _answers(
    work: _Work, engine: Engine, options: ModelOptions, tally: Tally, notes: Notes
) -> Iterator[tuple[Source, Values | SummarizerError]]:
    """Each letter as it was read, or why it was not."""
    if engine is not Engine.RULES:
        settings = options.settings()  # before anything is read: a wrong option is told at once
        return _judged(work, engine, settings, tally, notes)
    if len(work.sources) > 1:
        import summarizer.pipeline  # noqa: F401  # once, before more processes are forked
    # The first letter is read while this process imports what is needed to show it.
    return run_isolated(partial(draft, engine, work.limits), work.sources, work.workers, work.first)


def _judged(
    work: _Work, engine: Engine, settings: ModelSettings, tally: Tally, notes: Notes
) -> Iterator[tuple[Source, Values | SummarizerError]]:
    """Each letter as a model judged it."""
    from summarizer.many import read_many
    from summarizer.pipeline import Summarizer
    from summarizer.render.plans import estimate_line

    with Summarizer(engine, work.limits, settings) as summarizer:

        def tell(begun: Begun) -> None:
            notes.say(_line(estimate_line(summarizer.estimate(begun), len(work.sources))))

        for source, one in read_many(summarizer, work.sources, work.workers, work.first, tell):
            if isinstance(one, SummarizerError):
                yield source, one
                continue
            if one.failure:
                tally.without_model += 1
                notes.say(_line(f"{source.name}: judged by the rules, since {one.failure}"))
            yield source, (one.values, one.document)
        tally.paid_in_all(summarizer.run.spent)


def _show_requests(work: _Work, engine: Engine, options: ModelOptions, tally: Tally, notes: Notes) -> None:
    """Print the requests of each letter as JSON, one object a letter, and what they would cost."""
    from summarizer.cli.reader import plan
    from summarizer.render.plans import plan_json, plan_line

    settings = options.settings(sending=False)
    asking = Engine.HYBRID if engine is Engine.RULES else engine
    for source, one in run_isolated(partial(plan, asking, work.limits, settings), work.sources, work.workers):
        if isinstance(one, InputError):
            _failed(one, tally, notes)
        else:
            to_stdout([plan_json(source.name, one)], encoding="utf-8")
            notes.say(_line(f"{source.name}: {plan_line(one)}"))


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


def _read(
    answers: Iterable[tuple[Source, Values | SummarizerError]], tally: Tally, notes: Notes
) -> Iterator[tuple[Source, Read]]:
    """The letters that could be read; the others are counted and told."""
    from pydantic import ValidationError

    from schemas import Determination

    Determination.model_rebuild()  # builds the validator while the first letter is read
    for source, answer in answers:
        if isinstance(answer, SummarizerError):
            _failed(answer, tally, notes, source.name)
            continue
        values, document = answer
        try:
            determination = Determination.model_validate(values)
        except ValidationError as error:  # its words may be the letter's
            fields = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}))
            what = f"the reading does not keep to the schema at {fields}"
            _failed(ReaderCrashed(source.name, what, "report this; the other inputs are not concerned"), tally, notes)
            continue
        tally.read(determination)
        notes.step()
        yield source, (determination, document)


def _failed(error: SummarizerError, tally: Tally, notes: Notes, name: str = "") -> None:
    """Count an input that failed and say why in one line; ``name`` where the error itself does not name it."""
    tally.failed += 1
    notes.say(_line(str(error) if isinstance(error, InputError) else f"{name}: {error}"))
    notes.step()


def _line(words: str) -> str:
    return f"imr: {printable(words).replace(chr(10), ' ')}"


def _write(read: Iterator[tuple[Source, Read]], form: Format, output: Path | None, *, alone: bool) -> bool:
    """Send what was read to where it was asked for; a file stays as it was where nothing was read.

    False where the reader of standard output went away.
    """
    if output is None:
        pieces = stream(form, (one for _, one in read), alone=alone, screen=screen())
        return to_stdout(pieces, encoding=None if form is Format.TERMINAL else "utf-8")
    if output.is_dir():
        name = names(output, form.suffix)
        for source, one in read:
            to_file(name(source.name), stream(form, [one], alone=True))
    elif first := next(read, None):
        to_file(output, stream(form, (one for _, one in chain([first], read)), alone=alone))
    return True


class _Plain:
    """Notes without a progress bar."""

    def say(self, line: str) -> None:
        typer.echo(line, err=True)

    def step(self) -> None:
        pass


@contextmanager
def _notes(total: int, *, quiet: bool) -> Iterator[Notes]:
    """Notes with a progress bar where a person watches and results do not go to the same screen."""
    if quiet or total < 2 or not sys.stderr.isatty():
        yield _Plain()
        return
    from summarizer.cli.progress import Progress

    with Progress(total) as progress:
        yield progress
