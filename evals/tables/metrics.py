"""The metrics of a run, and of two runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.compare import Compared, Comparison, Kind, Verdict
from evals.compare.printable import printable
from evals.figures import Figure
from evals.figures.numbers import interval, number, p_value
from evals.metrics.metric import Kind as MetricKind
from evals.run_file import Run

_SHORT: Final = {Verdict.NOT_SHOWN: "not shown"}
_HEADLINE: Final = {
    Verdict.WORSE: "significantly worse",
    Verdict.BETTER: "significantly better",
    Verdict.NOT_SHOWN: "differ and may be luck",
    Verdict.NOT_TESTED: "not tested",
    Verdict.UNCHANGED: "unchanged",
}
_PADDING: Final = (0, 1, 0, 0)


def figures_table(run: Run, figures: Sequence[Figure]) -> RenderableType:
    """The metrics of one run, by family."""
    table = Table(title=Text(_title(run)), title_justify="left", box=SIMPLE_HEAD, padding=_PADDING, pad_edge=False)
    repeated = any(figure.scatter for figure in figures)
    table.add_column("metric", overflow="fold")
    for column in ("value", "95 % interval", "units", "letters", *(["over repeats"] if repeated else [])):
        table.add_column(column, justify="right", overflow="fold")
    family = ""
    for figure in figures:
        metric = figure.metric
        if metric.family != family:
            family = metric.family
            table.add_row(Text(printable(family), style="bold"))
        cells: list[RenderableType] = [
            number(metric, figure.value),
            interval(metric, figure.low, figure.high),
            Text(f"{figure.units:,.0f} {metric.unit}"),
            str(figure.letters),
        ]
        table.add_row(Text(f"  {printable(metric.title)}"), *cells, *([_scatter(figure)] if repeated else []))
    return Group(table, *_footnotes(figures))


def comparison_table(comparison: Comparison) -> RenderableType:
    """Every metric that differs, significantly worse ones first; those that do not are one line below."""
    title = Text(printable(f"{comparison.new} against {comparison.base}"))
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=_PADDING, pad_edge=False)
    table.add_column("metric", overflow="fold")
    for column in ("base", "new", "difference [95 %]", "p", "p, Holm", "shown from"):
        table.add_column(column, justify="right", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    differing = [row for row in comparison.metrics if row.verdict is not Verdict.UNCHANGED]
    for row in sorted(differing, key=_rank):
        table.add_row(*_compared(row))
    parts: list[RenderableType] = [Text(_headline(comparison), style="bold"), *([table] if differing else [])]
    unchanged = comparison.of(Verdict.UNCHANGED)
    if unchanged:
        parts.append(Text(f"Counts unchanged in every letter ({len(unchanged)} metrics): {_titles(unchanged)}."))
    if comparison.moved:
        parts.append(Text(f"Fields changed all the same in: {_titles(comparison.moved)}."))
    other = [row for row in differing if row.base_letters != row.new_letters]
    if other:
        told = "; ".join(f"{printable(row.metric.title)} {row.base_letters}, now {row.new_letters}" for row in other)
        parts.append(Text(f"Letters counted in: {told}."))
    parts.append(Text(_counted(comparison), style="dim"))
    return Group(*parts)


def _headline(comparison: Comparison) -> str:
    told = [f"{len(rows)} {word}" for verdict, word in _HEADLINE.items() if (rows := comparison.of(verdict))]
    return f"Metrics: {', '.join(told)}."


def _titles(rows: Sequence[Compared]) -> str:
    return ", ".join(printable(row.metric.title) for row in rows)


def _title(run: Run) -> str:
    asked = ", ".join(part for part in (run.model, run.prompt) if part)
    repeats = f", each read {run.repeat} times" if run.repeat > 1 else ""
    engine = f"{run.engine} ({asked})" if asked else run.engine
    return printable(f"{run.name}: {engine}, {_letters(len(run.letters))}{repeats}{_failed(run)}")


def _failed(run: Run) -> str:
    """How many readings failed, and how many the rules judged although a model was asked, over all attempts."""
    readings = [attempt for letter in run.letters for attempt in letter.attempts]
    failed = sum(attempt.failed for attempt in readings)
    fell_back = sum(attempt.failure is not None and not attempt.failed for attempt in readings)
    of = f" of {len(readings)} readings" if run.repeat > 1 else ""
    return (f"; {failed}{of} failed" if failed else "") + (
        f"; {fell_back}{of} judged by the rules" if fell_back else ""
    )


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count:,} letters"


def _footnotes(figures: Sequence[Figure]) -> Iterator[Text]:
    """The smallest difference that the set can show: of shares by unit, of other metrics by name."""
    shares: dict[str, list[float]] = {}
    for figure in figures:
        if figure.metric.kind is MetricKind.SHARE and figure.detectable is not None:
            shares.setdefault(figure.metric.unit, []).append(figure.detectable)
    others = [
        f"{figure.metric.title} {figure.detectable:.3f}"
        for figure in figures
        if figure.metric.kind not in (MetricKind.SHARE, MetricKind.MICRO_F1)
        and figure.metric.tested
        and figure.detectable is not None
    ]
    if shares or others:
        yield Text("Smallest difference that a comparison over these letters can show, 4 times in 5, before Holm:")
    if shares:
        told = "; ".join(f"{unit} {_range(found)}" for unit, found in shares.items())
        yield Text(f"  shares, where all changes go one way: {told}", style="dim")
    if others:
        yield Text(f"  others, where the runs are unrelated: {'; '.join(others)}", style="dim")


def _range(values: list[float]) -> str:
    low, high = f"{min(values):.3f}", f"{max(values):.3f}"
    return low if low == high else f"{low} to {high}"


def _scatter(figure: Figure) -> str:
    own = figure.scatter
    if own is None:
        return ""
    return f"{interval(figure.metric, own.low, own.high)}, SD {number(figure.metric, own.deviation)}"


def _rank(row: Compared) -> tuple[bool, int, bool]:
    """Worse first, then better, what is significant before what is not; what is not tested comes last."""
    return row.verdict is Verdict.NOT_TESTED, row.leans, row.verdict is Verdict.NOT_SHOWN


def _compared(row: Compared) -> Iterator[RenderableType]:
    metric = row.metric
    reach = interval(metric, row.low, row.high, "+").replace(" to ", ", ")
    yield Text(printable(metric.title))
    yield number(metric, row.base)
    yield number(metric, row.new)
    yield Text(number(metric, row.difference, "+") + (f" [{reach}]" if reach else ""))
    yield p_value(row.p)
    yield p_value(row.adjusted)
    yield number(metric, row.detectable)
    if row.verdict in (Verdict.WORSE, Verdict.BETTER):
        yield Text(row.verdict.value.upper(), style="bold red" if row.verdict is Verdict.WORSE else "bold green")
    else:
        lean = {1: "better, ", -1: "worse, "}.get(row.leans, "")
        yield Text(lean + _SHORT.get(row.verdict, row.verdict.value))


def _counted(comparison: Comparison) -> str:
    kinds = [change.kind for change in comparison.changes]
    told = ", ".join(f"{kinds.count(kind)} {kind.value}" for kind in Kind)
    changed = len({change.letter for change in comparison.changes})
    left = f"; {_letters(len(comparison.left_out))} left out" if comparison.left_out else ""
    return (
        f"{_letters(comparison.letters)}{left}. Fields: {told}, in {_letters(changed)}. "
        f"Verdicts at {comparison.alpha:g} after Holm: WORSE and BETTER are shown, not shown may be luck. "
        "Shown from: the difference that would be shown 4 times in 5." + _too_few(comparison)
    )


def _too_few(comparison: Comparison) -> str:
    if not comparison.drawn_too_few:
        return ""
    return f" {comparison.draws:,} draws are too few for this level: metrics that are no shares cannot be shown."
