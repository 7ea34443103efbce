"""How fast requests may go: what the user allows, what a server announces, what its refusals teach.

Plain arithmetic over times that are handed in (seconds of any steady clock); nothing here waits.

The teaching rests on one fact about servers that refill a bucket of requests: when they refuse one, the
bucket is empty. What they accepted from one refusal to a later one is then what they refilled in that time,
within one request, however big the bucket is. So the rate is *measured*, not felt for by halving and adding.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from summarizer.llm.headers import Allowance

# Timers fire late; up to this many seconds of lateness are made up for.
SLACK = 0.02

_FIRST_RATE = 16.0
_FASTEST = 10_000.0
_SLOWEST = 1 / 600
# Answers accepted before a rate is tried that is higher than the measured one.
_LONGEST_HOLD = 100
# How much higher it is after as many answers again; from there on it rises faster.
_STEP = 0.05
# A rate that a server accepted until now is not cut by more than this in one refusal.
_KEPT = 0.85
# Below this part of the rate that a server refused, what it accepted before is no measure of it.
_DOUBTED = 0.75
_LONGEST_PAUSE = 30.0


class Bucket:
    """A limit that the user set: ``rate`` a second, ``burst`` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        """``rate`` above 0, a second; ``burst``: what may go at once after a rest."""
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = -math.inf

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` may go; more than a burst goes when the bucket is full, and leaves a debt."""
        return max(0.0, (min(amount, self._burst) - self._level_at(now)) / self._rate)

    def take(self, amount: float, now: float) -> None:
        """Count ``amount`` as gone; a negative one is given back."""
        self._level = min(self._burst, self._level_at(now) - amount)
        self._at = now

    def _level_at(self, now: float) -> float:
        elapsed = now - self._at
        return self._burst if elapsed == math.inf else min(self._burst, self._level + elapsed * self._rate)


class AnnouncedLimit:
    """A limit of requests or tokens as a server's answers announce it."""

    # Seconds in which what remains is spent. Short enough that it is used although resets are rounded to seconds,
    # long enough that little is under way when an answer says that the rest is gone.
    _HORIZON = 2.0

    def __init__(self) -> None:
        """Nothing is announced yet."""
        self.sent = 0.0
        """All that was sent."""
        self._last = -math.inf
        self._at = -math.inf
        self._limit = 0.0
        self._remaining = 0.0
        self._refill = 0.0
        self._mark = 0.0

    def take(self, amount: float, now: float) -> None:
        """Count ``amount`` as sent."""
        self.sent += amount
        self._last = now

    def learn(self, allowance: Allowance, sent_at: float, mark: float) -> None:
        """Take over what the answer to a request says that was sent at ``sent_at``, when ``mark`` had been sent.

        What was sent after it is taken to be missing in what remains, since servers count on arrival.
        """
        if sent_at < self._at:
            return
        used = allowance.limit - allowance.remaining
        if allowance.limit != self._limit or not self._refill or allowance.reset is None:
            self._refill = allowance.limit / 60
        if allowance.reset and used > 0:
            self._refill = used / allowance.reset
        self._limit, self._remaining, self._mark, self._at = allowance.limit, allowance.remaining, mark, sent_at

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` may go; less than none where it may go at once."""
        if not self._limit:
            return 0.0
        need = min(amount, self._limit)
        gained = self._refill * (now - self._at)
        level = min(self._limit, self._remaining + gained - (self.sent - self._mark))
        if level < need:
            return (need - level) / self._refill
        return self._last + amount / (self._refill + (level - need) / self._HORIZON) - now


@dataclass(frozen=True, slots=True)
class Measure:
    """What refusals say about the rate at which a server accepts requests."""

    lowest: float
    """Requests a second that it accepts at least."""
    highest: float
    """And at most, unless its bucket was full in between."""
    count: int
    """Requests that this rests on."""

    @property
    def rate(self) -> float:
        """The likeliest rate, a little low."""
        return self.lowest if self.highest == math.inf else self.lowest + (self.highest - self.lowest) / 4


def measured(empty: Iterable[tuple[float, int]]) -> Measure:
    """What the moments say when a server had refused a request.

    Args:
        empty: Such moments, oldest first: the time, and how many requests it had accepted before.
            Between two of them it refilled what it accepted, give or take one. The longest time up to the last
            is taken in which one rate explains all of them, so that a changed limit is found.
    """
    points = list(empty)
    end, total = points[-1]
    found = Measure(0.0, math.inf, 0)
    for begin, before in reversed(points[:-1]):
        span, accepted = end - begin, total - before
        if span <= 0:
            continue
        lowest, highest = max(found.lowest, (accepted - 1) / span), min(found.highest, (accepted + 1) / span)
        if lowest > highest:
            break
        found = Measure(lowest, highest, accepted)
    return found


class LearnedRate:
    """The rate that a server has shown to accept; requests are spaced by it.

    It doubles with each round of answers until the first refusal. From then on it is the measured one, held for
    a while and then raised a little at a time, faster the longer nothing is refused.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.rate = _FIRST_RATE
        """Requests a second."""
        self.round = 0
        """Number of the doubling; an answer counts only for the one it was sent in."""
        self.cut_at = -math.inf
        """When the rate was last cut; requests sent before do not cut it again."""
        self._before = _FIRST_RATE
        self._next = -math.inf
        self._began = math.inf
        self._empty: deque[tuple[float, int]] = deque(maxlen=8)
        self._hold = 0
        self._since = 0
        self._step = _STEP
        self._pause = 1.0

    def wait(self, now: float) -> float:
        """Seconds until the next request may go; less than none where it may go at once."""
        return self._next - now

    def sent(self, now: float) -> None:
        """Count a request as sent."""
        self._began = min(self._began, now)
        self._next = max(self._next, now - SLACK) + 1 / self.rate

    def accepted(self, sent_at: float, of_round: int, spaced: bool) -> None:
        """Learn from a request that was answered; ``spaced``: this rate had made it wait."""
        if not self._empty:
            if spaced and of_round == self.round:
                self.round += 1
                self.rate = min(_FASTEST, self.rate * 2)
            return
        if sent_at < self.cut_at:
            return
        self._since += 1
        beyond = self._since - self._hold
        if spaced and beyond > 0:
            self.rate = min(_FASTEST, self.rate * (1 + self._step / self._hold * (1 + (beyond / self._hold) ** 2)))

    def refused(self, sent_at: float, accepted_before: int, retry_after: float | None, now: float) -> None:
        """Learn from a refusal of a request that was sent at ``sent_at``, after so many that were accepted."""
        first = not self._empty
        gained = first or accepted_before > self._empty[-1][1]
        self._empty.append((sent_at, accepted_before))
        measure = measured(self._empty)
        self._before = self.rate
        if first:
            elapsed = max(sent_at - self._began, 1 / self.rate)
            self.rate = min(self.rate, accepted_before / elapsed) / 2
        elif not gained:
            self.rate /= 2
        elif self._since > 2 * self._hold and measure.rate < _DOUBTED * self.rate:
            # The bucket was full for a part of that time, so that the rate is higher than what was accepted.
            self.rate *= _KEPT
            self._empty = deque([self._empty[-1]], self._empty.maxlen)
        else:
            self.rate = min(max(measure.rate, self.rate * _KEPT), measure.highest, self.rate * 0.97)
        self.rate = max(self.rate, _SLOWEST)
        self._hold = min(max(4 * measure.count, 4), _LONGEST_HOLD)
        self._step = max(_STEP, 0.5 / max(measure.count, 1))
        self._since = 0
        self.cut_at = now
        # While the measure is poor, a rest lets the bucket gain what the next measure needs.
        self._pause = min(self._pause * 2, _LONGEST_PAUSE) if not gained else 1.0 if measure.count < 4 else 1 / self.rate
        self.rest(max(retry_after or 0.0, self._pause), now)

    def rest(self, seconds: float, now: float) -> None:
        """Send nothing for so long."""
        self._next = max(self._next, now + seconds)

    def acquit(self, now: float) -> None:
        """Take the last cut back: the rate was not the cause of the refusals."""
        self.rate = max(self.rate, self._before)
        self._hold = self._since = 0
        self._empty.clear()
        self.cut_at = now


