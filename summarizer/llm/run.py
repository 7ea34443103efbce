"""A run: one connection to a model, in an event loop of its own, for callers that wait.

The loop has a thread of its own, so that a caller may itself run in one, as notebooks do, and so that
answers come in while the caller shows what is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import ExitStack
from threading import Thread, get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from summarizer.llm.connection import Connection

if TYPE_CHECKING:
    from summarizer.llm.question import Spent
    from summarizer.llm.settings import ModelSettings

T = TypeVar("T")


class ModelRun:
    """One connection, opened with the run and closed with it; what is spent and learned is kept in between."""

    def __init__(self, settings: ModelSettings) -> None:
        """Start the loop and open the connection; nothing is sent yet. Raises ``ModelMisconfigured``."""
        with ExitStack() as opened:
            self._portal: BlockingPortal = opened.enter_context(start_blocking_portal("asyncio"))
            self._loop = self._portal.call(get_ident)
            self.connection = opened.enter_context(self._portal.wrap_async_context_manager(Connection(settings)))
            opened.callback(self._cancel)
            self._opened = opened.pop_all()
        self._under_way: set[Future[Any]] = set()

    def wait(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do ``work`` with the connection and wait for it; its errors are raised here, an interrupt ends it."""
        future = self.start(work)
        try:
            return future.result()
        except BaseException:  # an interrupt too
            future.cancel()
            raise

    def start(self, work: Callable[[Connection], Awaitable[T]]) -> Future[T]:
        """Begin ``work`` with the connection; cancel the future to end it."""
        future = self._portal.start_task_soon(work, self.connection)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    @property
    def spent(self) -> Spent:
        """What all requests of the run have cost so far."""
        return self.connection.meter.spent

    def close(self) -> None:
        """Cancel what is under way, close the connection and end the loop."""
        if get_ident() == self._loop:  # a run that nobody has any more is collected in any thread
            Thread(target=self._opened.close).start()
        else:
            self._opened.close()

    def _cancel(self) -> None:
        for future in tuple(self._under_way):
            future.cancel()
