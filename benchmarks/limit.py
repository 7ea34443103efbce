"""How the product keeps a server's limit that it has to find out: what it uses of it, and how often it is refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from benchmarks.server import Stats, served
from benchmarks.throughput import settings_for
from summarizer.engine import Engine
from summarizer.errors import SummarizerError
from summarizer.loading.source import Source
from summarizer.many import read_many
from summarizer.pipeline import Summarizer

RATE: Final = 5.0
"""Requests a second that the server lets through."""
BURST: Final = 10.0
"""Requests that it lets through at once after a rest."""
DELAY: Final = 0.5
"""Seconds before an answer; a refusal comes at once."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a limit was kept over a run."""

    how: str
    """What the product was told of it."""
    letters: int
    """Letters given."""
    lost: int
    """Letters without a model's judgement."""
    stats: Stats
    """What the server has seen."""

    @property
    def used(self) -> float:
        """Share of the limit."""
        return self.stats.used(RATE, BURST)

    @property
    def refused(self) -> float:
        """Share of the requests that were answered 429."""
        return self.stats.refused / self.stats.requests


def runs(letters: int, paths: Sequence[Path]) -> list[Kept]:
    """A run with the limit announced in headers, one with refusals alone, one with the user's own limit."""
    return [
        _kept("announced in headers", letters, paths, announces=True),
        _kept("learned from refusals", letters, paths),
        _kept("--rpm 300", letters, paths, requests_per_minute=60 * RATE),
    ]


def _kept(
    how: str, letters: int, paths: Sequence[Path], *, announces: bool = False, requests_per_minute: float | None = None
) -> Kept:
    sources = [Source.from_path(path) for path in islice(cycle(paths), letters)]
    with served(delay=DELAY, rate=RATE, burst=BURST, announces=announces) as server:
        settings = settings_for(server.url, requests_per_minute=requests_per_minute)
        with Summarizer(Engine.HYBRID, model=settings) as summarizer:
            ends = [end for _, end in read_many(summarizer, sources, os.cpu_count() or 1)]
        judged = sum(not isinstance(end, SummarizerError) and end.failure is None for end in ends)
        return Kept(how, letters, letters - judged, server.stats())
