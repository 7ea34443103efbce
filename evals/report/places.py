"""Where the errors are: by form, category, length, number of items; by split and gold set where there are several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from evals.figures import Facet, Group, figures_by
from evals.figures.numbers import number
from evals.report.charts import Dot, rows
from evals.report.numbers import count, ends
from evals.report.pictures import Named, Picture
from evals.report.words import shown

TITLES: Final = {
    Facet.LAYOUT: "By form of letter",
    Facet.CATEGORY: "By category of item",
    Facet.LENGTH: "By length of letter",
    Facet.ITEMS: "By number of items",
    Facet.SPLIT: "By split",
    Facet.GOLD_SET: "By gold set",
}
"""What letters are grouped by, in the order of the page."""
_ONLY_SEVERAL: Final = frozenset({Facet.SPLIT, Facet.GOLD_SET})
_NOTES: Final = {
    Facet.LAYOUT: "wrong fields / labeled fields; the form is the one that each run read",
    Facet.CATEGORY: "errors in fields, citations and reasons / labeled items",
}


def places(runs: Named) -> Iterator[Picture]:
    """A picture a facet: errors a labeled unit with their intervals."""
    for facet, title in TITLES.items():
        found = [(name, figures_by(run, facet)) for name, run, _ in runs]
        if facet in _ONLY_SEVERAL and all(len(groups) < 2 for _, groups in found):
            continue
        dots = list(_dots(found))
        if not dots:
            continue
        category = facet is Facet.CATEGORY
        note = _NOTES.get(facet, "wrong fields / labeled fields")
        axis = "errors an item" if category else "share of fields that are wrong"
        yield Picture(title, note, rows(dots, f"errors-{facet.name.lower()}", title, axis))


def _dots(runs: Sequence[tuple[str, Sequence[Group]]]) -> Iterator[Dot]:
    """By group, then by run; groups that only one run has as well."""
    held = {(name, group.name): group for name, groups in runs for group in groups}
    for known in {group.name: group for _, groups in runs for group in groups}.values():
        label = _label(known)
        for name, _ in runs:
            group = held.get((name, known.name))
            if group is None or group.errors is None:
                continue
            figure = group.errors
            low, high = ends(figure)
            said = number(figure.metric, figure.value)
            yield Dot(label, name, figure.value, max(low, 0.0), high, said=said)


def _label(group: Group) -> str:
    name = shown(group.name).replace("_", " ")
    many = count(group.items, "item") if group.facet is Facet.CATEGORY else count(group.letters, "letter")
    if group.facet is Facet.ITEMS:
        name = f"{name} item{'s' * (name != '1')}"
    return f"{name} · {many}"
