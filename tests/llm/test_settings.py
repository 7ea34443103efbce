"""How a model is reached: what the environment says, what a caller chooses, what is refused."""

from __future__ import annotations

import pickle
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.engine import Engine, engine_by_default
from summarizer.errors import ModelMisconfigured
from summarizer.llm.settings import (
    DEFAULT_MODEL,
    NO_KEY,
    OPENAI_BASE_URL,
    Given,
    ModelSettings,
    Prices,
    Shape,
    found_file,
    settings_from,
    shown_server,
)

SECRET = "sk-example-not-a-key"
KEY = {"OPENAI_API_KEY": SECRET, "IMR_CACHE": "off"}
LOCAL = {"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1", "IMR_CACHE": "off"}


def test_a_key_alone_will_do() -> None:
    assert settings_from(KEY) == ModelSettings(DEFAULT_MODEL, OPENAI_BASE_URL, SECRET)


def test_the_environment_is_read_and_a_callers_choice_wins() -> None:
    environ = {**KEY, **LOCAL, "IMR_MODEL": "from-environment", "IMR_PRICE": "1/2", "IMR_CACHE": "/tmp/kept"}
    settings = settings_from(environ)
    assert (settings.model, settings.base_url) == ("from-environment", LOCAL["OPENAI_BASE_URL"])
    assert (settings.prices, settings.cache) == (Prices(1.0, 2.0), Path("/tmp/kept"))
    chosen = settings_from(
        environ,
        model="chosen",
        base_url="https://models.example/v1/",
        api_key="other",
        prices="0.25/0.025/2",
        cache="off",
        shape=Shape.JSON_SCHEMA,
        concurrency=3,
        max_cost_usd=0.5,
    )
    assert chosen == ModelSettings(
        "chosen",
        "https://models.example/v1",
        "other",
        Shape.JSON_SCHEMA,
        prices=Prices(0.25, 2.0, 0.025),
        concurrency=3,
        max_cost_usd=0.5,
    )


def test_none_is_not_chosen() -> None:
    given: Given = {"model": None, "base_url": None, "api_key": None, "cache": None, "concurrency": None, "shape": None}
    assert settings_from(KEY, **given) == settings_from(KEY)


@pytest.mark.parametrize("environ", [{}, {"OPENAI_API_KEY": ""}, {"OPENAI_API_KEY": "  "}])
def test_openai_needs_a_key(environ: dict[str, str]) -> None:
    with pytest.raises(ModelMisconfigured, match="there is no key for OpenAI; set OPENAI_API_KEY, or OPENAI_BASE_URL"):
        settings_from(environ)
    with pytest.raises(ModelMisconfigured):
        settings_from({**environ, "OPENAI_BASE_URL": "https://API.OpenAI.com/v1"})


def test_a_server_of_ones_own_needs_none() -> None:
    assert settings_from(LOCAL).api_key == NO_KEY
    assert settings_from({**LOCAL, "OPENAI_API_KEY": SECRET}).api_key == SECRET


@pytest.mark.parametrize(
    "address",
    [
        "models.example/v1",
        "ftp://models.example",
        "http://",
        "http://[::1",
        "http://models.example:99999/v1",
        "http://models.example:0/v1",
        "http://models.example/a b",
        f"http://user:{SECRET}@models.example/v1",
        f"http://{SECRET}@models.example/v1",
        f"http://models.example/v1?key={SECRET}",
        f"http://models.example/v1#{SECRET}",
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ModelMisconfigured) as refused:
        settings_from({**KEY, "OPENAI_BASE_URL": address})
    told = "".join(traceback.format_exception(refused.value))
    assert SECRET not in told.replace(repr(address), "")
    assert "models.example" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (OPENAI_BASE_URL, "api.openai.com"),
        ("http://127.0.0.1:8000/v1", "127.0.0.1:8000"),
        ("http://[::1]:8000/v1", "[::1]:8000"),
        ("https://Models.Example/secret-path/v1", "models.example"),
    ],
)
def test_people_are_shown_host_and_port(address: str, shown: str) -> None:
    assert shown_server(ModelSettings(base_url=address)) == shown


