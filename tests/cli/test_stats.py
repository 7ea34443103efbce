"""``imr stats`` over a real ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.backfill.kept import packed
from summarizer.cli import app
from tests.backfill.stats.letters import dozen
from tests.cli.running import Ran, ran

pytest.importorskip("sqlalchemy")

from summarizer.backfill.input import Input
from summarizer.backfill.ledger.claims import claim
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.opening import open_ledger
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.ledger.rows import Result
from summarizer.backfill.ledger.runners import register
from summarizer.backfill.recipe import Recipe


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dozen read by one recipe, the first of them named twice; two letters of it by another one."""
    path = tmp_path_factory.mktemp("store") / "imr.db"
    ledger = open_ledger(str(path))
    runner = register(ledger)
    for recipe, letters in ((Recipe("rules", {"engine": "rules"}), dozen()), (Recipe("llm, m, p@v1", {}), dozen()[:2])):
        number = recipe_id(ledger, recipe)
        inputs = [Input(f"/l/{at:02}.pdf", "1") for at in range(len(letters))]
        enlist(ledger, number, [*inputs, Input("/l/again.pdf", "1")] if recipe.label == "rules" else inputs)
        claimed = claim(ledger, runner, number, 100)
        results = []
        for one in claimed:
            at = 0 if "again" in one.address else int(Path(one.address).stem)
            results.append(Result(one.work, f"{at:064x}", packed(letters[at])))
        record(ledger, runner, results)
    ledger.close()
    return path


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.COMMANDS, "stats", ("summarizer.cli.stats:stats", "Count what a backfill has read."))


def stats(capfd: pytest.CaptureFixture[str], *arguments: object) -> Ran:
    return ran(capfd, "stats", *arguments)


RULES = Recipe("rules", {"engine": "rules"}).fingerprint
MODEL = Recipe("llm, m, p@v1", {}).fingerprint


def test_the_tables_of_one_recipe(store: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = stats(capfd, store, "--recipe", RULES[:8], "--by", "year")
    assert (done.code, done.err) == (0, "")
    assert " ".join(done.out.split()).startswith(f"12 letters with 16 items from {store}; 1 duplicate left out;")
    assert f"Read by: rules (recipe {RULES[:12]})." in " ".join(done.out.split())
    assert ["2016", "8", "12"] in [line.split()[:3] for line in done.out.splitlines()]


def test_another_recipe_is_counted_apart(store: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = stats(capfd, store, "--recipe", MODEL)
    assert done.out.startswith("2 letters with 2 items")


def test_csv_goes_to_a_folder_that_is_made(store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "tables"
    done = stats(capfd, store, "--recipe", RULES, "--format", "csv", "-o", folder)
    assert (done.code, done.out) == (0, "")
    assert len(list(folder.iterdir())) == 15
    assert (folder / "by_month.csv").read_bytes().startswith(b"\xef\xbb\xbfmonth,letters,items,")
    assert str(folder) in done.err


def test_html_goes_to_a_file_or_standard_output(store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("altair")
    done = stats(capfd, store, "--recipe", RULES, "--format", "html", "-o", tmp_path / "stats.html")
    assert (done.code, done.out) == (0, "")
    page = (tmp_path / "stats.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert stats(capfd, store, "--recipe", RULES, "--format", "html").out == page


def test_csv_without_a_folder_is_wrong_usage(store: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = stats(capfd, store, "--format", "csv")
    assert (done.code, done.out) == (2, "")


def test_no_store_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = stats(capfd, tmp_path / "absent.db")
    assert (done.code, done.out) == (3, "")
    assert "absent.db" in done.err
    assert not (tmp_path / "absent.db").exists()


def test_a_place_that_cannot_be_written_is_told(store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    done = stats(capfd, store, "--recipe", RULES, "--format", "csv", "-o", tmp_path / "file")
    assert done.code == 3
    assert "cannot be written" in done.err


def test_what_charts_need_is_named_before_anything_is_read(
    store: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("summarizer.cli.stores.find_spec", lambda name: None if name == "altair" else object())
    done = stats(capfd, store, "--format", "html")
    assert (done.code, done.out) == (3, "")
    assert "this needs altair; install with:" in done.err
