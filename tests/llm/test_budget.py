"""The limit of dollars: what is reserved, what waits, and what is not sent."""

from __future__ import annotations

import asyncio
import random

import pytest

from summarizer.errors import BudgetReached, ModelMisconfigured
from summarizer.llm.budget import Budget


def test_a_request_that_could_pass_the_limit_is_not_sent() -> None:
    async def main() -> None:
        budget = Budget(1.0, "small-model")
        async with budget.reserve(0.6) as held:
            held.settle(0.5)
        with pytest.raises(BudgetReached) as caught:
            async with budget.reserve(0.51):
                pytest.fail("it was sent")
        message = str(caught.value)
        assert "small-model" in message
        assert "$0.5000" in message
        assert message.startswith("small-model: the limit of $1 is reached: ")
        assert "--max-cost" in message
        async with budget.reserve(0.5) as held:
            held.settle(0.5)
        assert budget.spent_usd == 1.0

    asyncio.run(main())


def test_a_request_waits_while_others_might_leave_too_little() -> None:
    async def main() -> list[str]:
        budget = Budget(1.0)
        steps: list[str] = []

        async def first() -> None:
            async with budget.reserve(0.7) as held:
                await asyncio.sleep(0)
                steps.append("first settles")
                held.settle(0.1)

        async def second() -> None:
            async with budget.reserve(0.7) as held:
                steps.append("second goes")
                held.settle(0.7)

        await asyncio.gather(first(), second())
        return steps

    assert asyncio.run(main()) == ["first settles", "second goes"]


def test_a_waiting_request_ends_when_what_is_spent_leaves_too_little() -> None:
    async def main() -> None:
        budget = Budget(1.0)

        async def second() -> None:
            async with budget.reserve(0.7):
                pytest.fail("it was sent")

        async with budget.reserve(0.7) as held:
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0)
            held.settle(0.6)
        with pytest.raises(BudgetReached):
            await waiting

    asyncio.run(main())


@pytest.mark.parametrize("fails", [True, False])
def test_left_before_anything_was_sent_it_is_free_again(fails: bool) -> None:
    async def main() -> float:
        budget = Budget(1.0)
        try:
            async with budget.reserve(0.4):
                if fails:
                    raise TimeoutError
        except TimeoutError:
            pass
        return budget.spent_usd

    assert asyncio.run(main()) == 0.0


def test_settled_with_an_unknown_cost_the_whole_reservation_is_spent() -> None:
    async def main() -> float:
        budget = Budget(None)
        async with budget.reserve(0.4) as held:
            held.settle(None)
            held.settle(0.1)
        return budget.spent_usd

    assert asyncio.run(main()) == 0.4


def test_an_unknown_price_and_a_limit_do_not_go_together() -> None:
    async def main() -> None:
        with pytest.raises(ModelMisconfigured, match="--price"):
            async with Budget(1.0).reserve(None):
                pytest.fail("it was sent")

    asyncio.run(main())


def test_without_a_limit_nothing_waits_and_costs_are_summed() -> None:
    async def main() -> float:
        budget = Budget(None)
        async with budget.reserve(100.0) as one, budget.reserve(None) as two, budget.reserve(100.0) as three:
            one.settle(0.1)
            two.settle(None)
            three.settle(0.2)
        return budget.spent_usd

    # 0.1 + 0.2 is not 0.3 in floats.
    assert asyncio.run(main()) == 0.3


def test_a_cancelled_waiter_holds_nothing() -> None:
    async def main() -> float:
        budget = Budget(1.0)

        async def sends(most: float) -> None:
            async with budget.reserve(most) as held:
                held.settle(0.1)

        async with budget.reserve(0.9) as held:
            gone, stays = asyncio.create_task(sends(0.9)), asyncio.create_task(sends(0.5))
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.sleep(0)
            held.settle(0.5)
        await asyncio.wait_for(stays, 5)
        return budget.spent_usd

    assert asyncio.run(main()) == 0.6


def test_no_order_of_requests_passes_the_limit() -> None:
    chance = random.Random(3)

    async def main() -> tuple[float, int]:
        budget = Budget(0.1)
        refused = 0

        async def sends() -> None:
            nonlocal refused
            most = chance.uniform(0.001, 0.004)
            try:
                async with budget.reserve(most) as held:
                    await asyncio.sleep(0)
                    held.settle(most * chance.random() if chance.random() < 0.9 else None)
            except BudgetReached:
                refused += 1
            assert budget.spent_usd <= 0.1

        await asyncio.gather(*(sends() for _ in range(300)))
        return budget.spent_usd, refused

    spent, refused = asyncio.run(main())
    assert 0.095 < spent <= 0.1
    assert refused > 0


def test_sums_of_many_small_costs_do_not_drift() -> None:
    async def main() -> float:
        budget = Budget(1.0)
        for _ in range(10_000):
            async with budget.reserve(0.0001) as held:
                held.settle(0.0001)
        return budget.spent_usd

    assert asyncio.run(main()) == 1.0
