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


@pytest.mark.parametrize("version", [RUN_VERSION + 1, 0, "1", None, True, 1.0])
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


@pytest.mark.parametrize(
    ("name", "tally"),
    [
        ("outcome", [2, 1, 1]),
        ("outcome", [-1, 1, 1]),
        ("outcome", [0, -1, 1]),
        ("outcome", ["1", 1, 1]),
        ("outcome", [True, 1, 1]),
        ("items", [2, 2, 1]),
        ("spans", [2, 3, 1]),
        ("spans", [2, 1, 3]),
        ("cost_usd", [-1, 1, 1]),
        ("cost_usd", [float("nan"), 1, 1]),
        ("politeness", [float("inf"), 1, 1]),
        ("politeness", [10**400, 1, 1]),
        ("politeness", [1, float("nan"), 1]),
    ],
)
def test_counts_that_no_run_comes_to_are_refused(file: Path, name: str, tally: list[object]) -> None:
    values = json.loads(file.read_text())
    values["letters"][1]["attempts"][0]["tallies"] = {name: tally}
    with pytest.raises(RunError) as refused:
        load_run(rewritten(file, **values))
    assert (refused.value.field or "").startswith(f"letters.1.attempts.0.tallies.{name}")


def test_amounts_and_users_own_scores_may_be_any_number(file: Path) -> None:
    values = json.loads(file.read_text())
    values["letters"][1]["attempts"][0]["tallies"] = {"unsupported_facts": [7, 1, 1], "politeness": [-2.5, 1, 1]}
    assert load_run(rewritten(file, **values)).letters[1].attempts[0].tallies["politeness"].right == -2.5


def test_a_letter_has_attempts_and_is_there_once(file: Path) -> None:
    values = json.loads(file.read_text())
    values["letters"].append(values["letters"][0])
    with pytest.raises(RunError, match=r"letters\.3: is there twice"):
        load_run(rewritten(file, **values))
    values["letters"] = [*values["letters"][:2], values["letters"][2] | {"attempts": []}]
    with pytest.raises(RunError, match=r"letters\.2\.attempts: there are none"):
        load_run(rewritten(file, letters=values["letters"]))


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(OSError, match=r"run\.json"):
        save_run(WHOLE, tmp_path / "run.json")
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_half_a_pair_of_surrogates_is_no_reason_to_lose_a_run(tmp_path: Path) -> None:
    odd = run(letter("a"), name="\udc80")
    save_run(odd, tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == odd


@pytest.mark.parametrize("words", ["", "{", "[]", "3", "[" * 100_000])
def test_what_is_no_run_is_refused(tmp_path: Path, words: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(words)
    with pytest.raises(RunError, match=r"run\.json"):
        load_run(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"none\.json: cannot be read"):
        load_run(tmp_path / "none.json")
