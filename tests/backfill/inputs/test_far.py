"""Letters elsewhere: in fsspec's memory, and on a web server on loopback."""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import fsspec
import pytest
from fsspec.implementations.http import HTTPFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from summarizer.backfill.input import Input
from summarizer.backfill.inputs import list_inputs, read_bytes, shown
from summarizer.errors import DamagedFile, EmptyInput, InputUnreachable, MissingExtra, NotFound, TooLarge
from summarizer.loading.source import Limits

LIMITS = Limits(max_bytes=1000)


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    system = fsspec.filesystem("memory")
    yield system
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def addresses(*named: str) -> list[str]:
    return sorted(one.address for one in list_inputs(named))


def test_a_bucket(memory):
    names = ["a.pdf", "sub/b c.TXT", "sub/deep/größe.docx", "sub/d#1.pdf", "e?.pdf", "f[1].pdf"]
    for name in [*names, "n.md", ".h.pdf", "sub/.g/x.pdf", "sub/~$y.docx", "z.zip"]:
        memory.pipe(f"/bucket/{name}", name.encode())
    expected = sorted(f"memory:///bucket/{name}" for name in names)
    for spelling in ("memory://bucket", "memory://bucket/", "memory:///bucket", "MEMORY://bucket"):
        assert addresses(spelling) == expected
    inputs = {one.address: one for one in list_inputs(["memory://bucket"])}
    for name in names:
        address = f"memory:///bucket/{name}"
        assert read_bytes(address, LIMITS) == name.encode()
        assert inputs[address].size == len(name.encode())
        assert list(list_inputs([address])) == [inputs[address]]
    assert addresses("memory://bucket/n.md") == ["memory:///bucket/n.md"]


def test_patterns_in_a_bucket(memory):
    for name in ("2016/a.pdf", "2017/b.pdf", "2017/q/c.pdf", "2017/n.md"):
        memory.pipe(f"/bucket/{name}", b"words")
    assert addresses("memory://bucket/*/*.pdf") == ["memory:///bucket/2016/a.pdf", "memory:///bucket/2017/b.pdf"]
    assert addresses("memory://bucket/**/[bc].pdf") == ["memory:///bucket/2017/b.pdf", "memory:///bucket/2017/q/c.pdf"]
    assert addresses("memory://bucket/2017/*.md") == ["memory:///bucket/2017/n.md"]
    assert addresses("memory://b*/2016") == ["memory:///bucket/2016/a.pdf"]
    for none in ("memory://bucket/*.txt", "memory://bucket/**/x"):
        with pytest.raises(EmptyInput):
            addresses(none)
    with pytest.raises(NotFound):
        addresses("memory://none/*.txt")


def test_the_stamp_tells_a_change_in_a_bucket(memory):
    memory.pipe("/bucket/a.pdf", b"words")
    [before] = list_inputs(["memory://bucket"])
    memory.pipe("/bucket/a.pdf", b"other")
    [after] = list_inputs(["memory://bucket"])
    assert after.address == before.address
    assert after.stamp != before.stamp


def test_what_cannot_be_read_in_a_bucket(memory):
    memory.pipe("/bucket/empty.pdf", b"")
    memory.pipe("/bucket/large.pdf", b"w" * 1001)
    memory.pipe("/bucket/sub/gone.pdf", b"words")
    *_, gone = list_inputs(["memory://bucket"])
    memory.rm(gone.address)
    for address, error in {"empty.pdf": EmptyInput, "large.pdf": TooLarge, "sub/gone.pdf": NotFound}.items():
        with pytest.raises(error):
            read_bytes(f"memory:///bucket/{address}", LIMITS)
    with pytest.raises(NotFound):
        addresses("memory://none")
    memory.mkdir("/void")
    with pytest.raises(EmptyInput):
        addresses("memory://void")


def test_an_archive_in_a_bucket(memory):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("sub/a.pdf", "b.txt", "n.md"):
            archive.writestr(name, name)
    memory.pipe("/bucket/l.zip", buffer.getvalue())
    memory.pipe("/bucket/damaged.zip", buffer.getvalue()[:-30])
    expected = ["zip://b.txt::memory:///bucket/l.zip", "zip://sub/a.pdf::memory:///bucket/l.zip"]
    assert addresses("memory://bucket/l.zip") == addresses("memory://bucket/l*.zip") == expected
    assert addresses("zip://b.txt::memory://bucket/l.zip") == expected[:1]
    assert [read_bytes(address, LIMITS) for address in expected] == [b"b.txt", b"sub/a.pdf"]
    with pytest.raises(DamagedFile):
        addresses("memory://bucket/damaged.zip")
    with pytest.raises(NotFound):
        read_bytes("zip://b.txt::memory:///bucket/none.zip", LIMITS)


