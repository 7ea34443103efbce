"""The pace against simulated servers, in virtual time: no test sleeps, and each run is exact."""

from __future__ import annotations

import asyncio
import math
import random
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from summarizer.llm.pace import Pace

Headers = dict[str, str]


class _Jumping(selectors.DefaultSelector):
    """A selector that jumps over the time it should wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        assert timeout is not None, "everything waits and nothing will ever happen"
        self.now += max(0.0, timeout)
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(main())


def clock() -> float:
    return asyncio.get_running_loop().time()


class BucketServer:
    """Refuses what a bucket of ``burst`` requests, refilled at ``rate`` a second, does not hold."""

    def __init__(self, rate: float, burst: float, announces: bool = False, retry_after: float | None = None) -> None:
        self.rate, self.burst, self.announces, self.retry_after = rate, burst, announces, retry_after
        self.level, self.at = burst, 0.0

    def accepts(self, now: float, tokens: int) -> bool:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        # A hair, for sums of floats.
        if self.level < 1 - 1e-9:
            return False
        self.level -= 1
        return True

    def done(self) -> None:
        pass

    def headers(self, now: float) -> Headers:
        if not self.announces:
            return {}
        reset = (self.burst - self.level) / self.rate
        return {
            "x-ratelimit-limit-requests": f"{self.burst:.0f}",
            "x-ratelimit-remaining-requests": f"{math.floor(self.level + 1e-9):.0f}",
            "x-ratelimit-reset-requests": f"{reset * 1000:.0f}ms",
        }

    def retry(self, now: float) -> float | None:
        return self.retry_after


class ChangingServer(BucketServer):
    """Changes its rate at a moment."""

    def __init__(self, rate: float, burst: float, then: float, at: float) -> None:
        super().__init__(rate, burst)
        self.then, self.changes_at = then, at

    def accepts(self, now: float, tokens: int) -> bool:
        if now >= self.changes_at:
            self.rate = self.then
        return super().accepts(now, tokens)


class WindowServer:
    """Accepts ``limit`` requests in each window of ``width`` seconds."""

    def __init__(self, limit: int, width: float, retry: bool = True, announces: bool = False) -> None:
        self.limit, self.width, self.tells, self.announces = limit, width, retry, announces
        self.window, self.used = 0, 0

    def accepts(self, now: float, tokens: int) -> bool:
        window = int(now // self.width)
        if window != self.window:
            self.window, self.used = window, 0
        if self.used >= self.limit:
            return False
        self.used += 1
        return True

    def done(self) -> None:
        pass

    def headers(self, now: float) -> Headers:
        if not self.announces:
            return {}
        return {
            "RateLimit-Limit": f"{self.limit}, {self.limit};w={self.width:.0f}",
            "RateLimit-Remaining": str(self.limit - self.used),
            "RateLimit-Reset": f"{math.ceil((self.window + 1) * self.width - now)}",
        }

    def retry(self, now: float) -> float | None:
        return float(math.ceil((self.window + 1) * self.width - now)) if self.tells else None


class BusyServer:
    """Refuses while ``most`` requests are under way; no limit where ``most`` is ``None``."""

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.under_way = 0
        self.highest = 0

    def accepts(self, now: float, tokens: int) -> bool:
        if self.most is not None and self.under_way >= self.most:
            return False
        self.under_way += 1
        self.highest = max(self.highest, self.under_way)
        return True

    def done(self) -> None:
        self.under_way -= 1

    def headers(self, now: float) -> Headers:
        return {}

    def retry(self, now: float) -> float | None:
        return None


class TokenServer(BucketServer):
    """Refuses by a bucket of tokens."""

    def accepts(self, now: float, tokens: int) -> bool:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < tokens:
            return False
        self.level -= tokens
        return True

    def headers(self, now: float) -> Headers:
        return {name.replace("requests", "tokens"): value for name, value in super().headers(now).items()}


Server = BucketServer | WindowServer | BusyServer


@dataclass
class Outcome:
    """What a run of letters came to."""

    seconds: float = 0.0
    sent: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    @property
    def share_refused(self) -> float:
        return len(self.refused) / len(self.sent)


def serve(
    server: Server,
    letters: int,
    pace: Callable[[], Pace] = lambda: Pace(32, clock=clock),
    answer: Callable[[], float] = lambda: 0.5,
    refusal: float = 0.002,
    tokens: int = 2000,
    really: int | None = None,
) -> Outcome:
    """All letters, each asked again until it is answered."""
    outcome = Outcome()

    async def letter(going: Pace) -> None:
        while True:
            async with going.slot(tokens) as slot:
                now = clock()
                outcome.sent.append(now)
                used = tokens if really is None else really
                if server.accepts(now, used):
                    headers = server.headers(now)
                    await asyncio.sleep(answer())
                    server.done()
                    slot.answered(headers, really)
                    outcome.answered.append(clock())
                    return
                outcome.refused.append(now)
                headers, retry = server.headers(now), server.retry(now)
                await asyncio.sleep(refusal)
                slot.refused(headers, retry)

    async def main() -> None:
        going = pace()
        await asyncio.gather(*(letter(going) for _ in range(letters)))
        outcome.seconds = clock()

    run(main)
    return outcome
