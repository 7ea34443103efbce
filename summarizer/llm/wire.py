"""One request over the wire and the whole answer to it, or why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx2
import openai

from summarizer.errors import ModelError, ModelMisconfigured
from summarizer.llm.connection import Connection
from summarizer.llm.failures import Kind, Transient
from summarizer.llm.settings import ModelSettings, shown_server

_NOT_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_NEVER_SENT: Final = (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)


async def over_the_wire(connection: Connection, body: Mapping[str, object]) -> tuple[bytes, Mapping[str, str]]:
    """The whole body of a successful answer, and its headers.

    Raises:
        HttpRefused: another status.
        Transient: no answer, or only a part of it.
        Unsent: the request never left.
    """
    settings = connection.settings
    failure: Transient | Unsent
    received = bytearray()
    try:
        async with asyncio.timeout(settings.timeouts.attempt), connection.post(body) as incoming:
            async for piece in incoming.aiter_bytes():
                received += piece
                if len(received) > settings.max_answer_bytes:
                    what = f"the server's answer is longer than {settings.max_answer_bytes} bytes"
                    raise Transient(Kind.GARBLED, what)
            return bytes(received), incoming.headers
    except TimeoutError:
        failure = _in_vain(f"no whole answer within {settings.timeouts.attempt:g} seconds")
    except httpx2.TimeoutException:
        failure = _in_vain(f"the server fell silent for {settings.timeouts.silence:g} seconds")
    except httpx2.HTTPError:
        failure = Transient(Kind.TRANSPORT, "the connection broke off within the answer")
    except openai.APIConnectionError as error:
        failure = _without_answer(settings, error.__cause__)
    # Outside of any handler, so that no request hangs on it.
    raise failure


def _without_answer(settings: ModelSettings, cause: BaseException | None) -> Transient | Unsent:
    """Why no answer began, in our words."""
    if isinstance(cause, _NEVER_SENT):
        what = "the request cannot be sent as it is"
        return Unsent(ModelMisconfigured(settings.model, what, "check OPENAI_BASE_URL and OPENAI_API_KEY"))
    if isinstance(cause, _NOT_SENT):
        return Unsent(_in_vain(f"no connection to {shown_server(settings)}"))
    if isinstance(cause, httpx2.TimeoutException):
        return _in_vain(f"the server was silent for {settings.timeouts.silence:g} seconds")
    return Transient(Kind.TRANSPORT, "the connection broke off before the answer")


def _in_vain(what: str) -> Transient:
    return Transient(Kind.TRANSPORT, what, in_vain=True)


class Unsent(Exception):
    """The request never left, so that it can have cost nothing."""

    def __init__(self, failure: Transient | ModelError) -> None:
        """``failure``: why."""
        super().__init__()
        self.failure = failure
