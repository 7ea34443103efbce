"""What a server's answers, refusals and silence teach about how many requests may be under way at once."""

from __future__ import annotations


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
        self._refused = 0
        self._agreeing = 0
        self._answers = 0
        self._hold = 100
        self._since = 0

    def accepted(self, under_way: int, full: bool) -> None:
        """Learn from a request that was answered, sent with so many under way, itself included."""
        self._accepted = max(self._accepted, under_way)
        self._answers += 1
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
        before, self._refused = self._refused, under_way
        answers, self._answers = self._answers, 0
        if under_way <= max(self._accepted, 2):
            self._accepted, self._refused, self._agreeing, self.now = 0, 0, 0, self.most
            return False
        # Such a server always refuses at the same number, give or take one that is on its way. Two refusals
        # with the same requests under way say nothing.
        if self._agreeing and answers < under_way - 1:
            return False
        self._agreeing = self._agreeing + 1 if abs(under_way - before) <= 1 else 1
        if self._agreeing < 2:
            return False
        if self._agreeing > 2:
            self._hold = min(self._hold * 2, self._LONGEST_HOLD)
        self.now = max(1, min(before, under_way) - 1)
        self._since = 0
        return True


class Turnout:
    """How many requests a server answers in time, where it takes in all and works on few.

    A small server lets requests wait in a line of its own until we give them up. What it answered while
    one waited in vain is what it can do in that time; half as many may wait from then on. Where that is more
    than were under way, the line was not what kept this one, and nothing is learned.
    """

    _FIRST_HOLD = 4
    _LONGEST_HOLD = 256

    def __init__(self, most: int) -> None:
        """``most``: what the user allows."""
        self.most = most
        """What the user allows."""
        self.now = most
        """What is allowed now."""
        self.answers = 0
        """Requests that were answered."""
        self._cut_at = 0
        self._hold = self._FIRST_HOLD // 2
        self._since = 0

    def answered(self, full: bool) -> None:
        """Learn from a request that was answered; ``full``: it had waited for a place."""
        self.answers += 1
        if self.now < self.most and full:
            self._since += 1
            if self._since > self._hold:
                self.now += 1
                self._since = 0

    def lost(self, number: int, sent: int, under_way: int, answers_before: int) -> None:
        """Learn from a request that was given up.

        Args:
            number: The request's own number.
            sent: Number of the last request sent; all up to it are one wave, and one cut.
            under_way: Requests under way when it was sent, itself included.
            answers_before: ``answers`` when it was sent.
        """
        in_time = self.answers - answers_before
        if number <= self._cut_at or in_time >= under_way:
            return
        self._cut_at = sent
        self.now = max(1, min(self.now, in_time) // 2)
        self._hold = min(self._hold * 2, self._LONGEST_HOLD)
        self._since = 0
