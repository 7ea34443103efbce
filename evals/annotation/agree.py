"""How far two annotators agree who labeled the same letters, and what they have to settle.

One reader's labels are taken as labels and the other's as readings, so that agreement is counted by the very
families that score an engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from evals.errors import GoldError
from evals.gold import Contradiction, Labeled, contradictions_beside, load_contradictions, load_label
from evals.metrics.case import case
from evals.metrics.catalog import BY_NAME
from evals.metrics.citations import citations
from evals.metrics.contradictions import one_to_one, same_passage
from evals.metrics.items import items
from evals.metrics.judgement import judgement
from evals.metrics.measured import Measure, Measured, Reading
from evals.metrics.metric import Kind, Metric
from evals.metrics.tally import Tally
from evals.scores import value_of
from evals.statistics.bootstrap import replicates, spread, weights_of
from evals.statistics.interval import Interval
from evals.statistics.kappa import Agreement, agreement
from schemas import Determination

CLASSES: Final = {
    "outcome": "outcome",
    "category": "category",
    "drug_class": "drug class",
    "primary_reason": "primary reason",
}
"""Judged classes, by field of their pairs, with their titles."""
SHARED: Final = (
    "items_f1",
    "header",
    "diagnoses_f1",
    "citations_f1",
    "citations_work_f1",
    "reasons_f1",
    "key_quotes_f1",
)
"""Metrics of what is no single class; all of them read the same from either side."""
_MEASURES: Final = {Kind.F1: "F1", Kind.SHARE: "share alike", Kind.MEAN: "token F1"}
_FAMILIES: Final[tuple[Measure, ...]] = (items, case, citations, judgement)


@dataclass(frozen=True, slots=True)
class Labels:
    """One annotator's labels."""

    name: str
    """Folder they are in."""
    labels: Mapping[str, Determination]
    """By stem."""
    contradictions: Mapping[str, tuple[Contradiction, ...]]
    """By stem, of the letters in which this annotator looked for them."""
    beside: Path | None = None
    """Folder that the contradictions are from."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement on a class."""

    title: str
    """A few words for a table."""
    agreement: Agreement
    """Units, share of them labeled alike, and Cohen's kappa."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Agreement on what is counted by what both have in common."""

    title: str
    """A few words for a table."""
    measure: str
    """What the value is: F1, share or mean."""
    value: float
    """From 0 to 1."""
    interval: Interval | None
    """By bootstrap over letters; ``None`` where all draws agree."""
    units: float
    """What the first annotator labeled; of a mean what either did."""
    unit: str
    """What that is: ``items``, ``reasons`` ..."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A field that the two labeled otherwise."""

    letter: str
    """Stem."""
    field: str
    """Path in the first label; an item that only the second has is ``items[+0]``."""
    a: tuple[str, ...]
    """The first annotator's value."""
    b: tuple[str, ...]
    """The second's."""


@dataclass(frozen=True, slots=True)
class Agreements:
    """All of it."""

    letters: tuple[str, ...]
    """Stems that both labeled."""
    only_a: tuple[str, ...]
    """Stems that only the first labeled."""
    only_b: tuple[str, ...]
    """Stems that only the second labeled."""
    classes: tuple[Kappa, ...]
    """Judged classes."""
    shared: tuple[Shared, ...]
    """Everything else."""
    unsettled: tuple[Unsettled, ...]
    """What they have to settle, by letter."""


def load_labels(folder: Path) -> Labels:
    """The labels in ``folder``, or in its folder ``labels``, and the contradictions beside them.

    Raises:
        GoldError: there is no such folder, it has no labels, or one of them breaks the schema.
    """
    home = folder / "labels" if (folder / "labels").is_dir() else folder
    paths = sorted(home.glob("*.json"))
    if not paths:
        raise GoldError(str(folder), None, "there are no labels in it", "name a folder of labels")
    beside = contradictions_beside(folder)
    pairs = sorted(beside.glob("*.json")) if beside else []
    return Labels(
        str(folder),
        {path.stem: load_label(path) for path in paths},
        {path.stem: load_contradictions(path) for path in pairs},
        beside,
    )


def agree(a: Labels, b: Labels) -> Agreements:
    """Compare the labels of the letters that both labeled. Raises ``GoldError`` where there is none."""
    stems = tuple(sorted(a.labels.keys() & b.labels.keys()))
    if not stems:
        raise GoldError(f"{a.name} and {b.name}", None, "have no label of the same name", "name two folders of labels")
    measured = [_measured(stem, a.labels[stem], b.labels[stem]) for stem in stems]
    # Contradictions beside the labels of both are those of one of them: nobody can tell whose.
    looked = a.contradictions.keys() & b.contradictions.keys() if a.beside is None or a.beside != b.beside else ()
    both = sorted(set(stems).intersection(looked))
    found = [(a.contradictions[stem], b.contradictions[stem]) for stem in both]
    return Agreements(
        stems,
        tuple(sorted(a.labels.keys() - b.labels.keys())),
        tuple(sorted(b.labels.keys() - a.labels.keys())),
        (*_classes(measured), *_contradicted(found)),
        (*_shared(measured), *_contradictions_shared(found)),
        tuple(
            sorted(
                [
                    *(
                        Unsettled(stem, one.field, one.gold, one.read)
                        for stem, parts in zip(stems, measured, strict=True)
                        for part in parts
                        for one in part.differences
                    ),
                    *(one for stem, pair in zip(both, found, strict=True) for one in _unsettled(stem, *pair)),
                ],
                key=lambda one: one.letter,
            )
        ),
    )


