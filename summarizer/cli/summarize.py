"""``imr summarize``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Protocol

import typer

from summarizer.cli.output import names, screen, to_file, to_stdout
from summarizer.cli.reader import Values, draft
from summarizer.engine import Engine
from summarizer.errors import InputError, ReaderCrashed
from summarizer.isolation import run_isolated
from summarizer.loading.source import Limits, Source, discover
from summarizer.render.formats import MOST_LETTERS_IN_HTML, Format, Read, stream
from summarizer.render.phrases import printable
from summarizer.render.tally import Tally

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
    engine: Annotated[Engine, typer.Option(help="Who makes the judgments.")] = Engine.RULES,
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
) -> None:
    """Summarize determination letters, each value with its proof.

    Results go to standard output, all else to standard error.

    Exit codes: 0 done, 2 wrong usage, 3 some inputs failed (the others are done).
    """
    limits = Limits(max_pages=max_pages, max_bytes=max_bytes)
    asked = list(_asked(inputs, limits))
    sources = [one for one in asked if isinstance(one, Source)]
    _refuse(inputs, sources, form, output)
    tally = Tally()
    alone = len(inputs) == 1 and not Path(inputs[0]).is_dir()
    try:
        with _notes(len(asked), quiet=output is None and sys.stdout.isatty()) as notes:
            for one in asked:
                if isinstance(one, InputError):
                    _failed(one, tally, notes)
            if len(sources) > 1:
                import summarizer.pipeline  # noqa: F401  # once, before more processes are forked
            # The first letter is read while this process imports what is needed to show it.
            read = partial(draft, engine, limits)
            answers = run_isolated(read, sources, workers or os.cpu_count() or 1, context.obj)
            wanted = _write(_read(answers, tally, notes), form, output, alone=alone)
    except KeyboardInterrupt:
        typer.echo("imr: interrupted", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if len(asked) > 1 and wanted:
        typer.echo(str(tally), err=True)
    if tally.failed:
        raise typer.Exit(SOME_FAILED)


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
    answers: Iterable[tuple[Source, Values | InputError]], tally: Tally, notes: Notes
) -> Iterator[tuple[Source, Read]]:
    """The letters that could be read; the others are counted and told."""
    from pydantic import ValidationError

    from schemas import Determination

    Determination.model_rebuild()  # builds the validator while the first letter is read
    for source, answer in answers:
        if isinstance(answer, InputError):
            _failed(answer, tally, notes)
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


def _failed(error: InputError, tally: Tally, notes: Notes) -> None:
    """Count an input that failed and say why in one line."""
    tally.failed += 1
    notes.say(f"imr: {printable(str(error)).replace(chr(10), ' ')}")
    notes.step()


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