def test_a_list_of_letters_elsewhere(memory, tmp_path):
    for number in range(70):
        memory.pipe(f"/bucket/{number:02}.pdf", b"words")
    names = [f"memory://bucket/{number:02}.pdf" for number in range(71)]
    (tmp_path / "here.pdf").write_text("words")
    (tmp_path / "list").write_text("\n".join([*names, "here.pdf", "memory://bucket/0*.pdf"]))
    inputs = list(list_inputs([f"@{tmp_path}/list"]))
    assert [one.address for one in inputs[:71]] == [f"memory:///bucket/{number:02}.pdf" for number in range(71)]
    assert inputs[:70] == list(list_inputs(["memory://bucket"]))
    assert inputs[70] == Input("memory:///bucket/70.pdf", "")
    assert [one.address for one in inputs[71:]] == [str(tmp_path / "here.pdf"), *(one.address for one in inputs[:10])]


def test_protocols_that_nobody_knows_or_that_need_a_package(monkeypatch):
    with pytest.raises(NotFound, match="nosuch:// is no known protocol"):
        addresses("nosuch://bucket/")
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    for call in (lambda: addresses("gs://bucket/"), lambda: read_bytes("gs://bucket/a.pdf", LIMITS)):
        with pytest.raises(MissingExtra, match=r"^gs://bucket/.*: .*package gcsfs; run: .* -m pip install gcsfs$"):
            call()
    monkeypatch.setitem(sys.modules, "paramiko", None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    with pytest.raises(MissingExtra, match=r"-m pip install paramiko$"):
        addresses("sftp://host/letters")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(MissingExtra, match="extra backfill"):
        addresses("s3://bucket/")


class Elsewhere(MemoryFileSystem):
    """Has hosts in its addresses, another parameter than others have, and refuses parts of empty files."""

    protocol = "elsewhere"

    @staticmethod
    def _get_kwargs_from_urls(address: str) -> dict[str, str]:
        return {"host": address.split("/")[2]}

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return "/" + path.partition("://")[2].partition("/")[2].strip("/") if "://" in path else path.rstrip("/")

    def cat_file(self, path: str, version_id: object = None, start: object = None, end: object = None) -> bytes:
        assert version_id is None
        if self.info(path)["size"] == 0:
            raise OSError(5, "no such part")
        return super().cat_file(path, start, end)


def test_systems_that_are_not_like_the_others(memory):
    fsspec.register_implementation("elsewhere", Elsewhere, clobber=True)
    memory.pipe("/l/a.pdf", b"words")
    memory.pipe("/l/empty.pdf", b"")
    memory.pipe("/l/large.pdf", b"w" * 1001)
    expected = [f"elsewhere://user@host/l/{name}.pdf" for name in ("a", "empty", "large")]
    for spelling in ("elsewhere://user@host/l", "elsewhere://user@host/l/", "elsewhere://user@host/*/*.pdf"):
        assert addresses(spelling) == expected
    assert addresses("elsewhere://user@host") == expected
    assert addresses(expected[0]) == expected[:1]
    assert read_bytes(expected[0], LIMITS) == b"words"
    for address, error in zip(expected[1:], (EmptyInput, TooLarge), strict=True):
        with pytest.raises(error):
            read_bytes(address, LIMITS)


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder; some names answer with a number, or break off."""

    def answer(self) -> None:
        name = self.path.rpartition("/")[2].partition(".")[0]
        if name.isdigit():
            self.send_error(int(name))
        elif self.path.startswith("/loop"):
            page = b'<a href="loop/">x</a>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        elif name == "half":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"words")
        elif name == "endless" and self.command == "GET":
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                for _ in range(1000):
                    self.wfile.write(b"w" * 65536)
        else:
            (super().do_GET if self.command == "GET" else super().do_HEAD)()

    do_GET = do_HEAD = answer  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """A client that hangs up is what some tests are about."""


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A web server's address; it serves ``tmp_path``."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        HTTPFileSystem.clear_instance_cache()
        server.shutdown()
        server.server_close()
        thread.join()


NAMES = ["a.pdf", "b c.pdf", "größe.txt", "d#1.pdf", "e&f.pdf", "g[1].pdf", "100%.pdf"]


def test_a_folder_on_the_web(web, tmp_path):
    (tmp_path / "l" / "sub").mkdir(parents=True)
    for name in [*NAMES, "sub/h.docx", "n.md", ".i.pdf"]:
        (tmp_path / "l" / name).write_bytes(name.encode())
    inputs = list(list_inputs([f"{web}/l/"]))
    data = {one.address: read_bytes(one.address, LIMITS).decode() for one in inputs}
    assert sorted(data.values()) == sorted([*NAMES, "sub/h.docx"])
    assert all(one.stamp for one in inputs)
    assert addresses(f"{web}/l/*.pdf") == sorted(one for one in data if one.endswith(".pdf"))
    assert addresses(f"{web}/l/b c.pdf") == [f"{web}/l/b%20c.pdf"]
    assert addresses(f"{web}/l/n.md#top") == [f"{web}/l/n.md"]
    os.utime(tmp_path / "l" / "a.pdf", ns=(1, 1))
    [before] = [one for one in inputs if one.address.endswith("/a.pdf")]
    [after] = list_inputs([before.address])
    assert (after.address, after.size) == (before.address, before.size)
    assert after.stamp != before.stamp


def test_a_page_with_odd_links(web, tmp_path):
    for name in ("a.pdf", "sub/b.pdf"):
        (tmp_path / "l" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "l" / name).write_bytes(b"words")
    links = ["?C=N;O=D", "../", "./", "/", "./a.pdf", "../x.pdf", "http://127.0.0.2/y.pdf", "sub/", "sub/b.pdf", "l/l"]
    page = "".join(f'<a href="{link}">x</a>' for link in links)
    (tmp_path / "l" / "index.html").write_text(page)
    assert set(addresses(f"{web}/l/")) == {f"{web}/l/a.pdf", f"{web}/l/sub/b.pdf"}


def test_folders_without_end_on_the_web(web):
    with pytest.raises(NotFound, match="lie in each other"):
        addresses(f"{web}/loop/")


def test_what_cannot_be_read_on_the_web(web, tmp_path):
    (tmp_path / "empty.pdf").touch()
    errors = {
        "empty.pdf": EmptyInput,
        "none.pdf": NotFound,
        "403.pdf": NotFound,
        "410.pdf": NotFound,
        "429.pdf": InputUnreachable,
        "503.pdf": InputUnreachable,
        "half.pdf": InputUnreachable,
        "endless.pdf": TooLarge,
    }
    for name, error in errors.items():
        with pytest.raises(error, match=rf"{name}: ") as raised:
            read_bytes(f"{web}/{name}?sig=secret", LIMITS)
        assert "secret" not in str(raised.value)
        assert raised.value.__suppress_context__ or raised.value.__context__ is None
    for name, error in {"none.pdf": NotFound, "403/": NotFound, "503.pdf": InputUnreachable}.items():
        with pytest.raises(error) as raised:
            addresses(f"{web}/{name}?sig=secret")
        assert "secret" not in str(raised.value)


def test_a_signed_address_is_read_by_its_query_and_shown_without(web, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"words")
    [one] = list_inputs([f"{web}/a.pdf?sig=secret"])
    assert read_bytes(one.address, LIMITS) == b"words"
    assert one.address.endswith("?sig=secret")
    assert shown(one.address) == f"{web}/a.pdf"
    assert shown(f"zip://a.pdf::{web}/l.zip?sig=secret") == f"zip://a.pdf::{web}/l.zip"
    assert shown("s3://bucket/a?.pdf") == "s3://bucket/a?.pdf"
    assert shown("/a\nb\udcff.pdf") == r"/a\nb\udcff.pdf"


def test_an_archive_on_a_server_that_gives_no_parts(web, tmp_path):
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        archive.writestr("a.pdf", os.urandom(100_000))
    with pytest.raises(NotFound, match=r"l\.zip: the archive cannot be read in parts"):
        addresses(f"{web}/l.zip")


def test_nobody_listens(web, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"words")
    address = "http://127.0.0.1:9/a.pdf"
    for call in (
        lambda: addresses(address),
        lambda: addresses("http://127.0.0.1:9/"),
        lambda: read_bytes(address, LIMITS),
    ):
        with pytest.raises(InputUnreachable):
            call()
    here, gone = list_inputs(["@-"], io.BytesIO(f"{web}/a.pdf\n{address}\n".encode()))
    assert here.stamp
    assert gone == Input(address, "")


def _read(address: str, answers: multiprocessing.Queue[bytes]) -> None:
    answers.put(read_bytes(address, LIMITS))


@pytest.mark.skipif(sys.platform != "linux", reason="no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_reads_anew(web, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"words")
    assert read_bytes(quote(f"{web}/a.pdf", safe=":/"), LIMITS) == b"words"
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[bytes] = context.Queue()
    process = context.Process(target=_read, args=(f"{web}/a.pdf", answers))
    process.start()
    assert answers.get(timeout=30) == b"words"
    process.join(30)
    assert process.exitcode == 0
    assert read_bytes(f"{web}/a.pdf", LIMITS) == b"words"