class Places:
    """How many requests may be under way at once, where a server refuses by that number."""

    _LONGEST_HOLD = 1600

    def __init__(self, most: int) -> None:
        """``most``: what the user allows."""
        self.most = most
        """What the user allows."""
        self.now = most
        """What is allowed now."""
        self._accepted = 0
        self._refused = most + 1
        self._agreeing = 0
        self._hold = 200
        self._since = 0

    def accepted(self, under_way: int, full: bool) -> None:
        """Learn from a request that was answered, sent with so many under way, itself included."""
        self._accepted = max(self._accepted, under_way)
        if self.now < self.most and full:
            self._since += 1
            if self._since > self._hold:
                self.now += 1
                self._since = 0

    def refused(self, under_way: int, accepted_under_way: int) -> bool:
        """Learn from a refusal; whether the number under way explains it and the one before.

        Args:
            under_way: Requests under way when it was sent, itself included.
            accepted_under_way: The same number of those that are still under way, the highest one.
        """
        self._accepted = max(self._accepted, accepted_under_way)
        self._refused = min(self._refused, under_way)
        if self._refused <= max(self._accepted, 1):
            self._accepted, self._refused, self._agreeing, self.now = 0, self.most + 1, 0, self.most
            return False
        self._agreeing += 1
        if self._agreeing < 2:
            return False
        if self._agreeing > 2:
            self._hold = min(self._hold * 2, self._LONGEST_HOLD)
        self.now = max(1, self._refused - 1)
        self._refused = self.most + 1
        self._since = 0
        return True
