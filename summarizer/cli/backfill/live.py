"""How far a backfill is, on standard error: a live view on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from summarizer.backfill.run.told import standing_line

if TYPE_CHECKING:
    from summarizer.backfill.run.job import Standing

_REDRAW: Final = 0.25
"""Seconds between two pictures."""
_WIDE: Final = 110
"""Columns of a terminal from which there is room for a bar beside the counts."""
_SAY: Final = 30.0
"""Seconds between two lines where there is no terminal."""


class Live:
    """The view of one run."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self._console = Console(stderr=True, highlight=False)
        self._shown = sys.stderr.isatty()
        # Drawn by hand: a thread that redraws would keep worker processes from being forked.
        wide = self._console.width >= _WIDE
        columns = (
            *([BarColumn(20)] if wide else []),
            MofNCompleteColumn(),
            TextColumn("{task.fields[line]}", markup=False),
        )
        self._bar = Bar(*columns, console=self._console, transient=True, auto_refresh=False)
        self._task = self._bar.add_task("letters", total=None, line="")
        self._last = 0.0 if self._shown else time.monotonic()

    def say(self, line: str) -> None:
        """Show one line that stays."""
        self._console.print(line, markup=False, soft_wrap=True)

    def note(self, words: str) -> None:
        """Show what is being done, where some time has passed."""
        if self._due():
            self._draw(words, None, 0)

    def listing(self, inputs: int) -> None:
        """Show how many inputs are listed so far."""
        if self._due():
            self._draw(f"listing: {inputs:,} inputs", None, inputs)

    def tell(self, standing: Standing) -> None:
        """Show how far the run is, where some time has passed."""
        if self._due():
            self._draw(standing_line(standing), standing.taken + standing.ahead, standing.taken)

    def _due(self) -> bool:
        if time.monotonic() - self._last < (_REDRAW if self._shown else _SAY):
            return False
        self._last = time.monotonic()
        return True

    def _draw(self, line: str, total: int | None, done: int) -> None:
        if self._shown:
            self._bar.update(self._task, total=total, completed=done, line=line)
            self._bar.refresh()
        else:
            self.say(f"imr: {line}")

    def __enter__(self) -> Live:
        """Begin to draw, where there is a terminal."""
        if self._shown:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the view away; lines stay."""
        if self._shown:
            self._bar.stop()
