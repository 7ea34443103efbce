"""The pace against simulated servers, in virtual time: no test sleeps, and each run is exact."""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from summarizer.llm.headers import Allowance
from summarizer.llm.limits import AnnouncedLimit, Bucket
from summarizer.llm.pace import Pace
from summarizer.llm.rate import measured

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


def used(outcome: Outcome, rate: float, burst: float, wait: float = 0.5) -> float:
    """Part of a bucket's limit that a run used."""
    return ((len(outcome.answered) - burst) / rate + wait) / outcome.seconds


@pytest.mark.parametrize("announces", [False, True])
@pytest.mark.parametrize("retry_after", [None, 0.2, 1.0])
@pytest.mark.parametrize("per_minute", [None, 300.0, 600.0])
def test_a_bucket_of_five_a_second_is_used_and_hardly_refuses(
    announces: bool, retry_after: float | None, per_minute: float | None
) -> None:
    server = BucketServer(5, 10, announces, retry_after)
    outcome = serve(server, 500, lambda: Pace(32, per_minute, clock=clock))
    assert len(outcome.answered) == 500
    assert used(outcome, 5, 10) >= 0.95
    assert outcome.share_refused <= 0.01


@pytest.mark.parametrize("typical", [0.3, 1.0, 3.0])
def test_answers_that_take_differently_long_change_nothing(typical: float) -> None:
    chance = random.Random(7)
    outcome = serve(BucketServer(5, 10), 500, answer=lambda: chance.lognormvariate(math.log(typical), 0.5))
    # The last answer comes when it comes.
    assert used(outcome, 5, 10, wait=0) >= 0.95 * (outcome.sent[-1] / outcome.seconds)
    assert outcome.share_refused <= 0.01


def test_a_bucket_of_one_is_used_too() -> None:
    outcome = serve(BucketServer(1, 1), 1000)
    assert used(outcome, 1, 1) >= 0.95
    assert outcome.share_refused <= 0.012


def test_a_large_bucket_is_used_too() -> None:
    outcome = serve(BucketServer(50, 100), 2000)
    assert used(outcome, 50, 100) >= 0.95
    assert outcome.share_refused <= 0.01


def test_a_limit_that_is_halved_is_found() -> None:
    outcome = serve(ChangingServer(10, 10, then=5, at=25), 1000)
    after = [now for now in outcome.answered if now > 40]
    assert (len(after) - 1) / (after[-1] - after[0]) >= 0.9 * 5
    assert outcome.share_refused <= 0.015


def test_a_limit_that_is_lifted_is_found() -> None:
    outcome = serve(ChangingServer(5, 10, then=500, at=30), 3000)
    late = [now for now in outcome.answered if now > outcome.seconds - 5]
    assert len(late) / 5 >= 0.9 * 64
    assert outcome.share_refused <= 0.01


@pytest.mark.parametrize("announces", [False, True])
def test_a_server_that_counts_by_the_minute(announces: bool) -> None:
    outcome = serve(WindowServer(300, 60, announces=announces), 1500)
    # The fifth minute begins after 240 seconds.
    assert outcome.seconds <= 310
    assert outcome.share_refused <= 0.01


def test_a_server_that_counts_by_the_minute_and_does_not_say_how_long_to_wait() -> None:
    outcome = serve(WindowServer(300, 60, retry=False), 1500)
    assert outcome.seconds <= 340
    assert outcome.share_refused <= 0.02


@pytest.mark.parametrize(("most", "spread"), [(4, 0.0), (4, 0.8), (8, 0.4)])
def test_a_server_that_limits_how_many_are_under_way(most: int, spread: float) -> None:
    chance = random.Random(5)
    server = BusyServer(most)
    outcome = serve(server, 500, answer=lambda: chance.lognormvariate(math.log(0.5), spread))
    mean = 0.5 * math.exp(spread**2 / 2)
    assert outcome.seconds <= 500 * mean / most * 1.15
    assert server.highest == most
    assert outcome.share_refused <= 0.01


@pytest.mark.parametrize("seconds", [0.01, 0.5, 5.0])
def test_a_server_without_limits_is_not_slowed_down(seconds: float) -> None:
    outcome = serve(BusyServer(None), 2000, answer=lambda: seconds)
    plain = math.ceil(2000 / 32) * seconds
    assert outcome.refused == []
    # Only the first second is gentle.
    assert outcome.seconds <= plain + 1.0
    warm = outcome.answered[320:]
    assert len(warm) / (warm[-1] - outcome.answered[319]) >= 0.99 * 32 / seconds or seconds < 0.1


