"""What a server's answers and refusals teach about how fast requests may go.

Plain arithmetic over times that are handed in (seconds of any steady clock); nothing here waits.

The rate rests on one fact about servers that refill a bucket of requests: when they refuse one, the
bucket is empty. What they accepted from one refusal to a later one is then what they refilled in that time,
within one request, however big the bucket is. So the rate is *measured*, not felt for by halving and adding.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from summarizer.llm.limits import SLACK

_FIRST_RATE = 40.0
_FASTEST = 10_000.0
_SLOWEST = 1 / 60
# Answers accepted before a rate is tried that is higher than the measured one.
_LONGEST_HOLD = 150
# How much higher it is after as many answers again; from there on it rises faster.
_STEP = 0.05
# A rate that a server accepted until now is not cut by more than this in one refusal.
_KEPT = 0.93
# Below this part of the rate that a server refused, what it accepted before is no measure of it.
_DOUBTED = 0.7
# Where a server does not say how long to wait.
_LONGEST_PAUSE = 30.0


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
        self._longest = 0.0
        self._rested = 0.0
        self._opening = 0, 1.0
        self._settled = False
        self._kept = _KEPT
        self._times: deque[float] = deque(maxlen=16)

    def wait(self, now: float) -> float:
        """Seconds until the next request may go; less than none where it may go at once."""
        return self._next - now

    def sent(self, now: float) -> None:
        """Count a request as sent."""
        self._began = min(self._began, now)
        self._next = max(self._next, now - SLACK) + 1 / self.rate
        self._times.append(now)

    def accepted(self, sent_at: float, of_round: int, spaced: bool, under_way: int) -> None:
        """Learn from a request that was answered; ``spaced``: this rate had made it wait."""
        if not self._empty:
            if spaced and of_round == self.round and self._in_use():
                self.round += 1
                self.rate = min(_FASTEST, self.rate * 2)
            return
        if sent_at < self.cut_at:
            return
        self._since += 1
        beyond = self._since - self._hold
        if spaced and beyond > 0 and self._in_use():
            step = self._step / self._hold * (1 + (beyond / self._hold) ** 2)
            # Never more than about a doubling between sending a request and hearing of it.
            self.rate = min(_FASTEST, self.rate * (1 + min(step, 0.7 / (under_way + 1))))

    def _in_use(self) -> bool:
        """Whether requests really go about as fast as the rate allows; else nothing is learned from a higher one."""
        span = self._times[-1] - self._times[0]
        return span * self.rate < 2 * len(self._times)

    def refused(self, sent_at: float, accepted_before: int, retry_after: float | None, now: float) -> None:
        """Learn from a refusal of a request that was sent at ``sent_at``, after so many that were accepted."""
        opening = not self._empty
        gained = opening or accepted_before > self._empty[-1][1]
        self._empty.append((sent_at, accepted_before))
        measure = measured(self._empty)
        self._before = self.rate
        if opening:
            self._opening = max(accepted_before, 1), max(sent_at - self._began, 1 / self.rate)
            # What was accepted in a short time was mostly what the bucket held.
            part = 4 if self._opening[1] < 1 else 2
            self.rate = min(self.rate, self._opening[0] / self._opening[1]) / part
        elif gained:
            self._cut(measure)
        self._settled = self._settled or measure.count >= 4 or self._since > self._hold
        if not self._settled:
            self._hold, self._step = 8, 0.5
        elif measure.count >= 4:
            self._hold = min(max(4 * measure.count, 8, self._hold), _LONGEST_HOLD)
            self._step = _STEP
        self._since = 0
        self.cut_at = now
        self._rest_after(gained, retry_after or 0.0, now)

    def _cut(self, measure: Measure) -> None:
        kept, self._kept = (self._kept if self._since < 10 else _KEPT), _KEPT
        if self._explains(measure):
            self.rate = min(measure.rate, self.rate * 0.97)
        elif self._since > self._hold:
            # The bucket was full for a part of that time, so that the rate is higher than what was accepted.
            self.rate = max(min(measure.rate, self.rate * 0.97), self.rate * _KEPT)
            self._empty = deque([self._empty[-1]], self._empty.maxlen)
        else:
            # Refused again at once: each cut is deeper than the one before.
            self.rate = min(max(measure.rate, self.rate * kept), measure.highest)
            self._kept = kept**2 if self._settled else _KEPT
        self.rate = max(self.rate, _SLOWEST)

    def _rest_after(self, gained: bool, retry_after: float, now: float) -> None:
        # While there is no measure, a rest lets the bucket gain what a measure needs.
        calm = 1 / self.rate if self._settled else 1.0
        if gained:
            self._pause = calm
        else:
            # A server that counts by the minute refuses all until it is over: what was needed once will be again.
            self._pause = min(max(self._pause * 2, calm, self._longest / 4), _LONGEST_PAUSE)
            self._longest = max(self._longest, self._pause)
        self._rested = max(retry_after, self._pause)
        if self._settled and self._rested * self.rate > self._burst(self.rate):
            # A small bucket is full long before the rest ends.
            sent_at, accepted_before = self._empty[-1]
            self._empty[-1] = (sent_at + self._rested - 1 / self.rate, accepted_before)
        self.rest(self._rested, now)

    def _explains(self, measure: Measure) -> bool:
        """Whether what was accepted between refusals can be all that was refilled: the bucket never ran over."""
        if measure.count < 4 or self._rested * measure.rate + 1 > self._burst(measure.rate):
            return False
        return self._hold < _LONGEST_HOLD or self._since < 2 * self._hold or measure.rate > _DOUBTED * self.rate

    def _burst(self, rate: float) -> float:
        """Requests that a bucket of this rate held when the first one was sent."""
        accepted, elapsed = self._opening
        return accepted - rate * elapsed

    def rest(self, seconds: float, now: float) -> None:
        """Send nothing for so long."""
        self._next = max(self._next, now + seconds)

    def acquit(self, now: float) -> None:
        """Take the last cut back: the rate was not the cause of the refusals."""
        self.rate = max(self.rate, self._before)
        self._hold = self._since = 0
        self._settled = False
        self._empty.clear()
        self.cut_at = now
