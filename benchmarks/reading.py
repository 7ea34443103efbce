"""The reading by a model, on a loopback server: output, requests, throughput, a server's limit, one letter's overhead.

``python -m benchmarks.reading [--documents DIR] [--letters N] [--rounds N] [--quick]``

It measures and judges nothing: the exit code is 0 whatever comes out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks import limit, output, throughput
from benchmarks.server import KEY, MODEL, ROOT, served
from benchmarks.throughput import AT_ONCE, Way

_DELAY: Final = 0.5
_ORDERS: Final = ((Way.BARE, Way.BEGUN, Way.WHOLE), (Way.WHOLE, Way.BEGUN, Way.BARE))
_NAMES: Final = {
    Way.BARE: "bare instructor calls, the same requests",
    Way.BEGUN: "letters already read by the rules",
    Way.WHOLE: "from PDFs to Determinations",
    Way.COLD: "the same, nothing warm but the imports",
}
_BARS: Final = {Way.BEGUN: ">= 0.9", Way.WHOLE: ">= 0.9"}


def output_table(letters: list[output.Letter]) -> Table:
    """Characters and requests of plain calls and of the product."""
    plain, ours = output.counted(letters)
    table = _table(
        f"{len(letters)} letters, answers as good as their labels", "measure", "plain", "ours", "ratio", "bar"
    )
    rows = (
        ("characters of the answers", plain.sent, ours.sent, "<= 0.25"),
        ("requests", plain.requests, ours.requests, "<= 1"),
        ("characters of the requests", plain.received, ours.received, ""),
    )
    for name, one, other, bar in rows:
        table.add_row(name, f"{one:,}", f"{other:,}", f"{other / one:.3f}", bar)
    return table


def throughput_table(paths: list[Path], letters: int, rounds: int) -> Table:
    """Letters a second by way of asking, medians over ``rounds``, ratios round by round."""
    found: list[dict[Way, float]] = []
    with served(delay=_DELAY) as server:
        for turn in range(rounds):
            found.append(throughput.measured(server.url, letters, _ORDERS[turn % 2], paths))
        cold = throughput.measured(server.url, letters, (Way.COLD,), paths)
    # As many at once as there are places, round after round: no client can be faster.
    most = letters / (_DELAY * -(-letters // AT_ONCE))
    title = f"{letters} letters, {AT_ONCE} at once, answers after {_DELAY} s, medians of {rounds} rounds"
    table = _table(title, "letters a second", "median", "of the most", "over bare", "lowest", "highest", "bar")
    table.add_row("the most there can be", f"{most:.1f}", "1.00", "", "", "", "")
    for way in (Way.BARE, Way.BEGUN, Way.WHOLE):
        median = statistics.median(each[way] for each in found)
        ratios = [each[way] / each[Way.BARE] for each in found]
        compared = [f"{each:.2f}" for each in (statistics.median(ratios), min(ratios), max(ratios))]
        cells = ["", "", ""] if way is Way.BARE else compared
        table.add_row(_NAMES[way], f"{median:.1f}", f"{median / most:.2f}", *cells, _BARS.get(way, ""))
    over = cold[Way.COLD] / statistics.median(each[Way.BARE] for each in found)
    table.add_row(_NAMES[Way.COLD], f"{cold[Way.COLD]:.1f}", f"{cold[Way.COLD] / most:.2f}", f"{over:.2f}", "", "", "")
    return table


def limit_table(paths: list[Path], letters: int) -> Table:
    """What is used of a limit that the server announces, only enforces, or that the user knows."""
    title = f"{letters} letters, a server that lets through {limit.RATE:g} a second and {limit.BURST:g} at once"
    table = _table(title, "the limit is", "used", "answered 429", "letters lost", "seconds")
    table.add_row("bar", ">= 0.95", "<= 1 %", "0", "")
    for kept in limit.runs(letters, paths):
        table.add_row(kept.how, f"{kept.used:.3f}", f"{kept.refused:.2%}", str(kept.lost), f"{kept.stats.seconds:.0f}")
    return table


def overhead_table(path: Path, rounds: int) -> Table:
    """Seconds of ``imr summarize`` on one letter, whole processes, server's answers at once."""
    with served() as server:
        environ = {**os.environ, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY, "IMR_CACHE": "off"}
        summarize = ["-m", "summarizer.cli.app", "summarize", str(path), "--engine"]
        commands = {
            "rules": [*summarize, "rules"],
            "hybrid": [*summarize, "hybrid", "--model", MODEL],
            "import openai, instructor": ["-c", "import openai, instructor"],
        }
        found: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds + 1):
            for name, command in commands.items():
                found[name].append(_seconds(command, environ))
    medians = {name: statistics.median(seconds[1:]) for name, seconds in found.items()}
    table = _table("One letter, a whole process", "command", "seconds", "over rules")
    for name, seconds in medians.items():
        table.add_row(name, f"{seconds:.2f}", f"{seconds / medians['rules']:.1f}")
    return table


def _seconds(command: list[str], environ: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=ROOT, env=environ)
    return time.perf_counter() - begun


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    return table


def main() -> int:
    """Print the tables one after another; exit code 2 only where there is no PDF."""
    given = _arguments()
    paths = sorted(given.documents.glob("*.pdf"))
    console = Console(width=120)
    if not paths:
        Console(stderr=True).print(f"reading: no PDF in {given.documents}; name a folder with --documents")
        return 2
    letters = given.letters or (100 if given.quick else 500)
    rounds = 2 if given.quick else given.rounds
    beside = given.documents.parent
    console.print(output_table(output.letters_of(given.documents, beside / "gold", beside / "contradictions")))
    console.print(throughput_table(paths, letters, rounds))
    console.print(limit_table(paths, letters))
    console.print(overhead_table(paths[0], rounds))
    return 0


def _arguments() -> argparse.Namespace:
    shared = ROOT.parent / "shared" / "determinations"
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--documents", type=Path, default=shared if shared.is_dir() else ROOT / "examples")
    parser.add_argument("--letters", type=int, help="letters of throughput and limit; files are taken again and again")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="100 letters and 2 rounds: rough figures")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
