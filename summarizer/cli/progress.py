"""The progress bar on standard error."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

_REDRAW = 0.1
"""Seconds between two pictures of the bar; drawing one takes as long as a quarter of a letter."""


class Progress:
    """A bar that goes away when it is done, and lines that stay above it."""

    def __init__(self, total: int) -> None:
        """Show none of ``total`` letters done."""
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        # Drawn by hand: a thread that redraws would be copied into the worker processes by a fork.
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._bar.add_task("letters", total=total)
        self._drawn = 0.0

    def say(self, line: str) -> None:
        """Show one line above the bar."""
        self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def step(self) -> None:
        """One more letter is through."""
        self._bar.advance(self._task)
        if time.monotonic() - self._drawn >= _REDRAW:
            self._bar.refresh()
            self._drawn = time.monotonic()

    def __enter__(self) -> Progress:
        """Draw the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away."""
        self._bar.stop()
