"""``imr eval label`` and ``imr eval agree``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli.eval.shown import SOME_FAILED, WORSE, Documents, need_extra, show
from summarizer.cli.output import CannotWrite, names, to_file, to_stdout
from summarizer.cli.report import line
from summarizer.errors import InputError, NotADetermination

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evals.annotation.agree import Agreements
    from evals.statistics.interval import Interval
    from schemas import Determination
    from summarizer.loading.source import Source
    from summarizer.pipeline import Summarizer


def label(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR...", help="Letters to label; with --check, labels to check.")
    ],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Folder for the labels.")] = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="Only the structure, so that a second annotator is not led.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite labels that are there.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Check labels against the codebook instead.")] = False,
    documents: Documents = None,
) -> None:
    """Start labels from what the rules read, or check labels against the codebook and their letters.

    Without -o the label of one letter goes to standard output. With --check a
    gold set's own letters are used, else those that --documents names.

    Exit codes: 0 done, 1 a label is wrong, 2 wrong usage, 3 some letters failed.
    """
    if check:
        if output is not None or blank or force:
            raise typer.BadParameter("--check writes nothing; leave -o, --blank and --force out")
        _check(files, documents)
    else:
        _start(files, output, blank=blank, force=force)


def agree(
    a: Annotated[Path, typer.Argument(metavar="A", help="One annotator's folder of labels.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other's, of the same letters.")],
    documents: Documents = None,
) -> None:
    """Tell how far two annotators agree, and list what they have to settle.

    With --documents labels that break the codebook are told of first.
    """
    need_extra()
    from evals.annotation.agree import agree as agreed
    from evals.annotation.agree import load_labels
    from evals.annotation.check import check_file
    from evals.gold import contradictions_beside

    one, other = load_labels(a), load_labels(b)
    for folder in (a, b) if documents is not None else ():
        for path in _labels_in(folder):
            for problem in check_file(path, documents, contradictions_beside(path)):
                typer.echo(line(str(problem)), err=True)
    found = agreed(one, other)
    for stems, only in ((found.only_a, a), (found.only_b, b)):
        if stems:
            typer.echo(line(f"only in {only}, left out: {', '.join(stems)}"), err=True)
    _show(found, str(a), str(b))


def _check(files: Sequence[Path], documents: Path | None) -> None:
    """Print every problem; exit code 1 where one is more than a warning."""
    from evals.annotation.check import check_file, check_set
    from evals.gold import contradictions_beside
    from summarizer.render.words import count

    labels = [path for home in files for path in _labels_in(home)]
    wrong = 0
    for path in labels:
        letters = _letters_of(path.parent, documents)
        if letters is None:
            raise typer.BadParameter(f"{path}: where is its letter? Name the folder with --documents")
        problems = check_file(path, letters, contradictions_beside(path))
        wrong += any(not one.warning for one in problems)
        to_stdout([f"{one}\n" for one in problems])
    belonging = [one for home in files if home.is_dir() for one in check_set(home, _letters_of(home, documents))]
    to_stdout([f"{one}\n" for one in belonging])
    typer.echo(line(f"{count(len(labels), 'label')} checked, {wrong} wrong"), err=True)
    if wrong or any(not one.warning for one in belonging):
        raise typer.Exit(WORSE)


def _letters_of(place: Path, documents: Path | None) -> Path | None:
    """The folder of letters that was named, else that of the gold set that ``place`` is or whose labels it is."""
    home = place.parent if place.name == "labels" else place
    return documents or (home / "letters" if (home / "letters").is_dir() else None)


def _labels_in(place: Path) -> list[Path]:
    """The labels that a file, a folder of labels or a gold set is."""
    if place.is_file():
        return [place]
    home = place / "labels" if (place / "labels").is_dir() else place
    found = sorted(home.glob("*.json"))
    if not found:
        raise typer.BadParameter(f"{place}: there are no labels")
    return found


def _start(files: Sequence[Path], output: Path | None, *, blank: bool, force: bool) -> None:
    """Write the beginning of a label for each letter."""
    from evals.annotation.label import blank as blank_of
    from evals.annotation.label import draft, printed
    from summarizer.loading.source import discover

    try:
        sources = discover(files)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    if output is None and len(sources) > 1:
        raise typer.BadParameter(f"{len(sources)} letters: name a folder for their labels with -o")
    if output is not None:
        _made(output)
    places = _places(sources, output, force=force)
    begin: Callable[[Determination], dict[str, object]] = blank_of if blank else draft
    failed = 0
    from summarizer.pipeline import Summarizer

    summarizer = Summarizer()
    for source, place in zip(sources, places, strict=True):
        try:
            words = printed(begin(_read(summarizer, source, blank=blank)))
        except InputError as error:
            failed += 1
            typer.echo(line(str(error)), err=True)
            continue
        if place is None:
            to_stdout([words], encoding="utf-8")
        else:
            to_file(place, [words])
            typer.echo(line(f"{place}: {'blank' if blank else 'to be corrected'}"), err=True)
    if failed:
        raise typer.Exit(SOME_FAILED)


def _read(summarizer: Summarizer, source: Source, *, blank: bool) -> Determination:
    """What the rules read; nothing of a form that they do not know where only the structure is wanted."""
    from schemas import Determination

    try:
        return summarizer.read(source).determination
    except NotADetermination:
        if not blank:
            raise
        return Determination()


def _made(folder: Path) -> None:
    """Make the folder for labels where it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from error


def _places(sources: Sequence[Source], output: Path | None, *, force: bool) -> list[Path | None]:
    """The file of each label; ``typer.BadParameter`` where one is there, or two letters have one name."""
    if output is None:
        return [None for _ in sources]
    name = names(output, ".json")
    places = [name(source.name) for source in sources]
    for source, place in zip(sources, places, strict=True):
        if place.stem != Path(source.name).stem:
            raise typer.BadParameter(f"{source.name}: another letter has this name; label and letter go by it")
        if place.exists() and not force:
            raise typer.BadParameter(f"{place}: is there already and may be somebody's work; --force overwrites it")
    return list(places)


def _show(found: Agreements, a: str, b: str) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(f"{len(found.letters)} letters: {a} and {b}"), title_justify="left")
    for column in ("field", "measure", "value", "95 % interval", "alike", "units"):
        table.add_column(column, justify="left" if column in ("field", "measure") else "right", no_wrap=True)
    for one in found.classes:
        agreed = one.agreement
        kappa = "-" if agreed.kappa is None else f"{agreed.kappa:.3f}"
        cells = (kappa, _between(agreed.interval), f"{agreed.observed:.3f}", str(agreed.units))
        table.add_row(Text(one.title), "Cohen's kappa", *cells)
    for other in found.shared:
        cells = (f"{other.value:.3f}", _between(other.interval), "", f"{other.units:,.0f} {other.unit}")
        table.add_row(Text(other.title), other.measure, *cells)
    listed = Table(title=Text(f"To settle: {len(found.unsettled)}"), title_justify="left", show_lines=True)
    for column in ("letter", "field", a, b):
        listed.add_column(Text(column), overflow="fold")
    for entry in found.unsettled:
        listed.add_row(*map(Text, (entry.letter, entry.field, "\n".join(entry.a) or "-", "\n".join(entry.b) or "-")))
    show(table, *([listed] if found.unsettled else []))


def _between(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval.low:.3f} to {interval.high:.3f}"
