"""Every input of a listing into the ledger, as it is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final

from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.rows import Enlisted

if TYPE_CHECKING:
    from summarizer.backfill.input import Input
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.backfill.run.job import Brake

_AT_ONCE: Final = 1000
"""Inputs written in one transaction."""


def enlist_all(
    ledger: Ledger, recipe: int, inputs: Iterable[Input], brake: Brake, tell: Callable[[int], object]
) -> Enlisted:
    """Note every input, or those that come before the ``brake`` is pulled; ``tell`` hears how many there are so far.

    Raises what ``inputs`` raises, and ``StoreError``.
    """
    found = Enlisted()
    coming = iter(inputs)
    while not brake.pulled and (some := list(islice(coming, _AT_ONCE))):
        found += enlist(ledger, recipe, some)
        tell(found.new + found.changed + found.known)
    return found
