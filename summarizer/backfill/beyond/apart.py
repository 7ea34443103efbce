"""A process apart from a Ray worker's that opens letters: begun once, fed batch after batch, replaced when it dies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, TypeVar

from summarizer.backfill.ledger.rows import Claim
from summarizer.errors import InputError
from summarizer.isolation import run_isolated

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Pause:
    """Given where no letter is at hand; comes back at once, so that no answer before it waits for a letter after it."""

    name: str = "pause"
    light: bool = True


_PAUSE: Final = _Pause()


class Apart(Generic[R]):
    """One process that applies a function to claims. For one caller at a time."""

    def __init__(self, function: Callable[[Claim], R], longest: float | None) -> None:
        """Start it; a letter that takes more than ``longest`` seconds is given up."""
        self._function = partial(_unless_pause, function)
        self._longest = longest
        self._coming: Iterator[Claim] = iter(())
        self._owed = 0
        self._start()

    def read(self, claims: Iterable[Claim]) -> Generator[tuple[Claim, R | InputError]]:
        """The answer to each of ``claims``, in their order; they are drawn a few ahead.

        An ``InputError`` that the function raises is its answer, and ``ReaderCrashed`` where the process died.
        """
        self._coming = iter(claims)
        try:
            for source, answer in self._answers:
                if isinstance(source, Claim):
                    self._owed -= 1
                    assert answer is not None
                    yield source, answer
                elif not self._owed and self._dry:
                    return
        finally:
            if self._owed or not self._dry:  # what is still coming belongs to nobody
                self.close()
                self._owed = 0
                self._coming = iter(())
                self._start()

    def close(self) -> None:
        """End the process."""
        self._answers.close()

    def _start(self) -> None:
        self._dry = True
        self._answers = run_isolated(self._function, self._sources(), 1, longest=self._longest)

    def _sources(self) -> Iterator[Claim | _Pause]:
        while True:
            claim = next(self._coming, None)
            self._dry = claim is None
            if claim is not None:
                self._owed += 1
            yield claim or _PAUSE


def _unless_pause(function: Callable[[Claim], R], source: Claim | _Pause) -> R | None:
    return function(source) if isinstance(source, Claim) else None
