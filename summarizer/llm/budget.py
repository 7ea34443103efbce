"""The dollars a run may spend, held before a request is sent.

A request's most is reserved before it goes out and replaced by its real cost when that is known, so
that requests sent at the same time cannot pass the limit together. Sums are whole billionths of a
dollar, rounded up: a price for a million tokens with three decimals is exact, and nothing drifts.
"""

from __future__ import annotations

import asyncio
import math
from types import TracebackType

from summarizer.errors import BudgetReached, ModelMisconfigured

_BILLIONTHS = 1_000_000_000


class Budget:
    """Dollars that one run may spend, for all its requests together. For one event loop."""

    def __init__(self, most_usd: float | None, model: str = "the model") -> None:
        """``most_usd``: the limit, ``None`` for none; ``model``: its name, for messages."""
        self._most = None if most_usd is None else math.floor(most_usd * _BILLIONTHS + 0.5)
        self._model = model
        self._spent = 0
        self._reserved = 0
        self._turn = asyncio.Lock()
        self._settled = asyncio.Event()

    @property
    def spent_usd(self) -> float:
        """Dollars of all requests that were settled; the whole reservation where the cost stayed unknown."""
        return self._spent / _BILLIONTHS

    def reserve(self, most_usd_of_request: float | None) -> Reservation:
        """Reservation for one request, to be held (``async with``) from before it is sent until its cost is known.

        Entering waits, first come first served, while requests under way might leave too little.

        Raises (on entering):
            BudgetReached: what is spent and this request together could pass the limit.
            ModelMisconfigured: there is a limit, and the price of the request is not known.
        """
        return Reservation(self, None if most_usd_of_request is None else _billionths(most_usd_of_request))

    async def _hold(self, amount: int | None) -> None:
        if self._most is None:
            self._reserved += amount or 0
            return
        if amount is None:
            raise ModelMisconfigured(
                self._model, "a limit of cost needs the model's price, which is not known", "give it with --price"
            )
        async with self._turn:
            while self._spent + self._reserved + amount > self._most:
                if self._spent + amount > self._most:
                    raise self._reached(amount)
                self._settled.clear()
                await self._settled.wait()
            self._reserved += amount

    def _reached(self, amount: int) -> BudgetReached:
        most = (self._most or 0) / _BILLIONTHS
        return BudgetReached(
            self._model,
            f"the limit of ${most:g} is reached: ${self.spent_usd:.4f} are spent, and the next request could cost "
            f"${amount / _BILLIONTHS:.4f}",
            "what is done is kept; raise --max-cost to go on",
        )

    def _book(self, released: int, cost: int) -> None:
        self._reserved -= released
        self._spent += cost
        self._settled.set()


class Reservation:
    """Dollars held for one request."""

    def __init__(self, budget: Budget, amount: int | None) -> None:
        """``amount``: billionths of a dollar; ``None`` where the price is not known."""
        self._budget = budget
        self._amount = amount
        self._open = False

    async def __aenter__(self) -> Reservation:
        """Wait until the dollars are free, and hold them."""
        await self._budget._hold(self._amount)
        self._open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Unsettled, nothing was sent, and the dollars are free again: settle whatever went out."""
        self.settle(0.0)

    def settle(self, cost_usd: float | None) -> None:
        """Replace the reservation by the real cost in dollars; ``None``: the whole of it. The first call counts."""
        if not self._open:
            return
        self._open = False
        held = self._amount or 0
        self._budget._book(held, held if cost_usd is None else _billionths(cost_usd))


def _billionths(usd: float) -> int:
    # The float nearest to a decimal price may lie a hair above it: round to billiardths first.
    return math.ceil(round(usd * _BILLIONTHS, 6))
