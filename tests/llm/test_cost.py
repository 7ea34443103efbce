"""Prices of models and counts of tokens."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from summarizer.errors import ModelMisconfigured
from summarizer.llm.cost import cost_of, prices_of, tokens_at_most, tokens_in, window_of
from summarizer.llm.settings import ModelSettings, Prices
from summarizer.llm.tariff import parse_prices

OPENAI = ModelSettings(model="gpt-5-mini", base_url="https://api.openai.com/v1")
LOOPBACK = replace(OPENAI, base_url="http://127.0.0.1:8080/v1")


def listed(settings: ModelSettings, sent: int, cached: int, received: int) -> float:
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=sent, cache_read_tokens=cached, output_tokens=received)
    return float(calc_price(usage, settings.model, provider_api_url=settings.base_url).total_price)


def test_a_listed_model_at_its_own_address_costs_what_the_table_says() -> None:
    cost = cost_of(prices_of(OPENAI), input_tokens=9000, cached_input_tokens=4000, output_tokens=700)
    assert cost == pytest.approx(listed(OPENAI, 9000, 4000, 700))
    assert cost is not None
    assert cost > 0


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8080/v1",
        "https://models.example.test/v1",
        "https://api.openai.com.example.test/v1",
        "https://example.test/https://api.openai.com/v1",
    ],
)
def test_a_listed_name_at_an_unknown_address_has_no_known_price(address: str) -> None:
    settings = replace(OPENAI, base_url=address)
    assert prices_of(settings) is None
    assert window_of(settings) is None


@pytest.mark.parametrize(
    "address",
    ["https://api.openai.com", "https://api.openai.com/", "HTTPS://API.OPENAI.COM/v1", "https://api.openai.com:443/v1"],
)
def test_the_same_address_written_differently(address: str) -> None:
    assert prices_of(replace(OPENAI, base_url=address)) is not None


def test_an_unknown_model_has_no_known_price() -> None:
    settings = replace(OPENAI, model="no-such-model-of-anyone")
    assert prices_of(settings) is None
    assert cost_of(prices_of(settings), input_tokens=10, cached_input_tokens=0, output_tokens=5) is None


def test_a_gap_in_the_table_is_unknown_not_free() -> None:
    from genai_prices.data_snapshot import get_snapshot

    provider = next(one for one in get_snapshot().providers if one.id == "openai")
    now = datetime.now(tz=UTC)
    gaps = [model for model in provider.models if model.get_prices(now).output_mtok is None]
    assert gaps, "the table has none any more: take another provider"
    name = next(name for name in (model.id for model in gaps) if provider.find_model(name) in gaps)
    assert prices_of(replace(OPENAI, model=name)) is None


def test_the_users_prices_win() -> None:
    tariff = prices_of(replace(OPENAI, prices=Prices(1.0, 10.0, 0.1)))
    assert cost_of(tariff, input_tokens=1_000_000, cached_input_tokens=500_000, output_tokens=100_000) == pytest.approx(
        1.55
    )


def test_without_a_cached_price_cached_tokens_cost_as_any() -> None:
    tariff = prices_of(replace(LOOPBACK, prices=Prices(2.0, 4.0)))
    assert cost_of(tariff, input_tokens=1000, cached_input_tokens=1000, output_tokens=0) == pytest.approx(0.002)


@pytest.mark.parametrize("settings", [OPENAI, replace(LOOPBACK, prices=Prices(1.0, 2.0, 0.1))])
def test_more_cached_than_sent_is_no_discount(settings: ModelSettings) -> None:
    tariff = prices_of(settings)
    whole = cost_of(tariff, input_tokens=100, cached_input_tokens=100, output_tokens=0)
    assert cost_of(tariff, input_tokens=100, cached_input_tokens=5000, output_tokens=0) == whole


def test_the_most_covers_writing_to_the_cache() -> None:
    from genai_prices.data_snapshot import get_snapshot

    provider = next(one for one in get_snapshot().providers if one.id == "openai")
    now = datetime.now(tz=UTC)
    writing = next(
        model.id
        for model in provider.models
        if model.get_prices(now).cache_write_mtok is not None and provider.find_model(model.id) is model
    )
    tariff = prices_of(replace(OPENAI, model=writing))
    assert tariff is not None
    most = tariff.at_most(input_tokens=1000, output_tokens=0)
    written = tariff.cost(input_tokens=1000, cached_input_tokens=0, output_tokens=0, cache_write_tokens=1000)
    assert most >= written > tariff.cost(input_tokens=1000, cached_input_tokens=0, output_tokens=0)


def test_the_most_covers_a_price_that_changes_while_a_request_is_under_way() -> None:
    from decimal import Decimal

    from genai_prices.types import ClauseEquals, ConditionalPrice, ModelInfo, ModelPrice, Provider, TimeOfDateConstraint

    from summarizer.llm.tariff import ListedPrices

    now = datetime.now(tz=UTC)
    soon, later = (now + timedelta(minutes=5)).time(), (now + timedelta(minutes=50)).time()
    cheap = ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(1))
    dear = ModelPrice(input_mtok=Decimal(3), output_mtok=Decimal(3))
    model = ModelInfo(
        id="m",
        match=ClauseEquals("m"),
        prices=[ConditionalPrice(prices=cheap), ConditionalPrice(TimeOfDateConstraint(soon, later), prices=dear)],
    )
    tariff = ListedPrices(model, Provider("p", "p", "https://p"), timedelta(minutes=10))
    assert tariff.at_most(input_tokens=1_000_000, output_tokens=0) == pytest.approx(3.0)
    assert tariff.cost(input_tokens=1_000_000, cached_input_tokens=0, output_tokens=0) == pytest.approx(1.0)


def test_the_window_is_the_users_else_the_tables() -> None:
    assert window_of(replace(OPENAI, window_tokens=4096)) == 4096
    window = window_of(OPENAI)
    assert window is not None
    assert window > 100_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.25/2", Prices(0.25, 2.0)),
        ("0.25/0.025/2", Prices(0.25, 2.0, 0.025)),
        (" $1 / $3 ", Prices(1.0, 3.0)),
        ("0/0", Prices(0.0, 0.0)),
        (".5/1", Prices(0.5, 1.0)),
    ],
)
def test_prices_as_written(text: str, expected: Prices) -> None:
    assert parse_prices(text) == expected


@pytest.mark.parametrize("text", ["", "2", "1/2/3/4", "a/b", "-1/2", "nan/1", "inf/1", "1/", "1e3/2", "0,25/2"])
def test_what_is_no_price_says_what_to_write(text: str) -> None:
    with pytest.raises(ModelMisconfigured, match=r"0\.25/2"):
        parse_prices(text)


def test_tokens_of_prose() -> None:
    # 24 tokens in o200k_base.
    text = (
        "The patient reports low back pain that radiates to the left leg; 12 visits of physical therapy did not help."
    )
    assert 20 <= tokens_in(text) <= 28


@pytest.mark.parametrize("text", ["", "plain words", "naïve “quotes” – ½", "12345678", "\ud800 lone", "汉字"])
def test_no_estimate_passes_the_bound(text: str) -> None:
    assert tokens_in(text) <= tokens_at_most(text)
    assert tokens_at_most(text) >= len(text)


def test_the_price_table_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, summarizer.llm.cost, summarizer.llm.pace, summarizer.llm.budget; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
