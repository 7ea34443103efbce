"""Many letters with one model: begun in processes of their own, judged side by side, given back in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable
from functools import partial
from queue import SimpleQueue
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Final

from summarizer.errors import InputError, SummarizerError
from summarizer.isolation import Dismissal, defect_in, run_isolated
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
) -> Generator[Ends]:
    """Read each of ``sources`` with the model of ``summarizer``; files are opened in ``workers`` processes.

    ``tell`` hears of the first letter that could be begun, before it is asked about. ``first`` is a
    process of ``isolation.started_early``.
    """
    dismissal = Dismissal()
    begun = run_isolated(partial(begin, summarizer.engine, summarizer.limits), sources, workers, first, dismissal)
    return finish_many(summarizer.run, _told(begun, tell or (lambda _: None)), dismissal.say)


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


def finish_many(run: ModelRun, begun: Begins, dismiss: Callable[[], None] = lambda: None) -> Generator[Ends]:
    """Finish each letter of ``begun``; an error that concerns one letter is its answer.

    At most about twice as many letters are held as requests may be under way, however many there are.
    Closing the iterator, or an interrupt, ends what is under way and closes ``begun``: ``dismiss`` is what makes a
    letter that is just coming out of it end its way, however long that would have taken.
    """
    work = _Work(begun, dismiss, 2 * run.connection.settings.concurrency + _ASIDE)
    future = run.start(work.pump)
    try:
        while (one := work.done.get()) is not None:
            work.room.release()
            yield one
        future.result()
    finally:
        future.cancel()
        work.stop()
        work.close()


class _Work:
    """Letters on their way between the process pool, the event loop and the caller."""

    def __init__(self, begun: Begins, dismiss: Callable[[], None], most: int) -> None:
        self.begun = begun
        self.dismiss = dismiss
        self.done: SimpleQueue[Ends | None] = SimpleQueue()
        self.room = Semaphore(most)
        """Letters that may be begun before the caller takes another answer."""
        self._fetching = Lock()
        self._stopped = False

    def stop(self) -> None:
        """Begin no further letter."""
        self._stopped = True
        self.room.release()

    def close(self) -> None:
        """Close ``begun``; a letter that is just coming is not waited for where it can be dismissed."""
        self.dismiss()
        with self._fetching:
            self.begun.close()

    async def pump(self, connection: Connection) -> None:
        """Keep as many letters under way as there is room for; hand them back in their order."""
        under_way: asyncio.Queue[asyncio.Task[Ends] | None] = asyncio.Queue()
        feeding = asyncio.create_task(self._feed(connection, under_way))
        task = None
        try:
            while (task := await under_way.get()) is not None:
                await asyncio.wait([task])  # where this is cancelled, not the task alone: its place would be taken
                self.done.put(task.result())
            await feeding
        finally:
            feeding.cancel()
            self.stop()  # the loop does not end before the thread does
            for one in (task, *(under_way.get_nowait() for _ in range(under_way.qsize()))):
                if one is not None:
                    one.cancel()
            self.done.put(None)

    async def _feed(self, connection: Connection, under_way: asyncio.Queue[asyncio.Task[Ends] | None]) -> None:
        """Begin to ask about each letter as it comes out of the pool."""
        loop = asyncio.get_running_loop()
        coming: asyncio.Queue[tuple[Source, Begun | SummarizerError] | None] = asyncio.Queue()
        # One thread that stays: a call for each letter would wait for the loop, and the pool's processes for the call.
        fetching = asyncio.create_task(
            asyncio.to_thread(self._fetch, lambda one: loop.call_soon_threadsafe(coming.put_nowait, one))
        )
        try:
            while (one := await coming.get()) is not None:
                under_way.put_nowait(asyncio.create_task(_finished(*one, connection)))
            await fetching
        finally:
            under_way.put_nowait(None)

    def _fetch(self, give: Callable[[tuple[Source, Begun | SummarizerError] | None], object]) -> None:
        """Take letters out of the pool as long as there is room; ``None`` after the last."""
        try:
            while self.room.acquire():
                with self._fetching:
                    one = None if self._stopped else next(self.begun, None)
                if one is None:
                    return
                give(one)
        finally:
            give(None)


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
