"""Bulk backfill: throughput by rules and with a model, memory, restart, and what is used of a request limit.

``python -m benchmarks.backfill [--documents DIR] [--quick]``

Every figure is a ratio of two measured in the same run, but for the restart, which is seconds. It measures and
judges nothing: the exit code is 0 whatever comes out, 2 where there is no PDF.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import throughput
from benchmarks.letters import plain
from benchmarks.server import KEY, MODEL, ROOT, served
from benchmarks.throughput import AT_ONCE, Way
from tests.backfill.made import numbered

_PROCESSES: Final = 2
_DELAY: Final = 0.5
_RATE: Final = 20.0
_BURST: Final = 20.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    rules: int = 1500
    """PDFs of the run by rules."""
    few: int = 5_000
    """Letters of the smaller memory run."""
    many: int = 50_000
    """Letters of the bigger one, and of the restart."""
    model: int = 2_000
    """Letters of a run with a model."""
    rounds: int = 3
    """Rounds of what is compared round by round."""


QUICK: Final = Sizes(rules=200, few=200, many=1000, model=100, rounds=1)


def imr(*arguments: object, **variables: str) -> subprocess.Popen[str]:
    """``imr backfill`` with ``arguments``, begun."""
    command = [sys.executable, "-m", "summarizer.cli.app", "backfill", *map(str, arguments)]
    environment = {**os.environ, "IMR_CACHE": "off", "OPENAI_API_KEY": KEY, **variables}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def seconds_of(*arguments: object, **variables: str) -> float:
    """Seconds that ``imr backfill`` takes as a whole process."""
    begun = time.perf_counter()
    run = imr(*arguments, **variables)
    told = run.communicate()[1]
    if run.returncode:
        raise RuntimeError(f"imr backfill ended with {run.returncode}: {told}")
    return time.perf_counter() - begun


def copies(folder: Path, documents: Sequence[Path], letters: int) -> list[Path]:
    """So many PDFs with different bytes: the letters of ``documents`` again and again, each with a comment at its end.

    What is remembered of a letter's sentences must not help with the next copy: copies of one letter stand as far from
    each other as there are letters.
    """
    paths = []
    for number in range(letters):
        path = folder / f"{number:06}.pdf"
        path.write_bytes(documents[number % len(documents)].read_bytes() + f"\n% {number}\n".encode())
        paths.append(path)
    return paths


def by_rules(documents: Sequence[Path], sizes: Sizes) -> tuple[float, float, float]:
    """Letters a second: plain extraction, and whole ``imr backfill`` runs; the median ratio."""
    found = []
    for _ in range(sizes.rounds):
        with tempfile.TemporaryDirectory() as folder:
            letters = Path(folder, "letters")
            letters.mkdir()
            paths = copies(letters, documents, sizes.rules)
            one = sizes.rules / _plain_seconds(paths)
            other = sizes.rules / seconds_of(letters, "--store", Path(folder, "imr.db"), "--workers", _PROCESSES)
            found.append((one, other, other / one))
    return _medians(found)


def _plain_seconds(paths: list[Path]) -> float:
    """Seconds to extract the text of all, processes warm."""
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(_PROCESSES) as pool:
        pool.map(plain, paths[:20])
        begun = time.perf_counter()
        for _ in pool.imap_unordered(plain, paths, chunksize=4):
            pass
        return time.perf_counter() - begun


def peak_megabytes(*arguments: object) -> float:
    """Most memory that ``imr backfill`` and its processes have at once, in MB; what they share is counted once."""
    run = imr(*arguments)
    peak = 0.0
    parent = psutil.Process(run.pid)
    while run.poll() is None:
        peak = max(peak, _proportional(parent))
        time.sleep(0.25)
    if run.returncode:
        raise RuntimeError("imr backfill failed")
    return peak


def _proportional(parent: psutil.Process) -> float:
    """Proportional set size of a process and all below it, in MB; those that just ended have none."""
    total = 0
    for process in (parent, *_children(parent)):
        try:
            total += process.memory_full_info().pss
        except (psutil.Error, OSError):
            continue
    return total / 2**20


def _children(parent: psutil.Process) -> list[psutil.Process]:
    try:
        return list(parent.children(recursive=True))
    except psutil.Error:
        return []


@contextmanager
def many_letters(letters: int) -> Iterator[Path]:
    """A folder of so many short letters, all different."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "letters")
        place.mkdir()
        for number in range(letters):
            (place / f"{number:06}.txt").write_text(numbered(number), encoding="utf-8")
        yield place