def test_one_refusal_of_a_server_without_limits_is_soon_forgotten() -> None:
    class Hiccup(BusyServer):
        def accepts(self, now: float, tokens: int) -> bool:
            if now > 5 and self.most is None:
                self.most = 1000
                return False
            return super().accepts(now, tokens)

    outcome = serve(Hiccup(None), 2000)
    assert len(outcome.refused) == 1
    assert outcome.seconds <= 2000 / 64 + 8


def given_up(
    answer: Callable[[], float], letters: int, patience: float, most: int = 16, pause: float = 0.5
) -> tuple[list[int], float]:
    """Attempts of each letter at a server that answers after so many seconds, and the seconds of all of them."""
    tries = [0] * letters

    async def letter(going: Pace, number: int) -> None:
        while True:
            tries[number] += 1
            async with going.slot(2000) as slot:
                try:
                    async with asyncio.timeout(patience):
                        await asyncio.sleep(answer())
                    slot.answered({}, None)
                    return
                except TimeoutError:
                    slot.lost()
            await asyncio.sleep(pause)

    async def main() -> float:
        going = Pace(most, clock=clock)
        await asyncio.gather(*(letter(going, number) for number in range(letters)))
        return clock()

    seconds: float = run(main)
    return tries, seconds


@pytest.mark.parametrize("takes", [10.0, 25.0, 40.0])
def test_a_server_that_works_on_one_at_a_time_is_asked_few_at_once(takes: float) -> None:
    free = 0.0

    def answer() -> float:
        # What was given up is worked on all the same.
        nonlocal free
        free = max(free, clock()) + takes
        return free - clock()

    tries, seconds = given_up(answer, 40, patience=70.0)
    assert max(tries) <= 5
    assert sum(tries) <= 75
    assert seconds <= 75 * takes


def test_after_one_silence_as_many_go_at_once_as_before() -> None:
    def answer() -> float:
        return 0.5 if not 5 <= clock() < 6 else math.inf

    tries, seconds = given_up(answer, 400, patience=2.0)
    assert max(tries) == 2
    assert sum(tries) == 416
    assert seconds <= 400 / 16 * 0.5 + 2 + 3


def test_one_request_that_got_stuck_slows_nothing_down() -> None:
    count = itertools.count()

    def answer() -> float:
        return math.inf if next(count) == 100 else 0.5

    tries, seconds = given_up(answer, 400, patience=5.0)
    assert sum(tries) == 401
    assert seconds <= 401 / 15 * 0.5 + 0.1


def test_many_refused_at_once_are_one_cut() -> None:
    async def main() -> tuple[float, float]:
        pace = Pace(32, clock=clock)
        slots = []
        for _ in range(20):
            slot = pace.slot(100)
            await slot.__aenter__()
            slots.append(slot)
        # The first is answered, so that the rest is a burst that found an empty bucket.
        slots[0].answered({}, None)
        slots[1].refused({}, None)
        after_one = pace._learned.rate
        for slot in slots[2:]:
            slot.refused({}, None)
        return after_one, pace._learned.rate

    after_one, after_all = run(main)
    assert after_one == after_all


def test_retry_after_holds_for_all() -> None:
    async def main() -> float:
        pace = Pace(4, clock=clock)
        async with pace.slot(10) as slot:
            slot.refused({}, 7.0)
        began = clock()
        async with pace.slot(10):
            return clock() - began

    assert run(main) == pytest.approx(7.0, abs=0.01)


def test_the_users_limits_are_never_passed() -> None:
    outcome = serve(BusyServer(None), 300, lambda: Pace(32, 120, clock=clock))
    for begin in outcome.sent:
        assert sum(begin <= now < begin + 10 for now in outcome.sent) <= 10 * 2 + 1


def test_the_users_limit_of_tokens_counts_what_was_really_used() -> None:
    outcome = serve(BusyServer(None), 200, lambda: Pace(32, None, 600_000, clock=clock), tokens=2000, really=1000)
    # 10,000 tokens a second are ten letters, once the real numbers are known.
    assert outcome.seconds == pytest.approx(20, abs=2)


def test_a_request_larger_than_the_limit_of_tokens_goes_all_the_same() -> None:
    outcome = serve(BusyServer(None), 3, lambda: Pace(4, None, 6000, clock=clock), tokens=1000)
    assert outcome.sent == pytest.approx([0, 10, 20], abs=0.5)


