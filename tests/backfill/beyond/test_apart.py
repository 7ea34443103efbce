"""The process apart: one for all batches, replaced when it dies, and nothing of one batch comes out in another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from summarizer.backfill.beyond.apart import Apart
from summarizer.backfill.ledger.rows import Claim
from summarizer.errors import InputError
from tests.backfill.beyond.acts import act


@pytest.fixture
def apart() -> Iterator[Apart[tuple[str, int]]]:
    with closing(Apart(act, longest=20.0)) as one:
        yield one


def claims(*names: str) -> list[Claim]:
    return [Claim(number, f"/{name}") for number, name in enumerate(names)]


def told(answers: list[tuple[Claim, tuple[str, int] | InputError]]) -> list[str]:
    return [answer.code if isinstance(answer, InputError) else answer[0] for _, answer in answers]


def test_batch_after_batch_in_one_process(apart: Apart[tuple[str, int]]) -> None:
    first = list(apart.read(claims("a", "b", "c")))
    empty = list(apart.read([]))
    second = list(apart.read(claims(*map(str, range(100)))))
    assert told(first) == ["a", "b", "c"]
    assert empty == []
    assert told(second) == list(map(str, range(100)))
    assert len({answer[1] for _, answer in first + second if isinstance(answer, tuple)}) == 1


def test_a_crash_costs_that_letter_alone(apart: Apart[tuple[str, int]]) -> None:
    names = ["a", "abort", "b", "refuse", "c", "abort"]
    assert told(list(apart.read(claims(*names)))) == ["a", "reader_crashed", "b", "empty_input", "c", "reader_crashed"]
    assert told(list(apart.read(claims("d")))) == ["d"]


def test_a_batch_that_is_given_up_leaves_nothing_behind(apart: Apart[tuple[str, int]]) -> None:
    answers = apart.read(claims("a", "hang", "b"))
    assert told([next(answers)]) == ["a"]
    answers.close()
    assert told(list(apart.read(claims("c", "d")))) == ["c", "d"]


def test_letters_are_drawn_as_they_are_answered(apart: Apart[tuple[str, int]]) -> None:
    drawn = 0

    def many() -> Iterator[Claim]:
        nonlocal drawn
        for number in range(10_000):
            drawn += 1
            yield Claim(number, f"/{number}")

    answers = apart.read(many())
    next(answers)
    assert drawn <= 70
    answers.close()
