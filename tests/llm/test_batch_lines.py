"""The lines of a batch's files, and what their requests cost."""

from __future__ import annotations

import json

import pytest

from summarizer.llm.batch_lines import (
    PASSING,
    Line,
    at_most_usd,
    code_in,
    concerning_all,
    endpoint_of,
    line_in,
    line_of,
    spent_on_line,
)
from summarizer.llm.batch_price import BatchTariff, batch_prices_of
from summarizer.llm.settings import ModelSettings, Shape
from summarizer.llm.tariff import GivenPrices, Prices
from tests.llm.asking import CANARY

PRICES = Prices(input=1.0, output=10.0, cached_input=0.5)
USED = {"usage": {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 40}}}


def told(**changes: object) -> bytes:
    line = {
        "id": "r",
        "custom_id": "imr-1",
        "response": {"status_code": 200, "request_id": "q", "body": USED},
        "error": None,
    }
    return json.dumps({**line, **changes}).encode()


def test_a_line_is_one_line_whatever_it_holds() -> None:
    body = {"messages": [{"content": "one\ntwo\u2028three\ud800"}]}
    line = line_of("imr-1", endpoint_of(Shape.TOOLS), body)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert json.loads(line) == {"custom_id": "imr-1", "method": "POST", "url": "/v1/chat/completions", "body": body}


def test_an_answer() -> None:
    line = line_in(told())
    assert line == Line("imr-1", 200, json.dumps(USED, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        (
            {"response": {"status_code": 400, "body": {"error": {"code": "too_long", "message": CANARY}}}},
            400,
            "too_long",
        ),
        ({"response": {"status_code": 500, "body": None}}, 500, None),
        ({"response": None, "error": {"code": "batch_expired", "message": CANARY}}, PASSING, "batch_expired"),
        ({"response": None, "error": None}, PASSING, "no_answer"),
        ({"response": {"status_code": "200"}}, PASSING, "no_answer"),
    ],
)
def test_what_is_no_answer(changes: dict[str, object], status: int, code: str | None) -> None:
    line = line_in(told(**changes))
    assert line is not None
    assert (line.status, line.code) == (status, code)
    assert spent_on_line(GivenPrices(PRICES), line).cost_usd == 0.0


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"custom_id": 1}', b"[" * 100_000])
def test_what_is_no_line(raw: bytes) -> None:
    assert line_in(raw) is None


@pytest.mark.parametrize("body", [b'{"error": {"code": "a letter\'s words"}}', b'{"error": "no"}', b"[]", b"{"])
def test_a_code_is_no_text(body: bytes) -> None:
    assert code_in(body) is None


def test_a_batch_costs_half() -> None:
    whole, half = GivenPrices(PRICES), BatchTariff(GivenPrices(PRICES))
    used = {"input_tokens": 100, "cached_input_tokens": 40, "output_tokens": 10}
    assert half.cost(**used) == pytest.approx(whole.cost(**used) / 2)
    assert half.at_most(input_tokens=7, output_tokens=9) == pytest.approx(
        whole.at_most(input_tokens=7, output_tokens=9) / 2
    )
    line = line_in(told())
    assert line is not None
    assert spent_on_line(half, line).cost_usd == pytest.approx(whole.cost(**used) / 2)


def test_a_price_that_is_not_known_is_none() -> None:
    assert batch_prices_of(ModelSettings(model="some-model", base_url="http://127.0.0.1:1/v1")) is None
    assert at_most_usd(None, {}, 10) is None
    line = line_in(told())
    assert line is not None
    assert spent_on_line(None, line).cost_usd is None


def test_the_most_that_a_request_costs_counts_its_bytes() -> None:
    body = {"messages": [{"content": "ä" * 1000}]}
    most = at_most_usd(GivenPrices(PRICES), body, 50)
    assert most is not None
    assert most >= (2000 * 1.0 + 50 * 10.0) / 1e6


@pytest.mark.parametrize(
    ("status", "code", "all_of_them"),
    [
        (200, None, False),
        (401, None, True),
        (429, "insufficient_quota", True),
        (429, "rate_limit_exceeded", False),
        (404, None, True),
        (400, None, False),
        (500, None, False),
    ],
)
def test_some_errors_are_everybodys(status: int, code: str | None, all_of_them: bool) -> None:
    line = Line("imr-1", status, json.dumps({"error": {"code": code}}).encode(), code)
    assert (concerning_all("some-model", line) is not None) == all_of_them
