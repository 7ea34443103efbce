"""A letter asked about without a connection: each request is answered from what was recorded of it, else noted.

Everything above the wire is what a synchronous run does: the same requests, checks and re-asks, in the same order.
So a letter whose answers come in rounds, as from a provider's batch, is read from its beginning in every round, and
what it still wants is the round's questions.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeVar, cast

import httpx2

from schemas.judgement import Answer
from schemas.outline import LetterOutline
from summarizer.errors import ModelError
from summarizer.llm.answer_key import key_of
from summarizer.llm.ask import ask
from summarizer.llm.batch_lines import PASSING
from summarizer.llm.batch_price import batch_prices_of
from summarizer.llm.cache import CacheError, open_cache
from summarizer.llm.connection import Connection, HttpRefused, Waits
from summarizer.llm.pace import Pace, Slot
from summarizer.llm.question import Answered, Meter, Question
from summarizer.llm.send import MARKS
from summarizer.llm.wire import Unsent

if TYPE_CHECKING:
    from types import TracebackType

    from summarizer.llm.cache import StoredAnswer
    from summarizer.llm.settings import ModelSettings

A = TypeVar("A", bound=Answer)

ATTEMPTS: Final = 3
"""Times a request is sent that fails for reasons that may pass: each takes a batch of its own."""
_AT_ONCE: Final = Waits(0.0, 0.0)
_ROOMS: Final = ("max_completion_tokens", "max_tokens", "max_output_tokens")


class NotYetAnswered(ModelError):
    """Nothing is recorded of this request yet: it is among the ``wanted`` ones."""

    code = "not_yet_answered"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came back for one request."""

    question: str
    """Key of its question, as kept answers have it."""
    status: int
    """HTTP status."""
    body: bytes
    """The answer, or the error."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that nothing is recorded of."""

    question: str
    """Key of its question, as kept answers have it."""
    identity: str
    """SHA-256, in hexadecimal, over the question, what a re-ask adds to it and the room for the answer."""
    attempt: int
    """1 for the first time that just this is sent about the letter."""
    body: Mapping[str, object]
    """What a synchronous run would send."""
    room: int
    """Tokens that the answer may take."""


class Replay(Connection):
    """Asks about one letter after the other from records, at the prices of a batch; an async context manager.

    Answers that earlier runs kept are used, and new ones are kept, as a synchronous run does.
    """

    def __init__(self, settings: ModelSettings) -> None:
        """``settings`` as for a synchronous run. Raises ``ModelMisconfigured``."""
        free = replace(
            settings, max_attempts=ATTEMPTS, max_cost_usd=None, requests_per_minute=None, tokens_per_minute=None
        )
        super().__init__(free, waits=_AT_ONCE)
        self.prices = batch_prices_of(settings)
        self.pace = _Unpaced(1)
        self.reached = True
        self.letter = Meter()
        """What the letter has cost, whenever that was."""
        self.wanted: list[Wanted] = []
        """Requests of the letter that nothing is recorded of; where there are any, its reading is not finished."""
        self._recorded: Mapping[tuple[str, int], Recorded] = {}
        self._asked: set[str] = set()
        self._sent: Counter[str] = Counter()
        self._now: Question[Answer] | None = None
        self._key = ""

    def begin(self, recorded: Mapping[tuple[str, int], Recorded]) -> None:
        """Turn to another letter; ``recorded`` is what came back for its requests, by identity and attempt."""
        self.letter, self.wanted, self.stopped = Meter(), [], None
        self._recorded, self._asked = recorded, {one.question for one in recorded.values()}
        self._sent.clear()

    async def ask(self, question: Question[A], /) -> Answered[A]:
        """The recorded answer to ``question``. Raises ``ModelError``, as ``ask.ask`` does, or ``NotYetAnswered``."""
        self._now = cast("Question[Answer]", question)
        self._key = key_of(self.settings, self._now, self.prepared(question.shape).schema)
        return await ask(self, question, self.letter)

    @asynccontextmanager
    async def post(self, body: Mapping[str, object]) -> AsyncIterator[httpx2.Response]:
        """The recorded response to ``body``; it raises what a server's answer would.

        Raises:
            Unsent: nothing is recorded of it.
            HttpRefused: the status is no success.
        """
        identity, room = self._identity(body)
        self._sent[identity] += 1
        known = self._recorded.get((identity, self._sent[identity]))
        if known is None:
            self.wanted.append(Wanted(self._key, identity, self._sent[identity], body, room))
            error = NotYetAnswered(self.settings.model, "the answer is not there yet", "go on when the batch is done")
            if self._now is not None and self._now.shape is LetterOutline:
                self.stopped = error  # what else would be asked depends on it
            raise Unsent(error)
        if known.status >= 300:
            # A server that had too much at once is asked a limited number of times, as after an error of its own.
            raise HttpRefused(PASSING if known.status == 429 else known.status, {}, known.body)
        yield httpx2.Response(200, content=known.body)

    def kept(self, key: str) -> StoredAnswer | None:
        """The answer kept from another run; this letter's own requests tell better what it cost."""
        return None if key in self._asked else super().kept(key)

    def keep(self, key: str, stored: StoredAnswer) -> None:
        """Keep an answer, unless the last word on it is still to come."""
        if not self.wanted:
            super().keep(key, stored)

    async def __aenter__(self) -> Replay:
        """Open the cache; there is no client to open."""
        if self.settings.cache is not None:
            try:
                self.cache = open_cache(self.settings.cache)
            except CacheError as error:
                self._note(f"answers are not kept: {error}")
        return self

    def _identity(self, body: Mapping[str, object]) -> tuple[str, int]:
        """What tells a request from all others about the letter, and the room for its answer.

        Not the body itself: another release of a library may write the same question in another way.
        """
        messages = body.get("messages", body.get("input"))
        assert isinstance(messages, list)  # ``body_of`` made it
        room = next((value for name in _ROOMS if isinstance(value := body.get(name), int)), 0)
        parts = (self._key, messages[len(MARKS) :], room)
        return sha256(json.dumps(parts, ensure_ascii=True, sort_keys=True).encode("ascii")).hexdigest(), room


class _Unpaced(Pace):
    """Nothing is sent, so nothing waits."""

    def slot(self, tokens: int) -> Slot:
        return _FreeSlot(self, tokens)


class _FreeSlot(Slot):
    """A place that is always there."""

    __slots__ = ()

    def __init__(self, pace: Pace, tokens: int) -> None:
        super().__init__(pace, tokens)
        self._reported = True  # nobody learns from what was recorded long ago

    async def __aenter__(self) -> Slot:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None
