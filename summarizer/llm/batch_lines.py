"""The lines of a batch's files: a request a line, and what came of one a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from summarizer.errors import ModelError
from summarizer.llm.failures import meaning_of
from summarizer.llm.question import Spent
from summarizer.llm.settings import Shape

if TYPE_CHECKING:
    from summarizer.llm.tariff import Tariff

MOST_REQUESTS: Final = 50_000
"""Requests a file. Source: OpenAI's reference of ``POST /batches``."""
MOST_BYTES: Final = 200_000_000
"""Bytes a file: 200 MB, by the smaller reading of a megabyte. Source: as before."""
MOST_ID: Final = 64
"""Characters of a ``custom_id``."""
PASSING: Final = 503
"""The status of a request that got no answer for a reason that may pass, such as an expired batch."""
_FRAME: Final = 16


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one request."""

    custom_id: str
    """The request's name."""
    status: int
    """HTTP status; ``PASSING`` where the request was not worked on."""
    body: bytes
    """The answer as JSON, or the error."""
    code: str | None = None
    """Kind of the error."""


def endpoint_of(shape: Shape) -> str:
    """The address, within the server, that the requests of a batch go to."""
    return "/v1/responses" if shape is Shape.RESPONSES else "/v1/chat/completions"


def line_of(custom_id: str, endpoint: str, body: Mapping[str, object]) -> bytes:
    """One request as a line of an input file, its end included; ASCII, so that no sign in it can end a line."""
    told = {"custom_id": custom_id, "method": "POST", "url": endpoint, "body": body}
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def at_most_usd(prices: Tariff | None, body: Mapping[str, object], room: int) -> float | None:
    """Most dollars of one request: a token stands for a byte of it at least. ``None``: the price is not known."""
    if prices is None:
        return None
    sent = len(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")) + _FRAME
    return prices.at_most(input_tokens=sent, output_tokens=room)


def line_in(raw: bytes) -> Line | None:
    """A line of an output or error file; ``None`` where it is none."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("custom_id"), str):
        return None
    name, response, error = told["custom_id"], told.get("response"), told.get("error")
    if isinstance(response, dict) and isinstance(response.get("status_code"), int):
        status, body = response["status_code"], _bytes_of(response.get("body"))
        return Line(name, status, body, None if status < 300 else code_in(body))
    code = _code(error.get("code")) if isinstance(error, dict) else None
    return Line(name, PASSING, error_of(code or "no_answer"), code or "no_answer")


def code_in(body: bytes) -> str | None:
    """The code of an error in the interface's form."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = told.get("error", told) if isinstance(told, dict) else None
    return (_code(error.get("code")) or _code(error.get("type"))) if isinstance(error, dict) else None


def error_of(code: str) -> bytes:
    """An error in the interface's form."""
    return json.dumps({"error": {"code": code}}).encode()


def concerning_all(model: str, line: Line) -> ModelError | None:
    """The error that a line came back with, where every other request would end the same way."""
    if line.status < 300:
        return None
    meaning = meaning_of(model, line.status, {}, line.body)
    return meaning if isinstance(meaning, ModelError) and meaning.concerns_all else None


def spent_on_line(prices: Tariff | None, line: Line) -> Spent:
    """What a request cost: one without an answer nothing."""
    if line.status >= 300:
        return Spent(requests=1)
    from summarizer.llm.batch_price import spent_on

    told = json.loads(line.body)
    return spent_on(prices, told if isinstance(told, dict) else {})


def _bytes_of(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _code(value: object) -> str | None:
    """A code that looks like one; a server's own words may hold a letter's."""
    if isinstance(value, str) and len(value) <= 60 and value.replace("_", "").replace(".", "").isalnum():
        return value.lower()
    return None
