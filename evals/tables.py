"""Runs, comparisons and changes as tables for a terminal. What they say is decided in ``figures`` and ``compare``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, TypeVar

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evals.compare import Change, Compared, Comparison, FailureChange, FlagChange, Kind, SummaryChange, Verdict
from evals.figures import Figure
from evals.metrics.metric import Kind as MetricKind
from evals.metrics.metric import Metric
from evals.run_file import Run

MOST: Final = 40
"""Changes shown; the rest are counted."""
_SIGNS: Final[dict[str, tuple[str, str, str]]] = {"old": ("[-", "-]", "red"), "new": ("{+", "+}", "green")}
_STYLES: Final = {Kind.REGRESSED: "bold red", Kind.CHANGED: "yellow", Kind.IMPROVED: "green"}
_SHORT: Final = {Verdict.NOT_SHOWN: "not shown"}
_PADDING: Final = (0, 1, 0, 0)
_AROUND: Final = 8
"""Words shown on each side of a changed one."""
_Entry = TypeVar("_Entry", Change, FailureChange, FlagChange, SummaryChange)
_ABSENT: Final = "(nothing)"
_SHARES: Final = frozenset(MetricKind) - {MetricKind.MEAN}


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
            table.add_row(Text(family, style="bold"))
        cells: list[RenderableType] = [
            _number(metric, figure.value),
            _interval(metric, figure.low, figure.high),
            Text(f"{figure.units:,.0f} {metric.unit}"),
            str(figure.letters),
        ]
        table.add_row(Text(f"  {metric.title}"), *cells, *([_scatter(figure)] if repeated else []))
    return Group(table, *_footnotes(figures))


def comparison_table(comparison: Comparison) -> RenderableType:
    """Every metric that differs, significantly worse ones first; those that do not are one line below."""
    title = Text(f"{comparison.new} against {comparison.base}")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=_PADDING, pad_edge=False)
    table.add_column("metric", overflow="fold")
    for column in ("base", "new", "difference [95 %]", "p", "p, Holm", "shown from"):
        table.add_column(column, justify="right", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    differing = [row for row in comparison.metrics if row.verdict is not Verdict.UNCHANGED]
    for row in sorted(differing, key=_rank):
        table.add_row(*_compared(row))
    parts: list[RenderableType] = [table] if differing else []
    unchanged = comparison.of(Verdict.UNCHANGED)
    if unchanged:
        titles = ", ".join(row.metric.title for row in unchanged)
        parts.append(Text(f"Unchanged in every letter ({len(unchanged)} metrics): {titles}."))
    parts.append(Text(_counted(comparison), style="dim"))
    return Group(*parts)


def changes_list(comparison: Comparison, most: int = MOST) -> RenderableType:
    """Failures, fields, flags and summaries that changed, regressions first; at most ``most`` of each."""
    parts = [
        *_section("Failures", comparison.failures, _failure, most),
        *_section("Fields", comparison.changes, _change, most),
        *_section("Flags", comparison.flags, _flag, most),
        *_section("Summaries", comparison.summaries, _summary, most),
    ]
    return Group(*parts) if parts else Text("No letter was read otherwise.")


def marked(old: Sequence[str], new: Sequence[str]) -> tuple[Text, Text]:
    """Both values, the words that only one has in color and in printed brackets: ``[-old-]`` and ``{+new+}``."""
    before, after = _words(old), _words(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    one = [(step[0] == "equal", before[step[1] : step[2]]) for step in steps]
    other = [(step[0] == "equal", after[step[3] : step[4]]) for step in steps]
    return _side(one, "old"), _side(other, "new")


def _title(run: Run) -> str:
    asked = ", ".join(part for part in (run.model, run.prompt) if part)
    failed = sum(letter.attempts[0].failed for letter in run.letters)
    repeats = f", each read {run.repeat} times" if run.repeat > 1 else ""
    end = f"; {failed} failed" if failed else ""
    return f"{run.name}: {run.engine}{f' ({asked})' if asked else ''}, {_letters(len(run.letters))}{repeats}{end}"


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


def _number(metric: Metric, value: float | None, sign: Literal["", "+"] = "") -> str:
    if value is None:
        return "-"
    size = abs(value)
    if metric.kind in _SHARES or 0.01 <= size < 1:
        return f"{value:{sign}.3f}"
    if 0 < size < 0.01:
        return f"{value:{sign}.2g}"
    return f"{value:{sign},.0f}" if size >= 100 else f"{value:{sign}.2f}"


def _interval(metric: Metric, low: float | None, high: float | None, sign: Literal["", "+"] = "") -> str:
    if low is None or high is None:
        return ""
    return f"{_number(metric, low, sign)} to {_number(metric, high, sign)}"


def _scatter(figure: Figure) -> str:
    own = figure.scatter
    if own is None:
        return ""
    return f"{_interval(figure.metric, own.low, own.high)}, SD {_number(figure.metric, own.deviation)}"


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _rank(row: Compared) -> tuple[bool, int, bool]:
    """Worse first, then better, what is significant before what is not; what is not tested comes last."""
    return row.verdict is Verdict.NOT_TESTED, row.leans, row.verdict is Verdict.NOT_SHOWN


def _compared(row: Compared) -> Iterator[RenderableType]:
    metric = row.metric
    reach = _interval(metric, row.low, row.high, "+").replace(" to ", ", ")
    yield Text(metric.title)
    yield _number(metric, row.base)
    yield _number(metric, row.new)
    yield Text(_number(metric, row.difference, "+") + (f" [{reach}]" if reach else ""))
    yield _p(row.p)
    yield _p(row.adjusted)
    yield _number(metric, row.detectable)
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
        "Shown from: the difference that would be shown 4 times in 5."
    )


def _section(
    title: str, entries: Sequence[_Entry], shown: Callable[[_Entry], Iterator[RenderableType]], most: int
) -> Iterator[RenderableType]:
    if not entries:
        return
    yield Text(f"{title} ({len(entries)})", style="bold")
    for entry in entries[:most]:
        yield from (Padding(part, (0, 0, 0, 2)) for part in shown(entry))
    if len(entries) > most:
        yield Text(f"  ... and {len(entries) - most} more")


def _change(change: Change) -> Iterator[RenderableType]:
    yield Text.assemble(
        (change.kind.value, _STYLES[change.kind]), f" {change.letter} {change.field} ({', '.join(change.metrics)})"
    )
    yield from _beside(change.base, change.new, change.gold)


def _beside(base: Sequence[str], new: Sequence[str], gold: Sequence[str] | None) -> Iterator[RenderableType]:
    old, now = marked(base, new)
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column()
    if gold is not None:
        rows.add_row("  gold", _plain(gold))
    rows.add_row("  base", old)
    rows.add_row("  new", now)
    yield rows


def _failure(change: FailureChange) -> Iterator[RenderableType]:
    what = "fails" if change.failed else "falls back on the rules"
    kind, style = ("now", "bold red") if change.newly else ("no longer", "green")
    yield Text.assemble((f"{kind} {what}", style), f" {change.letter}: {change.failure}")


def _flag(change: FlagChange) -> Iterator[RenderableType]:
    about = f" {change.flag.field}" if change.flag.field else ""
    material = " (material)" if change.flag.material else ""
    yield Text(f"{'raised' if change.raised else 'dropped'} {change.letter}{about}: {change.flag.code}{material}")


def _summary(change: SummaryChange) -> Iterator[RenderableType]:
    yield Text(f"{change.letter} {change.field}")
    yield from _beside((change.base,), (change.new,), None)


def _words(value: Sequence[str]) -> list[str]:
    """Words of all entries, a semicolon between two of them; what a terminal might obey is replaced."""
    words: list[str] = []
    for entry in value:
        words += [";"] * bool(words) + entry.split()
    return ["".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in word) for word in words]


def _plain(value: Sequence[str]) -> Text:
    return _side([(True, _words(value))], "old")


def _side(steps: Sequence[tuple[bool, list[str]]], side: Literal["old", "new"]) -> Text:
    """One value from runs of words ``(shared, words)``; of long shared runs only the words near a change."""
    opened, closed, style = _SIGNS[side]
    held = [(shared, words) for shared, words in steps if words]
    text = Text(_ABSENT) if not held else Text()
    for at, (shared, words) in enumerate(held):
        text.append(" " if at else "")
        if shared:
            text.append(_near(words, first=at == 0, last=at == len(held) - 1))
        else:
            text.append(f"{opened}{' '.join(words)}{closed}", style)
    return text


def _near(words: list[str], first: bool, last: bool) -> str:
    head = [] if first and not last else words[: _AROUND * (1 + 3 * (first and last))]
    tail = [] if last else words[-_AROUND:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join((*head, "...", *tail))
