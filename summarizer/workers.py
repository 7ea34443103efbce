"""One process that reads letters, on its own: how it is started, what it answers, and how it ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, TypeVar

from summarizer.errors import InputError, ReaderCrashed

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess


class Given(Protocol):
    """What one letter is given as: a ``Source``, or whatever finds one."""

    @property
    def name(self) -> str:
        """The letter's name, for messages."""

    @property
    def light(self) -> bool:
        """Whether it is small enough to be sent to a process that is still busy."""


S = TypeVar("S", bound=Given)
R = TypeVar("R")
Answer: TypeAlias = R | InputError
"""What came of one source."""

REMEDY: Final = "look at the file; the other inputs are not concerned"
"""What to do about a letter that cost its process."""


@dataclass(slots=True)
class Worker:
    """One process, the pipe to it, and what was given to it."""

    process: BaseProcess
    pipe: Connection
    given: deque[int] = field(default_factory=deque)
    """Places in the input of the sources it has, the one in work first; each answer takes one off."""
    since: float = 0.0
    """When it began the one in work, by ``time.monotonic``."""


def context_now() -> BaseContext:
    """How processes are started: forking is far faster, and safe where no other thread may hold a lock.

    Libraries start threads that Python does not know of, so the system is asked.
    """
    forks = sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    return multiprocessing.get_context("fork" if forks else "spawn")


def start(
    context: BaseContext,
    function: Callable[[S], R] | None,
    prepare: Callable[[], None] | None,
    pipes: list[Connection],
) -> Worker:
    """Start a process that applies ``function``, or the one it will be sent; ``pipes`` are our ends to the others."""
    ours, theirs = context.Pipe()
    # A forked process holds copies of all pipes. As long as it keeps them, the others never learn of our end.
    foreign = [*pipes, ours] if context.get_start_method() == "fork" else []
    process = context.Process(target=_work, args=(function, prepare, theirs, foreign), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    return Worker(process, ours)


def _work(
    function: Callable[[S], R] | None,
    prepare: Callable[[], None] | None,
    pipe: Connection,
    foreign: list[Connection],
) -> None:
    """Run ``prepare``, then answer for one source after another, until the other end of ``pipe`` is closed."""
    for other in foreign:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the keyboard reaches us too; our parent acts on it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if prepare:
        with suppress(Exception):  # what is wrong will show, and be told, with the first source
            prepare()
    while True:
        try:
            if function is None:
                function = pipe.recv()
            source: S = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(_answer(function, source))
        except OSError:
            return


def _answer(function: Callable[[S], R], source: S) -> Answer[R]:
    """What ``function`` says of ``source``, be it an error."""
    try:
        return function(source)
    except InputError as error:
        return error
    except Exception as error:  # noqa: BLE001  # the border of the process: a defect in one letter's reading costs one
        return defect_in(error, source)


def defect_in(error: Exception, source: Given) -> ReaderCrashed:
    """What a defect in the reading of ``source`` costs: that letter. The error's words may be the letter's own."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = f"the reading failed with {type(error).__name__} at {PurePath(last.filename).name}:{last.lineno}"
    return ReaderCrashed(source.name, what, REMEDY)


def ending(code: int | None) -> str:
    """How a process with this exit code ended, in words."""
    if code is None:
        return "gave no answer"
    if code < 0:
        try:
            return f"was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
    return f"ended with code {code} without an answer"
