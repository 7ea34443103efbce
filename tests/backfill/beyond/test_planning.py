"""What a run beyond one machine takes up, and what it does where nothing is to be done; without any Ray."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from summarizer.backfill.beyond import driver
from summarizer.backfill.beyond.driver import run_on_ray
from summarizer.backfill.input import lot_of
from summarizer.backfill.kept import Failure, State
from summarizer.backfill.parts.folder import Folder
from summarizer.backfill.parts.part import Row, part_bytes
from summarizer.backfill.parts.plan import Batch, read_batch
from summarizer.backfill.parts.store import Parts, parts_of
from summarizer.backfill.recipe import Recipe
from summarizer.backfill.run.job import Brake, Job, Standing
from summarizer.engine import Engine
from summarizer.errors import ClusterFailed, NotFound, StoreError, StoreFull
from summarizer.loading.source import Limits
from tests.backfill.made import folder_of

RECIPE = Recipe("rules", {"engine": "rules"})


class Broken(Exception):
    """In place of Ray's own errors."""


class Played:
    """In Ray's place: fails every letter, and tells which ones it was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
        self.batches: list[list[str]] = []
        self.starts = 0
        folder = Folder(str(store))

        @contextmanager
        def cluster(address: str | None, workers: int) -> Iterator[Any]:
            self.starts += 1
            yield SimpleNamespace(exceptions=SimpleNamespace(RayError=Broken))

        def read(lead: Any, ray: object, batches: list[Batch], known: Iterator[str], *, far: bool) -> None:
            for number, batch in enumerate(batches):
                planned = read_batch(folder, batch)
                self.batches.append([one.input.address for one in planned])
                why = Failure("damaged_file", "cut off")
                rows = [Row(one.input.address, one.input.stamp, None, one.attempts + 1, failure=why) for one in planned]
                path = f"{parts_of(RECIPE)}/{self.starts:03d}-{number:03d}.parquet"
                folder.write(path, part_bytes(rows, RECIPE))

        monkeypatch.setattr(driver, "cluster", cluster)
        monkeypatch.setattr(driver._Lead, "_read", read)

    @property
    def read(self) -> list[str]:
        """The letters of all batches."""
        return [address for batch in self.batches for address in batch]


def go(letters: Path, store: Path, brake: Brake | None = None, *, retry: bool = False, **given: Any) -> Standing:
    job = Job(Engine.RULES, Limits(), workers=2, **given)
    return run_on_ray([str(letters)], str(store), RECIPE, job, None, brake or Brake(), lambda _: None, retry=retry)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "letters", 20)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, store: Path) -> Played:
    return Played(monkeypatch, store)


def test_few_letters_are_work_for_all_workers(letters: Path, store: Path, played: Played) -> None:
    standing = go(letters, store)
    assert [len(batch) for batch in played.batches] == [3] * 6 + [2]
    assert sorted(played.read) == sorted(map(str, letters.iterdir()))
    assert standing.states[State.FAILED] == 20


def test_where_nothing_is_to_be_read_no_ray_is_started(letters: Path, store: Path, played: Played) -> None:
    go(letters, store)
    go(letters, store)
    assert played.starts == 1
    standing = go(letters, store, retry=True)
    assert played.starts == 2
    assert standing.states[State.FAILED] == 20
    with closing(Parts(str(store))) as parts:
        assert {one.attempts for one in parts.failures()} == {2}


def test_a_limit_takes_up_so_many_more_each_time(letters: Path, store: Path, played: Played) -> None:
    for _ in range(3):
        go(letters, store, most=8)
    assert [sum(map(len, played.batches))] == [20]


def test_a_sample_is_the_same_in_every_run(letters: Path, store: Path, played: Played) -> None:
    go(letters, store, sample=5)
    go(letters, store, sample=5)
    lowest = sorted(map(str, letters.iterdir()), key=lot_of)[:5]
    assert sorted(played.read) == sorted(lowest)


def test_a_brake_pulled_while_listing_starts_nothing(letters: Path, store: Path, played: Played) -> None:
    go(letters, store, Brake("stopped"))
    assert played.starts == 0
    go(letters, store)
    assert played.starts == 1, "and the next run is not kept out"


def test_what_is_not_there_is_said_and_the_next_run_is_not_kept_out(tmp_path: Path, store: Path) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            go(tmp_path / "nowhere", store)


def test_memory_is_no_store_for_many_processes(letters: Path) -> None:
    with pytest.raises(StoreError, match="of one process alone"):
        run_on_ray([str(letters)], "memory://x", RECIPE, Job(Engine.RULES, Limits(), 1), None, Brake(), lambda _: None)


def test_a_gate_that_dies_is_told_without_ray_s_words(
    letters: Path, store: Path, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise Broken("words of a letter")

    with monkeypatch.context() as patch:
        patch.setattr(driver._Lead, "_read", dies)
        with pytest.raises(ClusterFailed, match=r"broke down \(Broken\)") as told:
            go(letters, store)
    assert "words" not in str(told.value)
    assert go(letters, store).states[State.FAILED] == 20, "and the next run is not kept out"


def test_an_error_of_ours_comes_through_and_of_others_only_the_name() -> None:
    full = StoreFull("store", "it is full", "make room")
    wrapped = RuntimeError("in a worker")
    wrapped.__cause__ = ValueError("words of a letter")
    wrapped.__cause__.__cause__ = full
    reading = driver._Reading(None)
    reading._error = wrapped
    with pytest.raises(StoreFull):
        reading.check()
    reading._error = ValueError("words of a letter")
    with pytest.raises(ClusterFailed, match=r"ValueError") as told:
        reading.check()
    assert "words" not in str(told.value)
