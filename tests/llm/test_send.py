"""Room, money, places and counts around one request."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import cast

import pytest

from summarizer.errors import BudgetReached, ModelError, ModelUnreachable
from summarizer.llm.ask import ask
from summarizer.llm.connection import Connection
from summarizer.llm.failures import Transient, meaning_of, retry_after
from summarizer.llm.pace import Pace
from summarizer.llm.question import Answered, Meter
from summarizer.llm.settings import Timeouts
from tests.llm.asking import QUICK, WAITS, Cited, Unpaced, asked, question, settings_for
from tests.llm.server import Bucket, Fault, Server, Step, closed_port, serving

GOOD = Step({"at": 1})
CUT = Step('{"at', finish="length")
NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


async def many(connection: Connection, count: int) -> list[Answered[Cited] | BaseException]:
    tasks = [ask(connection, question(f"letter {number}"), Meter()) for number in range(count)]
    return await asyncio.gather(*tasks, return_exceptions=True)


def run_many(server: Server, count: int, **given: object) -> tuple[list[Answered[Cited] | BaseException], Connection]:
    async def run() -> tuple[list[Answered[Cited] | BaseException], Connection]:
        async with Connection(settings_for(server.url, **given), waits=WAITS) as connection:
            return await many(connection, count), connection

    return asyncio.run(run())


def test_a_cut_answer_gets_four_times_the_room() -> None:
    with serving(CUT, GOOD) as server:
        asked(settings_for(server.url))

    assert [body["max_tokens"] for body in server.bodies] == [200, 800]


def test_the_room_stays_for_a_re_ask() -> None:
    with serving(CUT, Step({"at": 77}), GOOD) as server:
        asked(settings_for(server.url))

    assert [body["max_tokens"] for body in server.bodies] == [200, 800, 800]


def test_the_room_ends_at_the_window() -> None:
    with serving(CUT, GOOD) as server:
        outcome = asked(settings_for(server.url, window_tokens=600))
    with serving(CUT, GOOD) as full:
        truncated = asked(settings_for(full.url, window_tokens=250))

    assert outcome.name == "answered"
    assert 200 < server.bodies[1]["max_tokens"] < 600
    assert (truncated.name, full.count) == ("AnswerTruncated", 1)


def test_without_prices_a_cost_is_unknown_and_tokens_are_counted() -> None:
    with serving(GOOD) as server:
        spent = asked(settings_for(server.url, prices=None)).letter.spent

    assert (spent.requests, spent.input_tokens, spent.cached_input_tokens, spent.output_tokens) == (1, 100, 40, 10)
    assert spent.cost_usd is None


def test_what_a_request_lost_on_its_way_may_have_cost_stays_spent() -> None:
    with serving(Step(fault=Fault.RESET), GOOD) as server:
        lost = asked(settings_for(server.url, max_cost_usd=1.0))
    with serving(Step(status=500), GOOD) as server:
        refused = asked(settings_for(server.url, max_cost_usd=1.0))

    one = (60 * 1.0 + 40 * 0.5 + 10 * 10.0) / 1e6
    assert refused.budget_usd == pytest.approx(one)
    assert lost.budget_usd > one + 200 * 10.0 / 1e6  # at least the whole room of the lost answer
    assert lost.run.spent.cost_usd is None


def test_no_request_is_sent_that_could_pass_the_limit() -> None:
    limit = 0.01
    # Every answer is as dear as it can be: the whole room is used.
    dear = Step({"at": 1}, usage={"prompt_tokens": 500, "completion_tokens": 200, "total_tokens": 700})
    with serving(dear) as server:
        answers, connection = run_many(server, 20, max_cost_usd=limit)

    done = [answer for answer in answers if isinstance(answer, Answered)]
    assert 0 < len(done) < 20
    assert {type(answer) for answer in answers} == {Answered, BudgetReached}
    assert connection.meter.spent.requests == server.count == len(done)
    assert connection.meter.spent.cost_usd is not None
    assert connection.meter.spent.cost_usd <= limit


def test_no_more_requests_are_under_way_than_allowed() -> None:
    with serving(Step({"at": 1}, delay=0.02)) as server:
        answers, connection = run_many(server, 20, concurrency=4)

    assert all(isinstance(answer, Answered) for answer in answers)
    assert server.most_under_way <= 4
    assert connection.meter.spent.requests == 20


def test_what_waits_for_its_turn_is_let_go_when_the_run_ends() -> None:
    async def run(url: str) -> list[Answered[Cited] | BaseException]:
        async with Connection(settings_for(url, requests_per_minute=6), waits=WAITS) as connection:
            asking = asyncio.ensure_future(many(connection, 6))
            while not connection.meter.spent.requests:
                await asyncio.sleep(0.01)
            connection.ending = True
            async with asyncio.timeout(9):  # the next turn comes after ten seconds
                return await asking

    with serving(GOOD) as server:
        came = asyncio.run(run(server.url))
        assert server.count == 1
    assert sorted(type(one).__name__ for one in came) == ["Answered", *["RunEnding"] * 5]


def test_the_run_counts_what_all_letters_count() -> None:
    async def run(url: str) -> tuple[list[Meter], Meter]:
        meters = [Meter() for _ in range(6)]
        async with Connection(settings_for(url), waits=WAITS) as connection:
            await asyncio.gather(*(ask(connection, question(), meter) for meter in meters))
            return meters, connection.meter

    with serving(Step({"at": 77}), GOOD) as server:
        letters, whole = asyncio.run(run(server.url))

    assert sum(meter.spent.requests for meter in letters) == whole.spent.requests == server.count == 7
    assert sum(meter.spent.input_tokens for meter in letters) == whole.spent.input_tokens


def test_a_limited_server_loses_no_letter() -> None:
    with serving(GOOD, bucket=Bucket(rate=20, burst=5)) as server:
        answers, _ = run_many(server, 25, concurrency=8, timeouts=Timeouts(give_up=60))

    assert all(isinstance(answer, Answered) for answer in answers)
    assert server.count - server.refused == 25


def test_a_cancelled_request_is_counted() -> None:
    async def run(url: str) -> Connection:
        async with Connection(settings_for(url, timeouts=Timeouts()), waits=WAITS) as connection:
            task = asyncio.create_task(ask(connection, question(), Meter()))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return connection

    with serving(Step(fault=Fault.SILENT)) as server:
        connection = asyncio.run(run(server.url))

    assert server.count == connection.meter.spent.requests == 1
    assert connection.meter.spent.cost_usd is None


def test_a_request_cancelled_before_it_was_sent_costs_nothing() -> None:
    async def run(url: str) -> Connection:
        async with Connection(settings_for(url, concurrency=1, max_cost_usd=1.0), waits=WAITS) as connection:
            first, second = (asyncio.create_task(ask(connection, question(), Meter())) for _ in range(2))
            await asyncio.sleep(0.2)
            second.cancel()
            await first
            return connection

    with serving(Step({"at": 1}, delay=0.5)) as server:
        connection = asyncio.run(run(server.url))

    assert server.count == 1
    assert connection.budget.spent_usd == pytest.approx(connection.meter.spent.known_usd)


class Overseen(Unpaced):
    """Counts what is reported as given up."""

    def __init__(self) -> None:
        self.given_up = 0

    def lost(self) -> None:
        self.given_up += 1


@pytest.mark.parametrize(
    ("steps", "given_up"),
    [
        ((GOOD, Step(fault=Fault.SILENT)), 3),
        ((GOOD, Step(fault=Fault.STALLED_BODY)), 3),
        ((GOOD, Step(fault=Fault.RESET)), 0),
        ((GOOD, Step(status=500)), 0),
        ((Step(fault=Fault.SILENT),), 0),  # it may not be there at all
    ],
    ids=["silent", "stalled", "reset", "500", "never answered"],
)
def test_the_pace_hears_of_a_server_that_has_too_much_at_once(steps: tuple[Step, ...], given_up: int) -> None:
    overseen = Overseen()
    with serving(*steps) as server:
        asked(settings_for(server.url, timeouts=QUICK), times=len(steps), pace=overseen)

    assert overseen.given_up == given_up


def test_the_pace_hears_of_a_server_that_takes_no_more_connections() -> None:
    async def run() -> int:
        overseen = Overseen()
        async with Connection(settings_for(f"http://127.0.0.1:{closed_port()}/v1"), waits=WAITS) as connection:
            connection.pace, connection.reached = cast(Pace, overseen), True
            with pytest.raises(ModelUnreachable):
                await ask(connection, question(), Meter())
            return overseen.given_up

    assert asyncio.run(run()) == 3


def test_tokens_written_to_the_providers_cache_have_their_own_price() -> None:
    class Written:
        """A price for what is written to the cache, and for nothing else."""

        def cost(self, *, cache_write_tokens: int = 0, **_: int) -> float:
            return cache_write_tokens * 0.01

        def at_most(self, **_: int) -> float:
            return 0.0

    async def run(url: str) -> Meter:
        async with Connection(settings_for(url), waits=WAITS) as connection:
            connection.prices = Written()
            await ask(connection, question(), Meter())
            return connection.meter

    usage = {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cache_write_tokens": 60}}
    with serving(Step({"at": 1}, usage=usage)) as server:
        assert asyncio.run(run(server.url)).spent.known_usd == pytest.approx(0.6)


def test_giving_up_names_the_reason() -> None:
    with serving(Step(status=429, headers={"retry-after": "2"}, error={"type": "requests"})) as server:
        outcome = asked(settings_for(server.url, timeouts=Timeouts(give_up=1)))

    assert isinstance(outcome.answer, ModelUnreachable)
    assert "the server answered 429 (type=requests) (once)" in str(outcome.answer)
    assert server.count == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e999"}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (
            b'{"error": {"code": "model_not_found", "type": "invalid_request_error", "param": null}}',
            "(code=model_not_found, type=invalid_request_error)",
        ),
        (b'{"error": {"code": "Two Words", "param": "messages.1.content"}}', "(param=messages.1.content)"),
        (b'{"code": "top_level"}', "(code=top_level)"),
        (b'{"error": "only words"}', ""),
        (b"<html>no JSON</html>", ""),
        (b'{"error": {"code": "' + b"a" * 61 + b'"}}', ""),
        (b"\xff\xfe", ""),
        (b"", ""),
    ],
)
def test_only_identifiers_of_an_error_are_told(body: bytes, names: str) -> None:
    error = meaning_of("m", 422, {}, body)

    assert isinstance(error, ModelError)
    assert error.what == f"the server answered 422 {names}".strip()


def test_statuses_that_may_pass_are_tried_again() -> None:
    passing = {status for status in range(300, 600) if isinstance(meaning_of("m", status, {}, b""), Transient)}

    assert passing == {408, 409, 425, 429, *range(500, 600)}
