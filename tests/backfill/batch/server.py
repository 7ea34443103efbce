"""A provider's batch interface on loopback: files, batches and what they bring, with what can go wrong.

A batch is worked on when it is asked about for the second time, so that each has a moment of being under way. What
is paid is in ``paid``: every request that was worked on, in every batch.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.llm.server import Step, _completion, _response

Answering = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with one call."""

    status: int | None = None
    """Status that it is refused with."""
    code: str | None = None
    done: bool = False
    """Whether the call is carried out all the same."""
    lost: bool = False
    """Whether the connection breaks off instead of an answer."""
    kills: bool = False
    """Whether the process that called is ended by SIGKILL."""


@dataclass(frozen=True)
class Refused:
    """A line that is answered with an error."""

    status: int
    code: str


@dataclass
class Made:
    """A batch."""

    told: dict[str, Any]
    lines: list[dict[str, Any]]
    """Of its input file, which may be deleted meanwhile."""
    looks: int = 0


@dataclass
class BatchServer:
    """The provider's state."""

    answer: Answering
    """What the model answers to a request's body: an object, a ``Step``, ``Refused``, or ``None`` for never."""
    ends: list[str] = field(default_factory=list)
    """How the next batches end; after these all are ``completed``."""
    problems: list[list[dict[str, Any]]] = field(default_factory=list)
    """Why the next batches that end ``failed`` do."""
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)
    """What goes wrong with the next calls of a kind, such as ``POST /batches``."""
    extra: list[dict[str, Any]] = field(default_factory=list)
    """Lines that no request asked for."""
    twice: bool = False
    """Whether every line of output comes twice."""
    nameless: bool = False
    """Whether the names of output files are not told."""
    queue: int | None = None
    """Requests that may wait in all batches together."""
    half: int = 0
    """Bytes of the next file that are sent before the connection breaks off; 0: all."""
    looks: int = 1
    """Looks at a batch before it is worked on."""
    port: int = 0
    pid: int = 0
    """The process that ``Trouble.kills`` ends."""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, Made] = field(default_factory=dict)
    paid: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    cancelled: list[str] = field(default_factory=list)
    made: int = 0
    """Batches there ever were."""
    uploads: int = 0
    """Files there ever were, those that the provider wrote included."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def paid_bodies(self) -> Counter[str]:
        return Counter(json.dumps(body, sort_keys=True) for _, body in self.paid)

    @property
    def accepted(self) -> list[Made]:
        return [one for one in self.batches.values() if one.told["status"] != "failed"]

    def upload(self, data: bytes) -> dict[str, Any]:
        self.uploads += 1
        name = f"file-{self.uploads}"
        self.files[name] = data
        return {
            "id": name,
            "object": "file",
            "bytes": len(data),
            "created_at": 1,
            "filename": "a",
            "purpose": "batch",
            "status": "processed",
        }

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.made += 1
        number = self.made
        told = {
            "id": f"batch_{number}",
            "object": "batch",
            "endpoint": asked["endpoint"],
            "input_file_id": asked["input_file_id"],
            "completion_window": asked["completion_window"],
            "status": "validating",
            "created_at": number,
            "metadata": asked.get("metadata"),
            "output_file_id": None,
            "error_file_id": None,
            "errors": None,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
        }
        lines = [json.loads(line) for line in self.files[told["input_file_id"]].split(b"\n") if line]
        self.batches[told["id"]] = Made(told, lines)
        return told

    def look(self, name: str) -> dict[str, Any]:
        made = self.batches[name]
        made.looks += 1
        if made.looks > self.looks and made.told["status"] in ("validating", "in_progress"):
            self.work(made)
        elif made.told["status"] == "validating":
            self.validate(made)
        return made.told

    def lines(self, made: Made) -> list[dict[str, Any]]:
        return made.lines

    def validate(self, made: Made) -> None:
        lines = self.lines(made)
        waiting = sum(len(self.lines(one)) for one in self.batches.values() if one.told["status"] == "in_progress")
        names = [line["custom_id"] for line in lines]
        if self.queue is not None and waiting + len(lines) > self.queue:
            self.fail(made, [{"code": "token_limit_exceeded", "line": None, "message": "Enqueued token limit reached"}])
        elif len(set(names)) < len(names) or max(map(len, names)) > 64:
            self.fail(made, [{"code": "duplicate_custom_id", "line": 1, "message": "no"}])
        else:
            made.told["status"] = "in_progress"

    def fail(self, made: Made, problems: list[dict[str, Any]]) -> None:
        made.told.update(status="failed", errors={"object": "list", "data": problems})

    def work(self, made: Made) -> None:
        ends = self.ends.pop(0) if self.ends else "completed"
        if ends == "failed":
            self.fail(made, self.problems.pop(0))
            return
        lines = self.lines(made)
        done = lines[: len(lines) // 2] if ends in ("expired", "cancelled") else lines
        output, errors = [], []
        for line in done:
            assert (line["method"], line["url"]) == ("POST", made.told["endpoint"])
            answer = self.answer(line["body"])
            told = {"id": "batch_req_1", "custom_id": line["custom_id"], "error": None}
            if answer is None:
                continue
            if isinstance(answer, Refused):
                body = {"error": {"code": answer.code, "message": "no"}}
                errors.append({**told, "response": {"status_code": answer.status, "request_id": "r", "body": body}})
                continue
            self.paid.append((line["custom_id"], line["body"]))
            step = answer if isinstance(answer, Step) else Step(answer=answer)
            text = step.answer if isinstance(step.answer, str) else json.dumps(step.answer)
            completed = _response if line["url"].endswith("/responses") else _completion
            body = completed(step, line["body"], text)
            output.append({**told, "response": {"status_code": 200, "request_id": "r", "body": body}})
        if ends == "expired":
            for line in lines[len(done) :]:
                error = {"code": "batch_expired", "message": "This request could not be executed before the window"}
                errors.append({"id": "r", "custom_id": line["custom_id"], "response": None, "error": error})
        made.told["request_counts"] = {"total": len(lines), "completed": len(output), "failed": len(errors)}
        made.told["status"] = ends
        output = [*self.extra, *reversed(output)]
        if self.twice:
            output = [line for line in output for _ in range(2)]
        for name, written in (("output_file_id", output), ("error_file_id", errors)):
            if written and not (name == "output_file_id" and self.nameless):
                data = b"\n".join(json.dumps(line).encode() for line in written) + b"\n"
                made.told[name] = self.upload(data)["id"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider: BatchServer

    def log_message(self, *_: object) -> None:
        return None

    def do_GET(self) -> None:
        self.handle_call("GET")

    def do_POST(self) -> None:
        self.handle_call("POST")

    def do_DELETE(self) -> None:
        self.handle_call("DELETE")

    def handle_call(self, method: str) -> None:
        data = self.body()
        path = self.path.partition("?")[0].removeprefix("/v1")
        kind = f"{method} {re.sub(r'(?<=/)(file-|batch_)[0-9]+', 'ID', path)}"
        with self.provider.lock:
            self.provider.calls[kind] += 1
            planned = self.provider.troubles.get(kind, [])
            trouble = planned.pop(0) if planned else Trouble(done=True)
            status, told = self.carry_out(kind, path, data) if trouble.done else (200, {})
        if trouble.kills:
            os.kill(self.provider.pid, signal.SIGKILL)
        if trouble.lost or trouble.kills:
            self.close_connection = True
            return
        if trouble.status is not None:
            status, told = trouble.status, {"error": {"code": trouble.code, "message": "no"}}
        self.reply(status, told)

    def body(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            pieces = []
            while size := int(self.rfile.readline(), 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def carry_out(self, kind: str, path: str, data: bytes) -> tuple[int, object]:
        provider = self.provider
        name = next((part for part in path.split("/") if part.startswith(("file-", "batch_"))), "")
        gone = (404, {"error": {"message": "No such thing", "param": "id", "code": None}})
        match kind:
            case "POST /files":
                return 200, provider.upload(self.part(data, "file"))
            case "DELETE /files/ID":
                provider.files.pop(name, None)
                return 200, {"id": name, "object": "file", "deleted": True}
            case "GET /files/ID/content":
                return (200, provider.files[name]) if name in provider.files else gone
            case "POST /batches":
                asked = json.loads(data)
                return (200, provider.create(asked)) if asked["input_file_id"] in provider.files else gone
            case "GET /batches":
                told = [one.told for one in reversed(provider.batches.values())]
                return 200, {"object": "list", "data": told, "has_more": False}
            case "GET /batches/ID":
                return (200, provider.look(name)) if name in provider.batches else gone
            case "POST /batches/ID/cancel":
                provider.cancelled.append(name)
                provider.batches[name].told["status"] = "cancelled"
                return 200, provider.batches[name].told
        return 404, {"error": {"message": "Invalid URL", "param": None, "code": None}}

    def part(self, data: bytes, name: str) -> bytes:
        """One part of a form."""
        boundary = self.headers["content-type"].partition("boundary=")[2].encode()
        for part in data.split(b"--" + boundary):
            head, _, content = part.partition(b"\r\n\r\n")
            if f'name="{name}"'.encode() in head:
                return content.removesuffix(b"\r\n")
        raise AssertionError(name)

    def reply(self, status: int, told: object) -> None:
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        half, self.provider.half = (self.provider.half, 0) if isinstance(told, bytes) else (0, self.provider.half)
        if half:
            data = data[:half]
            self.close_connection = True
        self.wfile.write(data)


@contextmanager
def providing(answer: Answering, **options: Any) -> Iterator[BatchServer]:
    """A provider in threads of their own, on a free port of 127.0.0.1."""
    provider = BatchServer(answer, **options)
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        listening.daemon_threads = True
        listening.block_on_close = False
        provider.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            listening.shutdown()
            thread.join(10)
