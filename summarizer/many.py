"""Many letters with one model: begun in processes of their own, judged side by side, given back in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Final

from summarizer.errors import InputError, SummarizerError
from summarizer.isolation import defect_in, run_isolated
from summarizer.stages import Begun, Draft, begin, finish

if TYPE_CHECKING:
    from summarizer.isolation import Worker
    from summarizer.llm.connection import Connection
    from summarizer.llm.run import ModelRun
    from summarizer.loading.source import Source
    from summarizer.pipeline import Summarizer

    Begins = Generator[tuple[Source, Begun | SummarizerError]]
    Ends = tuple[Source, Draft | SummarizerError]

_ASIDE: Final = 8
"""Letters beyond those under way that are begun ahead, so that a free place is taken at once."""


def read_many(
    summarizer: Summarizer,
    sources: Iterable[Source],
    workers: int,
    first: Worker | None = None,
    tell: Callable[[Begun], None] | None = None,
) -> Iterator[Ends]:
    """Read each of ``sources`` with the model of ``summarizer``; files are opened in ``workers`` processes.

    ``tell`` hears of the first letter that could be begun, before it is asked about. ``first`` is a
    process of ``isolation.started_early``.
    """
    begun = run_isolated(partial(begin, summarizer.engine, summarizer.limits), sources, workers, first)
    return finish_many(summarizer.run, _told(begun, tell or (lambda _: None)))


def _told(begun: Generator[tuple[Source, Begun | InputError]], tell: Callable[[Begun], None]) -> Begins:
    """``begun``, of whose first letter ``tell`` hears; closing it closes ``begun``."""
    told = False
    try:
        for source, one in begun:
            if not told and isinstance(one, Begun):
                tell(one)
                told = True
            yield source, one
    finally:
        begun.close()


def finish_many(run: ModelRun, begun: Begins) -> Iterator[Ends]:
    """Finish each letter of ``begun``; an error that concerns one letter is its answer.

    At most about twice as many letters are held as requests may be under way, however many there are.
    Closing the iterator, or an interrupt, ends what is under way and closes ``begun``.
    """
    work = _Work(begun, 2 * run.connection.settings.concurrency + _ASIDE)
    future = run.start(work.pump)
    try:
        while (one := work.done.get()) is not None:
            work.taken()
            yield one
        future.result()
    finally:
        future.cancel()
        with work.fetching:
            begun.close()


class _Work:
    """Letters on their way between the process pool, the event loop and the caller."""

    def __init__(self, begun: Begins, most: int) -> None:
        self.begun = begun
        self.most = most
        self.done: SimpleQueue[Ends | None] = SimpleQueue()
        self.fetching = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._room: asyncio.Semaphore | None = None

    def taken(self) -> None:
        """The caller has taken one answer: one more letter may be begun."""
        if self._loop and self._room:
            self._loop.call_soon_threadsafe(self._room.release)

    async def pump(self, connection: Connection) -> None:
        """Keep as many letters under way as there is room for; hand them back in their order."""
        self._loop, self._room = asyncio.get_running_loop(), asyncio.Semaphore(self.most)
        under_way: asyncio.Queue[asyncio.Task[Ends] | None] = asyncio.Queue()
        feeding = asyncio.create_task(self._feed(connection, self._room, under_way))
        try:
            while (task := await under_way.get()) is not None:
                self.done.put(await task)
            await feeding
        finally:
            feeding.cancel()
            while not under_way.empty():
                if task := under_way.get_nowait():
                    task.cancel()
            self.done.put(None)

    async def _feed(
        self, connection: Connection, room: asyncio.Semaphore, under_way: asyncio.Queue[asyncio.Task[Ends] | None]
    ) -> None:
        """Begin to ask about each letter as it comes out of the pool."""
        try:
            while True:
                await room.acquire()
                one = await asyncio.to_thread(self._next)
                if one is None:
                    return
                under_way.put_nowait(asyncio.create_task(_finished(*one, connection)))
        finally:
            under_way.put_nowait(None)

    def _next(self) -> tuple[Source, Begun | SummarizerError] | None:
        with self.fetching:
            return next(self.begun, None)


async def _finished(source: Source, begun: Begun | SummarizerError, connection: Connection) -> Ends:
    """One letter with its Draft, or with why there is none."""
    if isinstance(begun, SummarizerError):
        return source, begun
    try:
        return source, await finish(begun, connection)
    except SummarizerError as error:
        return source, error
    except Exception as error:  # noqa: BLE001  # a defect in one letter's reading costs one, as where it is begun
        return source, defect_in(error, source)
