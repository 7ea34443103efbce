"""A question asked, re-asked where the answer does not hold, and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

from instructor.core import InstructorRetryException
from pydantic import ValidationError

from schemas.judgement import Answer
from summarizer.errors import AnswerUnusable, ModelError
from summarizer.llm.answer_key import key_of
from summarizer.llm.cache import StoredAnswer
from summarizer.llm.connection import Connection, fresh, patched, prepared
from summarizer.llm.modes import shape_for
from summarizer.llm.question import Answered, Meter, Question, Spent
from summarizer.llm.send import MARKS, Sending, body_of, send
from summarizer.llm.settings import ModelSettings, found_file
from summarizer.llm.silence import quiet

A = TypeVar("A", bound=Answer)


async def ask(connection: Connection, question: Question[A], meter: Meter) -> Answered[A]:
    """The answer to ``question``: an earlier run's, else the model's. ``meter`` counts every attempt, failed or not.

    Raises:
        ModelError: there is no usable answer. It holds nothing of the letter, the answers or the key, and neither
            do its cause, context and traceback.
    """
    schema = connection.prepared(question.shape).schema
    key = (
        key_of(connection.settings, cast("Question[Answer]", question), schema) if connection.cache is not None else ""
    )
    kept = connection.kept(key)
    if kept is not None:
        # Objections to it shall not count for a new answer.
        value = _held(replace(question, context=_anew(question.context)), kept.answer, connection.settings.max_reasks)
        if value is not None:
            meter.save(kept)
            return Answered(value, kept.model, Spent(), from_cache=True)
    connection.check()
    sending = sending_of(connection.settings, question, meter)
    answer = await answered(connection, question, sending)
    if isinstance(answer, ModelError):
        # Outside of any handler, and anew, so that nothing hangs on it.
        raise fresh(answer)
    model = sending.model or connection.settings.model
    spent = sending.spent
    if connection.cache is not None and answer.whole:
        stored = StoredAnswer(
            model,
            question.prompt,
            answer.value.model_dump_json(),
            spent.input_tokens,
            spent.cached_input_tokens,
            spent.output_tokens,
            spent.cost_usd,
        )
        connection.keep(key, stored)
    return Answered(answer.value, model, spent, whole=answer.whole)


async def request_of(settings: ModelSettings, question: Question[Answer]) -> dict[str, object]:
    """The exact body that ``ask`` would send first, made on the very same way; nothing is sent, no key is needed."""
    sending = sending_of(settings, question, Meter())
    bodies: list[dict[str, object]] = []
    settings = replace(settings, shape=shape_for(settings, found_file(settings)))

    async def capture(**request: object) -> None:
        request.pop("sending")
        bodies.append(body_of(settings, sending, request))
        raise _Captured

    with quiet():
        create = patched(settings.shape, capture)
        with suppress(InstructorRetryException):
            await create(**_arguments(settings, question, sending, prepared(question.shape).model))
    return bodies[0]


def sending_of(settings: ModelSettings, question: Question[A], meter: Meter) -> Sending:
    """``question``, ready to be sent."""
    return Sending(cast("Question[Answer]", question), meter, settings.max_output_tokens or question.room)


class _Captured(Exception):
    """The request is known and need not be sent."""


@dataclass(frozen=True, slots=True)
class Held(Generic[A]):
    """What of a model's answers holds."""

    value: A
    """The validated answer."""
    whole: bool = True
    """Whether it is one answer as it came; else parts of it were left out."""


async def answered(connection: Connection, question: Question[A], sending: Sending) -> Held[A] | ModelError:
    """What holds of the answers, or why nothing does: instructor's exceptions hold requests and answers and end here.

    Whatever ended the asking, be it a failure of a re-ask or the limit of dollars: what was answered before it is
    paid for and is looked at once more.
    """
    settings = connection.settings
    create = connection.patched(send)
    with quiet():
        try:
            value = await create(**_arguments(settings, question, sending, connection.prepared(question.shape).model))
        except InstructorRetryException as failure:
            cause = failure.__cause__
        else:
            return Held(_plain(question.shape, value))
    held = _last_look(question, sending.texts)
    if held is not None:
        return held
    if isinstance(cause, ModelError):
        return cause
    what = f"the answer does not hold against the letter, after {settings.max_reasks} re-asks too"
    if not isinstance(cause, ValueError):
        what = f"the answer could not be checked ({type(cause).__name__})"
    return AnswerUnusable(settings.model, what, "use another model, or the rules alone")


def _arguments(settings: ModelSettings, question: Question[A], sending: Sending, model: type[Answer]) -> dict[str, Any]:
    """What instructor is called with; it does not see the texts."""
    return {
        "response_model": model,
        "context": dict(question.context),
        "max_retries": settings.max_reasks,
        # "3" for 3 is understood: asking again would cost more than it is worth.
        "strict": False,
        "model": settings.model,
        "messages": [dict(mark) for mark in MARKS],
        "sending": sending,
    }


def _last_look(question: Question[A], answers: Sequence[str]) -> Held[A] | None:
    """The newest answer that can stand now that nothing more is asked, else what holds of the newest one."""
    for answer in reversed(answers):
        # What was objected to once may stand the second time.
        value = _held(question, answer, 2)
        if value is not None:
            return Held(value)
    for answer in reversed(answers):
        value = question.shape.salvaged(answer, question.context)
        if value is not None:
            return Held(value, whole=False)
    return None


@runtime_checkable
class _Remembers(Protocol):
    """What validators were given and may have objected with."""

    def anew(self) -> object:
        """The same, nothing objected to yet."""


def _anew(context: Mapping[str, object]) -> dict[str, object]:
    return {name: part.anew() if isinstance(part, _Remembers) else part for name, part in context.items()}


def _held(question: Question[A], answer: str, objections: int) -> A | None:
    """``answer`` where it validates; a validator may object to something once and then be content."""
    for _ in range(objections + 1):
        try:
            return question.shape.model_validate_json(answer, context=dict(question.context), strict=False)
        except ValidationError:
            continue
    return None


def _plain(shape: type[A], value: Answer) -> A:
    """``value`` as an instance of its own class: instructor's cannot be pickled and holds the whole response."""
    fields = {name: getattr(value, name) for name in shape.model_fields}
    return cast(A, shape.model_construct(_fields_set=set(value.model_fields_set), **fields))