def memory_and_restart(sizes: Sizes) -> tuple[float, float, float]:
    """Peak MB of few and of many letters, and the seconds that a restart over the many takes."""
    with many_letters(sizes.few) as place:
        few = peak_megabytes(place, "--store", place.parent / "imr.db", "--workers", _PROCESSES)
    with many_letters(sizes.many) as place:
        store = place.parent / "imr.db"
        many = peak_megabytes(place, "--store", store, "--workers", _PROCESSES)
        return few, many, seconds_of(place, "--store", store)


def with_a_model(documents: Sequence[Path], sizes: Sizes, delay: float, rounds: int) -> tuple[float, float, float]:
    """Letters a second: bare instructor calls, and whole ``imr backfill`` runs from PDFs; the median ratio."""
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, served(delay=delay) as server:
            letters = Path(folder, "letters")
            letters.mkdir()
            copies(letters, documents, sizes.model)
            bare = throughput.measured(server.url, sizes.model, (Way.BARE,), documents)[Way.BARE]
            ours = sizes.model / _asked(letters, Path(folder, "imr.db"), server.url)
            found.append((bare, ours, ours / bare))
    return _medians(found)


def of_a_limit(documents: Sequence[Path], sizes: Sizes) -> tuple[float, float]:
    """Share of a request limit that a run uses, where the user names it, and where the server only refuses."""
    shares = []
    for named in (True, False):
        with tempfile.TemporaryDirectory() as folder, served(rate=_RATE, burst=_BURST) as server:
            letters = Path(folder, "letters")
            letters.mkdir()
            copies(letters, documents, sizes.model)
            more = ("--rpm", _RATE * 60) if named else ()
            _asked(letters, Path(folder, "imr.db"), server.url, *more)
            shares.append(server.stats().used(_RATE, _BURST))
    return shares[0], shares[1]


def _asked(letters: Path, store: Path, url: str, *more: object) -> float:
    model = ("--engine", "hybrid", "--model", MODEL, "--base-url", url, "--concurrency", AT_ONCE)
    return seconds_of(letters, "--store", store, *model, *more, IMR_CACHE=str(store.with_name("answers.sqlite3")))


def _medians(found: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    one, other, ratio = (statistics.median(values) for values in zip(*found, strict=True))
    return one, other, ratio


def main() -> int:
    """Print the table."""
    arguments = _arguments()
    documents = sorted(arguments.documents.glob("*.pdf"))
    if not documents:
        Console(stderr=True).print(f"backfill: no PDF in {arguments.documents}; name a folder with --documents")
        return 2
    sizes = QUICK if arguments.quick else Sizes()
    table = Table(title=f"imr backfill, {_PROCESSES} processes, the ledger included")
    for title in ("measure", "baseline", "ours", "ratio", "bar"):
        table.add_column(title, justify="left" if title == "measure" else "right")
    one, other, ratio = by_rules(documents, sizes)
    name = f"rules, {sizes.rules:,} PDFs: letters a second, over plain extraction"
    table.add_row(name, f"{one:.0f}", f"{other:.0f}", f"{ratio:.2f}", ">= 0.35")
    few, many, restart = memory_and_restart(sizes)
    table.add_row(
        f"peak MB of {sizes.many:,} letters over {sizes.few:,}",
        f"{few:.0f}",
        f"{many:.0f}",
        f"{many / few:.2f}",
        "<= 1.1",
    )
    table.add_row(f"seconds to start again over {sizes.many:,} finished letters", "", f"{restart:.1f}", "", "< 10")
    for delay, rounds in ((_DELAY, sizes.rounds), (4 * _DELAY, 1)):
        one, other, ratio = with_a_model(documents, sizes, delay, rounds)
        name = f"model, {sizes.model:,} PDFs, answers after {delay:g} s: letters a second, over bare instructor calls"
        table.add_row(name, f"{one:.1f}", f"{other:.1f}", f"{ratio:.2f}", ">= 0.9")
    named, refused = of_a_limit(documents, sizes)
    table.add_row(f"of a limit of {_RATE:g} a second that --rpm names", "", "", f"{named:.3f}", ">= 0.95")
    table.add_row("of the same that the server only enforces", "", "", f"{refused:.3f}", ">= 0.95")
    Console(width=120).print(table)
    return 0


def _arguments() -> argparse.Namespace:
    shared = ROOT.parent / "shared" / "determinations"
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backfill", description=__doc__)
    parser.add_argument("--documents", type=Path, default=shared if shared.is_dir() else ROOT / "examples")
    parser.add_argument("--quick", action="store_true", help="few letters: whether it runs, not how fast it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