def test_announced_tokens_are_kept() -> None:
    outcome = serve(TokenServer(10_000, 20_000, announces=True), 500)
    assert outcome.seconds <= (500 * 2000 - 20_000) / 10_000 / 0.95
    assert outcome.share_refused <= 0.01


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-limit-requests": "0", "x-ratelimit-remaining-requests": "0"},
        {"x-ratelimit-limit-requests": "x", "x-ratelimit-remaining-requests": "-1", "x-ratelimit-reset-requests": "?"},
        {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "0"},
    ],
)
def test_headers_that_make_no_sense_hang_nothing(headers: Headers) -> None:
    class Odd(BusyServer):
        def headers(self, now: float) -> Headers:
            return headers

    assert serve(Odd(None), 50).seconds <= 60


def test_nothing_accepted_at_first_is_no_standstill() -> None:
    class Opens(BusyServer):
        def accepts(self, now: float, tokens: int) -> bool:
            return now > 20 and super().accepts(now, tokens)

    outcome = serve(Opens(None), 200)
    assert outcome.seconds <= 60
    assert len(outcome.refused) <= 10


def test_waiters_go_in_order() -> None:
    async def main() -> list[int]:
        pace = Pace(2, clock=clock)
        order: list[int] = []

        async def letter(number: int) -> None:
            async with pace.slot(100):
                order.append(number)
                await asyncio.sleep(1)

        await asyncio.gather(*(letter(number) for number in range(20)))
        return order

    assert run(main) == list(range(20))


def test_a_cancelled_waiter_takes_no_place() -> None:
    async def main() -> float:
        pace = Pace(2, clock=clock)

        async def letter() -> None:
            async with pace.slot(100):
                await asyncio.sleep(1)

        tasks = [asyncio.create_task(letter()) for _ in range(12)]
        await asyncio.sleep(0.5)
        # The first of them is under way, the third is first in line, the others stand behind it.
        for task in (tasks[0], tasks[2], tasks[5], tasks[11]):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with pace.slot(1), pace.slot(1):
            return clock()

    assert run(main) <= 5.2


def test_places_are_kept_and_given_back_after_errors() -> None:
    async def main() -> int:
        pace = Pace(3, clock=clock)
        under_way = highest = 0

        async def letter() -> None:
            nonlocal under_way, highest
            async with pace.slot(100):
                under_way += 1
                highest = max(highest, under_way)
                try:
                    await asyncio.sleep(1)
                    raise TimeoutError
                finally:
                    under_way -= 1

        results = await asyncio.gather(*(letter() for _ in range(30)), return_exceptions=True)
        assert all(isinstance(result, TimeoutError) for result in results)
        return highest

    assert run(main) == 3


def test_a_bucket_refills_and_lends() -> None:
    bucket = Bucket(rate=2, burst=4)
    assert bucket.wait(4, 0) == 0
    bucket.take(4, 0)
    assert bucket.wait(1, 0) == 0.5
    assert bucket.wait(1, 0.5) == 0
    assert bucket.wait(10, 2) == 0
    bucket.take(10, 2)
    assert bucket.wait(1, 2) == 3.5
    bucket.take(-10, 2)
    assert bucket.wait(4, 2) == 0


def test_two_refusals_measure_a_rate() -> None:
    measure = measured([(10.0, 40), (30.0, 140)])
    assert measure.lowest <= 5 <= measure.highest
    assert measure.rate == pytest.approx(5, rel=0.02)
    assert measure.count == 100


def test_a_changed_rate_leaves_the_older_refusals_out() -> None:
    measure = measured([(0.0, 0), (20.0, 200), (40.0, 240)])
    assert measure.lowest <= 2 <= measure.highest
    assert measure.count == 40


def test_one_refusal_measures_nothing() -> None:
    assert measured([(3.0, 12)]).rate == 0


def test_what_was_sent_since_is_missing_in_what_remains() -> None:
    limit = AnnouncedLimit()
    for _ in range(4):
        limit.take(1, 0)
    # The answer to the first request: 9 of 10 remained, the tenth comes back in 0.2 seconds.
    limit.learn(Allowance(10, 9, 0.2), sent_at=0, mark=1)
    for _ in range(6):
        assert limit.wait(1, 1e-6) < 0.5
        limit.take(1, 0)
    assert limit.wait(1, 0) == pytest.approx(0.2)


def test_an_older_answer_does_not_undo_a_newer_one() -> None:
    limit = AnnouncedLimit()
    limit.take(1, 0)
    limit.take(1, 1)
    limit.learn(Allowance(10, 0, 2.0), sent_at=1, mark=2)
    limit.learn(Allowance(10, 9, 2.0), sent_at=0, mark=1)
    assert limit.wait(1, 1) == pytest.approx(0.2)
