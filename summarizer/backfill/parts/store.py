"""A folder of parts as a store: what was read, what failed, what is left, for each recipe."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from summarizer.backfill.kept import State, Stored
from summarizer.backfill.ledger.rows import KnownRecipe
from summarizer.backfill.parts.folder import Folder
from summarizer.backfill.parts.index import Index
from summarizer.backfill.parts.part import from_text, known_file
from summarizer.backfill.parts.runs import Run, all_runs
from summarizer.errors import StoreError
from summarizer.llm.question import Spent

if TYPE_CHECKING:
    from summarizer.backfill.kept import Counts
    from summarizer.backfill.ledger.rows import FailedInput
    from summarizer.backfill.parts.index import Standing
    from summarizer.backfill.recipe import Recipe

_PACKED = ["address", "sha256", "state", "packed"]


def plans_of(recipe: Recipe) -> str:
    """The folder of the lists of ``recipe``."""
    return f"plans/{recipe.fingerprint}"


def parts_of(recipe: Recipe) -> str:
    """The folder of the parts of ``recipe``."""
    return f"letters/{recipe.fingerprint}"


class Parts:
    """A folder of parts. Every method raises ``StoreError``; what a recipe has is looked up once."""

    def __init__(self, address: str) -> None:
        """Open the folder at ``address``; raises ``StoreError`` where no run has written to it."""
        self.folder = Folder(address)
        """Where it is."""
        self._runs = all_runs(self.folder)
        if not self._runs:
            remedy = "name the folder or the database file that --store named"
            raise StoreError(self.folder.name, "this folder is no store of readings", remedy)
        self._indexes: dict[str, Index] = {}

    def close(self) -> None:
        """Let go of it."""
        while self._indexes:
            self._indexes.popitem()[1].close()

    def recipe(self, named: str | None = None) -> KnownRecipe:
        """The recipe whose fingerprint starts with ``named``; that of the latest run by default."""
        run = self._run(named)
        parts = dict(run.recipe.parts)
        states = self._index(run).counts().by_state
        return KnownRecipe(run.number, run.recipe.label, run.recipe.fingerprint, parts, states)

    def recipes(self) -> list[KnownRecipe]:
        """Every recipe that a run has read by, the latest first."""
        known = dict.fromkeys(run.recipe.fingerprint for run in reversed(self._runs))
        return [self.recipe(fingerprint) for fingerprint in known]

    def counts(self, recipe: str | None = None) -> Counts:
        """Inputs by state under ``recipe``."""
        return self._index(self._run(recipe)).counts()

    def failures(self, recipe: str | None = None, code: str | None = None) -> Iterator[FailedInput]:
        """Inputs that could not be read."""
        return self._index(self._run(recipe)).failures(code)

    def spent(self, recipe: str | None = None) -> Spent:
        """What all runs with ``recipe`` have cost; of a run that was killed up to its last beat."""
        fingerprint = self._run(recipe).recipe.fingerprint
        return sum((run.spent for run in self._runs if run.recipe.fingerprint == fingerprint), Spent())

    def letters(self, recipe: str | None = None) -> Iterator[Stored]:
        """Each letter that was read by ``recipe``, once a content hash; those of one part are held at a time."""
        index = self._index(self._run(recipe))
        for file, standing in groupby(index.letters(), lambda one: one.file):
            yield from self._stored(index.files[file], list(standing))

    def _stored(self, file: str, standing: list[Standing]) -> Iterator[Stored]:
        with self.folder.opened(file) as opened:
            table = known_file(opened, self.folder.name).read(columns=_PACKED)
        found = table.take([one.line for one in standing]).to_pylist()
        for one, row in zip(standing, found, strict=True):
            state = State(row["state"])
            yield Stored(row["sha256"], from_text(row["address"]), one.copies, state, row["packed"])

    def _run(self, named: str | None) -> Run:
        """The latest run with the recipe that ``named`` begins the fingerprint of."""
        fitting = [run for run in self._runs if run.recipe.fingerprint.startswith(named or "")]
        if not fitting:
            known = ", ".join(dict.fromkeys(run.recipe.fingerprint[:12] for run in self._runs))
            raise StoreError(self.folder.name, f"no recipe in it begins with {named}", f"name one of {known}")
        latest = fitting[-1]
        if named and any(run.recipe.fingerprint != latest.recipe.fingerprint for run in fitting):
            raise StoreError(self.folder.name, f"more than one recipe begins with {named}", "name more of it")
        return latest

    def _index(self, run: Run) -> Index:
        fingerprint = run.recipe.fingerprint
        if fingerprint not in self._indexes:
            self._indexes[fingerprint] = Index(self.folder, plans_of(run.recipe), parts_of(run.recipe))
        return self._indexes[fingerprint]


def addresses_in(folder: Folder, file: str) -> list[str]:
    """The inputs that one part tells of. Raises ``StoreError``."""
    with folder.opened(file) as opened:
        found = known_file(opened, folder.name).read(columns=["address"])
    return [from_text(address) for address in found["address"].to_pylist()]
