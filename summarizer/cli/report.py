"""What a run tells while it goes on, and counts for its end."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from summarizer.errors import InputError, ModelError, SummarizerError
from summarizer.render.phrases import printable
from summarizer.render.tally import Tally
from summarizer.render.words import count

if TYPE_CHECKING:
    from schemas import Determination


class Notes(Protocol):
    """Where everything goes that is no result."""

    def say(self, line: str) -> None:
        """Show one line."""

    def step(self) -> None:
        """One more letter is through."""


class Report:
    """How the letters of one run ended, told a line each; what stops the run is told once."""

    def __init__(self, notes: Notes) -> None:
        """Nothing is told yet."""
        self.notes = notes
        self.tally = Tally()
        """Counts of the run."""
        self.stop: ModelError | None = None
        """Why no letter is asked about any more, where that is so; whoever asks keeps it."""
        self._told: dict[str, ModelError] = {}
        self._remarked = 0
        self._likewise: Counter[str] = Counter()

    def say(self, words: str) -> None:
        """Show one line."""
        self.notes.say(line(words))

    def remark(self, words: Sequence[str]) -> None:
        """Show those of ``words`` that are new: a list that only grows."""
        for one in words[self._remarked :]:
            self.say(one)
            self._remarked += 1

    def read(self, determination: Determination) -> None:
        """Count a letter that was read."""
        self.tally.read(determination)
        self.notes.step()

    def failed(self, error: SummarizerError, name: str = "") -> None:
        """Count an input that failed and say why; ``name`` where the error itself does not name it."""
        self.tally.failed += 1
        if not self._is_told(error):
            self.say(str(error) if isinstance(error, InputError) else f"{name}: {error}")
        self.notes.step()

    def by_rules(self, name: str, failure: ModelError, *, in_part: bool) -> None:
        """Count a letter that the model failed for, and say why."""
        self.tally.without_model += 1
        if not self._is_told(failure):
            self.say(f"{name}: judged {'in part ' if in_part else ''}by the rules, since {failure}")

    def _is_told(self, error: SummarizerError) -> bool:
        """Whether this is what stopped the run and was told of another letter; then it is counted."""
        if not isinstance(error, ModelError) or not (error.concerns_all or str(error) == str(self.stop)):
            return False
        if error.code not in self._told:
            self._told[error.code] = error
            return False
        self._likewise[error.code] += 1
        return True

    def likewise(self) -> None:
        """Say how many more letters each of the stops concerned."""
        for code, letters in self._likewise.items():
            self.say(f"and {count(letters, 'more letter')} likewise: {self._told[code].what}")
        self._likewise.clear()

    def how_far(self, letters: int, place: Path | None) -> None:
        """Say what is done after Ctrl-C, what it cost, and that it is in ``place``, where it is."""
        tally = self.tally
        typer.echo(line(f"interrupted; {tally.ended}" if tally.total else "interrupted"), err=True)
        if tally.spent:
            typer.echo(line(tally.spent), err=True)
        if place and tally.was_read:
            typer.echo(line(f"{tally.was_read:,} of {count(letters, 'letter')} are in {place}"), err=True)

    def what_came(self, *, counted: bool, cost_is_told: bool) -> None:
        """Say what the run cost, with the counts of several letters where they are to be ``counted``."""
        if counted:
            typer.echo(str(self.tally), err=True)
        elif self.tally.spent and not cost_is_told:
            typer.echo(line(self.tally.spent), err=True)


def line(words: str) -> str:
    """``words`` as one line of the command."""
    return f"imr: {printable(words).replace(chr(10), ' ')}"


class _Plain:
    """Notes without a progress bar."""

    def say(self, line: str) -> None:
        typer.echo(line, err=True)

    def step(self) -> None:
        pass


@contextmanager
def notes_of(total: int, *, quiet: bool) -> Iterator[Notes]:
    """Notes with a progress bar where a person watches and results do not go to the same screen."""
    if quiet or total < 2 or not sys.stderr.isatty():
        yield _Plain()
        return
    from summarizer.cli.progress import Progress

    with Progress(total) as progress:
        yield progress
