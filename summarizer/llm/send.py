"""One request beneath instructor: sent at our pace, within the budget, counted, and tried again where that can help.

instructor sees neither a letter nor an error of transport: what can be re-asked is an answer, never a failure.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from schemas.judgement import Answer
from summarizer.errors import (
    AnswerTruncated,
    ModelError,
    RequestRefused,
    WindowExceeded,
)
from summarizer.llm.attempts import Attempts
from summarizer.llm.connection import Connection, HttpRefused, fresh
from summarizer.llm.cost import spent_for, tokens_at_most, tokens_in
from summarizer.llm.failures import Kind, Transient, meaning_of
from summarizer.llm.pace import Slot
from summarizer.llm.question import Meter, Question, Spent
from summarizer.llm.reply import Reply, parsed, reply_in, usage_in
from summarizer.llm.settings import OPENAI_BASE_URL, ModelSettings, Shape
from summarizer.llm.wire import Unsent, over_the_wire

if TYPE_CHECKING:
    from summarizer.llm.reply import Form

MARKS: Final[tuple[dict[str, object], ...]] = ({"role": "system", "content": []}, {"role": "user", "content": []})
"""What stands for the two texts while instructor works: nothing that it could render as a template, dedent, or keep in
its exceptions. ``body_of`` puts the texts in, character for character."""
_LOOK: Final = 1.0
"""Seconds between two looks whether a request that waits for its turn is still to be sent."""
_MORE_ROOM: Final = 4
"""Times the room that an answer gets after it was cut off."""
_ADVICE: Final = re.compile(r"\n\s*For further information visit https://errors\.pydantic\.dev/\S*")


@dataclass(slots=True)
class Sending:
    """A question under way: what its attempts have cost, and what came last."""

    question: Question[Answer]
    """What is asked."""
    meter: Meter
    """The letter's meter."""
    room: int
    """Tokens that an answer may take; grows where one was cut off."""
    spent: Spent = field(default_factory=Spent)
    """All attempts at this question."""
    model: str | None = None
    """Name of the model as the server gave it."""
    texts: list[str] = field(default_factory=list)
    """The answers so far, whether they validated or not; the last one comes last."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the last answer."""


async def send(connection: Connection, /, *, sending: Sending, **request: object) -> Form:
    """Send what instructor prepared and return the answer for it to validate.

    Raises:
        ModelError: there is no answer to validate. Every attempt is counted by then.
    """
    reply = await _replied(connection, sending, request)
    if reply.cut:
        _make_room(connection, sending, request)
        try:
            reply = await _replied(connection, sending, request)
        except (WindowExceeded, RequestRefused):
            reply = replace(reply, cut=True)
    if reply.cut:
        what = "the answer was cut off at its length limit, with more room too"
        raise AnswerTruncated(connection.settings.model, what, "use a model with a larger window, or allow more tokens")
    sending.model = reply.model or sending.model
    if reply.text:
        sending.texts.append(reply.text)
    return reply.form


def body_of(settings: ModelSettings, sending: Sending, request: Mapping[str, object]) -> dict[str, object]:
    """The request's body: what instructor prepared, with the texts put in and the room under the server's name."""
    body = {name: value for name, value in request.items() if name != "messages"}
    messages = [
        {"role": "system", "content": sending.question.instructions},
        {"role": "user", "content": sending.question.letter},
        *_added(request),
    ]
    if settings.temperature is not None:
        body["temperature"] = settings.temperature
    effort = settings.reasoning_effort
    if settings.shape is Shape.RESPONSES:
        body.update({"reasoning": {"effort": effort}} if effort else {})
        # The forced call says it already; a second schema would only be paid for. Nothing stays with the provider.
        body.pop("text", None)
        return {**body, "input": messages, "max_output_tokens": sending.room, "store": False}
    body.update({"reasoning_effort": effort} if effort else {})
    openai_itself = settings.base_url.rstrip("/") == OPENAI_BASE_URL
    return {**body, "messages": messages, "max_completion_tokens" if openai_itself else "max_tokens": sending.room}


def _make_room(connection: Connection, sending: Sending, request: Mapping[str, object]) -> None:
    """Give the next answer more room. Raises ``AnswerTruncated`` where the window has none."""
    room = sending.room * _MORE_ROOM
    window = connection.settings.window_tokens
    if window is not None:
        room = min(room, window - _tokens_of(sending, request))
    if room <= sending.room:
        what = "the answer was cut off, and the window has no more room"
        raise AnswerTruncated(connection.settings.model, what, "use a model with a larger window")
    sending.room = room


async def _replied(connection: Connection, sending: Sending, request: Mapping[str, object]) -> Reply:
    """The first answer that is one, after as many attempts as it takes. Raises ``ModelError``."""
    outgoing = _outgoing(connection, sending, request)
    attempts = Attempts(connection)
    try:
        async for attempt in attempts.retrying():
            with attempt:
                return await _attempt(connection, sending, outgoing, attempts)
    except Transient as failure:
        error: ModelError = failure.at_last(connection.settings.model, attempts.made)
    except ModelError as final:
        error = final
    raise fresh(connection.stop_for(error))