def _measured(stem: str, a: Determination, b: Determination) -> tuple[Measured, ...]:
    labeled, reading = Labeled(stem, Path(stem), a), Reading(b, None)
    return tuple(family(labeled, reading) for family in _FAMILIES)


def _classes(measured: Sequence[Sequence[Measured]]) -> list[Kappa]:
    """Agreement on each class of the items that both labeled."""
    found = []
    for field, title in CLASSES.items():
        pairs = [
            [
                (pair.gold, pair.read)
                for part in parts
                for pair in part.pairs
                if pair.field == field and pair.gold is not None and pair.read is not None
            ]
            for parts in measured
        ]
        if (one := agreement(pairs)) is not None:
            found.append(Kappa(title, one))
    return found


def _shared(measured: Sequence[Sequence[Measured]]) -> list[Shared]:
    found = []
    for metric in (BY_NAME[name] for name in SHARED):
        tallies = [_of_either(metric, _summed(metric.counts, parts), parts) for parts in measured]
        found += _one_shared(metric, metric.title, tallies)
    return found


def _of_either(metric: Metric, tally: Tally, parts: Sequence[Measured]) -> Tally:
    """A mean over the first annotator's items as one over the items of either, so that both sides read the same."""
    if metric.kind is not Kind.MEAN:
        return tally
    items = _summed("items", parts)
    either = items.labeled + items.read - items.right
    return Tally(tally.right, either, either)


def _summed(counts: str, parts: Sequence[Measured]) -> Tally:
    return sum((part.tallies.get(counts, Tally()) for part in parts), Tally())


def _one_shared(metric: Metric, title: str, tallies: Sequence[Tally]) -> list[Shared]:
    """The metric's value over letters with these counts, with its interval; nothing where there is nothing to count."""
    counts = np.array([[[one.right, one.labeled, one.read]] for one in tallies], dtype=np.float64).reshape(-1, 1, 3)
    value = float(value_of(metric, counts.sum(axis=0)))
    if np.isnan(value):
        return []
    drawn = replicates(weights_of(len(counts)), counts, lambda sums: value_of(metric, sums))
    units = sum(one.labeled for one in tallies)
    return [Shared(title, _MEASURES[metric.kind], value, spread(drawn).interval, units, metric.unit)]


_Pairs = tuple[Contradiction, ...]


def _contradicted(found: Sequence[tuple[_Pairs, _Pairs]]) -> list[Kappa]:
    """Agreement on which letters have a contradiction, and which a material one."""
    kappas = []
    for title, material in (("contradictions in a letter", False), ("material contradictions in a letter", True)):
        letters = [[(_any(a, material), _any(b, material))] for a, b in found]
        if (one := agreement(letters)) is not None:
            kappas.append(Kappa(title, one))
    return kappas


def _any(pairs: _Pairs, material: bool) -> str:
    return "some" if any(pair.material or not material for pair in pairs) else "none"


def _contradictions_shared(found: Sequence[tuple[_Pairs, _Pairs]]) -> list[Shared]:
    tallies = [Tally(len(one_to_one(a, b, _same)), len(a), len(b)) for a, b in found]
    metric = BY_NAME["contradiction_pairs_f1"]
    return _one_shared(metric, "contradictions, pairs", tallies) if tallies else []


def _same(one: Contradiction, other: Contradiction) -> bool:
    """Whether each passage of the one lies in, or holds, a different passage of the other."""
    straight = same_passage(one.a, other.a) and same_passage(one.b, other.b)
    return straight or (same_passage(one.a, other.b) and same_passage(one.b, other.a))


def _unsettled(stem: str, a: _Pairs, b: _Pairs) -> list[Unsettled]:
    """Pairs that only one has, and pairs of both of which they say something else."""
    both = one_to_one(a, b, _same)
    other = set(both.values())
    found = []
    for index, pair in enumerate(a):
        mine = _told(pair)
        theirs = _told(b[both[index]]) if index in both else ()
        if mine[:3] != theirs[:3]:
            found.append(Unsettled(stem, f"contradictions[{index}]", mine, theirs))
    left = (pair for index, pair in enumerate(b) if index not in other)
    found += [Unsettled(stem, f"contradictions[+{number}]", (), _told(pair)) for number, pair in enumerate(left)]
    return found


def _told(pair: Contradiction) -> tuple[str, ...]:
    where = "letter" if pair.item is None else f"item {pair.item}"
    return pair.kind.value, where, "material" if pair.material else "not material", pair.a, pair.b
