"""The gate: limits hold for all workers together, and a worker that is gone takes nothing with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from summarizer.backfill.beyond.far import go_by
from summarizer.backfill.beyond.gate import Gate, Written
from summarizer.backfill.kept import State
from summarizer.engine import Engine
from summarizer.errors import BudgetReached, ModelError, StoreError
from summarizer.llm.connection import Connection
from summarizer.llm.question import Spent
from summarizer.llm.settings import ModelSettings, Prices
from summarizer.loading.source import Limits, Source
from summarizer.stages import Draft, begin, finish
from tests.backfill.made import numbered
from tests.llm.server import Step, serving
from tests.llm.sound import sound

SETTINGS = ModelSettings(model="m", base_url="http://127.0.0.1:9/v1", api_key="k", concurrency=3)
A, B = "a" * 64, "b" * 64


@dataclass
class Direct:
    """A way to a gate in the same loop, for one life."""

    gate: Gate
    life: str
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    async def ask(self, method: str, *values: object) -> object:
        return await getattr(self.gate, method)(self.life, *values)

    def tell(self, method: str, *values: object) -> None:
        task = asyncio.ensure_future(getattr(self.gate, method)(self.life, *values))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)


def run(
    test: Callable[[Gate], Awaitable[None]], settings: ModelSettings | None = SETTINGS, silence: float = 60
) -> None:
    async def whole() -> None:
        gate = Gate(silence)
        await gate.prepare(settings)
        await test(gate)

    asyncio.run(whole())


async def soon(awaitable: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(awaitable, 20)


def limited(**values: Any) -> ModelSettings:
    return ModelSettings(model="m", base_url="http://127.0.0.1:9/v1", api_key="k", **values)


def test_places_are_shared_and_given_on() -> None:
    async def test(gate: Gate) -> None:
        for key in range(3):
            assert await soon(gate.enter(f"worker {key}", key, 10))
        fourth = asyncio.ensure_future(gate.enter("worker 4", 4, 10))
        await asyncio.sleep(0.05)
        assert not fourth.done()
        await gate.leave("worker 1", 1, None)
        assert await soon(fourth)

    run(test)


def test_one_that_gives_up_waiting_takes_no_place() -> None:
    async def test(gate: Gate) -> None:
        assert await gate.enter("one", 1, 10)
        waiting = asyncio.ensure_future(gate.enter("one", 2, 10))
        await asyncio.sleep(0.02)
        await gate.leave("one", 2, None)
        assert await soon(waiting) is False
        await gate.leave("one", 1, None)
        assert await soon(gate.enter("two", 1, 10))

    run(test, limited(concurrency=1))


def test_one_that_gives_up_just_as_it_is_let_in_takes_no_place() -> None:
    async def test(gate: Gate) -> None:
        for key in range(20):
            entering = asyncio.ensure_future(gate.enter("one", key, 10))
            for _ in range(1 + key % 5):
                await asyncio.sleep(0)
            await gate.leave("one", key, None)
            await soon(entering)
        assert await soon(gate.enter("two", 1, 10))

    run(test, limited(concurrency=1, requests_per_minute=1e9))


def test_dollars_are_shared_and_an_error_comes_as_a_value() -> None:
    async def test(gate: Gate) -> None:
        assert await gate.reserve("one", 1, 0.6) is True
        waiting = asyncio.ensure_future(gate.reserve("two", 2, 0.6))
        await asyncio.sleep(0.02)
        assert not waiting.done(), "what is under way may turn out to cost less"
        await gate.settle("one", 1, 0.1)
        assert await soon(waiting) is True
        await gate.settle("two", 2, None)
        assert isinstance(await soon(gate.reserve("one", 3, 0.6)), BudgetReached)
        assert await soon(gate.reserve("one", 4, 0.3)) is True

    run(test, limited(max_cost_usd=1.0))


def test_the_next_life_of_a_worker_ends_the_one_before() -> None:
    async def test(gate: Gate) -> None:
        await gate.sign_in("first", "worker")
        assert await gate.enter("first", 1, 10)
        assert await gate.reserve("first", 2, 0.6) is True
        assert await gate.admit("first", A, "/a")
        waiting = asyncio.ensure_future(gate.enter("second", 1, 10))
        await asyncio.sleep(0.02)
        await gate.sign_in("second", "worker")
        assert await soon(waiting), "its place is free"
        assert isinstance(await soon(gate.reserve("second", 2, 0.6)), BudgetReached), "its dollars may be spent"
        assert await gate.admit("second", A, "/copy-of-a"), "its letter is anybody's"

    run(test, limited(concurrency=1, max_cost_usd=1.0))


def test_a_life_that_falls_silent_has_ended_and_may_come_back() -> None:
    async def test(gate: Gate) -> None:
        await gate.sign_in("silent", "one")
        await gate.sign_in("living", "two")
        assert await gate.enter("silent", 1, 10)
        waiting = asyncio.ensure_future(gate.enter("living", 1, 10))
        while not waiting.done():
            await gate.alive("living", Spent())
            await asyncio.sleep(0.02)
        assert waiting.result()
        assert (await gate.news()).lives == 1
        await gate.leave("silent", 1, None)
        assert (await gate.news()).lives == 2

    run(test, limited(concurrency=1), silence=0.3)


def test_a_letter_is_judged_once() -> None:
    async def test(gate: Gate) -> None:
        await gate.know([B])
        assert not await gate.admit("one", B, "/b")
        assert await gate.admit("one", A, "/a")
        assert not await gate.admit("two", A, "/copy-of-a")
        assert await gate.admit("two", A, "/a"), "its batch is read again"
        await gate.written("two", Written({State.DONE: 1}, (A,)))
        assert not await gate.admit("one", A, "/a")
        assert (await gate.news()).states[State.DONE] == 1

    run(test)


def test_the_first_reason_ends_the_run_for_all() -> None:
    async def test(gate: Gate) -> None:
        assert await gate.alive("one", Spent(requests=2)) is None
        assert await gate.alive("two", Spent(requests=3), "the key is refused") == "the key is refused"
        await gate.end("later", StoreError("store", "it is full", "make room"))
        assert await gate.alive("one", Spent(requests=4)) == "the key is refused"
        news = await gate.news()
        assert news.spent.requests == 7
        assert isinstance(news.error, StoreError)

    run(test)


async def judged(connection: Connection, numbers: range) -> list[Draft | ModelError]:
    async def one(number: int) -> Draft | ModelError:
        begun = begin(Engine.HYBRID, Limits(), Source.from_data(numbered(number).encode(), f"{number}.txt"))
        try:
            return await finish(begun, connection)
        except ModelError as error:
            return error

    return await asyncio.gather(*map(one, numbers))


def asked_by_two(settings: ModelSettings) -> list[Draft | ModelError]:
    """What two workers' connections get when both have ten letters."""

    async def whole() -> list[Draft | ModelError]:
        gate = Gate()
        await gate.prepare(settings)
        async with Connection(settings) as one, Connection(settings) as two:
            go_by(Direct(gate, "one"), one)
            go_by(Direct(gate, "two"), two)
            found = await asyncio.gather(judged(one, range(10)), judged(two, range(10, 20)))
            await asyncio.sleep(0)
            assert not gate._slots
            assert not gate._reserved
            return found[0] + found[1]

    return asyncio.run(whole())


