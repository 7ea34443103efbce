"""Which pictures a page has, and what each shows: each field, confusions, repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Final

from evals.figures import Figure
from evals.figures.numbers import number
from evals.metrics.metric import Better, Kind
from evals.report.charts import Cell, Dot, matrix, multiples, repeats
from evals.report.numbers import ends
from evals.report.words import shown
from evals.run_file import Run
from evals.scores import value

if TYPE_CHECKING:
    from markupsafe import Markup

FIELDS: Final = {
    "case": "Case",
    "verbatim": "Verbatim fields and their proof",
    "citations": "Citations",
    "judgement": "Judged fields",
}
"""Families whose metrics are fields, and what their picture is called."""
CONFUSED: Final = {
    "outcome": "Outcome",
    "category": "Category",
    "drug_class": "Drug class",
    "primary_reason": "Primary reason",
}
"""Fields of the confusion matrices."""
NONE: Final = "(none)"
"""Stands for the class of an item that only the label, or only the reading, has."""
_HALVES: Final = frozenset({Kind.PRECISION, Kind.RECALL})
_MANY: Final = 13
"""Classes of a matrix from which on it has the page's whole width."""
MOST_REPEATS: Final = 20
"""Metrics whose scatter is drawn."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart and what is printed above it."""

    title: str
    """Its title."""
    note: str
    """What to know to read it."""
    svg: Markup
    """The chart."""
    wide: bool = False
    """Whether it needs the page's whole width."""


Named = Sequence[tuple[str, Run, Mapping[str, Figure]]]
"""Runs with the names they go by and their figures, the base first."""


def fields(runs: Named) -> Iterator[Picture]:
    """Small multiples of each field, a picture a family."""
    for family, title in FIELDS.items():
        dots = list(_dots(runs, family))
        if not dots:
            continue
        least = min(*(floor(dot.low * 10) / 10 for dot in dots), 0.9)
        note = "value and 95 % interval" + (f"; the scale begins at {least:.1f}" if least > 0 else "")
        yield Picture(title, note, multiples(dots, f"fields-{family}", title, least))


def _dots(runs: Named, family: str) -> Iterator[Dot]:
    """Every metric of ``family`` that is better the higher, those that another one restates left out."""
    metrics = dict.fromkeys(figure.metric for _, _, figures in runs for figure in figures.values())
    for metric in metrics:
        restated = not metric.tested and metric.name != "header" and metric.kind not in _HALVES
        if metric.family != family or metric.better is not Better.HIGHER or restated:
            continue
        for name, _, figures in runs:
            if (figure := figures.get(metric.name)) is not None:
                low, high = ends(figure)
                said = number(metric, figure.value)
                yield Dot(metric.title, name, figure.value, max(low, 0.0), min(high, 1.0), said=said)


def confusions(run: Run, base: Run | None) -> Iterator[Picture]:
    """A matrix for each judged class, with the change from the base where both read letters as often."""
    beside = base if base is not None and base.repeat == run.repeat else None
    for field, title in CONFUSED.items():
        now, before = _pairs(run, field), _pairs(beside, field) if beside else Counter[tuple[str, str]]()
        labeled = Counter[str]()
        for (gold, read), found in (now + before).items():
            labeled[gold] += found
            labeled[read] += 0
        if not labeled:
            continue
        classes = sorted(labeled, key=lambda code: (code == NONE, -labeled[code], code))
        cells = [
            Cell(gold, read, now[gold, read], now[gold, read] - before[gold, read] if beside else 0)
            for gold in classes
            for read in classes
        ]
        note = "labeled class down, read class across; right on the diagonal"
        note += "; below a count its change from the base" if beside else ""
        note += f"; {NONE}: an item that only one side has" if NONE in classes else ""
        note += f"; all {run.repeat} readings together" if run.repeat > 1 else ""
        svg = matrix(cells, classes, f"confusion-{field}", title, beside is not None)
        yield Picture(title, note, svg, wide=len(classes) >= _MANY)


def _pairs(run: Run, field: str) -> Counter[tuple[str, str]]:
    return Counter(
        (_class(pair.gold), _class(pair.read))
        for letter in run.letters
        for attempt in letter.attempts
        for pair in attempt.pairs
        if pair.field == field
    )


def _class(code: str | None) -> str:
    return NONE if code is None else shown(code).replace("_", " ")


def scattered(run: Run, figures: Mapping[str, Figure]) -> Picture | None:
    """Each reading's value of the metrics that scatter most; ``None`` where letters were read once or all agree."""
    held = [
        (figure, figure.scatter)
        for figure in figures.values()
        if figure.scatter is not None and figure.metric.tested and figure.scatter.high > figure.scatter.low
        if 0 <= figure.scatter.low <= figure.scatter.high <= 1
    ]
    chosen = sorted(held, key=lambda pair: -pair[1].deviation)[:MOST_REPEATS]
    dots = []
    for figure, own in chosen:
        for attempt in range(run.repeat):
            found = value(figure.metric, run.letters, attempt)
            if found is not None:
                dots.append(Dot(shown(figure.metric.title), f"reading {attempt + 1}", found, own.low, own.high))
    if not dots:
        return None
    title = "Scatter over repeats"
    note = f"a ring for each of {run.repeat} readings; metrics that scatter most first"
    return Picture(title, note, repeats(dots, "repeats", title))
