"""The evaluation harness: what it costs beside the reading it measures, and 1,000 invented cases scored and compared.

``python -m benchmarks.evaluation [--gold DIR] [--documents DIR] [--cases N] [--rounds N]``
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console
from rich.table import Table

from evals.compare import compare
from evals.gold import GOLDSET, Labeled, load_gold
from evals.metrics.measured import Reading
from evals.run_file import Run
from evals.running.harness import evaluate, score
from evals.running.reading import read
from evals.synthetic import Invented, perturbed, synthetic
from summarizer.pipeline import Summarizer

R = TypeVar("R")
LETTERS: Final = 48
"""Letters of a run."""
_BAR_LETTERS: Final = 10.0
_BAR_CASES: Final = 30.0


def letters_of(gold: Path, documents: Path | None) -> tuple[Labeled, ...]:
    """``LETTERS`` gold letters; where there are fewer, taken again and again under other names."""
    known = load_gold(gold, documents)
    again = islice(cycle(known), LETTERS if known else 0)
    return tuple(replace(labeled, stem=f"{number:02}-{labeled.stem}") for number, labeled in enumerate(again))


def overhead(letters: Sequence[Labeled], rounds: int) -> Table:
    """Seconds of reading alone and of a whole evaluation, warm, round by round."""
    summarizer, alone, whole = Summarizer(), list[float](), list[float]()
    for _ in range(rounds + 1):
        alone.append(_seconds(lambda: [read(summarizer, labeled.letter) for labeled in letters])[0])
        whole.append(_seconds(lambda: evaluate(letters, Summarizer()))[0])
    reading, evaluating = (statistics.median(seconds[1:]) for seconds in (alone, whole))
    table = _table(f"{len(letters)} letters, rules engine, warm, medians of {rounds} rounds")
    table.add_row("reading alone", f"{reading:.2f}", "1.00", "")
    table.add_row("evaluate()", f"{evaluating:.2f}", f"{evaluating / reading:.2f}", f"< {_BAR_LETTERS:g} s")
    return table


def thousand(count: int) -> Table:
    """Seconds of scoring two runs of ``count`` invented cases and of comparing them."""
    cases = synthetic(count, seed=1)
    labels = [case.labeled for case in cases]
    prints = {case.key: case.fingerprint for case in cases}
    table = _table(f"{count:,} invented cases, two runs")
    seconds, base = _seconds(lambda: _scored(labels, cases, 1, prints))
    other_seconds, new = _seconds(lambda: _scored(labels, cases, 2, prints))
    comparing, comparison = _seconds(lambda: compare(base, new))
    total = seconds + other_seconds + comparing
    for what, part in (("one run scored", seconds), ("the other", other_seconds), ("compared", comparing)):
        table.add_row(what, f"{part:.1f}", f"{part / total:.2f}", "")
    table.add_row(f"all, {len(comparison.changes):,} changes found", f"{total:.1f}", "1.00", f"< {_BAR_CASES:g} s")
    return table


def _scored(labels: Sequence[Labeled], cases: Sequence[Invented], seed: int, prints: dict[str, str]) -> Run:
    readings: dict[str, Reading] = {case.key: perturbed(case, seed) for case in cases}
    return score(labels, readings, fingerprints=prints).run


def _seconds(work: Callable[[], R]) -> tuple[float, R]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(("what", "seconds", "ratio", "bar")):
        table.add_column(column, justify="right" if place else "left")
    return table


def main() -> int:
    """Print both tables; exit code 2 where there is no labeled letter."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluation", description=__doc__)
    parser.add_argument("--gold", type=Path, default=GOLDSET, help="a gold set, or a folder of labels")
    parser.add_argument("--documents", type=Path, help="folder of the letters of a folder of labels")
    parser.add_argument("--cases", type=int, default=1000, help="invented cases")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    letters = letters_of(given.gold, None if given.gold == GOLDSET else given.documents)
    if not letters:
        Console(stderr=True).print(f"evaluation: no labels in {given.gold}; name a folder with --gold")
        return 2
    console = Console(width=100)
    console.print(overhead(letters, given.rounds))
    console.print(thousand(given.cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
