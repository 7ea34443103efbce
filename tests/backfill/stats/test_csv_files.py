from __future__ import annotations

import csv
from io import StringIO

import pytest

from schemas import Category, Citation, CitationSource, Outcome
from summarizer.backfill.stats.csv_files import ABOUT, csv_files
from summarizer.backfill.stats.facts import facts_of
from summarizer.backfill.stats.shares import wilson
from summarizer.backfill.stats.tables import tables
from summarizer.backfill.stats.tallies import tally
from tests.backfill.stats.letters import item, letter, stored, tallied

BOM = "\ufeff"


def read(content: str) -> list[dict[str, str]]:
    assert content.startswith(BOM)
    return list(csv.DictReader(StringIO(content.removeprefix(BOM), newline="")))


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return dict(csv_files(tables(tallied()), ["12 letters"]))


def test_numbers_are_numbers_and_nothing_is_empty(files: dict[str, str]) -> None:
    found = {row["month"]: row for row in read(files["by_month.csv"])}
    assert found["2016-01"]["items"] == "4"
    assert found["2016-01"]["overturn rate"] == "0.5"
    assert float(found["2016-01"]["overturn rate: low"]) < 0.5 < float(found["2016-01"]["overturn rate: high"])
    empty = found["2016-03"]
    assert (empty["items"], empty["overturn rate"], empty["overturn rate: low"]) == ("0", "", "")
    surgery = {row["category"]: row for row in read(files["by_category.csv"])}["surgery"]
    assert float(surgery["overturn rate: high"]) == pytest.approx(wilson(0, 1)[1], abs=1e-6)
    assert {row["counted from"]: row for row in read(files["days.csv"])}["assignment"]["25 %"] == "12.5"


def test_parts_have_their_counts(files: dict[str, str]) -> None:
    found = {row["reason"]: row for row in read(files["reasons_by_category.csv"])}
    assert found["exceeds limits"]["rehabilitation: items"] == "4"
    assert found["exceeds limits"]["rehabilitation: share"] == "0.8"
    assert (found["items"]["all: items"], found["items"]["all: share"]) == ("16", "1")


def test_every_column_of_every_file_is_explained(files: dict[str, str]) -> None:
    about = files[ABOUT]
    assert "12 letters" in about
    for name, content in files.items():
        if name == ABOUT:
            continue
        section = about.split(f"## {name}\n")[1].split("\n## ")[0]
        (heading, *rest) = csv.reader(StringIO(content.removeprefix(BOM), newline=""))
        assert rest
        assert all(f"| {column} | " in section for column in heading)
        assert {len(row) for row in rest} == {len(heading)}


def test_a_title_is_no_formula() -> None:
    title = '=HYPERLINK("x";"y"),\n"Rücken"'
    cited = (Citation(source=CitationSource.OTHER, title=title),)
    tallies = tally([facts_of(stored(letter(None, item(Outcome.UPHELD, Category.OTHER, reviewer=cited))))])
    (row,) = read(dict(csv_files(tables(tallies), []))["titles_reviewer.csv"])
    assert row["title"] == "'" + " ".join(title.split())
