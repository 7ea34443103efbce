"""How much of a letter is new, where many letters have its size."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from summarizer.backfill.forecast import copies
from summarizer.backfill.forecast.listed import Listed, opened
from summarizer.backfill.input import Input
from summarizer.backfill.inputs.listing import list_inputs
from summarizer.loading.source import Limits


@pytest.fixture
def listed() -> Iterator[Listed]:
    with opened() as room:
        yield room


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def files(folder: Path, *contents: str) -> Path:
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / f"{number:03}.txt").write_text(content, encoding="utf-8")
    return folder


def new_in(listed: Listed, folder: Path, sample: int, part: float = 1.0) -> list[float]:
    listed.take(list_inputs([str(folder)]), None, lambda _: None)
    drawn = listed.drawn(sample)
    hashes = [digest(Path(one.address)) for one in drawn]
    found = copies.newness(listed, drawn, hashes, Limits(), part)
    assert found is not None
    return found


def test_each_letter_of_a_sample_counts_for_its_part(listed: Listed, tmp_path: Path) -> None:
    folder = files(tmp_path / "letters", *["same"] * 6, *["twin"] * 2, *(f"no {number}" for number in range(4)))
    assert sorted(new_in(listed, folder, 12)) == pytest.approx([1 / 6] * 6 + [1 / 2] * 2 + [1] * 4)


def test_of_some_of_the_letters_so_many_copies_are_read(listed: Listed, tmp_path: Path) -> None:
    folder = files(tmp_path / "letters", "twin", "twin")
    # With the chance 1/2 the other one is read too, and then each is half new.
    assert new_in(listed, folder, 2, 0.5) == pytest.approx([0.75, 0.75])


def test_a_small_sample_knows_of_copies_that_are_not_in_it(listed: Listed, tmp_path: Path) -> None:
    folder = files(tmp_path / "letters", *["same"] * 20)
    assert new_in(listed, folder, 1) == [pytest.approx(1 / 20)]


def test_of_too_many_of_one_size_some_stand_for_all(
    listed: Listed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_MOST_ALIKE", 10)
    folder = files(tmp_path / "letters", *["same"] * 41)
    assert new_in(listed, folder, 1) == [pytest.approx(1 / 41)]


def test_where_too_many_would_be_opened_only_the_first_letters_are_looked_into(
    listed: Listed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_MOST_ALIKE", 4)
    monkeypatch.setattr(copies, "_OPENED_FOR_ONE", 1)
    folder = files(tmp_path / "letters", *("x" * (1 + number % 5) for number in range(40)))
    assert new_in(listed, folder, 5) == pytest.approx([1 / 8] * len(listed_sizes(listed, 5, 2)))


def listed_sizes(listed: Listed, sample: int, most: int) -> list[int]:
    """Sizes of the first letters of the sample, up to the letter that would be of one size more than ``most``."""
    sizes: list[int] = []
    for one in listed.drawn(sample):
        assert one.size is not None
        if len({*sizes, one.size}) > most:
            break
        sizes.append(one.size)
    return sizes


def test_a_letter_that_is_gone_meanwhile_is_no_copy(listed: Listed, tmp_path: Path) -> None:
    folder = files(tmp_path / "letters", "same", "same", "same")
    listed.take(list_inputs([str(folder)]), None, lambda _: None)
    (drawn,) = listed.drawn(1)
    known = digest(Path(drawn.address))
    for path in folder.iterdir():
        path.unlink()
    assert copies.newness(listed, [drawn], [known], Limits(), 1.0) == [1.0]
    assert copies.newness(listed, [drawn], [None], Limits(), 1.0) == [1.0]


def test_a_sample_is_the_lowest_lots_of_what_has_no_answer(listed: Listed) -> None:
    inputs = [Input(f"/letters/{number}", "", number) for number in range(3000)]
    done = {one.address for one in inputs if one.size is not None and one.size % 3 == 0}
    heard: list[int] = []
    listed.take(iter([*inputs, *inputs[:5]]), lambda some: done & {one.address for one in some}, heard.append)
    rest = sorted((one for one in inputs if one.address not in done), key=lambda one: one.lot)
    assert [one.address for one in listed.drawn(50)] == [one.address for one in rest[:50]]
    assert (listed.letters, listed.done, heard[-1]) == (3000, 1000, 3005)
    assert listed.bytes_to_read == sum(one.size or 0 for one in rest)
