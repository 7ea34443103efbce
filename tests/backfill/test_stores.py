from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from summarizer.backfill import stores
from summarizer.backfill.ledger.opening import open_ledger
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.recipe import Recipe
from summarizer.backfill.stores import open_store
from summarizer.errors import StoreError


def test_a_ledger_is_opened_by_its_file(tmp_path: Path) -> None:
    path = str(tmp_path / "imr.db")
    recipes = [Recipe("rules", {"engine": "rules"}), Recipe("hybrid", {"engine": "hybrid"})]
    with open_ledger(path) as ledger:
        for recipe in recipes:
            recipe_id(ledger, recipe)
    with closing(open_store(path)) as store:
        assert store.recipe().label == "hybrid"
        assert store.recipe(recipes[0].fingerprint[:10]).label == "rules"
        assert (list(store.letters()), store.counts().total) == ([], 0)


def test_nothing_is_made_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_store(str(tmp_path / "imr.db"))
    with pytest.raises(StoreError):
        open_store(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["postgresql://host/imr", "PostgreSQL+psycopg://host/imr", "sqlite:///imr.db", "imr"]
)
def test_databases_are_ledgers(address: str) -> None:
    assert stores._is_ledger(address)


def test_folders_here_and_far_away_are_none(tmp_path: Path) -> None:
    assert not stores._is_ledger(str(tmp_path))
    assert not stores._is_ledger("s3://bucket/readings")
