"""The table of metrics: a row each, by family, with a small picture of the value and its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evals.compare import Compared, Comparison, Verdict
from evals.figures import Figure
from evals.figures.numbers import interval, number, p_value
from evals.metrics.metric import Metric
from evals.report.numbers import ends
from evals.report.words import shown
from evals.run_file import Run

JUDGED: Final = frozenset({"judge_faithfulness", "judge_coverage"})
"""Scores that a judge gives; worth nothing without its agreement with ratings by hand."""
WIDTH: Final = 130
"""Width of the small picture, in its own units."""
_EDGE: Final = 6
"""Room left of 0 and right of 1."""
_SIGNS: Final = {Verdict.WORSE: "▼ worse", Verdict.BETTER: "▲ better", Verdict.NOT_SHOWN: "may be luck"}
_NO_SHARE: Final = frozenset({"cost"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A value and its interval in the small picture."""

    run: str
    """``base`` or ``new``: the shape."""
    at: float
    """Place of the value from the left."""
    low: float
    """Place of the interval's lower end."""
    high: float
    """Place of its upper end."""


@dataclass(frozen=True, slots=True)
class Row:
    """One metric, as printed."""

    title: str
    """A few words."""
    formula: str
    """Its definition."""
    marks: tuple[Mark, ...]
    """The small picture, of metrics from 0 to 1 only."""
    base: str = ""
    """Value of the base."""
    base_interval: str = ""
    """Its interval."""
    new: str = ""
    """Value of the run."""
    new_interval: str = ""
    """Its interval."""
    difference: str = ""
    """New less base."""
    difference_interval: str = ""
    """Its interval."""
    p: str = ""
    """P-value after Holm, of a metric that is not tested none."""
    verdict: str = ""
    """Sign and word."""
    kind: str = ""
    """``worse`` or ``better`` where that is significant: the look."""
    units: str = ""
    """What was counted."""
    letters: int = 0
    """Letters with something to count."""
    shown_from: str = ""
    """Smallest difference that can be shown."""
    scatter: str = ""
    """Over repeats."""


Table = Sequence[tuple[str, Sequence[Row]]]
"""Rows by family."""


def by_name(figures: Sequence[Figure]) -> dict[str, Figure]:
    """Figures by the name of their metric."""
    return {figure.metric.name: figure for figure in figures}


def alone(run: Run, figures: Sequence[Figure]) -> Table:
    """The table of a run."""
    rows = [(figure.metric, _row(figure.metric, None, figure)) for figure in figures if _may_show(figure.metric, run)]
    return _by_family(rows)


def compared(
    comparison: Comparison, runs: tuple[Run, Run], base: Mapping[str, Figure], new: Mapping[str, Figure]
) -> Table:
    """The table of two runs."""
    rows = []
    for row in comparison.metrics:
        metric = row.metric
        if all(_may_show(metric, run) for run in runs):
            rows.append((metric, _row(metric, base.get(metric.name), new.get(metric.name), row)))
    return _by_family(rows)


def _may_show(metric: Metric, run: Run) -> bool:
    """A judge's score only beside its agreement."""
    return metric.name not in JUDGED or metric.name not in run.own_metrics or bool(run.judge.get("agreement"))


def _by_family(rows: Sequence[tuple[Metric, Row]]) -> Table:
    families: dict[str, list[Row]] = {}
    for metric, row in rows:
        families.setdefault(metric.family, []).append(row)
    return tuple(families.items())


def _row(metric: Metric, base: Figure | None, new: Figure | None, found: Compared | None = None) -> Row:
    known = new or base
    texts = {
        f"{side}{part}": text
        for side, figure in (("base", base), ("new", new))
        for part, text in (
            ("", number(metric, figure.value if figure else None)),
            ("_interval", interval(metric, figure.low, figure.high) if figure else ""),
        )
    }
    least = known.detectable if found is None and known else found.detectable if found else None
    return Row(
        shown(metric.title),
        shown(metric.formula),
        tuple(_marks(metric, base, new)),
        **texts,
        **(_verdict(found) if found else {}),
        units=f"{known.units:,.0f} {metric.unit}" if known else "",
        letters=known.letters if known else 0,
        shown_from="" if least is None or not metric.tested else number(metric, least),
        scatter=_scatter(new),
    )


def _verdict(found: Compared) -> dict[str, str]:
    """What a comparison says, in the words of a row."""
    metric = found.metric
    lean = {1: "better, ", -1: "worse, "}.get(found.leans, "")
    plain = found.verdict in (Verdict.UNCHANGED, Verdict.WORSE, Verdict.BETTER)
    return {
        "difference": "" if found.difference is None else number(metric, found.difference, "+"),
        "difference_interval": interval(metric, found.low, found.high, "+"),
        "p": p_value(found.adjusted),
        "verdict": ("" if plain else lean) + _SIGNS.get(found.verdict, found.verdict.value),
        "kind": found.verdict.value if found.verdict in (Verdict.WORSE, Verdict.BETTER) else "",
    }


def _marks(metric: Metric, base: Figure | None, new: Figure | None) -> Iterator[Mark]:
    held = [(name, figure) for name, figure in (("base", base), ("new", new)) if figure is not None]
    if metric.family in _NO_SHARE or not all(0 <= end <= 1 for _, figure in held for end in ends(figure)):
        return
    for name, figure in held:
        low, high = ends(figure)
        yield Mark(name, _place(figure.value), _place(low), _place(high))


def _place(value: float) -> float:
    return round(_EDGE + value * (WIDTH - 2 * _EDGE), 1)


def _scatter(figure: Figure | None) -> str:
    if figure is None or figure.scatter is None:
        return ""
    own = figure.scatter
    return f"{interval(figure.metric, own.low, own.high)}, SD {number(figure.metric, own.deviation)}"
