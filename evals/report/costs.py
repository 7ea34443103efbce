"""Cost against accuracy of several runs, as far as the cost of all of them is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from evals.figures import Figure
from evals.figures.numbers import number
from evals.report.charts import Dot, against_cost
from evals.report.numbers import ends
from evals.report.pictures import Named, Picture
from evals.run_file import Run

ACCURACY: Final = ("items_f1", "header", "treatment", "category", "primary_reason", "reasons_f1")
"""Metrics drawn against the cost, where all runs have them."""


def costs(runs: Named, run: Run, *, based: bool) -> tuple[Picture | None, str]:
    """The picture, or ``None`` and why there is none; and which runs are left out, since their letters are others.

    The letters of ``run`` count; ``based`` is whether the first run is the base.
    """
    letters = _letters(run)
    chosen = [one for one in runs if _letters(one[1]) == letters]
    left = [name for name, other, _ in runs if _letters(other) != letters]
    told = f"Left out, as they are over other letters or labels: {', '.join(left)}." if left else ""
    if len(chosen) < 2:
        return None, told
    found = _costs([figures for _, _, figures in chosen])
    if found is None:
        return None, f"Neither the dollars nor the tokens of all runs are known. {told}".strip()
    amounts, axis = found
    dots = [
        Dot(figure.metric.title, name_of, figure.value, *ends(figure), at=at, said=number(figure.metric, figure.value))
        for name in ACCURACY
        if all(name in figures for _, _, figures in chosen)
        for (name_of, _, figures), at in zip(chosen, amounts, strict=True)
        for figure in (figures[name],)
    ]
    if not dots:
        return None, told
    title = "Cost against accuracy"
    note = f"{axis} across, value with its 95 % interval up"
    return Picture(title, note, against_cost(dots, "costs", title, axis, based=based)), told


def _costs(runs: Sequence[Mapping[str, Figure]]) -> tuple[list[float], str] | None:
    """What a letter costs in each run: dollars where all are known of all letters, else tokens; if any costs at all."""
    if all(_whole(figures) for figures in runs):
        dollars = [figures["cost_usd"].value for figures in runs]
        if any(dollars):
            return dollars, "dollars a letter"
    parts = ("input_tokens", "output_tokens")
    if all(part in figures for figures in runs for part in parts):
        tokens = [sum(figures[part].value for part in parts) for figures in runs]
        if any(tokens):
            return tokens, "tokens a letter"
    return None


def _whole(figures: Mapping[str, Figure]) -> bool:
    paid, asked = figures.get("cost_usd"), figures.get("requests")
    return paid is not None and asked is not None and paid.letters == asked.letters


def _letters(run: Run) -> set[tuple[str, str]]:
    return {(letter.key, letter.fingerprint) for letter in run.letters}
