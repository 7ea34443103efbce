"""What the arguments of a backfill name on this machine."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from summarizer.backfill.input import Input
from summarizer.backfill.inputs import list_inputs, read_bytes
from summarizer.backfill.inputs import local as local_inputs
from summarizer.backfill.inputs.addresses import local_path
from summarizer.errors import EmptyInput, NotFound
from summarizer.loading import discover
from summarizer.loading.source import Limits

posix = pytest.mark.skipif(os.name == "nt", reason="names and links that Windows does not have")


def files(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
    return folder


def found(folder: Path, *named: str | Path, stdin: bytes = b"") -> list[str]:
    """Addresses relative to ``folder``, all of which must be absolute."""
    inputs = list(list_inputs(map(str, named), io.BytesIO(stdin)))
    assert all(Path(one.address).is_absolute() for one in inputs)
    return [Path(one.address).relative_to(folder).as_posix() for one in inputs]


def test_a_folder_is_searched_as_summarize_does(tmp_path):
    files(tmp_path, "b.PDF", "a.txt", "sub/c.docx", ".hidden.pdf", ".git/d.pdf", "n.md", "sub/~$c.docx", "e.pdf/f.txt")
    files(tmp_path, "letters.zip", "pdf", ".pdf", "sub/.pdf")
    assert sorted(found(tmp_path, tmp_path)) == ["a.txt", "b.PDF", "e.pdf/f.txt", "sub/c.docx"]
    assert sorted(one.address for one in list_inputs([str(tmp_path)])) == [
        str(one.path) for one in discover([tmp_path])
    ]


def test_a_file_is_taken_whatever_it_is_called(tmp_path):
    files(tmp_path, "z.scan", ".a.pdf", "~$b.docx")
    named = [tmp_path / name for name in ("z.scan", ".a.pdf", "~$b.docx", "z.scan")]
    assert found(tmp_path, *named) == ["z.scan", ".a.pdf", "~$b.docx", "z.scan"]


def test_a_large_folder_is_listed_a_part_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(local_inputs, "_AT_ONCE", 3)
    names = {f"{number}.pdf" for number in range(8)}
    files(tmp_path, *names, "3.d/x.txt")
    listed = found(tmp_path, tmp_path)
    assert len(listed) == 9
    assert set(listed) == names | {"3.d/x.txt"}


def test_listing_is_lazy(tmp_path):
    files(tmp_path, "a.pdf")
    inputs = list_inputs([str(tmp_path / "a.pdf"), str(tmp_path / "gone.pdf")])
    assert next(inputs).address == str(tmp_path / "a.pdf")
    with pytest.raises(NotFound):
        next(inputs)


def test_the_stamp_tells_a_change(tmp_path):
    path = files(tmp_path, "a.pdf") / "a.pdf"
    [before] = list_inputs([str(tmp_path)])
    assert [before] == list(list_inputs([str(path)]))
    assert before.size == 5
    os.utime(path, ns=(1, 1))
    [touched] = list_inputs([str(tmp_path)])
    path.write_text("other words")
    os.utime(path, ns=(1, 1))
    [longer] = list_inputs([str(tmp_path)])
    assert len({before.stamp, touched.stamp, longer.stamp}) == 3
    assert {before.address, touched.address, longer.address} == {str(path)}


def test_one_file_has_one_address(tmp_path, monkeypatch):
    files(tmp_path, "sub/a.pdf")
    monkeypatch.chdir(tmp_path / "sub")
    spellings = ["a.pdf", "./a.pdf", "../sub/a.pdf", ".", "../sub//", "*.pdf", "../*/a.pdf", f"{tmp_path}/./sub/a.pdf"]
    spellings += [f"file://{tmp_path}/sub/a.pdf", f"file://{tmp_path}/sub", f"local://{tmp_path}/s*/a.pdf"]
    for spelling in spellings:
        assert [one.address for one in list_inputs([spelling])] == [str(tmp_path / "sub" / "a.pdf")], spelling


@posix
def test_links_stay_in_addresses_and_are_not_followed_into_folders(tmp_path):
    files(tmp_path, "real/deep/a.pdf", "real/b.pdf")
    (tmp_path / "real" / "loop").symlink_to(tmp_path / "real", target_is_directory=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "deep", target_is_directory=True)
    assert sorted(found(tmp_path, tmp_path)) == ["real/b.pdf", "real/deep/a.pdf"]
    assert found(tmp_path, tmp_path / "link") == ["link/a.pdf"]
    assert found(tmp_path, f"{tmp_path}/link/../b.pdf") == ["real/b.pdf"]  # as the system understands it
    assert local_path(f"{tmp_path}/real/../link") == str(tmp_path / "link")


@posix
def test_a_broken_link_is_an_input_that_cannot_be_read(tmp_path):
    (tmp_path / "a.pdf").symlink_to(tmp_path / "gone.pdf")
    assert list(list_inputs([str(tmp_path)])) == [Input(str(tmp_path / "a.pdf"), "")]
    assert list(list_inputs([str(tmp_path / "a.pdf")])) == [Input(str(tmp_path / "a.pdf"), "")]
    with pytest.raises(NotFound):
        read_bytes(str(tmp_path / "a.pdf"), Limits())


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.pdf", ["a.pdf"]),
        ("*", ["2016/b.pdf", "2016/q/c.txt", "2017/b.pdf", "a.pdf"]),
        ("**", ["2016/b.pdf", "2016/q/c.txt", "2017/b.pdf", "a.pdf"]),
        ("**/*.pdf", ["2016/b.pdf", "2017/b.pdf", "a.pdf"]),
        ("**/**/b.*", ["2016/b.pdf", "2017/b.pdf"]),
        ("201[6-9]/b.pdf", ["2016/b.pdf", "2017/b.pdf"]),
        ("201?", ["2016/b.pdf", "2016/q/c.txt", "2017/b.pdf"]),
        ("*6", ["2016/b.pdf", "2016/q/c.txt"]),
        ("**/q", ["2016/q/c.txt"]),
        ("2016/**/c.txt", ["2016/q/c.txt"]),
        ("**/*.scan", ["2017/s.scan"]),
        (".h*/*.pdf", [".hidden/h.pdf"]),
        ("**/~*.docx", []),
        ("*.md", ["note.md"]),
        ("*/q/*.pdf", []),
    ],
)
def test_patterns(tmp_path, pattern, expected):
    files(tmp_path, "a.pdf", "note.md", "2016/b.pdf", "2016/q/c.txt", "2017/b.pdf", "2017/s.scan", "2017/~$b.docx")
    files(tmp_path, ".hidden/h.pdf")
    if expected:
        assert sorted(found(tmp_path, f"{tmp_path}/{pattern}")) == expected
    else:
        with pytest.raises(EmptyInput, match="no letters"):
            found(tmp_path, f"{tmp_path}/{pattern}")


@posix
def test_names_with_signs_that_mean_something_elsewhere(tmp_path):
    names = ["a b.pdf", "#c.pdf", "d?e.pdf", "f[1].pdf", "g*.pdf", "größe.pdf", "h\ni.pdf", "100%20.pdf", "k::l.pdf"]
    names += ["@m.pdf", "s3:x.pdf", os.fsdecode(b"n\xff.pdf")]
    files(tmp_path, *names, "[x]/o.pdf")
    assert sorted(found(tmp_path, tmp_path)) == sorted([*names, "[x]/o.pdf"])
    for name in names:
        assert found(tmp_path, tmp_path / name) == [name]
        assert read_bytes(str(tmp_path / name), Limits()) == b"words"
    assert found(tmp_path, f"{tmp_path}/[x]/*.pdf") == ["[x]/o.pdf"]
    assert found(tmp_path, f"file://{tmp_path}/100%20.pdf") == ["100%20.pdf"]
    assert found(tmp_path, f"file://{tmp_path}/a%20b.pdf") == ["a b.pdf"]


def test_nothing_there(tmp_path):
    files(tmp_path, "empty/n.md")
    for name, error in {
        "none": NotFound,
        "none/*.pdf": NotFound,
        "empty": EmptyInput,
        "empty/*.pdf": EmptyInput,
        "empty/n.md/*.pdf": NotFound,
        "a\0b": NotFound,
    }.items():
        with pytest.raises(error) as raised:
            list(list_inputs([str(tmp_path / name)]))
        assert "\n" not in str(raised.value)
    with pytest.raises(NotFound):
        list(list_inputs([""]))
    with pytest.raises(NotFound, match=r"h\\ni"):
        list(list_inputs([str(tmp_path / "h\ni.pdf")]))


def test_an_unreadable_folder_is_told_and_not_passed_over(tmp_path, monkeypatch):
    files(tmp_path, "a.pdf", "locked/b.pdf")
    scandir = os.scandir

    def refusing(path: str) -> object:
        if path == str(tmp_path / "locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(NotFound, match=r"locked: the folder may not be read \(Permission denied\)"):
        found(tmp_path, tmp_path)


def test_a_folder_that_goes_while_it_is_searched_is_none(tmp_path):
    files(tmp_path, "a.pdf", "b/c.pdf", "d.pdf")
    inputs = list_inputs([str(tmp_path)])
    assert next(inputs).address == str(tmp_path / "a.pdf")
    (tmp_path / "b" / "c.pdf").unlink()
    (tmp_path / "b").rmdir()
    assert [one.address for one in inputs] == [str(tmp_path / "d.pdf")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list(tmp_path, encoding, end):
    files(tmp_path, "lists/a b.pdf", "lists/sub/größe.pdf", "lists/sub/d.txt", "other/e.scan")
    lines = ["# a comment", "", "a b.pdf", "  # another", "sub", "   ", str(tmp_path / "other" / "e.scan"), "s*/*.txt"]
    (tmp_path / "lists" / "list.txt").write_bytes(end.join(lines).encode(encoding))
    expected = ["lists/a b.pdf", "lists/sub/d.txt", "lists/sub/größe.pdf", "other/e.scan", "lists/sub/d.txt"]
    assert found(tmp_path, f"@{tmp_path}/lists/list.txt") == expected


@posix
def test_a_list_on_standard_input(tmp_path, monkeypatch):
    files(tmp_path, "a.pdf", os.fsdecode(b"n\xff.pdf"))
    monkeypatch.chdir(tmp_path)
    stdin = io.BytesIO(b"a.pdf\nn\xff.pdf\n")
    assert [one.address for one in list_inputs(["@-"], stdin)] == [
        str(tmp_path / "a.pdf"),
        str(tmp_path / os.fsdecode(b"n\xff.pdf")),
    ]
    assert not stdin.closed


def test_what_a_list_names_and_is_gone_is_an_input_that_cannot_be_read(tmp_path):
    files(tmp_path, "a.pdf")
    (tmp_path / "list").write_text("gone.pdf\na.pdf\n")
    gone, here = list_inputs([f"@{tmp_path}/list"])
    assert gone == Input(str(tmp_path / "gone.pdf"), "")
    assert here.address == str(tmp_path / "a.pdf")


def test_lists_that_are_none(tmp_path):
    (tmp_path / "comments").write_text("# nothing\n\n")
    (tmp_path / "odd").write_bytes(b"\xff\xfea")
    with pytest.raises(EmptyInput, match="no letters"):
        list(list_inputs([f"@{tmp_path}/comments"]))
    for name in ("none", "odd", "."):
        with pytest.raises(NotFound, match="the list cannot be read"):
            list(list_inputs([f"@{tmp_path}/{name}"]))


def test_passwords_are_refused_and_not_repeated():
    for address in (
        "https://user:secret@example.org/a.pdf",
        "https://secret@example.org/a.pdf",
        "ftp://user:secret@example.org/a.pdf",
        "zip://a.pdf::https://user:secret@example.org/a.zip",
    ):
        for named, stdin in (([address], b""), (["@-"], address.encode())):
            with pytest.raises(NotFound, match="must not hold") as raised:
                list(list_inputs(named, io.BytesIO(stdin)))
            assert "secret" not in str(raised.value)


def test_local_letters_need_no_fsspec(tmp_path, monkeypatch):
    files(tmp_path, "a.pdf")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    [one] = list_inputs([f"file://{tmp_path}"])
    assert read_bytes(one.address, Limits()) == b"words"
