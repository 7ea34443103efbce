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

from evals.gold import SET_ASIDE, Labeled, load_contradictions, load_gold
from evals.metrics.case_fields import case_fields
from evals.metrics.evidence import evidence
from evals.metrics.item_fields import item_fields
from evals.metrics.mistakes import mistakes
from evals.metrics.tally import Tally
from summarizer.errors import InputError
from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer

BARS: Final[dict[str, float | None]] = {
    "letters read": 1.0,
    "items found (F1)": 1.0,
    "outcome": 1.0,
    "header, reviewer, worker": 1.0,
    "treatment": 0.995,
    "rationale": 0.995,
    "original and authorized portions": 0.995,
    "citations, all parts (F1)": 0.98,
    "citations, source, title, year (F1)": 0.99,
    "diagnoses (F1)": 0.85,
    "category": 0.96,
    "drug class": 0.97,
    "medication details": 0.93,
    "primary reason": 0.70,
    "reasons (micro-F1)": 0.70,
    "key quotes (token F1)": 0.65,
    "verbatim fields verified, in place, with boxes": 1.0,
    "mistakes of fact, material: precision": 0.8,
    "mistakes of fact, material: recall": None,
    "mistakes of fact, all: precision": None,
    "mistakes of fact, all: recall": None,
}
"""Metrics in the order of the table, each with its bar; ``None`` where it is only reported."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table."""

    title: str
    letters: int
    scores: dict[str, Tally]


def score(letters: Iterable[Labeled], contradictions: Path | None) -> dict[str, Tally]:
    """Tallies by metric over ``letters``, read by the rules engine."""
    summarizer = Summarizer()
    totals: dict[str, Tally] = {}
    for labeled in letters:
        try:
            summary = summarizer.read(Source.from_path(labeled.letter))
        except InputError as error:
            print(f"bars: {error}", file=sys.stderr)
            totals["letters read"] = totals.get("letters read", Tally()) + Tally(0, 1, 1)
            continue
        read, document = summary.determination, summary.document
        parts = [
            {"letters read": Tally(1, 1, 1)},
            case_fields(labeled.label, read),
            item_fields(labeled.label, read),
            evidence(read, document),
        ]
        if contradictions is not None and (contradictions / f"{labeled.stem}.json").exists():
            parts.append(mistakes(load_contradictions(contradictions / f"{labeled.stem}.json"), read, document))
        for name, tally in (pair for part in parts for pair in part.items()):
            totals[name] = totals.get(name, Tally()) + tally
    return totals


def figure(name: str, scores: dict[str, Tally]) -> tuple[float, float] | None:
    """The metric's value and the number it is a share of; ``None`` where there was nothing to score."""
    tally = scores.get(name)
    return None if tally is None or not tally.read + tally.labeled else (tally.f1, tally.labeled)


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
            found = figure(name, column.scores)
            if found is None:
                cells.append("-")
                continue
            value, count = found
            missed = bar is not None and value < bar
            cells.append(f"{value:.3f} of {count:g}{' MISSED' if missed else ''}")
        shown.add_row(name, "" if bar is None else f"{bar:g}", *cells)
    return shown


def main() -> int:
    """Print the table; exit code 1 where a bar is missed over all letters, 2 where there are none."""
    arguments = _arguments()
    letters = load_gold(arguments.gold, arguments.documents) if arguments.gold.is_dir() else ()
    if not letters:
        print(f"bars: no labels in {arguments.gold}; name a folder of labels with --gold", file=sys.stderr)
        return 2
    seen = [letter for letter in letters if not letter.stem.endswith(SET_ASIDE)]
    aside = [letter for letter in letters if letter.stem.endswith(SET_ASIDE)]
    columns = [
        Column(title, len(part), score(part, arguments.contradictions))
        for title, part in (("seen", seen), ("set aside", aside))
        if part
    ]
    everything: dict[str, Tally] = {}
    for name, tally in (pair for column in columns for pair in column.scores.items()):
        everything[name] = everything.get(name, Tally()) + tally
    columns.append(Column("all", len(letters), everything))
    Console(width=120 if not sys.stdout.isatty() else None).print(table(columns))
    found = ((figure(name, everything), bar) for name, bar in BARS.items())
    return int(any(value is not None and bar is not None and value[0] < bar for value, bar in found))


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
