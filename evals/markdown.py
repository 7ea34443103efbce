"""A comparison in Markdown, as it is posted on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from evals.compare import Change, Compared, Comparison, FailureChange, Kind, Verdict
from evals.compare.printable import printable

MOST_CHARACTERS: Final = 60_000
"""Characters of a comment; the host of pull requests takes 65,536."""
_MOST_WORDS: Final = 300
"""Characters shown of one value."""
_ACTIVE: Final = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@])")
_SIGNS: Final = {Verdict.WORSE: "🔻 worse", Verdict.BETTER: "🔺 better"}


def comparison_markdown(comparison: Comparison, most_characters: int = MOST_CHARACTERS) -> str:
    """Verdict, metrics that differ and changed fields, in at most so many characters; the rest is counted."""
    head = "\n".join(_head(comparison)) + "\n"
    foot = f"\n{_foot(comparison)}\n"
    rows, left = [], most_characters - len(head) - len(foot) - 200
    for change in comparison.changes:
        row = _row(change)
        left -= len(row) + 1
        if left < 0:
            break
        rows.append(row)
    return head + "\n".join(_changes(comparison.changes, rows)) + foot


def _head(comparison: Comparison) -> Iterator[str]:
    worse, better = comparison.of(Verdict.WORSE), comparison.of(Verdict.BETTER)
    yield f"### {_inert(comparison.new)} against {_inert(comparison.base)}"
    yield ""
    yield f"**{_verdict(worse, better)}** {_counted(comparison)}"
    for failure in comparison.failures[:10]:
        what = "fails" if failure.failed else "falls back on the rules"
        often = f" {failure.often}" if failure.often.repeated else ""
        yield f"- {_inert(failure.letter)} {_now(failure)} {what}{often}"
    differing = sorted(
        (row for row in comparison.metrics if row.verdict is not Verdict.UNCHANGED and row.metric.tested),
        key=lambda row: (row.verdict is not Verdict.WORSE, row.leans),
    )
    if not differing:
        return
    yield ""
    yield "| metric | base | new | difference (95 % interval) | p, Holm | verdict |"
    yield "|---|--:|--:|--:|--:|---|"
    for row in differing:
        yield _metric(row)


def _now(failure: FailureChange) -> str:
    if failure.often.repeated:
        return "more often" if failure.newly else "less often"
    return "now" if failure.newly else "no longer"


def _verdict(worse: Sequence[Compared], better: Sequence[Compared]) -> str:
    told = [
        f"Significantly {word}: {', '.join(_inert(row.metric.title) for row in rows)}."
        for word, rows in (("worse", worse), ("better", better))
        if rows
    ]
    return " ".join(told) or "No metric is significantly better or worse."


def _counted(comparison: Comparison) -> str:
    kinds = [change.kind for change in comparison.changes]
    changed = len({change.letter for change in comparison.changes})
    left = f", {len(comparison.left_out)} left out" if comparison.left_out else ""
    fields = ", ".join(f"{kinds.count(kind)} {kind}" for kind in Kind)
    few = f" {comparison.draws:,} draws are too few for this level." if comparison.drawn_too_few else ""
    return f"{comparison.letters} letters{left}; fields {fields}, in {changed} letters.{few}"


def _metric(row: Compared) -> str:
    interval = "" if row.low is None or row.high is None else f" ({row.low:+.3f} to {row.high:+.3f})"
    difference = "" if row.difference is None else f"{row.difference:+.3f}{interval}"
    p = "" if row.adjusted is None else "< 0.001" if row.adjusted < 0.001 else f"{row.adjusted:.3f}"
    letters = f" ({row.base_letters} letters, now {row.new_letters})" if row.base_letters != row.new_letters else ""
    cells = (_inert(row.metric.title) + letters, _figure(row.base), _figure(row.new), difference, p)
    return f"| {' | '.join(cells)} | {_SIGNS.get(row.verdict, row.verdict.value)} |"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _changes(changes: Sequence[Change], rows: Sequence[str]) -> Iterator[str]:
    if not changes:
        return
    yield ""
    yield f"<details><summary>{len(changes)} changed fields, regressions first</summary>"
    yield ""
    yield "| | letter | field | gold | base | new |"
    yield "|---|---|---|---|---|---|"
    yield from rows
    if len(rows) < len(changes):
        yield ""
        yield f"... and {len(changes) - len(rows)} more."
    yield ""
    yield "</details>"


def _row(change: Change) -> str:
    values = (_value(change.gold), _value(change.base), _value(change.new))
    often = f" (wrong {change.often})" if change.often.repeated else ""
    return f"| {change.kind}{often} | {_inert(change.letter)} | {_inert(change.field)} | {' | '.join(values)} |"


def _value(entries: Sequence[str]) -> str:
    words = " ; ".join(entries)
    return _inert(words[:_MOST_WORDS] + ("…" if len(words) > _MOST_WORDS else "")) or "-"


def _inert(words: str) -> str:
    """``words`` as they are: nothing in them is markup, a link or the name of somebody to be told."""
    return _ACTIVE.sub(lambda found: f"&#{ord(found[1])};", printable(words))


def _foot(comparison: Comparison) -> str:
    unchanged = len(comparison.of(Verdict.UNCHANGED))
    moved = ", ".join(_inert(row.metric.title) for row in comparison.moved)
    fields = f", though fields changed in {moved}" if moved else ""
    return f"{unchanged} metrics count the same in every letter{fields}. Verdicts at {comparison.alpha:g}, after Holm."
