"""What stands at the head of a page: which runs these are, and what their comparison comes to in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evals.compare import Compared, Comparison, Kind, Verdict
from evals.figures import FIELDS, Figure
from evals.figures.numbers import interval, number
from evals.report.numbers import NOT_KNOWN, count, dollars
from evals.report.words import shown
from evals.run_file import Letter, Run
from evals.scores import LABELED, RIGHT, counts_of

_HASH: Final = 12
"""Signs shown of a hash."""
_NAMED: Final = 6
"""Metrics that the verdict names before it counts the rest."""
_HEADS: Final = ("items_f1", "category", "primary_reason")
"""What the words about a run alone tell."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the whole comes to."""

    sign: str
    """A symbol, never without its words."""
    kind: str
    """``worse``, ``better`` or ``same``: the look."""
    lines: tuple[str, ...]
    """Sentences."""


def names_of(runs: Sequence[Run]) -> tuple[str, ...]:
    """What to call each run in tables and pictures: no two the same, and no two look the same."""
    names: list[str] = []
    for run in runs:
        plain = name = " ".join(shown(run.name).split()) or "run"
        number_of = 2
        while name in names:
            name, number_of = f"{plain} ({number_of})", number_of + 1
        names.append(name)
    return tuple(names)


def facts_of(run: Run, figures: Mapping[str, Figure]) -> dict[str, str]:
    """What there is to know of a run, by the words for it."""
    letters = run.letters
    failed = sum(letter.attempts[0].failed for letter in letters)
    fell_back = sum(_fell_back(letter) for letter in letters)
    ends = [f"{failed} not read"] * bool(failed) + [f"{fell_back} judged by the rules instead"] * bool(fell_back)
    settings = (f"{name}: {_short(name, value)}" for name, value in run.settings.items())
    facts = {
        "engine": run.engine,
        "model": run.model or "none",
        "prompt": run.prompt or "none",
        "settings": ", ".join(settings),
        "program": run.program,
        "made": f"{run.made:%Y-%m-%d %H:%M %Z}".strip(),
        "letters": "; ".join((count(len(letters), "letter"), *ends)),
        "gold sets": _counted(letter.gold_set for letter in letters),
        "splits": _counted(letter.split.value for letter in letters),
        "read": "once" if run.repeat == 1 else f"{run.repeat} times each",
        "cost": cost_of(figures),
    }
    return {name: shown(value) for name, value in facts.items()}


def cost_of(figures: Mapping[str, Figure]) -> str:
    """What a letter costs, as far as that is known."""
    parts = []
    if (paid := figures.get("cost_usd")) is not None:
        parts.append(f"{dollars(paid.value)} a letter")
        asked = figures.get("requests")
        if asked is not None and paid.letters < asked.letters:
            parts.append(f"known of {count(paid.letters, 'letter')} only")
    if (seconds := figures.get("seconds")) is not None:
        parts.append(f"{seconds.value:.3g} s a letter")
    if paid is None:
        parts.insert(0, f"dollars {NOT_KNOWN}")
    return ", ".join(parts)


def told_of_run(run: Run, figures: Mapping[str, Figure]) -> Told:
    """A run alone in a few words."""
    counts = [counts_of(metric, run.letters).sum(axis=(0, 1)) for metric in FIELDS]
    labeled = sum(float(one[LABELED]) for one in counts)
    wrong = labeled - sum(float(one[RIGHT]) for one in counts)
    differing = sum(bool(letter.attempts[0].differences) or letter.attempts[0].failed for letter in run.letters)
    lines = [f"{differing} of {count(len(run.letters), 'letter')} differ from their labels."]
    if labeled:
        each = " over all readings" if run.repeat > 1 else ""
        lines.append(f"{wrong:,.0f} of {labeled:,.0f} labeled fields are wrong{each} ({wrong / labeled:.1%}).")
    heads = [_head(figures[name]) for name in _HEADS if name in figures]
    if heads:
        lines.append(f"Right: {'; '.join(heads)}.")
    return Told("●", "same", (*lines, f"Cost: {cost_of(figures)}."))


def told_of_comparison(
    comparison: Comparison, names: tuple[str, str], base: Mapping[str, Figure], new: Mapping[str, Figure]
) -> Told:
    """A comparison in a few words."""
    worse, better = comparison.of(Verdict.WORSE), comparison.of(Verdict.BETTER)
    said = [
        f"significantly {word} in {count(len(rows), 'metric')} ({_named(rows)})"
        for word, rows in (("worse", worse), ("better", better))
        if rows
    ]
    verdict = " and ".join(said) or "neither significantly better nor worse in any metric"
    open_ones = len(comparison.of(Verdict.NOT_SHOWN))
    lines = [f"Against {names[0]}, {names[1]} is {verdict}."]
    if open_ones:
        lines.append(f"In {count(open_ones, 'metric')} that differ too, the difference may be luck.")
    lines.append(_changes(comparison))
    lines.append(f"Cost: {cost_of(new)} (base: {cost_of(base)}).")
    kind = "worse" if worse else "better" if better else "same"
    return Told({"worse": "▼", "better": "▲"}.get(kind, "●"), kind, tuple(lines))


def _changes(comparison: Comparison) -> str:
    """How many letters are read otherwise."""
    kinds = Counter(change.kind for change in comparison.changes)
    letters = {change.letter for change in comparison.changes} | {change.letter for change in comparison.failures}
    told = ", ".join(f"{kinds[kind]} {kind.value}" for kind in Kind)
    if not letters:
        return f"No field of the {count(comparison.letters, 'letter')} changed."
    return f"{len(letters)} of {count(comparison.letters, 'letter')} changed; fields: {told}."


def _named(rows: Sequence[Compared]) -> str:
    named = "; ".join(shown(row.metric.title) for row in rows[:_NAMED])
    return named + (f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else "")


def _head(figure: Figure) -> str:
    reach = interval(figure.metric, figure.low, figure.high)
    return f"{figure.metric.title} {number(figure.metric, figure.value)}" + (f" ({reach})" if reach else "")


def _counted(values: Iterable[str]) -> str:
    return ", ".join(f"{name} ({found})" for name, found in sorted(Counter(values).items())) or "none"


def _fell_back(letter: Letter) -> bool:
    first = letter.attempts[0]
    return first.failure is not None and not first.failed


def _short(name: str, value: str) -> str:
    return value[:_HASH] if name.endswith("sha256") else value


def rows_of(facts: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The facts of several runs, those that no run has left out: ``(words, values)``."""
    for name in facts[0]:
        values = tuple(one[name] for one in facts)
        if any(values):
            yield name, values
