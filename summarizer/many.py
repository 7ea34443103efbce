"""Many letters with one model: begun in processes of their own, judged side by side, given back in order or at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from summarizer.errors import InputError, SummarizerError
from summarizer.isolation import Dismissal, run_isolated
from summarizer.stages import Begun, Draft, begin, finish
from summarizer.workers import Given, defect_in

if TYPE_CHECKING:
    from summarizer.llm.connection import Connection
    from summarizer.llm.run import ModelRun
    from summarizer.loading.source import Source
    from summarizer.pipeline import Summarizer
    from summarizer.workers import Worker

S = TypeVar("S", bound=Given)

_ASIDE: Final = 8
"""Letters beyond those under way that are begun ahead, so that a free place is taken at once."""
_PULSE: Final = 1.0
"""Seconds between two calls of ``meanwhile``."""


def read_many(
    summarizer: Summarizer,
    sources: Iterable[Source],
    workers: int,
    first: Worker | None = None,
    tell: Callable[[Begun], None] | None = None,
) -> Generator[tuple[Source, Draft | SummarizerError]]:
    """Read each of ``sources`` with the model of ``summarizer``; files are opened in ``workers`` processes.

    ``tell`` hears of the first letter that could be begun, before it is asked about. ``first`` is a
    process of ``isolation.started_early``.
    """
    dismissal = Dismissal()
    begun = run_isolated(partial(begin, summarizer.engine, summarizer.limits), sources, workers, first, dismissal)
    return finish_many(summarizer.run, _told(begun, tell or (lambda _: None)), dismissal.say)


def _told(
    begun: Generator[tuple[Source, Begun | InputError]], tell: Callable[[Begun], None]
) -> Generator[tuple[Source, Begun | SummarizerError]]:
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


def finish_many(
    run: ModelRun,
    begun: Generator[tuple[S, Begun | SummarizerError]],
    dismiss: Callable[[], None] = lambda: None,
    *,
    in_order: bool = True,
    meanwhile: Callable[[], object] | None = None,
) -> Generator[tuple[S, Draft | SummarizerError]]:
    """Finish each letter of ``begun``; an error that concerns one letter is its answer.

    Where the order does not matter (``in_order=False``), each letter is given back as soon as it is finished.
    ``meanwhile`` is called about once a second while none is.

    At most about twice as many letters are held as requests may be under way, however many there are.
    Closing the iterator, or an interrupt, ends what is under way and closes ``begun``: ``dismiss`` is what makes a
    letter that is just coming out of it end its way, however long that would have taken.
    """
    work = _Work(begun, dismiss, 2 * run.connection.settings.concurrency + _ASIDE, in_order=in_order)
    future = run.start(work.pump)
    try:
        while (one := work.taken(meanwhile)) is not None:
            work.room.release()
            yield one
        future.result()
    finally:
        future.cancel()
        work.stop()
        work.close()


class _Work(Generic[S]):
    """Letters on their way between the process pool, the event loop and the caller."""

    def __init__(
        self,
        begun: Generator[tuple[S, Begun | SummarizerError]],
        dismiss: Callable[[], None],
        most: int,
        *,
        in_order: bool,
    ) -> None:
        self.begun = begun
        self.dismiss = dismiss
        self.in_order = in_order
        self.done: SimpleQueue[tuple[S, Draft | SummarizerError] | None] = SimpleQueue()
        self.room = Semaphore(most)
        """Letters that may be begun before the caller takes another answer."""
        self._fetching = Lock()
        self._stopped = False

    def taken(self, meanwhile: Callable[[], object] | None) -> tuple[S, Draft | SummarizerError] | None:
        """The next letter that is done; ``None`` after the last."""
        if meanwhile is None:
            return self.done.get()
        while True:
            try:
                return self.done.get(timeout=_PULSE)
            except Empty:
                meanwhile()

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
        """Keep as many letters under way as there is room for; hand them back."""
        under_way: set[asyncio.Task[None]] = set()
        feeding = asyncio.create_task(self._feed(connection, under_way))
        try:
            await asyncio.wait([feeding])
            while under_way:
                await asyncio.wait(under_way)
            await feeding
        finally:
            feeding.cancel()
            self.stop()  # the loop does not end before the thread does
            for one in under_way:
                one.cancel()
            self.done.put(None)

    async def _feed(self, connection: Connection, under_way: set[asyncio.Task[None]]) -> None:
        """Begin to ask about each letter as it comes out of the pool."""
        loop = asyncio.get_running_loop()
        coming: asyncio.Queue[tuple[S, Begun | SummarizerError] | None] = asyncio.Queue()
        # One thread that stays: a call for each letter would wait for the loop, and the pool's processes for the call.
        fetching = asyncio.create_task(
            asyncio.to_thread(self._fetch, lambda one: loop.call_soon_threadsafe(coming.put_nowait, one))
        )
        before: asyncio.Task[None] | None = None
        while (one := await coming.get()) is not None:
            before = asyncio.create_task(self._finish(*one, connection, before if self.in_order else None))
            under_way.add(before)
            before.add_done_callback(under_way.discard)
        await fetching

    async def _finish(
        self, source: S, begun: Begun | SummarizerError, connection: Connection, before: asyncio.Task[None] | None
    ) -> None:
        """Finish one letter and hand it back, after the one ``before`` it where there is an order."""
        draft = begun if isinstance(begun, SummarizerError) else await _finished(source, begun, connection)
        if before is not None:
            await asyncio.wait([before])
        self.done.put((source, draft))

    def _fetch(self, give: Callable[[tuple[S, Begun | SummarizerError] | None], object]) -> None:
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


async def _finished(source: Given, begun: Begun, connection: Connection) -> Draft | SummarizerError:
    """One letter's Draft, or why there is none."""
    try:
        return await finish(begun, connection)
    except SummarizerError as error:
        return error
    except Exception as error:  # noqa: BLE001  # a defect in one letter's reading costs one, as where it is begun
        return defect_in(error, source)
