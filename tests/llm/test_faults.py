"""Every way in which a server can fail, against a real one on loopback, each with its outcome."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from summarizer.errors import ModelError
from summarizer.llm.question import Answered
from summarizer.llm.settings import Shape, Timeouts
from tests.llm.asking import CANARY, KEY, LETTER, PATIENT, QUICK, Unpaced, asked, settings_for
from tests.llm.server import Fault, Step, closed_port, serving

GOOD = Step({"at": 1})
ECHO = {"message": f"{CANARY} {KEY}", "type": "Some Free Text", "code": "some_code"}
"""An error that tells everything it has heard."""
UNKNOWN = None
PAID = (60 * 1.0 + 40 * 0.5 + 10 * 10.0) / 1e6
"""Dollars of one answer of the server at the tests' prices."""


def soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)


@dataclass(frozen=True)
class Case:
    """A row of the table."""

    name: str
    steps: tuple[Step, ...]
    outcome: str
    requests: int
    cost: float | None
    """Dollars, ``None`` where an attempt's cost is unknown."""
    says: str = ""
    """Words of the error's message."""

    @property
    def timeouts(self) -> Timeouts:
        """Short only where the server falls silent: a slow machine is no fault."""
        silent = {Fault.SILENT, Fault.STALLED_BODY, Fault.DRIP}
        return QUICK if silent & {step.fault for step in self.steps} else PATIENT


def status(number: int, headers: dict[str, str] | None = None, **error: Any) -> Step:
    return Step(status=number, headers=headers or {}, error={**ECHO, **error})


