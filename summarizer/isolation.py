"""Work on many letters in processes of their own, so that a crash of one costs that letter alone.

PDFium is C++ and reads what strangers wrote: a file may abort it, or make the system kill it for
its memory. ``concurrent.futures`` gives a whole pool up when one process dies; pools that restart
workers do so from threads, which does not go with ``fork``, and take a tenth of a second for one
letter. This one has no threads and answers for one letter after a few milliseconds.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from typing import Generic, TypeVar

from summarizer.errors import InputError, ReaderCrashed
from summarizer.workers import REMEDY, Answer, Given, Worker, context_now, ending, start

S = TypeVar("S", bound=Given)
R = TypeVar("R")

_LOOK_AHEAD = 64
"""Letters a worker that may be done before the first one that is not; bounds memory behind a slow letter."""
_AT_HAND = 2
"""Sources a worker has: one in work, and the next, so that it never waits for us."""
_PULSE = 1.0
"""Seconds between two calls of ``meanwhile``."""
_GRACE = 5.0
"""Seconds that a process gets to end when told to, before it is killed."""


def run_isolated(
    function: Callable[[S], R],
    sources: Iterable[S],
    workers: int,
    first: Worker | None = None,
    dismissal: Dismissal | None = None,
    *,
    in_order: bool = True,
    meanwhile: Callable[[], object] | None = None,
    longest: float | None = None,
) -> Generator[tuple[S, R | InputError]]:
    """Apply ``function`` to each source in up to ``workers`` processes; yield in the order of ``sources``.

    Where the order does not matter (``in_order=False``), each answer is yielded as soon as it is there.
    ``meanwhile`` is called about once a second while no answer comes. A source that takes more than ``longest``
    seconds costs its process, as one that crashes it does.

    Work begins with the call: what the caller does before it asks for the first answer costs no time.
    ``sources`` is drawn from only as fast as answers are taken, so that memory stays flat however many there are.
    An ``InputError`` that ``function`` raises is its answer; where its process dies, or it raises anything else,
    the answer is ``ReaderCrashed``. Closing the iterator, or an interrupt, ends all processes, ``first`` too,
    which is a process of ``started_early`` to begin with. So does ``dismissal``, from another thread than
    the one that waits for an answer.

    ``function`` and its results must be picklable. Processes are forked on Linux while the caller has no other
    threads, else spawned: then ``function`` must be importable and the caller's main module guarded.

    Raises:
        ValueError: fewer than one worker.
    """
    if workers < 1:
        raise ValueError("at least one worker is needed")
    team = _Team(
        function, workers, first, dismissal or Dismissal(), in_order=in_order, meanwhile=meanwhile, longest=longest
    )
    waiting = enumerate(sources)
    try:
        team.give_out(waiting)
    except BaseException:  # an interrupt too
        team.dismiss()
        raise
    return team.answered(waiting)


@contextmanager
def started_early(prepare: Callable[[], None]) -> Iterator[Worker | None]:
    """A process that runs ``prepare`` while the caller finds out what there is to do; for ``run_isolated``.

    ``None`` where processes are not forked: a spawned one would start no earlier than the caller is ready.
    """
    context = context_now()
    worker = start(context, None, prepare, []) if context.get_start_method() == "fork" else None
    try:
        yield worker
    finally:
        if worker and not worker.pipe.closed:
            worker.pipe.close()
            worker.process.terminate()
            worker.process.join(_GRACE)


class Dismissal:
    """What ends all processes of one ``run_isolated`` while another thread waits for their answers."""

    def __init__(self) -> None:
        """Nothing is ended yet."""
        self.heard, self._said = multiprocessing.Pipe(duplex=False)

    def say(self) -> None:
        """End them: whoever waits for an answer finds that there is none."""
        self._said.send_bytes(b"!")


class _Team(Generic[S, R]):
    """The processes of one run, and the answers that wait for their turn."""

    def __init__(
        self,
        function: Callable[[S], R],
        workers: int,
        first: Worker | None,
        dismissal: Dismissal,
        *,
        in_order: bool,
        meanwhile: Callable[[], object] | None,
        longest: float | None,
    ) -> None:
        self.function = function
        self.dismissal = dismissal
        self.in_order = in_order
        self.meanwhile = meanwhile
        self.longest = longest
        self.size = workers
        self.workers: list[Worker] = []
        if first:
            first.pipe.send(function)
            self.workers.append(first)
        self.in_work: dict[int, S] = {}
        self.ready: deque[int] = deque()
        self.answers: dict[int, tuple[S, Answer[R]]] = {}
        self.again: set[int] = set()
        """Sources that were given out once more."""

    def answered(self, waiting: Iterator[tuple[int, S]]) -> Generator[tuple[S, Answer[R]]]:
        """The answers as they are due, the sources in ``waiting`` given out as there is room for them."""
        due = 0
        try:
            while True:
                self.give_out(waiting)
                while self.answers if not self.in_order else due in self.answers:
                    yield self.answers.pop(due if self.in_order else next(iter(self.answers)))
                    due += 1
                if self.in_work:
                    if not self._collect():
                        return
                elif not self.answers:
                    return
        finally:
            self.dismiss()

    def give_out(self, waiting: Iterator[tuple[int, S]]) -> None:
        """Give sources to workers as long as there are some, a worker has room and answers do not pile up."""
        while True:
            if not self.ready:
                if len(self.in_work) + len(self.answers) >= self.size * _LOOK_AHEAD:
                    return
                number, source = next(waiting, (-1, None))
                if source is None:
                    return
                self.in_work[number] = source
                self.ready.append(number)
            worker = self._with_room(self.in_work[self.ready[0]])
            if worker is None:
                return
            worker.since = worker.since if worker.given else time.monotonic()
            worker.given.append(self.ready.popleft())
            with suppress(OSError):  # it has died: collecting from it will show
                worker.pipe.send(self.in_work[worker.given[-1]])

    def _with_room(self, source: S) -> Worker | None:
        """A worker that can take ``source``: an idle or a new one, else one that will have it at hand next.

        Only what is light goes to a busy worker. Bytes may fill the pipe, and if the worker's answer fills it the
        other way, both ends would wait for ever.
        """
        least = min(self.workers, key=lambda worker: len(worker.given), default=None)
        if least is not None and not least.given:
            return least
        if len(self.workers) < self.size:
            return self._hire()
        return least if least and source.light and len(least.given) < _AT_HAND else None

    def _hire(self) -> Worker:
        """Start a worker."""
        # Asked anew each time: the caller may have started threads since the last one.
        worker = start(context_now(), self.function, None, [other.pipe for other in self.workers])
        self.workers.append(worker)
        return worker

    def _collect(self) -> bool:
        """Wait until at least one source in work has its answer, and note it; ``False`` where all are dismissed."""
        busy: dict[object, Worker] = {worker.pipe: worker for worker in self.workers if worker.given}
        waited = [self.dismissal.heard, *(worker.pipe for worker in busy.values())]
        while True:
            pipes = wait(waited, _PULSE if self.meanwhile or self.longest else None)
            # Also while others answer; one whose answer is there is not slow, however late we come for it.
            self._end_slow(worker for pipe, worker in busy.items() if pipe not in pipes)
            if pipes:
                break
            if self.meanwhile:
                self.meanwhile()
        if self.dismissal.heard in pipes:
            return False
        for pipe in pipes:
            worker = busy[pipe]
            try:
                answer: Answer[R] = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
            else:
                self._note(worker, answer)
        return True

    def _end_slow(self, workers: Iterable[Worker]) -> None:
        """Kill those that take too long; that they are gone shows as with any other death."""
        if self.longest is None:
            return
        latest = time.monotonic() - self.longest
        for worker in workers:
            if worker.since < latest:
                worker.process.kill()

    def _note(self, worker: Worker, answer: Answer[R]) -> None:
        """Keep the answer to what ``worker`` worked on."""
        worker.since = time.monotonic()
        number = worker.given.popleft()
        self.answers[number] = self.in_work.pop(number), answer

    def _bury(self, worker: Worker) -> None:
        """Note the crash of ``worker``; what it had not begun goes to others."""
        worker.pipe.close()
        worker.process.join(_GRACE)
        number = worker.given[0]
        if worker.process.exitcode == -signal.SIGTERM and number not in self.again:
            # No letter does that. Who stops a service ends all its processes at once, and we finish what is under way.
            self.again.add(number)
        else:
            what = f"the process that read the file {ending(worker.process.exitcode)}"
            if self.longest is not None and time.monotonic() - worker.since > self.longest:
                what = f"reading it took longer than {self.longest:g} seconds"
            self._note(worker, ReaderCrashed(self.in_work[number].name, what, REMEDY))
        self.ready.extendleft(reversed(worker.given))
        self.workers.remove(worker)

    def dismiss(self) -> None:
        """End every process: idle ones by closing their pipe, busy ones by force."""
        for worker in self.workers:
            worker.pipe.close()
            if worker.given:
                worker.process.terminate()
        for worker in self.workers:
            worker.process.join(_GRACE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.process.close()
        self.workers.clear()
