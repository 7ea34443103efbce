"""The connection of a run to its model: one client, one pace, one budget, one meter."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any, Final, cast

import httpx2
import instructor
import openai

from schemas.judgement import Answer
from summarizer.errors import ModelError, ModelUnreachable, RunEnding
from summarizer.llm.budget import Budget
from summarizer.llm.cache import AnswerCache, CacheError, StoredAnswer, open_cache
from summarizer.llm.cost import prices_of
from summarizer.llm.modes import mode_of, shape_for
from summarizer.llm.pace import Pace
from summarizer.llm.question import Meter
from summarizer.llm.settings import ModelSettings, Shape, check_settings, found_file
from summarizer.llm.silence import quiet

log = logging.getLogger(__name__)

_ERROR_BYTES: Final = 65_536
"""Bytes of an error's body that are read, for its code."""
_FORGIVEN_AFTER: Final = 60.0
"""Seconds after which a server that never answered is tried again."""
_ERROR_SECONDS: Final = 5.0
"""Seconds that its body may take."""


class HttpRefused(openai.OpenAIError):
    """The server answered with a status that is no success. The client passes its own errors on as they are."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Keep what ``failures.meaning_of`` needs; the body may echo the letter and is in no message."""
        super().__init__(f"status {status}")
        self.status = status
        self.headers = headers
        self.body = body


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds between attempts where the server does not say: doubling, with jitter."""

    first: float = 0.5
    """Before the second attempt."""
    most: float = 30.0
    """Never more than this."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer's model, ready for instructor."""

    model: type[Answer]
    """The model as instructor wraps it."""
    schema: str
    """Its JSON Schema, for the cache's key."""


