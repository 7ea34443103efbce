"""The local runner on real files and a real store: what is new is read, what is not is left alone."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from summarizer.backfill.kept import State
from tests.backfill.made import counted, folder_of, numbered, ran, series, started, status, stored, treatments, until
from tests.llm.server import Step, closed_port, serving
from tests.llm.sound import sound

DAMAGED = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"


def asking(url: str) -> tuple[str, ...]:
    return ("--model", "some-model", "--base-url", url)


def test_every_input_ends_somewhere_and_a_second_run_reads_nothing(tmp_path: Path) -> None:
    letters = folder_of(tmp_path / "letters", 12)
    (letters / "again.txt").write_text(numbered(3), encoding="utf-8")
    (letters / "damaged.pdf").write_bytes(DAMAGED)
    (letters / "recipe.txt").write_text("Two eggs, a pinch of salt.", encoding="utf-8")
    store = tmp_path / "imr.db"
    first = ran(letters, "--store", store, code=3)
    assert "15 inputs listed: 15 new" in first.stderr
    counts = counted(store)
    assert counts.total == 15
    assert counts[State.DUPLICATE] == 1
    assert counts[State.FAILED] == 2
    assert counts[State.DONE] + counts[State.NEEDS_REVIEW] == 12
    assert sorted(treatments(stored(store))) == series(12)
    second = ran(letters, "--store", store)
    assert "all known" in second.stderr
    assert "0 inputs in" in second.stderr
    assert counted(store) == counts
    failures = ran("failures", "--store", store)
    assert sorted(line.split(",")[1] for line in failures.stdout.splitlines()[1:]) == [
        "damaged_file",
        "not_a_determination",
    ]
    assert "Two eggs" not in first.stderr + failures.stdout


def test_a_file_that_changed_is_read_again_and_one_that_went_away_stays(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 4), tmp_path / "imr.db"
    ran(letters, "--store", store)
    (letters / "0000.txt").write_text(numbered(77), encoding="utf-8")
    (letters / "0001.txt").unlink()
    told = ran(letters, "--store", store).stderr
    assert "3 inputs listed: 1 changed" in told
    assert sorted(treatments(stored(store))) == sorted(f"MRI of the spine, series {number}" for number in (1, 2, 3, 77))


def test_a_file_that_is_gone_between_listing_and_reading_fails_and_can_be_retried(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 3), tmp_path / "imr.db"
    ran(letters, "--store", store, "--limit", "1")
    hidden = (letters / "0001.txt").rename(tmp_path / "elsewhere.txt")
    ran("--store", store, code=3)
    assert "not_found" in ran("failures", "--store", store).stdout
    hidden.rename(letters / "0001.txt")
    assert "1 input will be read again" in ran("retry", "--store", store).stderr
    ran("--store", store)
    assert sorted(treatments(stored(store))) == series(3)


def test_limit_and_sample_take_up_so_many(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 20), tmp_path / "imr.db"
    ran(letters, "--store", store, "--sample", "5")
    sampled = treatments(stored(store))
    assert len(sampled) == 5
    ran(letters, "--store", store, "--sample", "5")
    assert treatments(stored(store)) == sampled
    ran(letters, "--store", store, "--limit", "4")
    assert counted(store)[State.PENDING] == 11
    ran("--store", store)
    assert sorted(treatments(stored(store))) == series(20)
    other = tmp_path / "other.db"
    ran(letters, "--store", other, "--sample", "5")
    assert sorted(treatments(stored(other))) == sorted(sampled)


def test_another_recipe_makes_rows_of_its_own_and_keeps_the_old_ones(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 3), tmp_path / "imr.db"
    ran(letters, "--store", store)
    with serving(Step(answer=sound)) as server:
        ran(letters, "--store", store, *asking(server.url))
        assert server.count == 3
        ran(letters, "--store", store, *asking(server.url))
        assert server.count == 3
        ran(letters, "--store", store, *asking(server.url), "--temperature", "1")
        assert server.count == 6
    recipes = status(store)
    assert [one["label"] for one in recipes] == ["hybrid, some-model, read_determination@v1"] * 2 + ["rules"]
    assert [one["inputs"] for one in recipes] == [3, 3, 3]
    assert [one["requests"] for one in recipes] == [3, 3, 0]


def test_a_model_that_cannot_be_reached_leaves_letters_failed_and_never_stores_the_rules_answer(
    tmp_path: Path,
) -> None:
    letters, store = folder_of(tmp_path / "letters", 3), tmp_path / "imr.db"
    told = ran(letters, "--store", store, *asking(f"http://127.0.0.1:{closed_port()}/v1"), code=3)
    counts = counted(store)
    assert counts[State.DONE] + counts[State.NEEDS_REVIEW] == 0
    assert counts[State.FAILED] + counts[State.PENDING] == 3
    assert counts[State.FAILED] >= 1
    assert stored(store) == []
    assert "model_unreachable" in ran("failures", "--store", store).stdout
    assert "then retry" in told.stderr


def test_a_refused_key_ends_the_run_and_fails_no_letter(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 40), tmp_path / "imr.db"
    with serving(Step(status=401, error={"code": "invalid_api_key"})) as server:
        told = ran(letters, "--store", store, *asking(server.url), "--concurrency", "2", code=3)
        assert server.count <= 2
    assert counted(store)[State.PENDING] == 40
    assert "check the key" in told.stderr


def test_the_limit_of_dollars_ends_the_run_before_it_is_passed(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 12), tmp_path / "imr.db"
    price = ("--price", "100/100", "--max-output", "1000", "--concurrency", "1")
    usage = {"prompt_tokens": 5000, "completion_tokens": 500}
    with serving(Step(answer=sound, usage=usage)) as server:
        told = ran(letters, "--store", store, *asking(server.url), *price, "--max-cost", "3", code=3)
        [recipe] = status(store)
        assert 0 < recipe["cost_usd"] <= 3
        done = counted(store)
        assert 0 < done[State.PENDING] < 12
        assert done[State.FAILED] == 0
        assert "--max-cost" in told.stderr
        ran("--store", store, *asking(server.url), *price)
    assert sorted(treatments(stored(store))) == series(12)


def test_ctrl_c_finishes_what_is_under_way_and_says_how_to_go_on(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 60), tmp_path / "imr.db"
    with serving(Step(answer=sound, delay=0.5)) as server:
        run = started(letters, "--store", store, *asking(server.url), "--concurrency", "2")
        until(lambda: server.count >= 4)
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=60)
        assert run.returncode == 130, told
        asked = server.count
        assert asked <= 8
        counts = counted(store)
        assert counts[State.DONE] + counts[State.NEEDS_REVIEW] == asked, told
        assert counts[State.RUNNING] == 0
        assert "go on with: imr backfill" in told
    with serving(Step(answer=sound)) as server:
        # The server is part of the recipe: without a listing nothing is taken up for another one.
        assert "no letters were listed" in ran("--store", store, *asking(server.url), code=3).stderr
        assert server.count == 0


@pytest.mark.parametrize("engine", ["rules", "model"])
def test_two_runners_do_no_letter_twice(tmp_path: Path, engine: str) -> None:
    letters, store = folder_of(tmp_path / "letters", 150), tmp_path / "imr.db"
    with serving(Step(answer=sound)) as server:
        how = asking(server.url) if engine == "model" else ()
        both = [started(letters, "--store", store, *how) for _ in range(2)]
        told = [run.communicate(timeout=100)[1] for run in both]
        assert [run.returncode for run in both] == [0, 0], told
        assert server.count == (150 if engine == "model" else 0)
    assert sorted(treatments(stored(store))) == series(150)
    taken = [int(line.split()[1]) for text in told for line in text.splitlines() if " inputs in " in line]
    assert sum(taken) == 150


def test_the_work_of_a_runner_that_was_killed_is_free_at_once(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 30), tmp_path / "imr.db"
    with serving(Step(answer=sound, delay=30)) as slow:
        run = started(letters, "--store", store, *asking(slow.url))
        until(lambda: slow.count >= 4)
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        assert counted(store)[State.RUNNING] > 0
        slow.choose = lambda _: Step(answer=sound)
        began = time.monotonic()
        ran(letters, "--store", store, *asking(slow.url))
        assert time.monotonic() - began < 25, "it waited for a lease of a process that is gone"
    assert sorted(treatments(stored(store))) == series(30)
