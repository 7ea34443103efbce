"""An answer as it came over the wire: whether it is one, what it used, and the form that instructor reads.

Servers that call themselves compatible differ: only what is needed is read, and each part is held against its
type first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from summarizer.errors import AnswerRefused
from summarizer.llm.failures import Kind, Transient
from summarizer.llm.settings import Shape

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response

    Form: TypeAlias = ChatCompletion | Response

_MOST_TOKENS: Final = 10**9
"""Counts above it are no counts."""
_REFUSED: Final = "read this letter yourself, or use another model"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them."""

    input_tokens: int
    """Sent, cached ones included."""
    cached_input_tokens: int
    """Sent and found in the provider's cache."""
    output_tokens: int
    """Received, thinking included."""
    cache_write_tokens: int = 0
    """Sent and written to the provider's cache, where it counts them: some charge more for these."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of the interface."""

    model: str | None
    """Name of the model as the server gives it."""
    usage: Usage | None
    """``None`` where the server does not say."""
    cut: bool
    """Whether it ended at its length limit."""
    text: str | None
    """The answer: arguments of the tool call, or the message; ``None`` where the model answered something else."""
    form: Form
    """What instructor reads it from; without usage, since instructor would write sums into it."""


def parsed(body: bytes) -> dict[str, object]:
    """The JSON object in ``body``. Raises ``Transient`` where there is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Transient(Kind.GARBLED, "the server's answer is not whole JSON")
    return told


def usage_in(told: Mapping[str, object]) -> Usage | None:
    """What the server says that an answer used."""
    usage = _map(told.get("usage"))
    sent, received = (
        _count(usage.get("prompt_tokens", usage.get("input_tokens"))),
        _count(usage.get("completion_tokens", usage.get("output_tokens"))),
    )
    if sent is None or received is None:
        return None
    details = _map(usage.get("prompt_tokens_details", usage.get("input_tokens_details")))
    cached, written = (_count(details.get(name)) or 0 for name in ("cached_tokens", "cache_write_tokens"))
    return Usage(sent, min(sent, cached), received, min(sent, written))


def reply_in(told: Mapping[str, object], shape: Shape, model: str) -> Reply:
    """The answer in a body.

    Raises:
        AnswerRefused: the model refused, or a content filter stopped it.
        Transient: there is no answer in it.
    """
    error = told.get("error")
    if error:
        raise Transient(Kind.GARBLED, "the server answered 200 with an error in it")
    return _of_responses(told, model) if shape is Shape.RESPONSES else _of_chat(told, shape, model)


def _of_chat(told: Mapping[str, object], shape: Shape, model: str) -> Reply:
    from openai.types.chat import ChatCompletion

    choice = _map(next(iter(_list(told.get("choices"))), None))
    message = _map(choice.get("message"))
    if not message:
        raise Transient(Kind.GARBLED, "the server's answer holds no choice")
    why = choice.get("finish_reason")
    _not_refused(model, filtered=why == "content_filter", refused=bool(message.get("refusal")))
    content = message.get("content")
    said = _clean(_strict(content)) if isinstance(content, str) else None
    calls = [_map(_map(call).get("function")) for call in _list(message.get("tool_calls"))]
    if shape is Shape.TOOLS and not calls and said and said.lstrip().startswith("{"):
        # Some servers let the arguments of a forced call stand in the message.
        calls, said = [{"arguments": said}], None
    # Of several calls the first is read, as instructor does, and the others are not told of in a re-ask.
    arguments = _arguments(calls[0]) if calls else None
    name = _text(calls[0].get("name")) if calls else None
    function = {"name": name or "answer", "arguments": arguments or ""}
    tool_calls = [{"id": "call_1", "type": "function", "function": function}]
    form = ChatCompletion.construct(
        id="",
        object="chat.completion",
        created=0,
        model="",
        choices=[
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": said, "tool_calls": tool_calls if calls else None},
            }
        ],
    )
    return Reply(_text(told.get("model")), usage_in(told), why == "length", arguments if calls else said, form)


def _of_responses(told: Mapping[str, object], model: str) -> Reply:
    from openai.types.responses import Response

    output = [_map(item) for item in _list(told.get("output"))]
    why = _map(told.get("incomplete_details")).get("reason")
    if not output and told.get("status") != "incomplete":
        raise Transient(Kind.GARBLED, "the server's answer holds no output")
    parts = [_map(part) for item in output for part in _list(item.get("content"))]
    refused = any(part.get("type") == "refusal" for part in parts)
    _not_refused(model, filtered=why == "content_filter", refused=refused)
    calls = [item for item in output if item.get("type") == "function_call"]
    arguments = _arguments(calls[0]) if calls else None
    name = _text(calls[0].get("name")) if calls else None
    call = {
        "type": "function_call",
        "call_id": "call_1",
        "name": name or "answer",
        "arguments": arguments or "",
    }
    form = Response.construct(id="", object="response", model="", output=[call] if calls else [])
    cut = why == "max_output_tokens"
    return Reply(_text(told.get("model")), usage_in(told), cut, arguments, form)


def _not_refused(model: str, *, filtered: bool, refused: bool) -> None:
    if filtered:
        raise AnswerRefused(model, "a content filter stopped the answer", _REFUSED)
    if refused:
        raise AnswerRefused(model, "the model refuses to answer", _REFUSED)


def _arguments(call: Mapping[str, object]) -> str:
    """Arguments of a call as JSON; some servers give the object itself."""
    arguments = call.get("arguments")
    return _clean(_strict(arguments) if isinstance(arguments, str) else json.dumps(arguments))


def _strict(told: str) -> str:
    """JSON with its strings' line breaks written as JSON wants them, which small models do not; else ``told``."""
    if told.isprintable():
        return told
    try:
        return json.dumps(json.loads(told, strict=False), ensure_ascii=False)
    except ValueError:
        return told


def _clean(text: str) -> str:
    """``text`` without lone surrogates, which JSON can hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _map(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _text(value: object) -> str | None:
    return _clean(value)[:200] if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS else None
