"""Kept answers: found again, never mixed up, safe beside other processes, and gone when deleted."""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from summarizer.llm.cache import AnswerCache, CacheError, Entry, StoredAnswer, open_cache, size_of
from tests.house.project import ROOT

STORED = StoredAnswer("a-model", "read_determination@v1", '{"summary":"gel 🥖"}', 2310, 1920, 240, 0.0021)
LONG_AGO = datetime(2020, 3, 2, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "answers.sqlite3"


@pytest.fixture
def kept(path: Path) -> Iterator[AnswerCache]:
    with open_cache(path) as opened:
        yield opened


def keys(entries: Iterator[Entry]) -> list[str]:
    return [entry.key for entry in entries]


def test_an_answer_is_found_again_by_a_later_run(path: Path) -> None:
    with open_cache(path) as kept:
        assert kept.get("a") is None
        kept.put("a", STORED)
    with open_cache(path) as kept:
        found = kept.get("a")
    assert found is not None
    assert replace(found, created=None) == STORED
    assert found.created is not None
    assert timedelta(0) <= datetime.now(UTC) - found.created < timedelta(minutes=1)


def test_an_unknown_cost_stays_unknown(kept: AnswerCache) -> None:
    kept.put("a", replace(STORED, cost_usd=None))
    found = kept.get("a")
    assert found is not None
    assert found.cost_usd is None


def test_a_later_answer_takes_the_place_of_an_earlier(kept: AnswerCache) -> None:
    kept.put("a", STORED)
    kept.put("a", replace(STORED, answer="{}", created=LONG_AGO))
    assert kept.get("a") == replace(STORED, answer="{}", created=LONG_AGO)
    assert len(kept) == 1


def test_entries_come_newest_first_and_can_be_narrowed(kept: AnswerCache) -> None:
    for number, key in enumerate(("aa", "ab", "b%")):
        kept.put(key, replace(STORED, model=key, prompt=f"p@v{number}", created=LONG_AGO + timedelta(days=number)))
    assert keys(kept.entries()) == ["b%", "ab", "aa"]
    assert keys(kept.entries(most=2)) == ["b%", "ab"]
    assert keys(kept.entries(begin="a")) == ["ab", "aa"]
    assert keys(kept.entries(begin="%")) == []
    assert keys(kept.entries(begin="a", model="ab", prompt="p@v1")) == ["ab"]
    assert keys(kept.entries(model="ab", prompt="p@v0")) == []


def test_prune_deletes_what_meets_every_condition(kept: AnswerCache) -> None:
    now = datetime.now(UTC)
    for key, days, model in (("a", 40, "x"), ("b", 40, "y"), ("c", 1, "x")):
        kept.put(key, replace(STORED, model=model, created=now - timedelta(days=days)))
    assert kept.prune(timedelta(days=30), model="x") == 1
    assert keys(kept.entries()) == ["c", "b"]
    assert kept.prune(prompt="another@v1") == 0
    assert kept.prune(timedelta(days=30)) == 1
    with pytest.raises(ValueError, match="needs a condition"):
        kept.prune()
    assert keys(kept.entries()) == ["c"]


def test_what_is_deleted_leaves_the_disk(kept: AnswerCache, path: Path) -> None:
    for number in range(200):
        kept.put(str(number), replace(STORED, answer="CANARY" * 500))
    full = size_of(path)
    assert kept.clear() == 200
    assert len(kept) == 0
    assert size_of(path) < full / 4
    assert not any(b"CANARY" in file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_owner_can_read_it(kept: AnswerCache, path: Path) -> None:
    kept.put("a", STORED)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_size(path: Path) -> None:
    assert size_of(path) == 0
    with open_cache(path):
        assert size_of(path) >= path.stat().st_size > 0


WRITER = """
import os, signal, sys
from pathlib import Path
from summarizer.llm.cache import StoredAnswer, open_cache
name, count, end = sys.argv[2], int(sys.argv[3]), sys.argv[4]
kept = open_cache(Path(sys.argv[1]))
for number in range(count):
    kept.put(f"{name}{number}", StoredAnswer("m", "p@v1", "{}"))
if end == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def writer(path: Path, name: str, count: int, end: str = "ends") -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(count), end], cwd=ROOT)


def test_processes_may_write_at_once_to_a_new_file(path: Path) -> None:
    writers = [writer(path, name, 100) for name in "abc"]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    with open_cache(path) as kept:
        assert len(kept) == 300


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_what_was_stored_survives_a_kill(path: Path) -> None:
    assert writer(path, "a", 50, "killed").wait(60) == -9
    with open_cache(path) as kept:
        assert len(kept) == 50
        kept.put("b", STORED)


@pytest.mark.parametrize("content", [b"hello", b"\0" * 5000, b"%PDF-1.7\n" * 300])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(content)
    with pytest.raises(CacheError, match=r"letter\.pdf: it is no file of kept answers; name another one in IMR_CACHE"):
        open_cache(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("statement", ["CREATE TABLE answers (key)", "PRAGMA application_id = 7"])
def test_anothers_database_is_refused_and_left_alone(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "other.db"
    rows = sqlite3.connect(path)
    rows.execute(statement)
    rows.close()
    before = path.read_bytes()
    with pytest.raises(CacheError, match="no file of kept answers"):
        open_cache(path)
    assert path.read_bytes() == before


def test_a_file_of_another_version_is_refused(path: Path) -> None:
    with open_cache(path) as kept:
        kept._rows.execute("PRAGMA user_version = 99")
    with pytest.raises(CacheError, match="written by another version of imr; delete it"):
        open_cache(path)


def test_a_damaged_file_says_so_and_what_to_do(path: Path) -> None:
    with open_cache(path) as kept:
        for number in range(200):
            kept.put(str(number), STORED)
    held = path.read_bytes()
    path.write_bytes(held[:8192] + b"\xff" * (len(held) - 8192))
    with (
        open_cache(path) as kept,
        pytest.raises(CacheError, match=r"it is damaged .*; delete it: it holds nothing but"),
    ):
        list(kept.entries())


def test_a_row_that_makes_no_sense_is_a_damaged_cache(kept: AnswerCache) -> None:
    kept.put("a", STORED)
    kept._rows.execute("UPDATE answers SET created = 1e300")
    with pytest.raises(CacheError):
        kept.get("a")


def test_a_folder_in_its_place_or_a_file_in_its_folders(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "answers.sqlite3"):
        with pytest.raises(CacheError, match=r"cannot be read or written .*IMR_CACHE=off does without"):
            open_cache(path)


def test_a_full_disk_is_a_cache_error(kept: AnswerCache) -> None:
    pages = kept._rows.execute("PRAGMA page_count").fetchone()[0]
    kept._rows.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CacheError, match=r"cannot be read or written \(SQLITE_FULL\); make room or name another"):
        kept.put("a", replace(STORED, answer="x" * 100_000))
    assert kept.get("a") is None


def test_a_file_locked_by_another_is_a_cache_error(
    kept: AnswerCache, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept._rows.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CacheError, match="SQLITE_BUSY"):
        kept.put("a", STORED)
    other.execute("ROLLBACK")
    other.close()
    kept.put("a", STORED)


def test_an_error_crosses_a_process_border_and_holds_no_answer(kept: AnswerCache) -> None:
    kept.close()
    with pytest.raises(CacheError) as caught:
        kept.put("a", STORED)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert "gel" not in str(again)
    assert caught.value.__cause__ is None
