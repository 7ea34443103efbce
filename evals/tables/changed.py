"""What changed between two runs, letter by letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evals.changes import HELD_BACK
from evals.compare import Change, Comparison, FailureChange, FlagChange, Kind, Often, SummaryChange
from evals.compare.printable import printable
from evals.tables.marking import marked, plain

MOST: Final = 40
"""Changes shown; the rest are counted."""
_STYLES: Final = {Kind.REGRESSED: "bold red", Kind.CHANGED: "yellow", Kind.IMPROVED: "green"}
_Entry = TypeVar("_Entry", Change, FailureChange, FlagChange, SummaryChange)


def changes_list(comparison: Comparison, most: int = MOST) -> RenderableType:
    """Failures, fields, flags and summaries that changed, regressions first; at most ``most`` of each."""
    parts = [
        *_section("Failures", comparison.failures, _failure, most),
        *_section("Fields", comparison.changes, _change, most),
        *_section("Flags", comparison.flags, _flag, most),
        *_section("Summaries", comparison.summaries, _summary, most),
    ]
    if parts and (held := set(comparison.held_back) & {one.letter for one in comparison.changes}):
        parts.append(Text(f"Words of {len(held)} test letters are held back; --show-test shows them."))
    return Group(*parts) if parts else Text("No letter was read otherwise.")


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
    about = printable(f"{change.letter} {change.field} ({', '.join(change.metrics)})")
    yield Text.assemble((change.kind.value, _STYLES[change.kind]), f" {about}{_often(change.often, ': wrong ')}")
    if change.gold != HELD_BACK:
        yield from _beside(change.base, change.new, change.gold)


def _beside(base: Sequence[str], new: Sequence[str], gold: Sequence[str] | None) -> Iterator[RenderableType]:
    old, now = marked(base, new)
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column()
    if gold is not None:
        rows.add_row("  gold", plain(gold))
    rows.add_row("  base", old)
    rows.add_row("  new", now)
    yield rows


def _failure(change: FailureChange) -> Iterator[RenderableType]:
    what = "fails" if change.failed else "falls back on the rules"
    style = "bold red" if change.newly else "green"
    more, less = ("more often", "less often") if change.often.repeated else ("now", "no longer")
    about = printable(f"{change.letter}: {change.failure}")
    yield Text.assemble((f"{more if change.newly else less} {what}", style), f" {about}{_often(change.often)}")


def _flag(change: FlagChange) -> Iterator[RenderableType]:
    about = f" {change.flag.field}" if change.flag.field else ""
    material = " (material)" if change.flag.material else ""
    told = printable(f"{'raised' if change.raised else 'dropped'} {change.letter}{about}: {change.flag.code}{material}")
    yield Text(told + _often(change.often))


def _summary(change: SummaryChange) -> Iterator[RenderableType]:
    yield Text(printable(f"{change.letter} {change.field}"))
    if (change.base,) != HELD_BACK:
        yield from _beside((change.base,), (change.new,), None)


def _often(often: Often, before: str = ", ") -> str:
    """How often, where a letter was read more than once."""
    return f"{before}{often}" if often.repeated else ""