async def _attempt(connection: Connection, sending: Sending, outgoing: _Outgoing, attempts: Attempts) -> Reply:
    """One attempt, paid for and counted. Raises ``Transient`` or ``ModelError``."""
    try:
        told = await _exchange(connection, sending, outgoing, attempts)
        # The place is free by now: let those who wait for it send before this answer is worked on.
        await asyncio.sleep(0)
        return reply_in(told, connection.settings.shape, connection.settings.model)
    except Transient as failure:
        attempts.failed(failure)
        raise


async def _exchange(
    connection: Connection, sending: Sending, outgoing: _Outgoing, attempts: Attempts
) -> Mapping[str, object]:
    """Send when it is our turn and return the JSON of the answer; budget, pace and meters are told."""
    connection.check()
    async with (
        connection.budget.reserve(outgoing.most_usd) as reservation,
        _turn(connection, sending.meter, outgoing.tokens) as slot,
    ):
        connection.check(sending.meter)
        # What it cost is unknown until an answer says so: a provider may bill what never arrived.
        spent = Spent(requests=1, unpriced=1)
        begun = time.monotonic()
        try:
            answer, sending.headers = await over_the_wire(connection, outgoing.body)
            connection.reached = True
            told = parsed(answer)
            usage = usage_in(told)
            spent = spent_for(connection.prices, usage)
            slot.answered(sending.headers, None if usage is None else usage.input_tokens + usage.output_tokens)
        except HttpRefused as refused:
            connection.reached = True
            spent = Spent(requests=1)
            failure = meaning_of(connection.settings.model, refused.status, refused.headers, refused.body)
            if isinstance(failure, Transient) and failure.kind is Kind.LIMITED:
                slot.refused(refused.headers, failure.retry_after)
            raise failure from None
        except Unsent as unsent:
            spent = Spent()
            _report(connection, slot, unsent.failure)
            raise unsent.failure from None
        except Transient as failure:
            _report(connection, slot, failure)
            raise
        finally:
            attempts.seconds += time.monotonic() - begun
            connection.meter.add(spent)
            sending.meter.add(spent)
            sending.spent += spent
            reservation.settle(spent.cost_usd)
    return told


@asynccontextmanager
async def _turn(connection: Connection, meter: Meter, tokens: int) -> AsyncIterator[Slot]:
    """Our turn to send, waited for no longer than it takes to see that nothing is sent any more.

    Raises as ``Connection.check`` does.
    """
    slot = connection.pace.slot(tokens)
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def look() -> None:
        nonlocal timer
        try:
            connection.check(meter)
        except ModelError:
            waiting.reschedule(loop.time())
        else:
            timer = loop.call_later(_LOOK, look)

    try:
        async with asyncio.timeout(None) as waiting:
            timer = loop.call_later(_LOOK, look)
            try:
                await slot.__aenter__()
            finally:
                timer.cancel()
    except TimeoutError:
        connection.check(meter)
        raise
    try:
        yield slot
    finally:
        await slot.__aexit__(None, None, None)


def _report(connection: Connection, slot: Slot, failure: Transient | ModelError) -> None:
    """Tell the pace of a failure that a server with too much at once would cause."""
    if connection.reached and isinstance(failure, Transient) and failure.in_vain:
        slot.lost()


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A request, and what it may need at most."""

    body: dict[str, object]
    tokens: int
    """Estimate, room for the answer included."""
    most_usd: float | None
    """``None`` where the price is unknown."""


def _outgoing(connection: Connection, sending: Sending, request: Mapping[str, object]) -> _Outgoing:
    body = body_of(connection.settings, sending, request)
    most = None
    if connection.prices is not None:
        parts = _texts_of(sending, request)
        sent = sum(tokens_at_most(part) for part in parts)
        most = connection.prices.at_most(input_tokens=sent, output_tokens=sending.room)
    return _Outgoing(body, _tokens_of(sending, request) + sending.room, most)


def _tokens_of(sending: Sending, request: Mapping[str, object]) -> int:
    """Estimate of what is sent. Counting takes longer than all else here, so the part that repeats is counted once."""
    static, *rest = _texts_of(sending, request)
    return _tokens_of_static(static) + sum(tokens_in(part) for part in rest)


_tokens_of_static = lru_cache(maxsize=16)(tokens_in)


def _texts_of(sending: Sending, request: Mapping[str, object]) -> tuple[str, ...]:
    """All that a request says: what repeats between letters, the letter, and what a re-ask added."""
    schema = json.dumps({name: request.get(name) for name in ("tools", "response_format")})
    added = _added(request)
    letter = sending.question.letter
    return (sending.question.instructions + schema, letter, *((json.dumps(added),) if added else ()))


def _added(request: Mapping[str, object]) -> list[object]:
    """Messages that instructor appended for a re-ask, without the addresses that pydantic ends its errors with."""
    messages = request["messages"]
    assert isinstance(messages, list)  # instructor's own
    return [{**message, "content": _plain(message.get("content"))} for message in messages[len(MARKS) :]]


def _plain(content: object) -> object:
    return _ADVICE.sub("", content) if isinstance(content, str) else content