@pytest.mark.parametrize(
    "given",
    [
        {"temperature": -0.1},
        {"temperature": float("nan")},
        {"concurrency": 0},
        {"requests_per_minute": 0.0},
        {"tokens_per_minute": float("inf")},
        {"max_cost_usd": -1.0},
        {"max_output_tokens": 0},
        {"window_tokens": 0},
        {"max_attempts": 0},
        {"max_reasks": -1},
        {"max_answer_bytes": 0},
    ],
)
def test_a_number_out_of_range_is_refused_by_name(given: Given) -> None:
    (name,) = given
    with pytest.raises(ModelMisconfigured, match=f"{name} is .*; give a number of at least"):
        settings_from(KEY, **given)


@pytest.mark.parametrize("model", ["  ", "a\nb", "\x1b[31m"])
def test_a_models_name_is_one_printable_line(model: str) -> None:
    with pytest.raises(ModelMisconfigured, match="its name is empty or cannot be printed"):
        settings_from(KEY, model=model)


@pytest.mark.parametrize("key", ["sk-with a space", "“sk-quoted”", "sk-two\nlines"])
def test_a_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ModelMisconfigured, match="OPENAI_API_KEY") as raised:
        settings_from({**KEY, "OPENAI_API_KEY": key})
    assert "sk-" not in str(raised.value)


def test_a_reasoning_effort_is_a_word() -> None:
    environ = {**KEY, "IMR_REASONING_EFFORT": " low "}
    assert settings_from(KEY).reasoning_effort is None
    assert settings_from(environ).reasoning_effort == "low"
    assert settings_from(environ, reasoning_effort="high").reasoning_effort == "high"
    with pytest.raises(ModelMisconfigured, match="IMR_REASONING_EFFORT"):
        settings_from(KEY, reasoning_effort='low"')


def test_a_limit_of_dollars_needs_a_price() -> None:
    with pytest.raises(ModelMisconfigured, match="give --price INPUT/OUTPUT in dollars a million tokens"):
        settings_from(LOCAL, model="no-such-model", max_cost_usd=1)
    assert settings_from(LOCAL, model="no-such-model", max_cost_usd=1, prices="0/0").max_cost_usd == 1
    assert settings_from(KEY, max_cost_usd=0).max_cost_usd == 0


@pytest.mark.parametrize("off", ["", "off", "OFF", " "])
def test_no_cache(off: str) -> None:
    assert settings_from({**KEY, "IMR_CACHE": off}).cache is None
    assert settings_from({"OPENAI_API_KEY": "x"}, cache=off).cache is None


def test_the_cache_is_the_users_own_unless_named() -> None:
    place = settings_from({"OPENAI_API_KEY": "x"}).cache
    assert place is not None
    assert place.is_absolute()
    assert (place.name, place.parent.name.casefold()) == ("answers.sqlite3", "imr-summarizer")
    assert settings_from(KEY, cache=Path("kept.db")).cache == Path("kept.db")


def test_what_probes_found_is_kept_beside_the_answers() -> None:
    assert found_file(settings_from(KEY, cache="/kept/a.db")) == Path("/kept/servers.json")
    own = settings_from({"OPENAI_API_KEY": "x"})
    assert own.cache is not None
    assert found_file(settings_from(KEY)) == found_file(own) == own.cache.with_name("servers.json")


@pytest.mark.parametrize(
    ("environ", "can"),
    [
        ({}, False),
        ({"OPENAI_API_KEY": ""}, False),
        ({"OPENAI_API_KEY": " "}, False),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}, False),
        ({"OPENAI_API_KEY": "x"}, True),
    ],
)
def test_hybrid_is_chosen_only_where_a_key_is_set(environ: dict[str, str], can: bool) -> None:
    assert engine_by_default(environ) is (Engine.HYBRID if can else Engine.RULES)


def test_no_representation_holds_the_key() -> None:
    settings = settings_from(KEY)
    assert settings.api_key == SECRET
    for shown in (repr(settings), str(settings), f"{settings}", repr([settings]), repr({"a": replace(settings)})):
        assert SECRET not in shown


def test_settings_reach_a_worker_process_whole() -> None:
    settings = settings_from(KEY, prices="1/2", shape=Shape.RESPONSES)
    assert pickle.loads(pickle.dumps(settings)) == settings
