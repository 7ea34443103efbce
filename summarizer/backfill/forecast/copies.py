"""How much of a letter is new: of ``m`` letters with the same bytes each counts for ``1/m``.

A mean of that over a random sample is the share of letters that have to be asked about, without any bias. Only
letters of the same size can be the same, so that few have to be opened to know ``m`` for the letters of the sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from summarizer.backfill.inputs.opening import read_bytes
from summarizer.errors import InputError

if TYPE_CHECKING:
    from summarizer.backfill.forecast.listed import Alike, Listed
    from summarizer.backfill.input import Input
    from summarizer.loading.source import Limits

_OPENED_FOR_ONE: Final = 50
"""Letters that are opened to look for copies, for each letter of the sample, about."""
_MOST_ALIKE: Final = 1000
"""Letters of one size that are opened; of more, that many stand for all of them."""
_SIDE_BY_SIDE: Final = 8
"""Letters that are opened at once: those far away are mostly waited for."""


@dataclass(slots=True)
class _Class:
    """Letters of one size, those of the sample aside."""

    letters: int
    """How many there are."""
    opened: Counter[str] = field(default_factory=Counter)
    """Those that were opened and have no answer yet, by their bytes."""
    done: set[str] = field(default_factory=set)
    """Bytes of those that have one."""

    @property
    def wanted(self) -> int:
        """How many are opened."""
        return min(self.letters, _MOST_ALIKE)


def newness(
    listed: Listed, sample: Sequence[Input], hashes: Sequence[str | None], limits: Limits, read: float
) -> list[float] | None:
    """For each letter of ``sample``, whose bytes hash to ``hashes``, how much of it is new: 1 to 0.

    ``read`` is the part of the letters that a run takes up: of a letter's copies only so many are among them. Where
    letters of the same size are too many to be opened, only the first of the sample are looked into; they are drawn
    at random too. ``None`` where sizes are not known. A letter whose bytes cannot be had counts as new.
    """
    if listed.sizes_unknown and len(sample) < listed.letters - listed.done:
        return None
    classes, searched = _classes(listed, sample)
    _open(listed, sample, classes, limits)
    in_sample = Counter(known for known in hashes if known is not None)
    return [
        1.0 if known is None else _new(known, in_sample[known], classes.get(one.size or 0), read)
        for one, known in zip(sample[:searched], hashes, strict=False)
    ]


def _classes(listed: Listed, sample: Sequence[Input]) -> tuple[dict[int, _Class], int]:
    """The sizes to look into, and how many letters of the sample they are the sizes of."""
    own = Counter(one.size for one in sample if one.size)
    there = listed.alike(own.keys())
    left = max(_OPENED_FOR_ONE * len(sample), 2 * _MOST_ALIKE)
    classes: dict[int, _Class] = {}
    for number, one in enumerate(sample):
        if one.size and one.size not in classes:
            of_size = _Class(there[one.size] - own[one.size])
            if of_size.wanted > left:
                return classes, number
            left -= of_size.wanted
            classes[one.size] = of_size
    return classes, len(sample)


def _open(listed: Listed, sample: Sequence[Input], classes: dict[int, _Class], limits: Limits) -> None:
    """Hash the letters of these sizes that are not in the sample."""
    own = Counter(one.size for one in sample)
    passed_over = {one.address for one in sample}
    found: list[tuple[int, Alike]] = []
    most = {size: of_size.wanted + own[size] for size, of_size in classes.items() if of_size.wanted}
    room = {size: classes[size].wanted for size in most}
    for size, alike in listed.of_sizes(most):
        if alike.address not in passed_over and room[size]:
            room[size] -= 1
            found.append((size, alike))
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        try:
            for (size, alike), known in zip(found, threads.map(partial(_digest, limits), found), strict=True):
                if known is None:
                    continue
                if alike.done:
                    classes[size].done.add(known)
                else:
                    classes[size].opened[known] += 1
        except BaseException:  # an interrupt too
            threads.shutdown(cancel_futures=True)
            raise


def _digest(limits: Limits, one: tuple[int, Alike]) -> str | None:
    """SHA-256 of a letter's bytes; ``None`` where they cannot be had. No bytes are read as a letter here."""
    try:
        return sha256(read_bytes(one[1].address, limits)).hexdigest()
    except InputError:
        return None


def _new(known: str, in_sample: int, of_size: _Class | None, read: float) -> float:
    """How much of a letter is new that is ``in_sample`` so many times."""
    alike = float(in_sample)
    if of_size is not None and of_size.wanted:
        if known in of_size.done:
            return 0.0
        alike += of_size.opened[known] * of_size.letters / of_size.wanted
    # The mean of 1 / (1 + those of the others that are read, each with the chance ``read``).
    missed: float = (1 - read) ** alike
    return (1 - missed) / (alike * read)
