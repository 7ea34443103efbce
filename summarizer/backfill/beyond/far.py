"""Pace and budget of a worker's connection: they look like those of a run on one machine and ask the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import count
from types import TracebackType
from typing import Final, Protocol

from summarizer.backfill.beyond.gate import Report
from summarizer.errors import ModelError, RunEnding
from summarizer.llm.budget import Budget, Reservation
from summarizer.llm.connection import Connection, fresh
from summarizer.llm.pace import Pace, Slot

_KEYS: Final = count()
"""Tells the requests of this process apart."""


class Line(Protocol):
    """The way from one worker to the gate; methods are named as ``Gate`` names them, the life is added."""

    async def ask(self, method: str, *values: object) -> object:
        """What the gate answers."""

    def tell(self, method: str, *values: object) -> None:
        """Say something that needs no answer; the gate hears all of one worker in the order in which it was said."""


def go_by(line: Line, connection: Connection) -> None:
    """Let ``connection`` keep the limits that all workers share."""
    settings = connection.settings
    connection.pace = FarPace(line, settings.model)
    connection.budget = FarBudget(line, settings.model, settings.max_cost_usd)


class FarPace(Pace):
    """Hands out places that the gate gives."""

    def __init__(self, line: Line, model: str) -> None:
        """``model``: its name, for messages."""
        super().__init__(1)
        self._line = line
        self._model = model

    def slot(self, tokens: int) -> Slot:
        """As ``Pace.slot``."""
        return FarSlot(self, tokens, self._line, self._model)


class FarSlot(Slot):
    """A place at the gate."""

    def __init__(self, pace: Pace, tokens: int, line: Line, model: str) -> None:
        """``tokens``: estimate of what the request uses."""
        super().__init__(pace, tokens)
        self._line = line
        self._model = model
        self._key = next(_KEYS)
        self._report: Report | None = None

    async def __aenter__(self) -> Slot:
        """Wait until the request may be sent."""
        try:
            entered = await self._line.ask("enter", self._key, self.tokens)
        except asyncio.CancelledError:
            self._line.tell("leave", self._key, None)
            raise
        if not entered:
            raise _ended(self._model)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Free the place, and pass on what was reported."""
        self._line.tell("leave", self._key, self._report)

    def answered(self, headers: Mapping[str, str], tokens: int | None) -> None:
        """As ``Slot.answered``."""
        self._report = self._report or Report("answered", dict(headers), tokens)

    def refused(self, headers: Mapping[str, str], retry_after: float | None) -> None:
        """As ``Slot.refused``."""
        self._report = self._report or Report("refused", dict(headers), retry_after)

    def lost(self) -> None:
        """As ``Slot.lost``."""
        self._report = self._report or Report("lost")


class FarBudget(Budget):
    """Reserves dollars at the gate; without a limit nobody is asked."""

    def __init__(self, line: Line, model: str, most_usd: float | None) -> None:
        """``most_usd``: the limit of all workers together, ``None`` for none."""
        super().__init__(None, model)
        self._line = line
        self._limited = most_usd is not None

    def reserve(self, most_usd_of_request: float | None) -> Reservation:
        """As ``Budget.reserve``."""
        if not self._limited:
            return super().reserve(most_usd_of_request)
        return FarReservation(self, most_usd_of_request, self._line, self._model)


class FarReservation(Reservation):
    """Dollars held at the gate for one request."""

    def __init__(self, budget: Budget, most_usd: float | None, line: Line, model: str) -> None:
        """``most_usd``: what the request may cost; ``None`` where that is not known."""
        super().__init__(budget, None)
        self._most_usd = most_usd
        self._line = line
        self._model = model
        self._key = next(_KEYS)

    async def __aenter__(self) -> Reservation:
        """Wait until the dollars are free, and hold them."""
        try:
            held = await self._line.ask("reserve", self._key, self._most_usd)
        except asyncio.CancelledError:
            self._line.tell("settle", self._key, 0.0)
            raise
        if isinstance(held, ModelError):
            raise fresh(held)
        if not held:
            raise _ended(self._model)
        self._open = True
        return self

    def settle(self, cost_usd: float | None) -> None:
        """As ``Reservation.settle``."""
        if self._open:
            self._open = False
            self._line.tell("settle", self._key, cost_usd)


def _ended(model: str) -> RunEnding:
    return RunEnding(model, "the run is ending", "go on with it later")
