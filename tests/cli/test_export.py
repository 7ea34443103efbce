from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from schemas import Determination
from summarizer.backfill.export.page import page
from summarizer.backfill.input import Input
from summarizer.backfill.kept import packed
from summarizer.backfill.ledger.claims import claim
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.opening import Ledger, open_ledger
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.ledger.rows import Result
from summarizer.backfill.ledger.runners import register
from summarizer.backfill.recipe import Recipe
from summarizer.cli import export as command
from summarizer.pipeline import Summarizer
from tests.cli.running import Run, ran
from tests.forms import LetterItem, letter

RULES = Recipe("rules", {"engine": "rules"})
MODEL = Recipe("hybrid, gpt-x", {"engine": "hybrid"})


@pytest.fixture
def imr(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return lambda *arguments: ran(capfdbinary, *arguments)


def reading(treatment: str) -> Determination:
    return Summarizer().summarize(text=letter(LetterItem(heading=treatment), LetterItem(outcome="Overturned")))


def fill(ledger: Ledger, recipe: Recipe, readings: dict[str, Determination]) -> None:
    """Record each of ``readings`` by its address; one more input stays unread, and one is the same as another."""
    number, runner = recipe_id(ledger, recipe), register(ledger)
    enlist(ledger, number, [Input(name, "1") for name in (*readings, "copy.txt")])
    claims = {one.address: one.work for one in claim(ledger, runner, number, 100)}
    done = [Result(claims[name], f"{place:064x}", packed(readings[name])) for place, name in enumerate(readings)]
    if "copy.txt" in claims:  # else its bytes are known from another recipe
        done.append(Result(claims["copy.txt"], f"{0:064x}", done[0].kept))
    record(ledger, runner, done)
    enlist(ledger, number, [Input("new.txt", "1")])


@pytest.fixture
def readings() -> dict[str, Determination]:
    return {name: reading(f"Visit {name}") for name in ("a.txt", "b.txt")}


@pytest.fixture
def store(tmp_path: Path, readings: dict[str, Determination]) -> Path:
    path = tmp_path / "imr.db"
    with open_ledger(str(path)) as ledger:
        fill(ledger, MODEL, {"a.txt": reading("by a model")})
        fill(ledger, RULES, readings)
    return path


def test_without_a_place_whole_determinations_go_to_standard_output(imr, store: Path, readings) -> None:
    for output in ([], ["-o", "-"]):
        run = imr("export", store, *output)
        assert run.code == 0
        assert [Determination.model_validate_json(line) for line in run.out.splitlines()] == list(readings.values())
        assert run.err == (
            f"recipe {RULES.fingerprint[:12]} (rules): 2 of 4 inputs are letters that were read "
            "(others: 1 pending, 1 duplicate)\n"
        )


def test_every_format_is_chosen_by_the_ending(imr, store: Path, readings, tmp_path: Path) -> None:
    for ending in ("jsonl", "csv", "parquet", "duckdb"):
        run = imr("export", store, "-o", tmp_path / f"out.{ending}")
        assert (run.code, run.out) == (0, "")
    expected = [item.treatment for one in readings.values() for item in one.items]
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert [item["treatment"] for line in lines for item in json.loads(line)["items"]] == expected
    with (tmp_path / "out.items.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["treatment"] for row in csv.DictReader(file)] == expected
    assert pq.read_table(tmp_path / "out.items.parquet")["treatment"].to_pylist() == expected
    with duckdb.connect(tmp_path / "out.duckdb", read_only=True) as database:
        assert [row[0] for row in database.execute("SELECT treatment FROM items").fetchall()] == expected
        assert database.execute("SELECT address, copies FROM letters").fetchall() == [("a.txt", 2), ("b.txt", 1)]


def test_it_tells_what_it_wrote(imr, store: Path, tmp_path: Path) -> None:
    run = imr("export", store, "-o", tmp_path / "out.csv")
    _, *files = run.err.splitlines()
    assert files == [
        f"{tmp_path}/out.letters.csv: 2 letters",
        f"{tmp_path}/out.items.csv: 4 items",
        f"{tmp_path}/out.citations.csv: 8 citations",
        f"{tmp_path}/out.reasons.csv: {files[-1].split()[1]} reasons",
    ]
    run = imr("export", store, "-o", tmp_path / "out.duckdb")
    assert f"{tmp_path}/out.duckdb: 2 letters, 4 items, 8 citations, " in run.err


def test_another_recipe_is_named_by_the_beginning_of_its_fingerprint(imr, store: Path) -> None:
    run = imr("export", store, "--recipe", MODEL.fingerprint[:8])
    (line,) = run.out.splitlines()
    assert json.loads(line)["items"][0]["treatment"] == "by a model"
    assert "(hybrid, gpt-x): 1 of 3 inputs" in run.err
    run = imr("export", store, "--recipe", "nothing")
    assert (run.code, run.out) == (3, "")
    assert "no recipe begins with 'nothing'" in run.err


def test_a_store_without_answers_gives_empty_tables(imr, tmp_path: Path) -> None:
    with open_ledger(str(tmp_path / "imr.db")) as ledger:
        enlist(ledger, recipe_id(ledger, RULES), [Input("a.txt", "1")])
    run = imr("export", tmp_path / "imr.db", "-o", tmp_path / "out.csv")
    assert run.code == 0
    assert "0 of 1 inputs are letters that were read (others: 1 pending)" in run.err
    assert (tmp_path / "out.reasons.csv").read_text("utf-8-sig") == "letter,item,number,reason,is_primary\n"


def test_no_store_no_export(imr, tmp_path: Path) -> None:
    run = imr("export", tmp_path / "none.db", "-o", tmp_path / "out.csv")
    assert (run.code, run.out) == (3, "")
    assert "there is no such store" in run.err
    run = imr("export", tmp_path, "-o", tmp_path / "out.csv")
    assert run.code == 3
    assert "no store" in run.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out", "out.json", "out.xlsx", "out.db"])
def test_another_ending_is_wrong_usage(imr, store: Path, name: str, tmp_path: Path) -> None:
    run = imr("export", store, "-o", tmp_path / name)
    assert run.code == 2
    assert ".parquet" in run.err


def test_the_store_is_never_written_over(imr, store: Path) -> None:
    named = store.rename(store.with_suffix(".duckdb"))
    before = named.read_bytes()
    run = imr("export", named, "-o", named, "--force")
    assert run.code == 2
    assert "the store itself" in run.err
    assert named.read_bytes() == before


def test_a_place_that_cannot_be_written_is_told(imr, store: Path, tmp_path: Path) -> None:
    run = imr("export", store, "-o", tmp_path / "none" / "out.parquet")
    assert (run.code, run.out) == (3, "")
    assert "cannot be written" in run.err
    assert "Traceback" not in run.err


def test_a_foreign_database_needs_force(imr, store: Path, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "out.duckdb") as database:
        database.execute("CREATE TABLE mine AS SELECT 1 AS one")
    run = imr("export", store, "-o", tmp_path / "out.duckdb")
    assert run.code == 3
    assert "--force" in run.err
    assert imr("export", store, "-o", tmp_path / "out.duckdb", "--force").code == 0


def test_ctrl_c_leaves_the_old_file(imr, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out.jsonl").write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "shown_letters", interrupted)
    run = imr("export", store, "-o", tmp_path / "out.jsonl")
    assert (run.code, run.err) == (130, f"imr: interrupted; nothing was written to {tmp_path}/out.jsonl\n")
    assert (tmp_path / "out.jsonl").read_text() == "old"


def test_a_missing_package_is_named_with_the_command_that_adds_it(
    imr, store: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("summarizer.cli.stores.find_spec", lambda name: None if name == "duckdb" else object())
    run = imr("export", store, "-o", tmp_path / "out.duckdb")
    assert run.code == 3
    assert "this needs duckdb" in run.err
    assert "[backfill]" in run.err
    assert imr("export", store, "-o", tmp_path / "out.csv").code == 0


def test_columns_prints_the_page_and_needs_no_store(imr) -> None:
    run = imr("export", "--columns")
    assert (run.code, run.out, run.err) == (0, page(), "")
