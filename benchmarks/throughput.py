"""Letters a second of the product beside bare instructor calls that send the same requests, in one process.

``python -m benchmarks.throughput URL LETTERS WAYS PDF...`` prints one JSON object: letters a second by way of asking.
A process measures each way once, since a worker process can only be forked while no other thread runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from enum import StrEnum
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from benchmarks.server import KEY, MODEL, ROOT
from summarizer.engine import Engine
from summarizer.errors import SummarizerError
from summarizer.isolation import run_isolated
from summarizer.llm.settings import ModelSettings, Shape
from summarizer.loading.source import Limits, Source
from summarizer.many import finish_many, read_many
from summarizer.pipeline import Summarizer
from summarizer.stages import Begun, Draft, asked_about, begin

AT_ONCE: Final = 32
"""Requests under way at once."""


class Way(StrEnum):
    """A way of asking about all letters."""

    BARE = "bare"
    """Prepared requests through instructor alone; the answers are validated against the schema alone."""
    BEGUN = "begun"
    """The product, letters read by the rules beforehand: asked, merged, proven, validated."""
    WHOLE = "whole"
    """The product, from PDFs to Determinations."""
    COLD = "cold"
    """The same with nothing prepared but the imports: processes, connections and the learned rate start anew."""


def settings_for(url: str, **limits: Any) -> ModelSettings:
    """A model at ``url``, asked ``AT_ONCE``; no cache."""
    return ModelSettings(MODEL, url, KEY, Shape.TOOLS, concurrency=AT_ONCE, **limits)


def measured(url: str, letters: int, ways: Sequence[Way], paths: Sequence[Path]) -> dict[Way, float]:
    """Letters a second of each of ``ways``, in that order, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.throughput", url, str(letters), ",".join(ways), *map(str, paths)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    return {Way(way): rate for way, rate in json.loads(told).items()}


class _Ours:
    """The product's own way, as ``imr summarize`` goes it."""

    def __init__(self, url: str, letters: int, paths: Sequence[Path]) -> None:
        self.summarizer = Summarizer(Engine.HYBRID, model=settings_for(url))
        self.sources = [Source.from_path(path) for path in islice(cycle(paths), letters)]
        self.workers = os.cpu_count() or 1
        self.pool: Generator[tuple[Source, Begun | SummarizerError]] | None = None
        self.known: dict[Path, Begun] = {}

    def fork(self) -> None:
        """Start the worker processes, each with the two letters at hand that it always has.

        As in ``imr summarize`` this comes before the model libraries are imported: else each process would hold them
        too, and look through them at each collection of garbage.
        """
        self.pool = run_isolated(partial(begin, Engine.HYBRID, Limits()), self.sources, self.workers)

    def begin(self) -> None:
        """Read each file by the rules, once."""
        for source in self.sources:
            if _path(source) not in self.known:
                self.known[_path(source)] = begin(Engine.HYBRID, Limits(), source)

    def warm(self) -> None:
        """Open every connection, one letter each."""
        _taken(finish_many(self.summarizer.run, self._prepared(self.sources[:AT_ONCE])))

    def begun(self) -> None:
        """All letters, read by the rules beforehand."""
        _taken(finish_many(self.summarizer.run, self._prepared(self.sources)))

    def whole(self) -> None:
        """All letters, from their files."""
        assert self.pool is not None
        _taken(finish_many(self.summarizer.run, self.pool))

    def cold(self) -> None:
        """All letters, in one call with nothing open."""
        _taken(read_many(self.summarizer, self.sources, self.workers))

    def requests(self) -> list[dict[str, object]]:
        """The requests that the product sends, one a letter, as instructor is called with them."""
        from schemas.judgement import LetterJudgement

        return [
            {
                "model": self.summarizer.settings.model,
                "messages": [
                    {"role": "system", "content": question.instructions},
                    {"role": "user", "content": question.letter},
                ],
                "max_tokens": question.room,
                "response_model": LetterJudgement,
                "max_retries": 0,
            }
            for question in (self._question(self.known[_path(source)]) for source in self.sources)
        ]

    def _question(self, begun: Begun) -> Any:
        assert begun.reading is not None
        asked = asked_about(begun, self.summarizer.settings)
        return asked.question(begun.reading, range(len(begun.reading.items)))[0]

    def _prepared(self, sources: Iterable[Source]) -> Generator[tuple[Source, Begun | SummarizerError]]:
        yield from ((source, self.known[_path(source)]) for source in sources)


def _path(source: Source) -> Path:
    assert source.path is not None
    return source.path


def _taken(ends: Iterable[tuple[Source, Draft | SummarizerError]]) -> None:
    """Take every letter as the command line does, validated; a letter without a judgement ends the measurement."""
    for _, end in ends:
        if isinstance(end, SummarizerError):
            raise end
        if end.failure is not None:
            raise end.failure
        end.summary()


class _Bare:
    """instructor over openai, as a script would use them."""

    def __init__(self, url: str, requests: list[dict[str, object]]) -> None:
        import instructor
        import openai

        self.requests = requests
        self.runner = asyncio.Runner()
        client = openai.AsyncOpenAI(base_url=url, api_key=KEY, max_retries=0)
        self.create: Any = instructor.from_openai(client, mode=instructor.Mode.TOOLS).chat.completions.create
        self.close = client.close

    def warm(self) -> None:
        """Open every connection, one request each."""
        self.runner.run(self._all(self.requests[:AT_ONCE]))

    def run(self) -> None:
        """Every request."""
        self.runner.run(self._all(self.requests))

    async def _all(self, requests: list[dict[str, object]]) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def one(request: dict[str, object]) -> None:
            async with places:
                await self.create(**request)

        await asyncio.gather(*map(one, requests))


def main() -> int:
    """Measure the ways that the command line names."""
    url, letters, ways, *names = sys.argv[1:]
    told = rates(url, int(letters), [Way(way) for way in ways.split(",")], [Path(name) for name in names])
    print(json.dumps(told))
    return 0


def rates(url: str, letters: int, ways: Sequence[Way], paths: Sequence[Path]) -> dict[Way, float]:
    """Letters a second of each of ``ways``, in that order, in this process."""
    ours = _Ours(url, letters, paths)
    if Way.WHOLE in ways:
        ours.fork()

    import instructor  # noqa: F401  # imports are not measured
    import openai.resources.chat
    import openai.types.chat  # noqa: F401

    import summarizer.llm.ask
    import summarizer.llm.run  # noqa: F401

    work: dict[Way, Callable[[], None]] = {Way.BEGUN: ours.begun, Way.WHOLE: ours.whole, Way.COLD: ours.cold}
    if Way.COLD not in ways:
        ours.begin()
        bare = _Bare(url, ours.requests())
        work[Way.BARE] = bare.run
        bare.warm()
        ours.warm()
    found = {way: letters / _seconds(work[way]) for way in ways}
    ours.summarizer.close()
    return found


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
