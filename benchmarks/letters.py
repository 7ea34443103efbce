"""The rules engine over PDFs: throughput, start-up and memory, each against a plain baseline in the same run.

``python -m benchmarks.letters [--documents DIR] [--processes N]``
"""

from __future__ import annotations

import argparse
import cProfile
import multiprocessing
import pstats
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Final

import pypdfium2
from rich.console import Console
from rich.table import Table

from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer

ROOT: Final = Path(__file__).resolve().parents[1]
BASELINE_IMPORT: Final = "import typer, rich, pypdfium2, pydantic"
STAGES: Final = {
    "PDFium: open and extract": ("summarizer/loading", "pypdfium2"),
    "layouts": ("summarizer/layouts",),
    "rules": ("summarizer/rules", "summarizer/vocabulary", "summarizer/sentences"),
    "verify, boxes left out": ("summarizer/verify",),
    "models": ("pydantic", "schemas"),
}


def plain(path: Path) -> int:
    """Extract a letter's text with pypdfium2 and nothing else; returns its length in characters."""
    pdf = pypdfium2.PdfDocument(path)
    try:
        return sum(len(page.get_textpage().get_text_range()) for page in pdf)
    finally:
        pdf.close()


def summarized(path: Path) -> int:
    """Read a letter into a Determination as JSON; returns its length in characters."""
    return len(Summarizer().read(Source.from_path(path)).determination.model_dump_json())


def rate(pool: Pool, work: Callable[[Path], int], paths: list[Path]) -> float:
    """Letters a second of ``work`` over ``paths`` in the processes of ``pool``."""
    begun = time.perf_counter()
    for _ in pool.imap_unordered(work, paths, chunksize=4):
        pass
    return len(paths) / (time.perf_counter() - begun)


def throughput(paths: list[Path], processes: int, rounds: int) -> tuple[float, float, float]:
    """Median letters a second, plain and summarized, and the median of their ratios round by round.

    Every round has new processes, warmed up on one half of the letters and measured on the other: what
    is remembered of a letter's sentences would make a second reading of the same letters too fast.
    """
    pairs = []
    for turn in range(rounds):
        warming, measured = paths[turn % 2 :: 2], paths[(turn + 1) % 2 :: 2]
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            rate(pool, summarized, warming)
            pairs.append((rate(pool, plain, measured), rate(pool, summarized, measured)))
    return (
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(other / one for one, other in pairs),
    )


def start_up(path: Path, rounds: int) -> tuple[float, float, float]:
    """Median seconds of the import baseline and of ``imr summarize ONE.pdf``, and the median of their ratios."""
    baseline = [sys.executable, "-c", BASELINE_IMPORT]
    command = [sys.executable, "-m", "summarizer.cli.app", "summarize", str(path)]
    pairs = [(_seconds(baseline), _seconds(command)) for _ in range(rounds + 1)][1:]
    return (
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(other / one for one, other in pairs),
    )


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - begun


def peak_megabytes(paths: list[Path], letters: int) -> float:
    """Peak memory of a process that reads ``letters`` letters one after the other, in MB."""
    code = (
        "import sys; from benchmarks.letters import read_many; from pathlib import Path; "
        "print(read_many([Path(p) for p in sys.argv[2:]], int(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(letters), *map(str, paths)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def read_many(paths: list[Path], letters: int) -> float:
    """Read ``letters`` letters, going round ``paths``; returns the process's own peak memory in MB."""
    for path in _round(paths, letters):
        summarized(path)
    return _own_peak()


def _own_peak() -> float:
    """Peak memory of this process, in MB: ``getrusage`` would give the starting process's where that is higher."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    told = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
    return int(told["VmHWM"].split()[0]) / 1024


def _round(paths: list[Path], letters: int) -> Iterator[Path]:
    return (paths[index % len(paths)] for index in range(letters))


def where_time_goes(paths: list[Path]) -> dict[str, float]:
    """Share of the time by stage, from a profile of one process; profiling itself inflates small calls."""
    profile = cProfile.Profile()
    for path in paths:
        summarized(path)
    profile.enable()
    for path in paths:
        summarized(path)
    profile.disable()
    own = {place: row[2] for place, row in pstats.Stats(profile).stats.items()}  # type: ignore[attr-defined]
    total = sum(own.values())
    shares = {
        stage: sum(seconds for (file, *_), seconds in own.items() if any(part in file for part in parts)) / total
        for stage, parts in STAGES.items()
    }
    return {**shares, "the standard library, regular expressions first": 1 - sum(shares.values())}


def main() -> int:
    """Print the three ratios and the shares of the time; exit code 2 where there is no PDF."""
    arguments = _arguments()
    paths = sorted(arguments.documents.glob("*.pdf"))
    if not paths:
        Console(stderr=True).print(f"letters: no PDF in {arguments.documents}; name a folder with --documents")
        return 2
    table = Table(title=f"{len(paths)} letters, {arguments.processes} processes")
    for title in ("measure", "baseline", "ours", "ratio", "bar"):
        table.add_column(title, justify="left" if title == "measure" else "right")
    one, ours, ratio = throughput(paths, arguments.processes, arguments.rounds)
    table.add_row("letters a second, over plain extraction", f"{one:.0f}", f"{ours:.0f}", f"{ratio:.2f}", ">= 0.4")
    one, ours, ratio = start_up(paths[0], arguments.rounds)
    table.add_row("seconds to summarize one, over imports", f"{one:.3f}", f"{ours:.3f}", f"{ratio:.2f}", "<= 2")
    few, many = (peak_megabytes(paths, count) for count in arguments.memory)
    counts = " and ".join(str(count) for count in arguments.memory)
    table.add_row(f"peak MB after {counts} letters", f"{few:.0f}", f"{many:.0f}", f"{many / few:.2f}", "<= 1.1")
    shares = Table(title="Where the time goes (profiled, one process)")
    shares.add_column("stage")
    shares.add_column("share", justify="right")
    for stage, share in where_time_goes(paths).items():
        shares.add_row(stage, f"{share:.0%}")
    console = Console(width=100)
    console.print(table)
    console.print(shares)
    return 0


def _arguments() -> argparse.Namespace:
    shared = ROOT.parent / "shared" / "determinations"
    parser = argparse.ArgumentParser(prog="python -m benchmarks.letters", description=__doc__)
    parser.add_argument("--documents", type=Path, default=shared if shared.is_dir() else ROOT / "examples")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--memory", type=int, nargs=2, default=(100, 5000), help="letters of the two memory runs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