class Connection:
    """What all questions of a run share; an async context manager.

    After an error that concerns all requests, ``stopped`` holds it, and no further request is sent. A server
    that never answered at all until one request was given up is such an error too.
    """

    def __init__(self, settings: ModelSettings, *, waits: Waits = Waits()) -> None:
        """Prepare a connection; nothing is sent.

        Raises:
            ModelMisconfigured: the key is no key, or the address is none.
        """
        check_settings(settings)
        self.settings = replace(settings, shape=shape_for(settings, found_file(settings)))
        """The settings, with the shape that is really used."""
        self.waits = waits
        """Between attempts."""
        self.prices = prices_of(settings)
        """Of the model; ``None`` where unknown."""
        self.meter = Meter()
        """What the run has cost."""
        self.budget = Budget(settings.max_cost_usd, settings.model)
        """What it may cost."""
        self.pace = Pace(settings.concurrency, settings.requests_per_minute, settings.tokens_per_minute)
        """How fast it may ask."""
        self.stopped: ModelError | None = None
        """The error after which nothing more is sent."""
        self._stopped_at = 0.0
        self.ending = False
        """Whether no letter is asked about any more but those that were asked about before."""
        self.reached = False
        """Whether the server ever answered, be it by refusing."""
        self.cache: AnswerCache | None = None
        """Answers of earlier runs, while open."""
        self.notes: list[str] = []
        """What went wrong without costing an answer, one line each, for whoever runs this to show."""
        self._client: openai.AsyncOpenAI | None = None
        self._patched: Callable[..., Any] | None = None
        self._prepared: dict[type[Answer], Prepared] = {}

    async def __aenter__(self) -> Connection:
        """Open the client and the cache."""
        with quiet():
            self._client = _client(self.settings)
        if self.settings.cache is not None:
            try:
                self.cache = open_cache(self.settings.cache)
            except CacheError as error:
                self._note(f"answers are not kept: {error}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both."""
        cache, self.cache = self.cache, None
        if cache is not None:
            cache.close()
        client, self._client = self._client, None
        if client is not None:
            with quiet():
                await client.close()

    @property
    def client(self) -> openai.AsyncOpenAI:
        """The client. Raises ``RuntimeError`` outside of ``async with``."""
        if self._client is None:
            raise RuntimeError("the connection is not open")
        return self._client

    @asynccontextmanager
    async def post(self, body: Mapping[str, object]) -> AsyncIterator[httpx2.Response]:
        """Send ``body`` and give the response before it is read; it is closed in the end, read or not.

        The client's own ``create`` looks at every part of a body for names to change, of which ours has none, and
        loads all its resources for it; that takes longer than the rest of a request.

        Raises:
            HttpRefused: a status that is no success.
            openai.OpenAIError: no response came.
        """
        path = "/responses" if self.settings.shape is Shape.RESPONSES else "/chat/completions"
        sent = await self.client.post(
            path, cast_to=httpx2.Response, body=body, stream=True, stream_cls=openai.AsyncStream[object]
        )
        # With this ``cast_to`` the client hands over the response itself; its types say otherwise.
        response = cast(httpx2.Response, sent)
        try:
            yield response
        finally:
            await response.aclose()

    def patched(self, send: Callable[..., Any]) -> Callable[..., Any]:
        """``send``, with this connection as its first argument, beneath instructor; made once."""
        if self._patched is None:
            self._patched = patched(self.settings.shape, partial(send, self))
        return self._patched

    def prepared(self, shape: type[Answer]) -> Prepared:
        """What instructor makes of an answer's model, made once: it would build a new class for every request."""
        if shape not in self._prepared:
            self._prepared[shape] = prepared(shape)
        return self._prepared[shape]

    def check(self, meter: Meter | None = None) -> None:
        """Raise what has stopped the run, if anything has; after a minute a server may be there that was not.

        ``meter`` is that of the letter to be asked about: a run that is ending asks about no further one.
        """
        if self.ending and meter is not None and not meter.spent.requests:
            raise RunEnding(self.settings.model, "the run is ending", "go on with it later")
        if isinstance(self.stopped, ModelUnreachable) and time.monotonic() > self._stopped_at + _FORGIVEN_AFTER:
            self.stopped = None
        if self.stopped is not None:
            raise fresh(self.stopped)

    def stop_for(self, error: ModelError) -> ModelError:
        """Note ``error`` where it concerns all requests; the first one stays."""
        never_reached = isinstance(error, ModelUnreachable) and not self.reached
        if (error.concerns_all or never_reached) and self.stopped is None:
            self.stopped = fresh(error)
            self._stopped_at = time.monotonic()
        return error

    def kept(self, key: str) -> StoredAnswer | None:
        """The answer kept from an earlier run; a cache that fails is given up."""
        if self.cache is not None:
            try:
                return self.cache.get(key)
            except CacheError as error:
                self._without_cache(error)
        return None

    def keep(self, key: str, stored: StoredAnswer) -> None:
        """Keep an answer; a cache that fails is given up, the answer is not."""
        if self.cache is not None:
            try:
                self.cache.put(key, stored)
            except CacheError as error:
                self._without_cache(error)

    def _note(self, line: str) -> None:
        self.notes.append(line)
        log.info("%s", line)

    def _without_cache(self, error: CacheError) -> None:
        self._note(f"answers are no longer kept: {error}")
        cache, self.cache = self.cache, None
        if cache is not None:
            cache.close()


def patched(shape: Shape, send: Callable[..., Any]) -> Callable[..., Any]:
    """``send`` beneath instructor, asking in ``shape``."""
    with quiet():
        return cast(Callable[..., Any], instructor.patch(create=send, mode=mode_of(shape)))


def prepared(shape: type[Answer]) -> Prepared:
    """What instructor makes of an answer's model, and its schema."""
    with quiet():
        return Prepared(instructor.openai_schema(shape), json.dumps(shape.model_json_schema(), sort_keys=True))


def fresh(error: ModelError) -> ModelError:
    """The same error without traceback, cause and context, which hold requests and answers."""
    return type(error)(error.model, error.what, error.remedy)


def _client(settings: ModelSettings) -> openai.AsyncOpenAI:
    """A client that leaves retries to us, follows no redirect with a letter in hand, and reads no endless error."""
    times = settings.timeouts
    timeout = openai.Timeout(connect=times.connect, read=times.silence, write=times.silence, pool=times.attempt)
    http = openai.DefaultAsyncHttpx2Client(
        timeout=timeout,
        follow_redirects=False,
        limits=httpx2.Limits(
            max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency, keepalive_expiry=30
        ),
        event_hooks={"response": [_refuse]},
    )
    return openai.AsyncOpenAI(
        # Without a key the client refuses to start; servers that need none do not look at it.
        api_key=settings.api_key or "none",
        admin_api_key="",
        base_url=settings.base_url,
        timeout=timeout,
        max_retries=0,
        http_client=http,
    )


async def _refuse(response: httpx2.Response) -> None:
    """Raise ``HttpRefused`` for a status that is no success: the client itself would read an error to its end."""
    if response.status_code < 300:
        return
    body = bytearray()
    # The status says enough where the rest does not come.
    with suppress(httpx2.HTTPError, TimeoutError):
        async with asyncio.timeout(_ERROR_SECONDS):
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) >= _ERROR_BYTES:
                    break
    raise HttpRefused(response.status_code, response.headers, bytes(body[:_ERROR_BYTES]))
