"""Limits that are stated: by the user, or by a server in the headers of its answers.

Plain arithmetic over times that are handed in (seconds of any steady clock); nothing here waits.
"""

from __future__ import annotations

import math

from summarizer.llm.headers import Allowance

# Timers fire late; up to this many seconds of lateness are made up for.
SLACK = 0.02


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
