"""Calls to the provider from a thread that waits, which keeps its lease and hears the brake meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from summarizer.llm.connection import Connection, Waits

if TYPE_CHECKING:
    from summarizer.backfill.run.shift import Shift
    from summarizer.llm.settings import ModelSettings

T = TypeVar("T")

_PULSE: Final = 1.0
"""Seconds between two looks at the lease and the brake."""


class Braked(Exception):
    """The brake was pulled while a call was under way; what became of it is found out by the next run."""


class Provider:
    """Whoever works on batches, over a connection that is opened when it is needed."""

    def __init__(self, shift: Shift, settings: ModelSettings, waits: Waits) -> None:
        """``waits`` are those between attempts."""
        self._shift = shift
        self._settings = replace(settings, cache=None, max_cost_usd=None)
        self._waits = waits
        self._opened: tuple[asyncio.Runner, Connection] | None = None

    def call(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What ``work`` comes to with a connection.

        Raises:
            Braked: the brake was pulled meanwhile.
            ModelError: the provider cannot be asked, or refuses.
            StoreError: the ledger cannot be used.
        """
        if self._opened is None:
            loop = asyncio.Runner()
            self._opened = loop, loop.run(_entered(Connection(self._settings, waits=self._waits)))
        loop, connection = self._opened
        return loop.run(self._called(work, connection))

    def rest(self) -> None:
        """Close the connection and end its threads, since letters are opened in forked processes."""
        if self._opened is not None:
            (loop, connection), self._opened = self._opened, None
            with loop:
                loop.run(connection.__aexit__(None, None, None))

    async def _called(self, work: Callable[[Connection], Awaitable[T]], connection: Connection) -> T:
        task = asyncio.ensure_future(work(connection))
        try:
            while not (await asyncio.wait([task], timeout=_PULSE))[0]:
                self._shift.meanwhile()
                if self._shift.brake.pulled:
                    raise Braked
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait([task])


async def _entered(connection: Connection) -> Connection:
    return await connection.__aenter__()
