from __future__ import annotations

import csv
import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from summarizer.cli import stores
from summarizer.cli.backfill import ways
from tests.backfill.made import folder_of
from tests.cli.running import Ran, ran


@pytest.fixture
def imr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """``imr backfill`` in this process, in a folder of its own, with nobody's key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "IMR_MODEL", "IMR_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IMR_CACHE", "off")
    return lambda *arguments: ran(capsys, "backfill", *arguments)


def read(imr: Any, tmp_path: Path, letters: int = 3) -> Ran:
    folder_of(tmp_path / "letters", letters)
    (tmp_path / "letters" / "=1+1.txt").write_text("Two eggs and a pinch of salt.", encoding="utf-8")
    return imr("letters", "--workers", 1)


def test_help_tells_of_the_run_and_of_the_other_commands(imr: Any) -> None:
    told = imr("--help")
    assert told.code == 0
    assert "imr backfill" in told.out
    assert "imr backfill run" not in told.out
    for word in ("--forecast", "--batch", "--ray", "--max-cost", "status | failures | retry"):
        assert word in told.out


def test_what_was_read_is_told_and_status_tells_it_again(imr: Any, tmp_path: Path) -> None:
    told = read(imr, tmp_path)
    assert told.code == 3
    assert told.out == ""
    assert "4 inputs listed: 4 new" in told.err
    assert "1 input failed; see imr backfill failures" in told.err
    shown = imr("status")
    assert shown.code == 0
    assert "4 inputs: " in shown.out
    assert "1 failed" in shown.out
    [recipe] = json.loads(imr("status", "--format", "json").out)
    states = ("pending", "running", "done", "needs_review", "failed", "duplicate")
    assert sum(recipe[state] for state in states) == recipe["inputs"] == 4
    assert recipe["label"] == "rules"
    assert recipe["cost_usd"] == 0


def test_failures_are_csv_that_no_spreadsheet_takes_for_a_formula(imr: Any, tmp_path: Path) -> None:
    read(imr, tmp_path)
    listed = imr("failures")
    header, row = csv.reader(StringIO(listed.out))
    assert header == ["address", "code", "attempts", "message"]
    assert row[1:3] == ["not_a_determination", "1"]
    assert not row[3].startswith("=")
    assert "1 not_a_determination" in listed.err
    assert "eggs" not in listed.out
    assert imr("failures", "--code", "damaged_file").out.count("\n") == 1


def test_retry_frees_what_failed_and_says_how_to_go_on(imr: Any, tmp_path: Path) -> None:
    read(imr, tmp_path)
    (tmp_path / "letters" / "=1+1.txt").unlink()
    assert "0 inputs will be read again" in imr("retry", "--code", "damaged_file").err
    assert "1 input will be read again; go on with: imr backfill" in imr("retry").err
    other = imr("--model", "m", "--base-url", "http://127.0.0.1:1/v1")
    assert other.code == 3
    assert "no letters were listed for reading by hybrid" in other.err
    assert "1 input in" in imr("--workers", 1).err
    assert "not_found" in imr("failures").out
    assert "1 input that failed will be read again" in imr("--workers", 1, "--retry").err


def test_a_forecast_writes_nothing_and_leaves_out_what_is_done(imr: Any, tmp_path: Path) -> None:
    folder_of(tmp_path / "letters", 4)
    told = json.loads(imr("letters", "--forecast", "--json", "--workers", 1, "--model", "gpt-5-mini").out)
    assert told["letters"] == 4
    assert told["asked"]["requests"]["expected"] == 4
    assert not (tmp_path / "imr.db").exists()
    imr("letters", "--workers", 1, "--limit", 3)
    told = json.loads(imr("letters", "--forecast", "--json", "--workers", 1).out)
    assert told["done"] == 3
    assert told["to_read"] == 1
    assert "Letters to read" in imr("letters", "--forecast", "--workers", 1).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("letters", "--batch", "--engine", "rules"), "the rules ask no model"),
        (("letters", "--batch", "--ray", "--model", "m"), "one of --batch and --ray"),
        (("--forecast",), "name the letters"),
        (("--ray",), "name the letters"),
        (("letters", "--engine", "hybrid"), "there is no key"),
        (("letters", "--limit", "0"), "--limit"),
        (("letters", "--max-cost", "5"), "the rules ask no model"),
        (("letters", "--batch"), "the rules ask no model"),
        (("letters", "--json"), "--forecast"),
        (("letters", "--model", "m", "--base-url", "http://127.0.0.1:1/v1", "--max-cost", "5"), "--price"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_written(imr: Any, tmp_path: Path, arguments: Any, words: str) -> None:
    told = imr(*arguments)
    assert told.code == 2
    assert words in " ".join(told.err.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere", "--store", "imr.db"), 3, "nowhere: "),
        (("--store", "nothing.db"), 3, "nothing.db: there is no such store"),
        (("status", "--store", "nothing.db"), 3, "nothing.db: there is no such store"),
        (("failures", "--store", "nothing.db"), 3, "nothing.db"),
        (("retry", "--store", "mysql://host/db"), 3, "SQLite or PostgreSQL"),
    ],
)
def test_what_is_not_there_is_one_line(imr: Any, arguments: Any, code: int, words: str) -> None:
    told = imr(*arguments)
    assert told.code == code
    assert words in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (("letters", "--ray"), None),
        (("--ray", "letters"), None),
        (("letters", "--ray", "ray://head:10001"), "ray://head:10001"),
        (("letters", "--ray", "10.0.0.7:6379", "--limit", "3"), "10.0.0.7:6379"),
        (("letters", "--ray=auto"), "auto"),
    ],
)
def test_ray_takes_an_address_or_none(
    imr: Any, monkeypatch: pytest.MonkeyPatch, arguments: Any, address: str | None
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(ways, "run_on_ray", lambda named, store, job, command, at, **how: asked.append((named, at)))
    assert imr(*arguments, "--store", "parts").code == 0
    assert asked == [(["letters"], address)]


def test_a_folder_that_is_called_as_a_command_is_named_by_its_path(imr: Any, tmp_path: Path) -> None:
    folder_of(tmp_path / "status", 1)
    assert "1 input listed" in imr("./status", "--workers", 1).err


def test_what_is_not_installed_is_told_with_the_command_that_adds_it(imr: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "find_spec", lambda name: None if name == "sqlalchemy" else object())
    told = imr("status")
    assert told.code == 3
    assert "sqlalchemy" in told.err
    assert "backfill" in told.err


def test_a_start_for_other_commands_imports_none_of_it() -> None:
    import subprocess

    code = (
        "import sys; from summarizer.cli.app import application; application(frozenset({'summarize'}));"
        "print([name for name in ('sqlalchemy', 'alembic', 'fsspec', 'pyarrow', 'ray') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
