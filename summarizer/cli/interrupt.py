"""Ctrl-C, so heard that what is done is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator, Iterator
from types import FrameType, TracebackType
from typing import TypeVar

T = TypeVar("T")


class Interrupt:
    """Within, Ctrl-C ends the wait for the next letter, and what is being written is finished with those there are.

    A second Ctrl-C ends that too. A program that ignores the signal, as one in the background, goes on doing so.
    """

    def __init__(self, *, to_file: bool) -> None:
        """Where results do not go ``to_file`` but to a reader who may not take them, writing is not waited for."""
        self.heard = False
        """Whether Ctrl-C came."""
        self._patient = to_file
        self._waiting = False
        self._ours = False

    def __enter__(self) -> Interrupt:
        """Listen."""
        self._ours = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._ours:
            signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the signal to whoever had it."""
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        again, self.heard = self.heard, True
        if again or self._waiting or not self._patient:
            raise KeyboardInterrupt

    def until(self, answers: Generator[T]) -> Iterator[T]:
        """``answers`` until Ctrl-C, which ends them as if there were no more."""
        try:
            while not self.heard:
                self._waiting = True
                one = next(answers, None)
                self._waiting = False
                if one is None:
                    return
                yield one
        except KeyboardInterrupt:
            self.heard = True
        finally:
            self._waiting = False