TABLE = [
    # name, what the server does, outcome, requests, dollars, words
    Case("all well", (GOOD,), "answered", 1, PAID),
    Case("429", (status(429), GOOD), "answered", 2, PAID),
    Case("429, seconds", (status(429, {"retry-after": "0.2"}), GOOD), "answered", 2, PAID),
    Case("429, milliseconds", (status(429, {"retry-after-ms": "200"}), GOOD), "answered", 2, PAID),
    Case("429, for an hour", (status(429, {"retry-after": "3600"}),), "ModelUnreachable", 1, 0.0, "answered 429"),
    Case("429, no credit", (status(429, code="insufficient_quota"),), "KeyRefused", 1, 0.0, "no credit"),
    Case("500", (status(500), GOOD), "answered", 2, PAID),
    Case("502", (status(502), GOOD), "answered", 2, PAID),
    Case("503", (status(503), GOOD), "answered", 2, PAID),
    Case("503 to the end", (status(503),), "ModelUnreachable", 3, 0.0, "answered 503 (code=some_code) (tried 3 times)"),
    Case("408", (status(408), GOOD), "answered", 2, PAID),
    Case("409", (status(409), GOOD), "answered", 2, PAID),
    Case("silent", (Step(fault=Fault.SILENT), GOOD), "answered", 2, UNKNOWN),
    Case("silent to the end", (Step(fault=Fault.SILENT),), "ModelUnreachable", 3, UNKNOWN, "silent for 0.15 seconds"),
    Case("stalls in the body", (Step({"at": 1}, fault=Fault.STALLED_BODY), GOOD), "answered", 2, UNKNOWN),
    Case("stalls to the end", (Step(fault=Fault.STALLED_BODY),), "ModelUnreachable", 3, UNKNOWN, "fell silent"),
    Case("reset", (Step(fault=Fault.RESET), GOOD), "answered", 2, UNKNOWN),
    Case("reset to the end", (Step(fault=Fault.RESET),), "ModelUnreachable", 3, UNKNOWN, "broke off before"),
    Case("half a body", (Step({"at": 1}, fault=Fault.HALF_BODY), GOOD), "answered", 2, UNKNOWN),
    Case("half to the end", (Step(fault=Fault.HALF_BODY),), "ModelUnreachable", 3, UNKNOWN, "broke off within"),
    Case("half a JSON", (Step({"at": 1}, fault=Fault.HALF_JSON), GOOD), "answered", 2, UNKNOWN),
    Case("half a JSON to the end", (Step(fault=Fault.HALF_JSON),), "AnswerUnusable", 3, UNKNOWN, "not whole JSON"),
    Case("a list", (Step(raw=b"[1]"), GOOD), "answered", 2, UNKNOWN),
    Case("nested without end", (Step(raw=b"[" * 200_000),), "AnswerUnusable", 3, UNKNOWN, "not whole JSON"),
    Case("an error with 200", (Step(raw=b'{"error": {"code": 502}}'), GOOD), "answered", 2, UNKNOWN),
    Case("strange types", (Step(raw=b'{"choices": {"0": 1}, "usage": []}'), GOOD), "answered", 2, UNKNOWN),
    Case("no choices", (Step(choices=False), GOOD), "answered", 2, 2 * PAID),
    Case("no choices to the end", (Step(choices=False),), "AnswerUnusable", 3, 3 * PAID, "no choice"),
    Case("half an answer", (Step('{"at": '), GOOD), "answered", 2, 2 * PAID),
    Case("half an answer to the end", (Step('{"at": '),), "AnswerUnusable", 3, 3 * PAID, "does not hold"),
    Case("wrong shape", (Step({"somewhere": CANARY}), GOOD), "answered", 2, 2 * PAID),
    Case("wrong shape to the end", (Step({"somewhere": CANARY}),), "AnswerUnusable", 3, 3 * PAID, "does not hold"),
    Case("wrong number", (Step({"at": 77}), GOOD), "answered", 2, 2 * PAID),
    Case("wrong number to the end", (Step({"at": 77}),), "AnswerUnusable", 3, 3 * PAID, "does not hold"),
    Case("objected to once", (Step({"at": 2}),), "answered", 2, 2 * PAID),
    Case("objected to at the end", (Step({"at": 77}), Step({"at": 78}), Step({"at": 2})), "answered", 3, 3 * PAID),
    Case("no call, JSON in the message", (Step({"at": 1}, call=False),), "answered", 1, PAID),
    Case("no call, chat", (Step("Sure, happy to help!", call=False), GOOD), "answered", 2, 2 * PAID),
    Case("refusal", (Step(refusal=f"No: {CANARY}"),), "AnswerRefused", 1, PAID, "the model refuses"),
    Case("content filter", (Step({"at": 1}, finish="content_filter"),), "AnswerRefused", 1, PAID, "content filter"),
    Case("content filter, 400", (status(400, code="content_filter"),), "AnswerRefused", 1, 0.0, "content filter"),
    Case("cut off", (Step('{"at', finish="length"), GOOD), "answered", 2, 2 * PAID),
    Case("cut off twice", (Step('{"at', finish="length"),), "AnswerTruncated", 2, 2 * PAID, "more room"),
    Case("cut off, then too long", (Step("", finish="length"), status(400)), "AnswerTruncated", 2, PAID, "more room"),
    Case("400", (status(400),), "RequestRefused", 1, 0.0, "answered 400 (code=some_code)"),
    Case("window, OpenAI", (status(400, code="context_length_exceeded"),), "WindowExceeded", 1, 0.0),
    Case("window, vLLM", (status(400, message="This model's maximum context length is 9"),), "WindowExceeded", 1, 0.0),
    Case("window, llama.cpp", (status(400, message="exceeds the available context size"),), "WindowExceeded", 1, 0.0),
    Case("401", (status(401),), "KeyRefused", 1, 0.0, "answered 401"),
    Case("403", (status(403),), "KeyRefused", 1, 0.0, "answered 403"),
    Case("403, flagged", (status(403, message="Your input was flagged"),), "AnswerRefused", 1, 0.0),
    Case("404", (status(404),), "UnknownModel", 1, 0.0, "check --model"),
    Case("redirect", (status(307, {"location": "http://127.0.0.1:9/"}),), "RequestRefused", 1, 0.0, "answered 307"),
    Case("50 MB", (Step(raw=b" " * 50_000_000),), "AnswerUnusable", 3, UNKNOWN, "longer than 4000000 bytes"),
    Case("50 MB of error", (Step(status=500, raw=b" " * 50_000_000),), "ModelUnreachable", 3, 0.0, "answered 500"),
    Case("one byte a second", (Step(fault=Fault.DRIP),), "ModelUnreachable", 3, UNKNOWN, "fell silent"),
    Case("no usage", (Step({"at": 1}, usage=None),), "answered", 1, UNKNOWN),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_each_fault_has_its_outcome(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with serving(*case.steps) as server:
        outcome = asked(settings_for(server.url, timeouts=case.timeouts))

    assert (outcome.name, server.count) == (case.outcome, case.requests)
    assert outcome.letter.spent == outcome.run.spent
    assert outcome.letter.spent.requests == case.requests
    assert outcome.letter.spent.cost_usd == (case.cost if case.cost is None else pytest.approx(case.cost))
    if isinstance(outcome.answer, Answered):
        assert outcome.answer.value.at in {1, 2}
        assert outcome.answer.spent == outcome.letter.spent
    else:
        assert case.says in str(outcome.answer)
        assert_tells_nothing(outcome.answer)
    for body in server.bodies:
        assert [message["content"] for message in body["messages"][:2]][1] == LETTER
        added = str(body["messages"][2:])
        assert not any(word in added for word in ("429", "50", "Retry", "connection", "some_code", "timed out"))
    assert CANARY not in caplog.text
    assert KEY not in caplog.text


def assert_tells_nothing(error: ModelError) -> None:
    told = [str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
    assert not [text for text in told if CANARY in text or KEY in text]
    assert error.__cause__ is None
    assert error.__context__ is None
    frame, files = error.__traceback__, []
    while frame is not None:
        files.append(frame.tb_frame.f_code.co_filename)
        frame = frame.tb_next
    assert not [file for file in files if "site-packages" in file]


def test_429_with_a_date_is_waited_for() -> None:
    with serving(status(429, {"retry-after": soon()}), GOOD) as server:
        outcome = asked(settings_for(server.url))
        waited = server.seen[1].at - server.seen[0].at

    assert outcome.name == "answered"
    assert waited > 0.0005  # a date has whole seconds; how long that is hangs on the moment


def test_seconds_are_waited_for() -> None:
    with serving(status(503, {"retry-after": "0.3"}), GOOD) as server:
        asked(settings_for(server.url))
        waited = server.seen[1].at - server.seen[0].at

    assert waited >= 0.3


def test_429_is_tried_longer_than_other_failures() -> None:
    with serving(*[status(429, {"retry-after": "0"})] * 8, GOOD) as server:
        outcome = asked(settings_for(server.url), pace=Unpaced())

    assert (outcome.name, server.count) == ("answered", 9)


def test_a_server_that_is_not_there() -> None:
    outcome = asked(settings_for(f"http://127.0.0.1:{closed_port()}/v1"))

    assert outcome.name == "ModelUnreachable"
    assert "no connection to 127.0.0.1:" in str(outcome.answer)
    assert outcome.letter.spent.requests == 0
    assert outcome.letter.spent.cost_usd == 0.0
    assert isinstance(outcome.answer, ModelError)
    assert_tells_nothing(outcome.answer)


@pytest.mark.parametrize(
    ("steps", "name", "requests"),
    [
        ((GOOD,), "answered", 1),
        ((Step({"at": 77}), GOOD), "answered", 2),
        ((Step(refusal="no"),), "AnswerRefused", 1),
        ((Step(finish="content_filter"),), "AnswerRefused", 1),
        ((Step('{"at', finish="length"), GOOD), "answered", 2),
        ((Step('{"at', finish="length"),), "AnswerTruncated", 2),
        ((Step(choices=False),), "AnswerUnusable", 3),
        ((Step("chat", call=False), GOOD), "answered", 2),
        ((status(404),), "UnknownModel", 1),
    ],
)
@pytest.mark.parametrize("shape", [Shape.JSON_SCHEMA, Shape.RESPONSES])
def test_the_other_shapes_fail_alike(shape: Shape, steps: tuple[Step, ...], name: str, requests: int) -> None:
    with serving(*steps) as server:
        outcome = asked(settings_for(server.url, shape=shape))

    assert (outcome.name, server.count) == (name, requests)


def test_after_an_error_that_concerns_all_nothing_is_sent() -> None:
    with serving(status(401)) as server:
        outcome = asked(settings_for(server.url), times=3)

    assert server.count == 1
    assert [type(answer).__name__ for answer in outcome.answers] == ["KeyRefused"] * 3
    assert len(set(map(id, outcome.answers))) == 3


def test_after_an_error_of_one_letter_the_next_is_sent() -> None:
    with serving(status(400), GOOD) as server:
        outcome = asked(settings_for(server.url), times=2)

    assert [type(answer).__name__ for answer in outcome.answers] == ["RequestRefused", "Answered"]
    assert server.count == 2


def test_a_server_that_never_answered_is_given_up_for_the_whole_run() -> None:
    with serving(Step(fault=Fault.RESET)) as server:
        outcome = asked(settings_for(server.url), times=3)

    assert [type(answer).__name__ for answer in outcome.answers] == ["ModelUnreachable"] * 3
    assert server.count == 3  # the attempts at the first letter


def test_a_server_that_answered_before_is_asked_again() -> None:
    with serving(GOOD, *[Step(fault=Fault.RESET)] * 3, GOOD) as server:
        outcome = asked(settings_for(server.url), times=3)

    assert [type(answer).__name__ for answer in outcome.answers] == ["Answered", "ModelUnreachable", "Answered"]
