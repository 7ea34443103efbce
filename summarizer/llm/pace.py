"""When the next request may be sent: one `Pace` for all requests of a run to one server.

A semaphore bounds only how many are under way, and limiters such as aiolimiter or pyrate-limiter keep a rate
that is known beforehand. Here it mostly is not: servers announce it in headers, or only by refusing. A request
goes when a place is free and nothing speaks against it: the user's limits, the announced ones, and the rate
that was learned. Requests are spaced, never sent in a burst, so that a first refusal comes back before
many more are sent; one wave of refusals is one cut. A server that lets requests wait until they are given up is
asked fewer at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from types import TracebackType

from summarizer.llm.headers import announced
from summarizer.llm.limits import SLACK, AnnouncedLimit, Bucket
from summarizer.llm.places import Places, Turnout
from summarizer.llm.rate import LearnedRate

# Shorter waits cost more than they space.
_SHORTEST_WAIT = 0.0005
# A server that names hours is asked again before: its letters shall fail, not hang.
_LONGEST_WAIT = 300.0


class Pace:
    """Lets requests go, first come first served, as fast as a server accepts them. For one event loop."""

    def __init__(
        self,
        concurrency: int,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``concurrency``: most requests under way; the user's limits; ``clock``: the event loop's, in seconds."""
        self._clock = clock
        self._places = Places(concurrency)
        self._turnout = Turnout(concurrency)
        self._learned = LearnedRate()
        self._requests = AnnouncedLimit()
        self._tokens = AnnouncedLimit()
        per_second = (requests_per_minute or 0) / 60
        self._own_requests = Bucket(per_second, 1 + SLACK * per_second) if per_second else None
        self._own_tokens = Bucket(tokens_per_minute / 60, tokens_per_minute / 60) if tokens_per_minute else None
        self._open: set[Slot] = set()
        self._sent = 0
        self._refused = 0
        self._turn = asyncio.Lock()
        self._waiting: asyncio.Future[None] | None = None

    def slot(self, tokens: int) -> Slot:
        """A place for one request of about ``tokens``: entering it (``async with``) waits, leaving it frees it."""
        return Slot(self, tokens)

    async def _enter(self, slot: Slot) -> None:
        # Only the first in line watches the conditions; the lock keeps the line, cancellations included.
        async with self._turn:
            while True:
                now = self._clock()
                if len(self._open) >= min(self._places.now, self._turnout.now):
                    slot.full = True
                    await self._change(None)
                    continue
                learned = self._learned.wait(now)
                delay = max(learned, self._limits(slot.tokens, now))
                if delay <= _SHORTEST_WAIT:
                    break
                slot.spaced = slot.spaced or (learned > _SHORTEST_WAIT and learned >= delay)
                await self._change(min(delay, _LONGEST_WAIT))
            self._send(slot, now)

    def _limits(self, tokens: int, now: float) -> float:
        wait = max(self._requests.wait(1, now), self._tokens.wait(tokens, now))
        if self._own_requests is not None:
            wait = max(wait, self._own_requests.wait(1, now))
        if self._own_tokens is not None:
            wait = max(wait, self._own_tokens.wait(tokens, now))
        return wait

    def _send(self, slot: Slot, now: float) -> None:
        self._open.add(slot)
        self._sent += 1
        self._learned.sent(now)
        self._requests.take(1, now)
        self._tokens.take(slot.tokens, now)
        if self._own_requests is not None:
            self._own_requests.take(1, now)
        if self._own_tokens is not None:
            self._own_tokens.take(slot.tokens, now)
        slot.sent_at, slot.number, slot.under_way = now, self._sent, len(self._open)
        slot.round, slot.sent_tokens = self._learned.round, self._tokens.sent
        slot.answers_before = self._turnout.answers

    async def _change(self, timeout: float | None) -> None:
        loop = asyncio.get_running_loop()
        self._waiting = waiting = loop.create_future()
        timer = None if timeout is None else loop.call_later(timeout, _wake, waiting)
        try:
            await waiting
        finally:
            self._waiting = None
            if timer is not None:
                timer.cancel()

    def _changed(self) -> None:
        if self._waiting is not None:
            _wake(self._waiting)

    def _leave(self, slot: Slot) -> None:
        self._open.discard(slot)
        self._changed()

    def _learn(self, slot: Slot, headers: Mapping[str, str]) -> None:
        said = announced(headers)
        if said.requests is not None:
            self._requests.learn(said.requests, slot.sent_at, slot.number)
        if said.tokens is not None:
            self._tokens.learn(said.tokens, slot.sent_at, slot.sent_tokens)

    def _answered(self, slot: Slot, headers: Mapping[str, str], tokens: int | None) -> None:
        now = self._clock()
        self._learn(slot, headers)
        if tokens is not None and self._own_tokens is not None:
            self._own_tokens.take(tokens - slot.tokens, now)
        self._learned.accepted(slot.sent_at, slot.round, slot.spaced, slot.under_way)
        self._places.accepted(slot.under_way, slot.full)
        self._turnout.answered(slot.full)
        self._changed()

    def _refuse(self, slot: Slot, headers: Mapping[str, str], retry_after: float | None) -> None:
        now = self._clock()
        self._learn(slot, headers)
        if self._own_tokens is not None:
            self._own_tokens.take(-slot.tokens, now)
        retry_after = None if retry_after is None else min(max(retry_after, 0.0), _LONGEST_WAIT)
        accepted_before = slot.number - 1 - self._refused
        self._refused += 1
        if slot.sent_at < self._learned.cut_at:
            self._learned.rest(retry_after or 0.0, now)
        else:
            earlier = (other.under_way for other in self._open if other.number < slot.number)
            if self._places.refused(slot.under_way, max(earlier, default=0)):
                self._learned.acquit(now)
                self._learned.rest(retry_after or 0.0, now)
            else:
                self._learned.refused(slot.sent_at, accepted_before, retry_after, now)
        self._changed()

    def _lose(self, slot: Slot) -> None:
        self._turnout.lost(slot.number, self._sent, slot.under_way, slot.answers_before)
        self._changed()


class Slot:
    """One request's place, held while it is under way."""

    __slots__ = (
        "_pace",
        "_reported",
        "answers_before",
        "full",
        "number",
        "round",
        "sent_at",
        "sent_tokens",
        "spaced",
        "tokens",
        "under_way",
    )

    def __init__(self, pace: Pace, tokens: int) -> None:
        """``tokens``: estimate of what the request uses."""
        self._pace = pace
        self._reported = False
        self.tokens = tokens
        self.sent_at = 0.0
        self.number = 0
        self.under_way = 0
        self.round = 0
        self.sent_tokens = 0.0
        self.spaced = False
        self.full = False
        self.answers_before = 0

    async def __aenter__(self) -> Slot:
        """Wait until the request may be sent."""
        await self._pace._enter(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Free the place."""
        self._pace._leave(self)

    def answered(self, headers: Mapping[str, str], tokens: int | None) -> None:
        """Report an answer: its headers and the tokens it really used, if it says so. The first report counts."""
        if not self._reported:
            self._reported = True
            self._pace._answered(self, headers, tokens)

    def refused(self, headers: Mapping[str, str], retry_after: float | None) -> None:
        """Report a 429: its headers and the seconds of its ``Retry-After``. The first report counts."""
        if not self._reported:
            self._reported = True
            self._pace._refuse(self, headers, retry_after)

    def lost(self) -> None:
        """Report that a server which had answered others took this in vain. The first report counts."""
        if not self._reported:
            self._reported = True
            self._pace._lose(self)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
