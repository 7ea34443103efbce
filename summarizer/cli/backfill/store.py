"""Options and openings that the commands of ``imr backfill`` share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from summarizer.cli.stores import need

if TYPE_CHECKING:
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.backfill.stores import Store

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


@contextmanager
def ledger_at(store: str, *, create: bool = False) -> Iterator[Ledger]:
    """The ledger that ``store`` names, closed in the end. Raises ``StoreError`` and ``MissingExtra``."""
    need()
    from summarizer.backfill.ledger.opening import open_ledger

    with closing(open_ledger(store, create=create)) as ledger:
        yield ledger


@contextmanager
def store_at(store: str) -> Iterator[Store]:
    """The ledger or folder of parts that ``store`` names. Raises ``StoreError`` and ``MissingExtra``."""
    need()
    from summarizer.backfill.stores import open_store

    with closing(open_store(store)) as opened:
        yield opened
