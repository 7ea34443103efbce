from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from summarizer.cli import app
from summarizer.llm.cache import StoredAnswer, open_cache
from tests.cli.running import ran

Imr = Callable[..., tuple[int, str, str]]
NEWER, OLDER = "ab" * 32, "ac" * 32


@pytest.fixture
def imr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Imr:
    """Runs ``imr cache`` and gives exit code, output and messages."""
    monkeypatch.setitem(app.COMMANDS, "cache", ("summarizer.cli.cache:cache", "Kept answers."))
    monkeypatch.setenv("COLUMNS", "200")
    return partial(ran, capsys, "cache")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where answers would be kept."""
    path = tmp_path / "kept" / "answers.sqlite3"
    monkeypatch.setenv("IMR_CACHE", str(path))
    return path


@pytest.fixture
def kept(place: Path) -> Path:
    """Two answers: one of today whose cost is known, one of 40 days ago."""
    now = datetime.now(UTC)
    with open_cache(place) as cache:
        cache.put(NEWER, StoredAnswer("a-model", "read@v1", '{"summary":"gel 🥖"}', 2310, 1920, 240, 0.0021, now))
        old = now - timedelta(days=40)
        cache.put(OLDER, StoredAnswer("b\x1b[31m-model", "read@v2", '{"n":', 1000, 0, 100, None, old))
    return place


def left(place: Path) -> list[str]:
    with open_cache(place) as cache:
        return [entry.key for entry in cache.entries()]


def test_list_shows_newest_first_in_aligned_lines(imr: Imr, kept: Path) -> None:
    code, out, err = imr("list")
    head, newer, older = out.splitlines()
    assert code == 0
    assert [newer[:12], older[:12]] == [NEWER[:12], OLDER[:12]]
    assert newer.split()[-4:] == ["a-model", "read@v1", "2,310/240", "$0.0021"]
    assert older.endswith("1,000/100      cost unknown")
    assert head.index("MODEL") == newer.index("a-model")
    assert "\x1b" not in out
    assert f"{kept}: 2 answers, " in err


def test_list_can_be_narrowed_and_cut(imr: Imr, kept: Path) -> None:
    assert [line[:12] for line in imr("list", "--model", "a-model")[1].splitlines()[1:]] == [NEWER[:12]]
    assert [line[:12] for line in imr("list", "--prompt", "read@v2")[1].splitlines()[1:]] == [OLDER[:12]]
    _, out, err = imr("list", "--most", "1")
    assert [line[:12] for line in out.splitlines()[1:]] == [NEWER[:12]]
    assert err.endswith("(more are kept: --most)\n")


def test_a_terminal_gets_a_table(imr: Imr, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = imr("list")[1]
    assert "\x1b[1mKEY" in out
    assert "\x1b[31m" not in out


def test_show_prints_the_answer_as_json(imr: Imr, kept: Path) -> None:
    code, out, _ = imr("show", "AB")
    told = json.loads(out)
    assert code == 0
    assert told["key"] == NEWER
    assert told["answer"] == {"summary": "gel 🥖"}
    assert (told["input_tokens"], told["output_tokens"], told["cost_usd"]) == (2310, 240, 0.0021)
    assert json.loads(imr("show", OLDER)[1])["answer"] == '{"n":'


@pytest.mark.parametrize(("key", "why"), [("a", "more than one key begins so"), ("ff", "no such key"), ("", "no such")])
def test_a_key_that_is_not_one_answer_is_wrong_usage(imr: Imr, kept: Path, key: str, why: str) -> None:
    code, out, err = imr("show", key)
    assert (code, out) == (2, "")
    assert why in err


@pytest.mark.parametrize(
    ("options", "remaining"),
    [
        (["--older-than", "30d"], [NEWER]),
        (["--older-than", "8W"], [NEWER, OLDER]),
        (["--older-than", "1h", "--prompt", "read@v1"], [NEWER, OLDER]),
        (["--model", "a-model"], [OLDER]),
        (["--older-than", "99999w"], [NEWER, OLDER]),
    ],
)
def test_prune(imr: Imr, kept: Path, options: list[str], remaining: list[str]) -> None:
    code, out, _ = imr("prune", *options)
    assert code == 0
    assert left(kept) == remaining
    assert out == {2: "0 answers deleted\n", 1: "1 answer deleted\n"}[len(remaining)]


@pytest.mark.parametrize("options", [[], ["--older-than", "30"], ["--older-than", "d"], ["--older-than", "-1d"]])
def test_prune_without_a_condition_or_with_none_that_makes_sense(imr: Imr, kept: Path, options: list[str]) -> None:
    assert imr("prune", *options)[0] == 2
    assert left(kept) == [NEWER, OLDER]


def test_clear_deletes_everything(imr: Imr, kept: Path) -> None:
    assert imr("clear")[:2] == (0, "2 answers deleted\n")
    assert left(kept) == []
    assert imr("list")[:2] == (0, "")


@pytest.mark.parametrize("arguments", [["list"], ["prune", "--older-than", "1d"], ["clear"]])
def test_nothing_kept_yet_is_no_error_and_makes_no_file(imr: Imr, place: Path, arguments: list[str]) -> None:
    code, _, err = imr(*arguments)
    assert (code, err) == (0, f"{place}: no answers are kept yet\n")
    assert not place.parent.exists()


def test_off_is_told(imr: Imr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_CACHE", "off")
    code, _, err = imr("list")
    assert code == 2
    assert "IMR_CACHE is off" in err


def test_a_file_that_is_none_of_ours_is_one_line_and_3(imr: Imr, place: Path) -> None:
    place.parent.mkdir()
    place.write_text("Case Number: CM20-0000042")
    code, out, err = imr("clear")
    assert (code, out) == (3, "")
    assert err == f"imr: {place}: it is no file of kept answers; name another one in IMR_CACHE; this one is untouched\n"
    assert place.exists()
