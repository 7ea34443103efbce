"""Run files: what is written is read again, and another version is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.errors import RunError
from evals.run_file import RUN_VERSION, load_run, save_run
from schemas import Usage
from tests.evals.runs import attempt, judged, letter, raised, run, wrong

WHOLE = run(
    judged("a", ("upheld", "upheld"), ("upheld", "modified")),
    letter(
        "b",
        attempt(
            {"outcome": (0.5, 1, 2)},
            [("category", None, "other")],
            [wrong("items[+0]", (), "Cane", "items_invented")],
            flags=[raised("possible_mistake_of_fact", "items[0].treatment", material=True)],
            summaries={"case_summary": "A short one."},
            usage=Usage(requests=2, cost_usd=None),
            from_cache=True,
        ),
    ),
    letter("c", attempt(failed=True, failure="NoText")),
    own_metrics=("politeness",),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    save_run(WHOLE, path)
    return path


def rewritten(file: Path, **values: object) -> Path:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))
    return file


def test_what_is_written_is_read_again(file: Path) -> None:
    assert load_run(file) == WHOLE
    assert not list(file.parent.glob("*.part"))


def test_the_version_stands_in_the_file(file: Path) -> None:
    assert json.loads(file.read_text())["run_version"] == RUN_VERSION


@pytest.mark.parametrize("version", [RUN_VERSION + 1, 0, "1", None])
def test_a_run_of_another_version_is_refused(file: Path, version: object) -> None:
    with pytest.raises(RunError, match="run_version") as refused:
        load_run(rewritten(file, run_version=version))
    assert str(file) in str(refused.value)
    assert refused.value.field == "run_version"


def test_a_file_without_a_version_is_no_run(tmp_path: Path) -> None:
    path = tmp_path / "label.json"
    path.write_text('{"case_number": null}')
    with pytest.raises(RunError, match="run_version: is missing"):
        load_run(path)


def test_a_wrong_part_is_named(file: Path) -> None:
    values = json.loads(file.read_text())
    values["letters"][1]["attempts"][0]["usage"]["requests"] = "many"
    with pytest.raises(RunError) as refused:
        load_run(rewritten(file, **values))
    assert refused.value.field == "letters.1.attempts.0.usage.requests"
    assert "many" not in str(refused.value)


@pytest.mark.parametrize("words", ["", "{", "[]", "3"])
def test_what_is_no_run_is_refused(tmp_path: Path, words: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(words)
    with pytest.raises(RunError, match=r"run\.json"):
        load_run(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"none\.json: cannot be read"):
        load_run(tmp_path / "none.json")
