"""One call to a provider's batch interface: tried as often as it takes, its errors typed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import httpx2
import openai

from summarizer.errors import FileGone, ModelError, NoBatchInterface, QueueFull, UnknownModel
from summarizer.llm.attempts import Attempts
from summarizer.llm.batch_lines import code_in
from summarizer.llm.connection import Connection, HttpRefused, fresh
from summarizer.llm.failures import Kind, Transient, meaning_of
from summarizer.llm.settings import shown_server
from summarizer.llm.silence import quiet

T = TypeVar("T")

QUEUE_FULL: Final = frozenset({"token_limit_exceeded", "enqueued_token_limit_exceeded", "batch_queue_full"})
"""Codes that say that too much waits already. Source: openai-python, issue 2084."""
_NO_INTERFACE: Final = frozenset({404, 405, 501})


async def called(connection: Connection, once: Callable[[], Awaitable[T]]) -> T:
    """The answer of a call, tried as often as it takes. Raises ``ModelError``, which holds nothing of a request."""
    attempts = Attempts(connection)
    try:
        async for attempt in attempts.retrying():
            with attempt:
                try:
                    return await _typed(connection, once)
                except Transient as failure:
                    attempts.failed(failure)
                    raise
    except Transient as failure:
        error: ModelError = failure.at_last(connection.settings.model, attempts.made)
    except ModelError as final:
        error = final
    raise fresh(error)


async def _typed(connection: Connection, once: Callable[[], Awaitable[T]]) -> T:
    """One attempt. Raises ``Transient`` or ``ModelError``."""
    failure: Transient | ModelError
    try:
        with quiet():
            answer = await once()
        connection.reached = True
        return answer
    except HttpRefused as refused:
        connection.reached = True
        failure = _meaning(connection, refused)
    except openai.APIConnectionError:
        failure = Transient(Kind.TRANSPORT, f"no answer from {shown_server(connection.settings)}")
    except httpx2.HTTPError:
        failure = Transient(Kind.TRANSPORT, "the connection broke off within the answer")
    except (openai.OpenAIError, ValueError, TypeError, AttributeError):
        failure = Transient(Kind.GARBLED, "the server's answer is none of the batch interface")
    # Outside of any handler, so that no request hangs on it.
    raise failure


def _meaning(connection: Connection, refused: HttpRefused) -> Transient | ModelError:
    """What a status means for a file or a batch."""
    model = connection.settings.model
    code = code_in(refused.body)
    if code in QUEUE_FULL:
        return QueueFull(model, "too many tokens wait in batches already", "go on when other batches are done")
    meaning = meaning_of(model, refused.status, refused.headers, refused.body)
    if refused.status in _NO_INTERFACE or isinstance(meaning, UnknownModel):
        if _speaks_of_a_thing(refused.body):
            return FileGone(model, f"the server answered {refused.status}", "it may have been deleted there")
        return NoBatchInterface(
            model,
            f"{shown_server(connection.settings)} takes no batches (it answered {refused.status})",
            "leave --batch out, or use a provider that has a batch interface",
        )
    return meaning


def _speaks_of_a_thing(body: bytes) -> bool:
    """Whether a 404 is about one file or batch, and not about the address."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    error = told.get("error") if isinstance(told, dict) else None
    return isinstance(error, dict) and bool(error.get("param") or error.get("code"))
