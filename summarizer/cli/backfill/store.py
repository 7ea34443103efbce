"""Options and openings that the commands over a store share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

if TYPE_CHECKING:
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.backfill.ledger.rows import KnownRecipe

DEFAULT_STORE: Final = "imr.db"

StoreName: TypeAlias = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="PATH|URL",
        envvar="IMR_STORE",
        help="Where readings are kept: an SQLite file, or postgresql://user@host/database.",
    ),
]
RecipeName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--recipe",
        metavar="FINGERPRINT",
        help="Readings by this recipe, named as `imr backfill status` shows it; the last used by default.",
    ),
]


@contextmanager
def opened(store: str, *, create: bool = False) -> Iterator[Ledger]:
    """The ledger that ``store`` names, closed in the end."""
    from summarizer.backfill.ledger.opening import open_ledger

    ledger = open_ledger(store, create=create)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def known(store: str, recipe: str | None) -> Iterator[tuple[Ledger, KnownRecipe]]:
    """The ledger, and the recipe of it that is asked for."""
    from summarizer.backfill.ledger.recipes import chosen_recipe

    with opened(store) as ledger:
        yield ledger, chosen_recipe(ledger, recipe)
