"""Sources and the search of folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import EmptyInput, NotFound
from summarizer.loading import Source, discover


def files(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")


def test_a_source_is_exactly_one_thing():
    with pytest.raises(ValueError, match="exactly one"):
        Source("letter")
    with pytest.raises(ValueError, match="exactly one"):
        Source("letter", data=b"words", text="words")


def test_names():
    assert Source.from_path("folder/letter.pdf").name == "letter.pdf"
    assert Source.from_data(b"").name == "<data>"
    assert Source.from_text("").name == "<text>"


def test_folders_are_searched_sorted_and_hidden_files_passed_over(tmp_path):
    files(
        tmp_path, "b.PDF", "a.txt", "sub/c.docx", ".hidden.pdf", ".git/d.pdf", "notes.md", "sub/~$c.docx", "e.pdf/f.txt"
    )
    found = [source.path.relative_to(tmp_path).as_posix() for source in discover([tmp_path])]
    assert found == ["a.txt", "b.PDF", "e.pdf/f.txt", "sub/c.docx"]


def test_files_are_taken_as_given(tmp_path):
    files(tmp_path, "z.scan", ".a.pdf", "folder/m.pdf")
    given = [tmp_path / "z.scan", tmp_path / "folder", str(tmp_path / ".a.pdf"), tmp_path / "z.scan"]
    assert [source.name for source in discover(given)] == ["z.scan", "m.pdf", ".a.pdf", "z.scan"]


def test_empty_folder_and_missing_path(tmp_path):
    files(tmp_path, "notes.md")
    with pytest.raises(EmptyInput):
        discover([tmp_path])
    with pytest.raises(NotFound):
        discover([tmp_path / "none"])
