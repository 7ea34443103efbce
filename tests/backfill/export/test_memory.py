"""However many letters there are, no more than a few of them are held."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.backfill.export import columns
from summarizer.backfill.export.forms import Form, write
from summarizer.backfill.kept import Stored
from tests.backfill.export.letters import FULL, stored

BIG = stored(FULL.model_copy(update={"case_summary": "a fact " * 5_000}))
"""Its words alone take 35 kB."""


def letters(number: int) -> Iterator[Stored]:
    for count in range(number):
        yield replace(BIG, sha256=f"{count:064x}")


def peak(form: Form, number: int, folder: Path) -> int:
    """Most bytes that Python held while ``number`` letters were written."""
    tracemalloc.start()
    try:
        write(form, folder / f"{number}{form}", letters(number))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", list(Form))
def test_memory_does_not_grow_with_the_letters(form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_LETTERS_A_BATCH", 5)
    write(form, tmp_path / f"first{form}", letters(1))  # imports
    few, many = peak(form, 10, tmp_path), peak(form, 100, tmp_path)
    assert many < few + 1_000_000, "some of the other 90 letters are held, which take 3 MB"
