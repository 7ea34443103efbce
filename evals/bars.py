"""The table of bars: every field's score over letters with labels, beside the bar it must reach.

``python -m evals.bars --gold DIR --documents DIR`` prints it, with the letters set aside before the
first rule was written (those whose number ends in 0, 1 or 2) in a column of their own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from evals.gold import SET_ASIDE, Labeled, load_gold
from evals.metrics.catalog import BY_NAME
from evals.metrics.measures import measured
from evals.metrics.metric import Kind
from evals.metrics.tally import Tally
from evals.running.reading import read
from evals.scores import value_of_tally
from summarizer.pipeline import Summarizer

BARS: Final[dict[str, float | None]] = {
    "letters_read": 1.0,
    "items_f1": 1.0,
    "outcome": 1.0,
    "header": 1.0,
    "treatment": 0.995,
    "rationale": 0.995,
    "partly_authorized": 0.995,
    "citations_f1": 0.98,
    "citations_work_f1": 0.99,
    "diagnoses_f1": 0.85,
    "category": 0.96,
    "drug_class": 0.97,
    "medication": 0.93,
    "primary_reason": 0.70,
    "reasons_f1": 0.70,
    "key_quotes_f1": 0.65,
    "evidence": 1.0,
    "material_contradiction_pairs_precision": 0.8,
    "material_contradiction_pairs_recall": None,
    "contradiction_pairs_precision": None,
    "contradiction_pairs_recall": None,
}
"""Metrics of the catalog in the order of the table, each with its bar; ``None`` where it is only reported."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table."""

    title: str
    letters: int
    totals: dict[str, Tally]


def score(letters: Iterable[Labeled]) -> dict[str, Tally]:
    """Counts by ``Metric.counts`` summed over ``letters``, read by the rules engine."""
    summarizer = Summarizer()
    totals: dict[str, Tally] = {}
    for labeled in letters:
        reading = read(summarizer, labeled.letter)
        if reading.failed:
            print(f"bars: {reading.failure}", file=sys.stderr)
        for family in measured(labeled, reading).values():
            for name, tally in family.tallies.items():
                totals[name] = totals.get(name, Tally()) + tally
    return totals


def figure(name: str, totals: dict[str, Tally]) -> tuple[float, float] | None:
    """The metric's value and the number of units it is a share of; ``None`` where there was nothing to score."""
    metric = BY_NAME[name]
    tally = totals.get(metric.counts, Tally())
    value = value_of_tally(metric, tally)
    return None if value is None else (value, tally.read if metric.kind is Kind.PRECISION else tally.labeled)


def table(columns: list[Column]) -> Table:
    """The figures beside their bars; a missed bar is marked in words."""
    shown = Table(title="Rules engine against hand-made labels")
    shown.add_column("field")
    shown.add_column("bar", justify="right")
    for column in columns:
        shown.add_column(f"{column.title} ({column.letters})", justify="right")
    for name, bar in BARS.items():
        cells = []
        for column in columns:
            found = figure(name, column.totals)
            if found is None:
                cells.append("-")
                continue
            value, count = found
            missed = bar is not None and value < bar
            cells.append(f"{value:.3f} of {count:g}{' MISSED' if missed else ''}")
        shown.add_row(BY_NAME[name].title, "" if bar is None else f"{bar:g}", *cells)
    return shown


def main() -> int:
    """Print the table; exit code 1 where a bar is missed over all letters, 2 where there are none."""
    arguments = _arguments()
    letters = _letters(arguments)
    if not letters:
        print(f"bars: no labels in {arguments.gold}; name a folder of labels with --gold", file=sys.stderr)
        return 2
    seen = [letter for letter in letters if not letter.stem.endswith(SET_ASIDE)]
    aside = [letter for letter in letters if letter.stem.endswith(SET_ASIDE)]
    columns = [Column(title, len(part), score(part)) for title, part in (("seen", seen), ("set aside", aside)) if part]
    everything: dict[str, Tally] = {}
    for name, tally in (pair for column in columns for pair in column.totals.items()):
        everything[name] = everything.get(name, Tally()) + tally
    columns.append(Column("all", len(letters), everything))
    Console(width=120 if not sys.stdout.isatty() else None).print(table(columns))
    found = ((figure(name, everything), bar) for name, bar in BARS.items())
    return int(any(value is not None and bar is not None and value[0] < bar for value, bar in found))


def _letters(arguments: argparse.Namespace) -> tuple[Labeled, ...]:
    if not arguments.gold.is_dir():
        return ()
    return load_gold(arguments.gold, arguments.documents, arguments.contradictions)


def _arguments() -> argparse.Namespace:
    shared = Path(__file__).resolve().parents[2] / "shared"
    parser = argparse.ArgumentParser(prog="python -m evals.bars", description=__doc__)
    parser.add_argument("--gold", type=Path, default=shared / "gold", help="folder of labels")
    parser.add_argument("--documents", type=Path, default=shared / "determinations", help="folder of letters")
    parser.add_argument(
        "--contradictions", type=Path, default=shared / "contradictions", help="folder of contradictions"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
