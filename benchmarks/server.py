"""The loopback server that the benchmarks ask: a process of its own that reads a letter's form and answers at once.

``python -m benchmarks.server --delay 0.5`` prints its port; ``GET /stats`` tells what it has seen. It answers
with a ``LetterJudgement`` that fits whatever letter it is asked about, so that nothing is asked twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from tests.llm.server import Bucket, Server, Step

ROOT: Final = Path(__file__).resolve().parents[1]
MODEL: Final = "some-model"
"""The name it is asked for; no price table knows it."""
KEY: Final = "no-key"
"""It looks at none, but a client sends one."""
_LINE: Final = re.compile(r"(?m)^(?:(\d+)\| (.*)|ITEM (\d+): \w+(, not to be judged)?|RATIONALE (\d+))$")
_SUMMARY_WORDS: Final = 50
_RATIONALE_WORDS: Final = 30


@dataclass(frozen=True, slots=True)
class Stats:
    """What the server has seen since it was started."""

    requests: int = 0
    """Requests for an answer."""
    refused: int = 0
    """Of these, how many were answered 429."""
    received: int = 0
    """Bytes of the requests' bodies."""
    seconds: float = 0.0
    """From the first request to the last one that was accepted."""
    most_under_way: int = 0
    """Requests that were under way at once."""

    @property
    def accepted(self) -> int:
        """Requests that were let through."""
        return self.requests - self.refused

    def used(self, rate: float, burst: float) -> float:
        """Share of the requests that the bucket could have let through from the first to the last accepted one.

        A full bucket lets ``burst`` through at once and ``rate`` a second from then on.
        """
        return self.accepted / (burst + rate * self.seconds)


def answer_to(request: dict[str, Any]) -> dict[str, object]:
    """An answer of usual length about the letter in ``request``; its summaries are the letter's own words."""
    first: dict[str, list[tuple[int, str]]] = {"": []}
    section = ""
    for match in _LINE.finditer(request["messages"][1]["content"]):
        number, words, _, _, rationale = match.groups()
        if number:
            first[section].append((int(number), words))
        else:
            section = rationale or "not asked"
            first.setdefault(section, [])
    summary = _words(first.pop(""), _SUMMARY_WORDS)
    first.pop("not asked", None)
    return {
        "summary": summary,
        "items": [
            {
                "item": int(item),
                "category": "other",
                "reasons": [{"code": "other", "at": [number for number, _ in lines[-2:]]}],
                "quotes": [lines[-1][0]],
                "summary": _words(lines, _RATIONALE_WORDS),
            }
            for item, lines in first.items()
        ],
    }


def _words(lines: list[tuple[int, str]], most: int) -> str:
    """The first words of the first lines, ``most`` of them."""
    return " ".join(" ".join(line for _, line in lines[:2]).split()[:most]) or "Nothing is told."


class Counting(Server):
    """A server that also counts bytes and time, and may announce its limit as OpenAI's does."""

    def __init__(self, step: Step, bucket: Bucket | None, *, announces: bool) -> None:
        """``step`` is played for every request; ``announces`` what the ``bucket`` has left."""
        super().__init__([step], bucket=bucket, keep=False)
        self.announces = announces
        self.received = 0
        self.began = math.nan
        self.last = math.nan

    @property
    def stats(self) -> Stats:
        """What was seen so far."""
        seconds = self.last - self.began if self.count > self.refused else 0.0
        return Stats(self.count, self.refused, self.received, seconds, self.most_under_way)

    def step_for(self, raw: bytes) -> Step:
        """The step of a request, with what is left of the limit."""
        now = time.monotonic()
        self.began = now if self.count == 0 else self.began
        step = super().step_for(raw)
        if step.status == 200:
            self.last = now
        bucket = self.bucket
        if bucket is None or not self.announces:
            return step
        told = {
            "x-ratelimit-limit-requests": f"{bucket.burst:.0f}",
            "x-ratelimit-remaining-requests": str(int(bucket.level)),
            "x-ratelimit-reset-requests": f"{(bucket.burst - bucket.level) / bucket.rate:.3f}s",
        }
        return replace(step, headers={**step.headers, **told})

    async def _write(self, writer: asyncio.StreamWriter, step: Step, raw: bytes, path: str) -> bool:
        if path == "/stats":
            step = Step(raw=json.dumps(asdict(self.stats)).encode())
        else:
            self.received += len(raw)
        return await super()._write(writer, step, raw, path)


@dataclass(frozen=True, slots=True)
class Served:
    """A server in a process of its own."""

    port: int
    """On 127.0.0.1."""

    @property
    def url(self) -> str:
        """Address of its interface."""
        return f"http://127.0.0.1:{self.port}/v1"

    def stats(self) -> Stats:
        """What it has seen so far."""
        with urlopen(f"http://127.0.0.1:{self.port}/stats") as told:
            return Stats(**json.load(told))


@contextmanager
def served(*, delay: float = 0.0, rate: float = 0.0, burst: float = 0.0, announces: bool = False) -> Iterator[Served]:
    """A server that waits ``delay`` seconds before each answer; ``rate`` a second and ``burst`` at once limit it."""
    command = [sys.executable, "-m", "benchmarks.server", "--delay", str(delay)]
    if rate:
        command += ["--rate", str(rate), "--burst", str(burst), *(["--announce"] if announces else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        yield Served(int(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


async def _serve(server: Server) -> None:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=2**26)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


def main() -> None:
    """Serve until ended."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.server", description=__doc__)
    options.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--rate", type=float, default=0.0, help="requests a second that are let through; 0: all")
    options.add_argument("--burst", type=float, default=10.0, help="requests that are let through at once")
    options.add_argument("--announce", action="store_true", help="tell in headers what is left")
    given = options.parse_args()
    bucket = Bucket(given.rate, given.burst) if given.rate else None
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(Counting(Step(answer=answer_to, delay=given.delay), bucket, announces=given.announce)))


if __name__ == "__main__":
    main()
