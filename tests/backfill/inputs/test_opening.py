"""The bytes of letters on this machine, and of those in archives."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from summarizer.backfill.inputs import list_inputs, read_bytes
from summarizer.backfill.inputs.addresses import member_address, split_member
from summarizer.errors import DamagedFile, EmptyInput, NotFound, PasswordNeeded, TooLarge
from summarizer.loading.source import Limits

LIMITS = Limits(max_bytes=1000)


def packed(path: Path, *members: str, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for member in members:
            archive.writestr(member, f"words of {member}")
    return path


def members(*named: str) -> list[str]:
    return [split_member(one.address)[0] for one in list_inputs(named)]


def test_files(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"words")
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "large.pdf").write_bytes(b"w" * 1001)
    assert read_bytes(str(tmp_path / "a.pdf"), LIMITS) == b"words"
    for name, error in {"empty.pdf": EmptyInput, "large.pdf": TooLarge, "none.pdf": NotFound, "": NotFound}.items():
        with pytest.raises(error):
            read_bytes(str(tmp_path / name), LIMITS)


def test_a_file_deleted_between_listing_and_reading(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"words")
    archive = packed(tmp_path / "l.zip", "b.pdf")
    listed = list(list_inputs([str(path), str(archive)]))
    path.unlink()
    archive.unlink()
    for one in listed:
        with pytest.raises(NotFound):
            read_bytes(one.address, LIMITS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.pdf")
    [one] = list_inputs([str(tmp_path)])
    with pytest.raises(NotFound, match="a pipe or a device"):
        read_bytes(one.address, LIMITS)


def test_letters_in_an_archive(tmp_path):
    names = ["a.pdf", "sub/b c.txt", "größe.docx", "c?#[1]*.pdf", "100%.pdf", "%3A.pdf", "d::e.pdf"]
    path = packed(tmp_path / "l.ZIP", *names, "n.md", ".h.pdf", "__MACOSX/._a.pdf", "~$x.docx", "in.zip", "sub/")
    inputs = list(list_inputs([str(path)]))
    assert [split_member(one.address) for one in inputs] == [(name, str(path)) for name in names]
    for one, name in zip(inputs, names, strict=True):
        data = f"words of {name}".encode()
        assert read_bytes(one.address, LIMITS) == data
        assert one.size == len(data)
        assert list(list_inputs([one.address])) == [one]
    assert inputs[0].address == f"zip://a.pdf::{path}"
    assert len({one.stamp for one in inputs}) == len(names)


@pytest.mark.parametrize("member", ["a.pdf", "a::b", "a:", ":::", "%25", "%3A:", "%%3A", "a%2:", "::/x", "a\n:b::"])
def test_members_keep_their_names(member):
    assert split_member(member_address(member, "/l::x.zip")) == (member, "/l::x.zip")
    assert member_address(member, "/l.zip").endswith("::/l.zip")


def test_names_that_lead_out_of_an_archive_lead_nowhere(tmp_path):
    names = ["/etc/a.pdf", "../../b.pdf", "./c.pdf", "sub/../d.pdf", "e\\f.pdf"]
    path = packed(tmp_path / "l.zip", *names)
    inputs = list(list_inputs([str(path)]))
    assert [read_bytes(one.address, LIMITS) for one in inputs] == [f"words of {name}".encode() for name in names]
    assert [one.name for one in tmp_path.iterdir()] == ["l.zip"]


def test_parts_of_an_archive_and_many_archives(tmp_path):
    path = packed(tmp_path / "l.zip", "2016/a.pdf", "2016/q/b.pdf", "2017/c.pdf", "n.md")
    packed(tmp_path / "m.zip", "d.pdf")
    assert members(f"zip://2016::{path}") == ["2016/a.pdf", "2016/q/b.pdf"]
    assert members(f"zip://*/*.pdf::{path}") == ["2016/a.pdf", "2017/c.pdf"]
    assert members(f"zip://n.md::{path}") == ["n.md"]
    assert members(f"{tmp_path}/*.zip") == ["2016/a.pdf", "2016/q/b.pdf", "2017/c.pdf", "d.pdf"]
    assert members(f"zip://::file://{path}", f"zip://::{path}") == 2 * ["2016/a.pdf", "2016/q/b.pdf", "2017/c.pdf"]
    with pytest.raises(EmptyInput):
        members(f"zip://none.pdf::{path}")
    with pytest.raises(EmptyInput):
        members(str(packed(tmp_path / "e.zip", "n.md")))
    (tmp_path / "list").write_text(f"zip://none.pdf::{path}\nm.zip\n")
    gone, _ = list_inputs([f"@{tmp_path}/list"])
    with pytest.raises(NotFound, match=r"none.pdf: there is no such file in .*l\.zip"):
        read_bytes(gone.address, LIMITS)


def test_of_two_members_by_one_name_the_later_one_counts(tmp_path):
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        archive.writestr("a.pdf", "old")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.pdf", "newer")
    [one] = list_inputs([str(tmp_path / "l.zip")])
    assert (one.size, read_bytes(one.address, LIMITS)) == (5, b"newer")


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_not_unpacked(tmp_path, compression):
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("a.pdf", b"0" * 5_000_000)
    [one] = list_inputs([str(path)])
    with pytest.raises(TooLarge):
        read_bytes(one.address, LIMITS)
    # The directory may lie about the size: then no more is unpacked than it says, and the checksum is wrong.
    data = path.read_bytes()
    assert data.count((5_000_000).to_bytes(4, "little")) == 2
    path.write_bytes(data.replace((5_000_000).to_bytes(4, "little"), (900).to_bytes(4, "little")))
    with pytest.raises(DamagedFile):
        read_bytes(one.address, LIMITS)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_costs_itself_alone(tmp_path, compression):
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("a.pdf", os.urandom(400))
        archive.writestr("b.pdf", b"words")
    data = bytearray(path.read_bytes())
    data[40:200] = bytes(160)
    path.write_bytes(data)
    first, second = list_inputs([str(path)])
    with pytest.raises(DamagedFile):
        read_bytes(first.address, LIMITS)
    assert read_bytes(second.address, LIMITS) == b"words"


def test_members_encrypted_empty_or_packed_in_an_unknown_way(tmp_path):
    path = packed(tmp_path / "l.zip", "a.pdf", compression=zipfile.ZIP_STORED)
    plain = path.read_bytes()
    directory = plain.index(b"PK\1\2")

    def with_byte(local: int, central: int, value: int) -> bytes:
        data = bytearray(plain)
        data[local] = data[directory + central] = value
        return bytes(data)

    address = f"zip://a.pdf::{path}"
    path.write_bytes(with_byte(6, 8, 1))
    assert [one.address for one in list_inputs([str(path)])] == [address]
    with pytest.raises(PasswordNeeded, match="encrypted in"):
        read_bytes(address, LIMITS)
    path.write_bytes(with_byte(8, 10, 9))
    os.utime(path, ns=(1, 1))
    with pytest.raises(DamagedFile, match="uncommon"):
        read_bytes(address, LIMITS)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.pdf", b"")
    with pytest.raises(EmptyInput):
        read_bytes(address, LIMITS)


def test_an_archive_that_is_none(tmp_path):
    whole = packed(tmp_path / "whole.zip", "a.pdf").read_bytes()
    for number, data in enumerate((b"", b"words", whole[:-20], whole[: len(whole) // 2])):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        with pytest.raises(DamagedFile, match="no zip archive"):
            list(list_inputs([str(path)]))
    with pytest.raises(NotFound):
        read_bytes(f"zip://a.pdf::{tmp_path}/none.zip", LIMITS)
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(NotFound):
        read_bytes(f"zip://a.pdf::{tmp_path}/folder.zip", LIMITS)


def test_a_changed_archive_is_opened_anew(tmp_path):
    path = packed(tmp_path / "l.zip", "a.pdf")
    [before] = list_inputs([str(path)])
    assert read_bytes(before.address, LIMITS) == b"words of a.pdf"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.pdf", "other and more words")
    [after] = list_inputs([str(path)])
    assert after.address == before.address
    assert after.stamp != before.stamp
    assert read_bytes(after.address, LIMITS) == b"other and more words"


def test_an_archive_is_opened_once_for_many_members_and_few_stay_open(tmp_path, monkeypatch):
    paths = [str(packed(tmp_path / f"{number}.zip", "a.pdf", "b.pdf", "c.pdf")) for number in range(12)]
    opened: list[str] = []

    class Counted(zipfile.ZipFile):
        def __init__(self, file: str) -> None:
            opened.append(file)
            super().__init__(file)

    monkeypatch.setattr("summarizer.backfill.inputs.archives.ZipFile", Counted)
    for one in list(list_inputs(paths[:1])):
        read_bytes(one.address, LIMITS)
    assert opened == paths[:1]
    if sys.platform == "linux":
        before = len(list(Path("/proc/self/fd").iterdir()))
        for path in paths:
            read_bytes(f"zip://a.pdf::{path}", LIMITS)
        assert len(list(Path("/proc/self/fd").iterdir())) - before <= 8


def _read_all(addresses: list[str], wrong: multiprocessing.Queue[str]) -> None:
    for address in addresses * 20:
        if read_bytes(address, Limits()) != (split_member(address)[0] * 1000).encode():
            wrong.put(address)


@pytest.mark.skipif(sys.platform != "linux", reason="no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_processes_forked_with_an_archive_open_do_not_disturb_each_other(tmp_path):
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.pdf", f"{number}.pdf" * 1000)
    addresses = [one.address for one in list_inputs([str(path)])]
    context = multiprocessing.get_context("fork")
    wrong: multiprocessing.Queue[str] = context.Queue()
    processes = [context.Process(target=_read_all, args=(addresses, wrong)) for _ in range(3)]
    for process in processes:
        process.start()
    _read_all(addresses, wrong)
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert wrong.empty()


def test_copies_of_an_archive_are_other_inputs(tmp_path):
    path = packed(tmp_path / "l.zip", "a.pdf")
    shutil.copy(path, tmp_path / "copy.zip")
    first, second = list_inputs([str(path), str(tmp_path / "copy.zip")])
    assert first.address != second.address
    assert first.stamp == second.stamp
