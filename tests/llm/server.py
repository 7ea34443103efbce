"""A server of the OpenAI interface on loopback that does what a script says: answers, refuses, drips, breaks off.

Tests run it in a thread (``with serving(...) as server``). A benchmark runs it as a process of its own, so that its
work does not slow the client's: ``python tests/llm/server.py --delay 0.5`` prints its port, ``GET /stats`` tells
what it has seen. It imports nothing of ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

REASONS = {200: "OK", 301: "Moved Permanently", 429: "Too Many Requests", 500: "Internal Server Error"}


class Fault(StrEnum):
    """What goes wrong with the bytes of a response."""

    NONE = "none"
    RESET = "reset"
    """The connection is reset before any answer."""
    SILENT = "silent"
    """Nothing is ever sent."""
    HALF_BODY = "half_body"
    """Half of the announced bytes, then the connection closes."""
    STALLED_BODY = "stalled_body"
    """Half of the announced bytes, then nothing more."""
    HALF_JSON = "half_json"
    """A whole body that is half a JSON."""
    DRIP = "drip"
    """One byte a second."""


@dataclass(frozen=True)
class Step:
    """One response."""

    answer: object = None
    """What the model answers: an object (sent as JSON), or text, or what a function makes of the request's body."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: dict[str, object] | None = None
    """Error object of a status that is no success."""
    raw: bytes | None = None
    """The whole body instead of an answer of the interface."""
    finish: str = "stop"
    """Why the answer ended."""
    refusal: str | None = None
    choices: bool = True
    call: bool = True
    """Whether a forced tool call is honored."""
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {
            "prompt_tokens": 100,
            "completion_tokens": 10,
            "total_tokens": 110,
            "prompt_tokens_details": {"cached_tokens": 40},
        }
    )
    delay: float = 0.0
    """Seconds before the answer."""
    fault: Fault = Fault.NONE


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    at: float
    """Seconds of a monotonic clock."""

    @property
    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.raw)
        return told


