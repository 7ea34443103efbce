"""How often a request is tried, and how long is waited in between."""

from __future__ import annotations

import random
from collections import Counter
from typing import Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from summarizer.llm.connection import Connection
from summarizer.llm.failures import Kind, Transient

_GARBLED_ATTEMPTS: Final = 3
"""An answer that is none may pass with a proxy's hiccup; a server that keeps sending such is not asked more often."""
_UNREACHED_ATTEMPTS: Final = 3
"""A server that never answered in this run is more likely not there than busy, and someone waits."""


class Attempts:
    """How often a request was tried, and when it is enough."""

    def __init__(self, connection: Connection) -> None:
        """None was made yet."""
        self.seconds = 0.0
        """Seconds under way or waiting for the server; our own queue is not the server's fault."""
        self._connection = connection
        self._settings = connection.settings
        self._waits = connection.waits
        self._backoff = wait_exponential(multiplier=self._waits.first, max=self._waits.most)
        self._kinds: Counter[Kind] = Counter()

    @property
    def made(self) -> int:
        """Attempts that failed."""
        return self._kinds.total()

    def failed(self, failure: Transient) -> None:
        """Count an attempt that failed."""
        self._kinds[failure.kind] += 1

    def retrying(self) -> AsyncRetrying:
        """The attempts to make, one after the other, for as long as they end in ``Transient``."""
        return AsyncRetrying(retry=retry_if_exception_type(Transient), wait=self._wait, stop=self._over, reraise=True)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds to wait: at least as long as the server asks."""
        failure = _failure_in(state)
        asked = failure.retry_after
        # Each request a little later by its own little, so that they do not all come back at once.
        return (float(self._backoff(state)) if asked is None else asked) + random.uniform(0, self._waits.first)

    def _over(self, state: RetryCallState) -> bool:
        """Whether no attempt is made after this one."""
        kind = _failure_in(state).kind
        transport = self._settings.max_attempts if self._connection.reached else _UNREACHED_ATTEMPTS
        most = {Kind.TRANSPORT: transport, Kind.GARBLED: _GARBLED_ATTEMPTS}.get(kind)
        if most is not None and self._kinds[kind] >= min(most, self._settings.max_attempts):
            return True
        self.seconds += state.upcoming_sleep
        return self.seconds > self._settings.timeouts.give_up


def _failure_in(state: RetryCallState) -> Transient:
    failure = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(failure, Transient)  # nothing else is tried again
    return failure
