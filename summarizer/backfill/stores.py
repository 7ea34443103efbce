"""The stores that readings are kept in, and the one way to open whichever an address names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from summarizer.backfill.kept import Counts, Stored
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.backfill.ledger.rows import FailedInput, KnownRecipe
    from summarizer.llm.question import Spent

_DATABASES: Final = ("sqlite", "postgresql", "postgres")


class Store(Protocol):
    """Readings by one or more recipes. Every method raises ``StoreError``."""

    def recipe(self, named: str | None = None) -> KnownRecipe:
        """The recipe whose fingerprint starts with ``named``; the last used by default."""

    def letters(self, recipe: str | None = None) -> Iterator[Stored]:
        """Each letter that was read by ``recipe``, once a content hash; none is held."""

    def counts(self, recipe: str | None = None) -> Counts:
        """Inputs by state under ``recipe``."""

    def recipes(self) -> list[KnownRecipe]:
        """Every recipe that it has readings by, the last used first."""

    def spent(self, recipe: str | None = None) -> Spent:
        """What ``recipe`` has cost so far."""

    def failures(self, recipe: str | None = None, code: str | None = None) -> Iterator[FailedInput]:
        """Inputs that could not be read, those of one kind of error alone where ``code`` names it."""

    def close(self) -> None:
        """Let go of it."""


def open_store(address: str) -> Store:
    """The store at ``address``: a ledger, by its file or the URL of its database, else a folder of Parquet parts.

    Nothing is made: raises ``StoreError`` where there is no store.
    """
    if _is_ledger(address):
        return _LedgerStore(address)
    from summarizer.backfill.parts.store import Parts

    return Parts(address)


def _is_ledger(address: str) -> bool:
    """Whether ``address`` names a database and no folder, which may be far away."""
    protocol, separator, _ = address.partition("://")
    if separator:
        return protocol.lower().partition("+")[0] in _DATABASES
    return not Path(address).is_dir()


class _LedgerStore:
    """A ledger database."""

    def __init__(self, address: str) -> None:
        from summarizer.backfill.ledger.opening import open_ledger

        self._ledger: Ledger = open_ledger(address, create=False)

    def recipe(self, named: str | None = None) -> KnownRecipe:
        from summarizer.backfill.ledger.recipes import chosen_recipe

        return chosen_recipe(self._ledger, named)

    def letters(self, recipe: str | None = None) -> Iterator[Stored]:
        from summarizer.backfill.ledger.letters import letters

        return letters(self._ledger, self.recipe(recipe).id)

    def counts(self, recipe: str | None = None) -> Counts:
        from summarizer.backfill.ledger.counts import counts

        return counts(self._ledger, self.recipe(recipe).id)

    def recipes(self) -> list[KnownRecipe]:
        from summarizer.backfill.ledger.recipes import known_recipes

        return known_recipes(self._ledger)

    def spent(self, recipe: str | None = None) -> Spent:
        from summarizer.backfill.ledger.spending import spent

        return spent(self._ledger, self.recipe(recipe).id)

    def failures(self, recipe: str | None = None, code: str | None = None) -> Iterator[FailedInput]:
        from summarizer.backfill.ledger.failures import failures

        return failures(self._ledger, self.recipe(recipe).id, code)

    def close(self) -> None:
        self._ledger.close()
