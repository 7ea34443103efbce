"""How a shape is found, kept and probed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from summarizer.llm.modes import keep_shape, mode_of, shape_for
from summarizer.llm.probe import ProbeReport, probe
from summarizer.llm.settings import ModelSettings, Shape, found_file
from tests.llm.asking import KEY, settings_for
from tests.llm.server import Server, Step, serving

SUM = Step({"total": 5}, headers={"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59"})


def auto(url: str, folder: Path) -> ModelSettings:
    return settings_for(url, shape=Shape.AUTO, cache=folder / "answers.sqlite3", model="served-model")


def probed(server: Server, folder: Path) -> ProbeReport:
    return asyncio.run(probe(auto(server.url, folder)))


def test_every_shape_has_a_mode() -> None:
    modes = {shape: mode_of(shape).value for shape in Shape}

    assert modes[Shape.AUTO] == modes[Shape.TOOLS]
    assert len(set(modes.values())) == 3


def test_what_was_found_holds_for_this_server_and_model_alone(tmp_path: Path) -> None:
    found = tmp_path / "new" / "servers.json"
    here, there = auto("http://127.0.0.1:1/v1", tmp_path), auto("http://127.0.0.1:2/v1", tmp_path)
    keep_shape(here, Shape.JSON_SCHEMA, found)
    keep_shape(there, Shape.RESPONSES, found)

    assert shape_for(here, found) is Shape.JSON_SCHEMA
    assert shape_for(there, found) is Shape.RESPONSES
    assert shape_for(auto("http://127.0.0.1:3/v1", tmp_path), found) is Shape.TOOLS
    assert shape_for(settings_for("http://127.0.0.1:1/v1", shape=Shape.RESPONSES), found) is Shape.RESPONSES
    assert KEY not in found.read_text()
    assert [file.name for file in found.parent.iterdir()] == ["servers.json"]
    assert found.stat().st_mode & 0o777 == 0o600


def test_one_address_in_two_writings_is_one_server(tmp_path: Path) -> None:
    keep_shape(auto("http://LOCALHOST:1/v1/", tmp_path), Shape.RESPONSES, tmp_path / "servers.json")

    assert shape_for(auto("http://localhost:1/v1", tmp_path), tmp_path / "servers.json") is Shape.RESPONSES


def test_the_path_of_an_address_is_not_written_down(tmp_path: Path) -> None:
    found = tmp_path / "servers.json"
    keep_shape(auto("http://127.0.0.1:1/token-4711/v1", tmp_path), Shape.RESPONSES, found)

    assert shape_for(auto("http://127.0.0.1:1/token-4711/v1", tmp_path), found) is Shape.RESPONSES
    assert shape_for(auto("http://127.0.0.1:1/token-4712/v1", tmp_path), found) is Shape.TOOLS
    assert "4711" not in found.read_text()


@pytest.mark.parametrize("damage", ["", "[1]", "{", "[" * 100_000])
def test_a_damaged_file_counts_as_empty(damage: str, tmp_path: Path) -> None:
    found = tmp_path / "servers.json"
    found.write_text(damage)

    assert shape_for(auto("http://127.0.0.1:1/v1", tmp_path), found) is Shape.TOOLS


def test_a_shape_that_is_none_counts_as_not_found(tmp_path: Path) -> None:
    found = tmp_path / "servers.json"
    keep_shape(auto("http://127.0.0.1:1/v1", tmp_path), Shape.AUTO, found)

    assert shape_for(auto("http://127.0.0.1:1/v1", tmp_path), found) is Shape.TOOLS


def test_a_server_that_can_everything(tmp_path: Path) -> None:
    with serving(SUM, models={"object": "list", "data": [{"id": "served-model", "max_model_len": 4096}]}) as server:
        report = probed(server, tmp_path)

    assert [one.error for one in report.tried] == [None, None, None]
    assert report.shape is Shape.TOOLS
    assert report.window_tokens == 4096
    assert report.spent.requests == 3
    assert report.error is None
    first = report.tried[0]
    assert first.usage_reported
    assert first.limits.requests is not None
    assert first.limits.requests.limit == 60
    assert first.seconds > 0
    assert first.model == "served-model"


def test_a_server_without_tools_is_asked_for_a_schema_from_then_on(tmp_path: Path) -> None:
    refused = Step(status=400, error={"code": "tools_unsupported"})
    with serving(refused, SUM, refused) as server:
        report = probed(server, tmp_path)
        settings = auto(server.url, tmp_path)

    assert [one.error is None for one in report.tried] == [False, True, False]
    assert report.shape is Shape.JSON_SCHEMA
    assert shape_for(settings, found_file(settings)) is Shape.JSON_SCHEMA
    assert list(json.loads(found_file(settings).read_text()).values()) == ["json_schema"]


def test_a_server_that_only_knows_responses(tmp_path: Path) -> None:
    unknown = Step(status=404)
    with serving(unknown, unknown, SUM) as server:
        report = probed(server, tmp_path)

    assert report.shape is Shape.RESPONSES


def test_a_key_that_is_refused_ends_the_probe(tmp_path: Path) -> None:
    with serving(Step(status=401)) as server:
        report = probed(server, tmp_path)
        settings = auto(server.url, tmp_path)

    assert server.count == 1
    assert report.shape is None
    assert report.error is not None
    assert report.error.code == "key_refused"
    assert not found_file(settings).exists()


def test_no_list_of_models_leaves_the_window_unknown(tmp_path: Path) -> None:
    with serving(SUM, models={"data": None}) as server:
        report = probed(server, tmp_path)

    assert report.window_tokens is None
