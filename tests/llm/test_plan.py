"""What a letter is expected to cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from summarizer.engine import Engine
from summarizer.llm.letter import Asked, groups_of
from summarizer.llm.plan import estimate_of
from summarizer.llm.settings import ModelSettings
from summarizer.llm.tariff import Prices
from tests.forms import LetterItem, letter
from tests.llm.readings import Read, read

RECEIVED_ONLY = ModelSettings("some-model", "http://127.0.0.1:9/v1", prices=Prices(input=0, output=1_000_000))
"""A model of which a dollar is a token received."""


def received(letter_read: Read, asked: Asked) -> float:
    estimate = estimate_of(Engine.HYBRID, RECEIVED_ONLY, letter_read.document, asked, letter_read.reading)
    assert estimate.cost_usd is not None
    return estimate.cost_usd


def test_each_item_is_expected_to_be_answered_once_however_many_requests_it_takes() -> None:
    letter_read = read(letter(*(LetterItem(f"Knee brace {word}") for word in ("one", "two", "six", "ten"))))
    whole = letter_read.asked()
    parted = replace(whole, window=whole.needs(letter_read.reading, [2, 3]) + 40)
    assert len(groups_of(parted, letter_read.reading)) == 2
    of_a_letter = received(read(letter()), read(letter()).asked())
    of_an_item = (received(letter_read, whole) - of_a_letter) / 3
    assert received(letter_read, parted) - received(letter_read, whole) == pytest.approx(of_a_letter - of_an_item)