class Bucket:
    """A limit of requests: so many a second, so many at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.level, self.at = rate, burst, burst, time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass
class Server:
    """The server's state. The steps are played in order of arrival, the last one again and again."""

    steps: Sequence[Step]
    choose: Callable[[bytes], Step] | None = None
    """The step of a request by its body, where requests side by side may arrive in any order."""
    models: dict[str, object] = field(default_factory=lambda: {"object": "list", "data": [{"id": "served-model"}]})
    bucket: Bucket | None = None
    retry_after: bool = True
    """Whether the bucket's 429 says how long to wait."""
    keep: bool = True
    """Whether requests are kept in ``seen``."""
    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    count: int = 0
    """Requests for answers."""
    refused: int = 0
    """Of these, how many the bucket refused."""
    under_way: int = 0
    most_under_way: int = 0
    unanswered: int = 0
    """Requests whose answer the client did not wait for."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [seen.body for seen in self.seen if seen.method == "POST"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._one(reader, writer):
                pass
        with suppress(ConnectionError):
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; false where the connection is at its end."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        if self.keep:
            self.seen.append(Seen(method, path, headers, raw, time.monotonic()))
        if method == "GET":
            known = {"/v1/models": self.models, "/stats": {"count": self.count, "refused": self.refused}}
            return await self._write(writer, Step(raw=json.dumps(known.get(path, {})).encode()), b"{}", path)
        step = self.step_for(raw)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self._write(writer, step, raw, path)
        finally:
            self.under_way -= 1

    def step_for(self, raw: bytes) -> Step:
        self.count += 1
        if self.bucket is not None and not self.bucket.take():
            self.refused += 1
            wait = {"retry-after": f"{(1 - self.bucket.level) / self.bucket.rate:.3f}"} if self.retry_after else {}
            return Step(status=429, headers=wait, error={"code": "rate_limit_exceeded"})
        return self.choose(raw) if self.choose else self.steps[min(self.count - self.refused, len(self.steps)) - 1]

    async def _write(self, writer: asyncio.StreamWriter, step: Step, raw: bytes, path: str) -> bool:
        if step.delay:
            await asyncio.sleep(step.delay)
        if step.fault is Fault.RESET:
            writer.transport.abort()
            return False
        if step.fault is Fault.SILENT:
            await asyncio.sleep(3600)
        body = step.raw if step.raw is not None else _body(step, raw, path)
        if step.fault is Fault.HALF_JSON:
            body = body[: len(body) // 2]
        extra = "".join(f"{name}: {value}\r\n" for name, value in step.headers.items())
        head = (
            f"HTTP/1.1 {step.status} {REASONS.get(step.status, 'Status')}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n{extra}\r\n"
        ).encode()
        if step.fault is Fault.NONE:
            writer.write(head + body)
            await writer.drain()
            return True
        writer.write(head)
        if step.fault is Fault.DRIP:
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)
            return True
        writer.write(body if step.fault is Fault.HALF_JSON else body[: len(body) // 2])
        await writer.drain()
        if step.fault is Fault.STALLED_BODY:
            await asyncio.sleep(3600)
        return step.fault is Fault.HALF_JSON


def _body(step: Step, raw: bytes, path: str) -> bytes:
    if step.status >= 300:
        return json.dumps({"error": step.error or {"message": "no"}}).encode()
    asked = json.loads(raw)
    answer = step.answer(asked) if callable(step.answer) else step.answer
    text = answer if isinstance(answer, str) else json.dumps(answer)
    told = _response(step, asked, text) if path.endswith("/responses") else _completion(step, asked, text)
    return json.dumps(told).encode()


def _completion(step: Step, asked: dict[str, Any], text: str) -> dict[str, object]:
    message: dict[str, object] = {"role": "assistant", "content": None}
    if step.refusal is not None:
        message["refusal"] = step.refusal
    elif asked.get("tools") and step.call:
        name = asked["tools"][0]["function"]["name"]
        message["tool_calls"] = [{"id": "call_abc", "type": "function", "function": {"name": name, "arguments": text}}]
    else:
        message["content"] = text
    choice = {"index": 0, "message": message, "finish_reason": step.finish}
    told: dict[str, object] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model",
        "choices": [choice] if step.choices else [],
    }
    return told if step.usage is None else {**told, "usage": step.usage}


def _response(step: Step, asked: dict[str, Any], text: str) -> dict[str, object]:
    item: dict[str, object] = {"type": "message", "content": [{"type": "output_text", "text": text}]}
    if step.refusal is not None:
        item = {"type": "message", "content": [{"type": "refusal", "refusal": step.refusal}]}
    elif asked.get("tools") and step.call:
        item = {"type": "function_call", "call_id": "c", "name": asked["tools"][0]["name"], "arguments": text}
    why = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(step.finish)
    told: dict[str, object] = {
        "id": "resp_1",
        "object": "response",
        "model": "served-model",
        "status": "incomplete" if why else "completed",
        "incomplete_details": {"reason": why} if why else None,
        "output": [item] if step.choices else [],
    }
    usage = step.usage
    if usage is None:
        return told
    counts = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]}
    return {**told, "usage": {**counts, "input_tokens_details": usage.get("prompt_tokens_details", {})}}


@contextmanager
def serving(*steps: Step, **options: Any) -> Iterator[Server]:
    """A server in a thread of its own, on a free port of 127.0.0.1."""
    server = Server(steps, **options)
    ready, done = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=2**26)
        server.port = listening.sockets[0].getsockname()[1]
        ready.set()
        await done.wait()
        listening.close()

    def thread() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    worker = threading.Thread(target=thread, daemon=True)
    worker.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(done.set)
        worker.join(10)


def closed_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def _alone(server: Server, port: int) -> None:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", port, limit=2**26)
    print(listening.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await listening.serve_forever()


def main(answer: Callable[[dict[str, Any]], object] | None = None) -> None:
    """Serve as a process of its own until it is ended."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--answer", default="{}", help="what the model answers, as JSON")
    options.add_argument("--rate", type=float, help="requests a second that are let through")
    options.add_argument("--burst", type=float, default=10)
    options.add_argument("--no-retry-after", action="store_true")
    given = options.parse_args()
    bucket = Bucket(given.rate, given.burst) if given.rate else None
    step = Step(answer=answer or json.loads(given.answer), delay=given.delay)
    server = Server([step], bucket=bucket, retry_after=not given.no_retry_after, keep=False)
    with suppress(KeyboardInterrupt):
        asyncio.run(_alone(server, given.port))


if __name__ == "__main__":
    main()
