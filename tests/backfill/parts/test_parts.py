"""A folder of parts: whole or not there, one row a letter however often it was written, nothing lost between runs."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summarizer.backfill.input import Input
from summarizer.backfill.kept import Failure, Kept, State
from summarizer.backfill.parts import runs as runs_module
from summarizer.backfill.parts.folder import Folder
from summarizer.backfill.parts.index import Index
from summarizer.backfill.parts.part import Row, part_bytes
from summarizer.backfill.parts.plan import Planned, read_batch, write_plans
from summarizer.backfill.parts.runs import all_runs, begin_run, renew, save
from summarizer.backfill.parts.store import Parts, parts_of, plans_of
from summarizer.backfill.recipe import Recipe
from summarizer.errors import StoreError, StoreFull, StoreLocked
from summarizer.llm.question import Spent

RECIPE = Recipe("rules", {"engine": "rules"})
OTHER = Recipe("rules", {"engine": "rules", "rules": "newer"})


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(str(tmp_path / "store"))
    for recipe in (RECIPE, OTHER):
        made.make(plans_of(recipe))
        made.make(parts_of(recipe))
    return made


def read(name: str, stamp: str = "1", data: str | None = None, *, review: bool = False, attempts: int = 1) -> Row:
    """A letter that was read; by default no two have the same bytes."""
    return Row(name, stamp, digest(data or name), attempts, kept=Kept(name.encode("utf-8", "replace"), review))


def failed(name: str, stamp: str = "1", data: str | None = None, *, attempts: int = 1) -> Row:
    return Row(name, stamp, data and digest(data), attempts, failure=Failure("damaged_file", f"{name}: cut off"))


def copied(name: str, data: str, stamp: str = "1") -> Row:
    return Row(name, stamp, digest(data))


def digest(data: str) -> str:
    return data.encode("utf-8", "replace").hex().ljust(64, "0")


def plan(folder: Folder, name: str, *inputs: Input, recipe: Recipe = RECIPE, size: int = 2) -> list[list[Planned]]:
    batches = list(write_plans(folder, f"{plans_of(recipe)}/{name}", map(Planned, inputs), size))
    return [read_batch(folder, batch) for batch in batches]


def write(folder: Folder, name: str, *rows: Row, recipe: Recipe = RECIPE) -> None:
    folder.write(f"{parts_of(recipe)}/{name}.parquet", part_bytes(rows, recipe))


def states(folder: Folder, recipe: Recipe = RECIPE) -> dict[str, int]:
    index = Index(folder, plans_of(recipe), parts_of(recipe))
    try:
        return {state.value: number for state, number in index.counts().by_state.items() if number}
    finally:
        index.close()


def unread(folder: Folder, inputs: Sequence[Input], *, retry: bool = False) -> list[tuple[str, int]]:
    index = Index(folder, plans_of(RECIPE), parts_of(RECIPE))
    try:
        return [(one.input.address, one.attempts) for one in index.unread(inputs, retry=retry)]
    finally:
        index.close()


@pytest.fixture
def opened(folder: Folder) -> Iterator[Parts]:
    begin_run(folder, RECIPE)
    parts = Parts(folder.address)
    yield parts
    parts.close()


def inputs(*names: str, stamp: str = "1") -> list[Input]:
    return [Input(name, stamp) for name in names]


def test_what_no_part_tells_of_is_pending_and_to_be_read(folder: Folder) -> None:
    plan(folder, "1", *inputs("/a", "/b", "/c", "/d"))
    write(folder, "1", read("/a"), read("/b", review=True), failed("/c"))
    assert states(folder) == {"done": 1, "needs_review": 1, "failed": 1, "pending": 1}
    known = inputs("/a", "/b", "/c", "/d", "/new")
    assert unread(folder, known) == [("/d", 0), ("/new", 0)]
    assert unread(folder, known, retry=True) == [("/c", 1), ("/d", 0), ("/new", 0)]


def test_a_letter_listed_twice_is_read_once(folder: Folder) -> None:
    index = Index(folder, plans_of(RECIPE), parts_of(RECIPE))
    first = index.unread(inputs("/a", "/b", "/a"), retry=False)
    assert [one.input.address for one in first] == ["/a", "/b"]
    assert index.unread(inputs("/b", "/c"), retry=False) == [Planned(Input("/c", "1"))]
    index.close()


def test_a_changed_file_is_read_again_and_its_old_reading_is_gone(folder: Folder, opened: Parts) -> None:
    plan(folder, "1", *inputs("/a"))
    write(folder, "1", read("/a", data="old"))
    assert unread(folder, inputs("/a", stamp="2")) == [("/a", 0)]
    plan(folder, "2", *inputs("/a", stamp="2"))
    assert states(folder) == {"pending": 1}
    assert list(opened.letters()) == []
    write(folder, "2", read("/a", stamp="2", data="new"))
    assert states(folder) == {"done": 1}


def test_a_batch_written_twice_gives_each_letter_once(folder: Folder, opened: Parts) -> None:
    plan(folder, "1", *inputs("/a", "/b", "/c"))
    write(folder, "1", read("/a"), failed("/b"))
    write(folder, "2", read("/a"), read("/b"), read("/c"))
    assert states(folder) == {"done": 3}
    stored = list(opened.letters())
    assert sorted(one.address for one in stored) == ["/a", "/b", "/c"]
    assert {one.address: one.packed for one in stored} == {"/a": b"/a", "/b": b"/b", "/c": b"/c"}


def test_an_answer_is_not_lost_to_a_later_failure(folder: Folder) -> None:
    plan(folder, "1", *inputs("/a"))
    write(folder, "1", read("/a"))
    write(folder, "2", failed("/a"))
    assert states(folder) == {"done": 1}


def test_the_first_that_was_read_stands_for_its_copies(folder: Folder, opened: Parts) -> None:
    plan(folder, "1", *inputs("/a", "/b", "/c", "/d"))
    write(folder, "1", copied("/a", "same"), failed("/b", data="same"))
    write(folder, "2", read("/d", data="same"), read("/c", data="same"))
    assert states(folder) == {"done": 1, "duplicate": 3}
    [stored] = opened.letters()
    assert (stored.address, stored.copies, stored.state, stored.sha256) == ("/c", 4, State.DONE, digest("same"))


def test_a_copy_of_what_nobody_read_is_read_after_all(folder: Folder) -> None:
    plan(folder, "1", *inputs("/a", "/b"))
    write(folder, "1", copied("/b", "same"))
    assert states(folder) == {"pending": 2}
    assert unread(folder, inputs("/a", "/b")) == [("/a", 0), ("/b", 0)]


def test_failures_without_bytes_are_no_copies_of_each_other(folder: Folder, opened: Parts) -> None:
    plan(folder, "1", *inputs("/a", "/b"))
    write(folder, "1", failed("/a"), failed("/b", attempts=3))
    assert states(folder) == {"failed": 2}
    found = [(one.address, one.failure.code, one.attempts) for one in opened.failures()]
    assert found == [("/a", "damaged_file", 1), ("/b", "damaged_file", 3)]
    assert list(opened.failures(code="not_found")) == []


def test_what_was_judged_is_known_by_its_bytes(folder: Folder) -> None:
    plan(folder, "1", *inputs("/a", "/b", "/c"))
    write(folder, "1", read("/a"), failed("/b", data="broken"), failed("/c"))
    index = Index(folder, plans_of(RECIPE), parts_of(RECIPE))
    assert set(index.judged(retry=False)) == {digest("/a"), digest("broken")}
    assert set(index.judged(retry=True)) == {digest("/a")}
    index.close()


def test_recipes_are_kept_apart_and_the_latest_is_meant(folder: Folder) -> None:
    for name, recipe in (("1", RECIPE), ("2", OTHER)):
        run = begin_run(folder, recipe)
        plan(folder, name, *inputs("/a", "/b"), recipe=recipe)
        spent = Spent(requests=int(name))
        save(folder, dataclasses.replace(run, ended=True, spent=spent))
    write(folder, "1", read("/a"), read("/b"))
    write(folder, "2", read("/a"), recipe=OTHER)
    parts = Parts(folder.address)
    assert parts.recipe().fingerprint == OTHER.fingerprint
    assert [one.fingerprint for one in parts.recipes()] == [OTHER.fingerprint, RECIPE.fingerprint]
    assert parts.counts()[State.PENDING] == 1
    assert len(list(parts.letters(RECIPE.fingerprint[:8]))) == 2
    assert parts.spent(RECIPE.fingerprint).requests == 1
    with pytest.raises(StoreError, match="no recipe in it begins with xyz"):
        parts.counts("xyz")
    parts.close()


def test_names_that_are_no_utf_8_come_back_as_they_were(folder: Folder, opened: Parts) -> None:
    odd = "/caf\udce9 \uf8fe/é.txt"
    assert plan(folder, "1", *inputs(odd)) == [[Planned(Input(odd, "1"))]]
    write(folder, "1", read(odd))
    assert [one.address for one in opened.letters()] == [odd]
    assert unread(folder, inputs(odd)) == []


def test_lists_are_split_into_batches_and_files(folder: Folder) -> None:
    many = inputs(*(f"/{number}" for number in range(65 * 2 + 1)))
    batches = list(write_plans(folder, f"{plans_of(RECIPE)}/1", map(Planned, many), 2))
    assert [batch.inputs for batch in batches] == [2] * 65 + [1]
    assert len({batch.file for batch in batches}) == 2
    assert [one.input for batch in batches for one in read_batch(folder, batch)] == many


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_part_that_cannot_be_finished_leaves_nothing(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    write(folder, "1", read("/a"))
    before = (tmp_path / "store" / parts_of(RECIPE) / "1.parquet").read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), full)
    with pytest.raises(StoreFull, match="no room left"):
        write(folder, "1", read("/b"))
    assert [one.name for one in (tmp_path / "store" / parts_of(RECIPE)).iterdir()] == ["1.parquet"]
    assert (tmp_path / "store" / parts_of(RECIPE) / "1.parquet").read_bytes() == before


def test_far_away_a_part_is_put_in_one_go() -> None:
    folder = Folder("memory://a-bucket/store")
    folder.make(parts_of(RECIPE))
    plan(folder, "1", *inputs("/a", "/b"))
    write(folder, "1", read("/a"))
    assert states(folder) == {"done": 1, "pending": 1}
    assert folder.take("runs/000001.json", b"{}")
    assert not folder.take("runs/000001.json", b"{}")


def test_what_others_left_there_half_written_is_passed_over(folder: Folder, tmp_path: Path) -> None:
    plan(folder, "1", *inputs("/a"))
    (tmp_path / "store" / parts_of(RECIPE) / ".1.parquet.abcd").write_bytes(b"PAR1 half")
    assert states(folder) == {"pending": 1}


def test_files_of_others_and_of_newer_releases_are_refused(folder: Folder, tmp_path: Path) -> None:
    place = tmp_path / "store" / parts_of(RECIPE)
    (place / "1.parquet").write_bytes(b"PAR1 half")
    with pytest.raises(StoreError, match="damaged, or none of a backfill"):
        states(folder)
    pq.write_table(pa.table({"address": ["/a"]}), place / "1.parquet")
    with pytest.raises(StoreError, match="none of a backfill"):
        states(folder)
    table = pq.read_table(pa.BufferReader(part_bytes([read("/a")], RECIPE)))
    pq.write_table(table.replace_schema_metadata({b"imr_parts": b"2"}), place / "1.parquet")
    with pytest.raises(StoreError, match="newer release"):
        states(folder)


def test_a_folder_that_no_run_wrote_to_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store of readings"):
        Parts(str(tmp_path))


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(StoreError, match="must not hold a user and password") as told:
        Folder("sftp://me:secret@host/folder")
    assert "secret" not in str(told.value)


def test_a_run_is_the_only_one(folder: Folder) -> None:
    run = begin_run(folder, RECIPE)
    with pytest.raises(StoreLocked, match="run 1 works on it"):
        begin_run(folder, RECIPE)
    save(folder, dataclasses.replace(run, ended=True))
    assert begin_run(folder, RECIPE).number == 3
    assert [one.ended for one in all_runs(folder)] == [True, True, False]


def test_a_run_whose_process_was_killed_is_in_nobody_s_way(folder: Folder) -> None:
    code = (
        "import os, sys; from summarizer.backfill.parts.folder import Folder\n"
        "from summarizer.backfill.parts.runs import begin_run; from summarizer.backfill.recipe import Recipe\n"
        "begin_run(Folder(sys.argv[1]), Recipe('rules', {})); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, folder.address], check=False)
    assert killed.returncode == -9
    assert begin_run(folder, RECIPE).number == 2


def elsewhere(folder: Folder) -> runs_module.Run:
    """A run of another machine."""
    run = begin_run(folder, RECIPE)
    run = dataclasses.replace(run, process=dataclasses.replace(run.process, host="another"))
    save(folder, run)
    return run


def test_a_silent_run_of_another_machine_is_outlived(folder: Folder) -> None:
    silent = elsewhere(folder)
    times = iter(range(0, 1_000, 10))
    assert begin_run(folder, RECIPE, lease=0.05, clock=lambda: float(next(times))).number == 2
    assert renew(folder, silent) is None, "it hears that it was taken for dead"


def test_a_living_run_of_another_machine_is_not(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    living = [elsewhere(folder)]

    def beat(_: float) -> None:
        living.append(renew(folder, living[-1]) or living[-1])

    monkeypatch.setattr(runs_module.time, "sleep", beat)
    with pytest.raises(StoreLocked, match="of another"):
        begin_run(folder, RECIPE, clock=lambda: 0.0)
    assert living[-1].beat == 1


def test_a_run_file_of_others_is_refused(folder: Folder, tmp_path: Path) -> None:
    begin_run(folder, RECIPE)
    (tmp_path / "store" / "runs" / "000001.json").write_text(json.dumps({"number": 1}))
    with pytest.raises(StoreError, match="none of ours"):
        Parts(folder.address)