def test_two_connections_never_have_more_under_way_than_one_may(tmp_path: Path) -> None:
    with serving(Step(answer=sound, delay=0.02)) as server:
        settings = ModelSettings(model="m", base_url=server.url, api_key="k", concurrency=3)
        drafts = asked_by_two(settings)
    assert [isinstance(one, Draft) and one.failure for one in drafts] == [None] * 20
    assert server.count == 20
    assert server.most_under_way == 3


def test_two_connections_never_spend_more_than_one_may() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 1_000, "total_tokens": 1_010}
    with serving(Step(answer=sound, usage=usage)) as server:
        settings = ModelSettings(
            model="m", base_url=server.url, api_key="k", concurrency=4, max_cost_usd=0.02, prices=Prices(0.0, 1.0)
        )
        drafts = asked_by_two(settings)
    failures = [one.failure if isinstance(one, Draft) else one for one in drafts]
    assert server.count * 0.001 <= 0.02
    assert 1 <= server.count < 20
    assert sum(isinstance(one, BudgetReached) for one in failures) == 20 - server.count


@pytest.mark.parametrize("status", [429, 503])
def test_what_the_server_refuses_is_told_to_the_gate(status: int) -> None:
    with serving(Step(status=status, headers={"retry-after": "0.01"}), Step(answer=sound)) as server:
        drafts = asked_by_two(ModelSettings(model="m", base_url=server.url, api_key="k", concurrency=1))
    assert [isinstance(one, Draft) and one.failure for one in drafts] == [None] * 20
    assert server.count == 21
