from __future__ import annotations

import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from itertools import pairwise

import pytest

pytest.importorskip("altair")

from schemas import Category, Citation, CitationSource, Determination, Outcome, Reason
from summarizer.backfill.stats.facts import facts_of
from summarizer.backfill.stats.page import page
from summarizer.backfill.stats.tables import tables
from summarizer.backfill.stats.tallies import By, Tallies, tally
from tests.backfill.stats.letters import item, letter, stored, tallied
from tests.evals.report.reader import Page

HOSTILE = '</title></svg><script>alert(1)</script> {{7*7}} "><img src=x onerror=alert(1)> \x00\u202e Rücken'


def made(tallies: Tallies, *lines: str) -> str:
    return page(tallies, tables(tallies), lines)


@pytest.fixture(scope="module")
def text() -> str:
    return made(tallied(), "12 letters", "Read by: rules.")


@pytest.fixture(scope="module")
def read(text: str) -> Page:
    return Page(text)


def test_nothing_is_asked_of_the_network_and_nothing_runs(text: str, read: Page) -> None:
    assert not re.search(r"https?:|@import|src=|xlink|javascript:|<script|style=", text)
    assert set(re.findall(r"url\((.)", text)) <= {"#"}
    targets = {held["href"] for held in read.of("a")}
    assert targets
    assert targets <= {f"#{held['id']}" for held in read.of("section")}


def test_the_policy_allows_this_style_alone(text: str, read: Page) -> None:
    policy = next(held["content"] for held in read.of("meta") if held.get("http-equiv"))
    (style,) = re.findall("<style>(.*?)</style>", text, flags=re.DOTALL)
    assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}';" in policy
    assert policy.startswith("default-src 'none';")


def test_every_chart_says_what_it_shows_and_has_its_table(read: Page) -> None:
    charts = [held for held in read.of("svg") if held.get("role") == "img"]
    assert len(charts) == len(read.of("figure")) == 4
    ids = [held["id"] for _, held in read.elements if "id" in held]
    assert len(ids) == len(set(ids))
    assert all(set(chart["aria-labelledby"].split()) <= set(ids) for chart in charts)
    told = read.said("desc")
    assert any("rehabilitation: 40.0% (" in words for words in told)
    assert any("2016-01 to 2017-01; most items in 2016-05: 5" in words for words in told)
    assert any("medians from 15.0 to 30.0 days" in words for words in told)
    assert any("surgery: no objective findings (100.0%)" in words for words in told)
    assert len(read.of("table")) == 14


def test_the_page_has_a_structure(read: Page) -> None:
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(held.get("scope") in {"col", "row"} for held in read.of("th"))
    assert len(read.of("caption")) == len(read.of("table"))
    assert read.open == []
    assert "12 letters Read by: rules." in read.text


def test_the_tables_have_what_was_counted(read: Page) -> None:
    found = [[" ".join(cell.split()) for cell in row] for row in read.rows]
    assert ["2016-03", "0", "0", "–", "0", "0", "0"] in found
    assert ["exceeds limits", "upheld", "6", "37.5%", "37.5%", "16.7%"] in found


def test_a_hostile_title_is_text(text: str) -> None:
    cited = (Citation(source=CitationSource.OTHER, title=HOSTILE),)
    hostile = letter(None, item(Outcome.UPHELD, Category.OTHER, reviewer=cited), layout=HOSTILE)
    held = made(tally([facts_of(stored(hostile))]), HOSTILE)
    found = Page(held)
    assert not {"script", "img"} & {tag for tag, _ in found.elements}
    assert "{{7*7}}" in found.text
    assert not re.search("[\x00\u202e]", "".join(found.said("table")))
    assert found.open == []


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize(
    ("letters", "charts"),
    [
        ([], 0),
        ([Determination()], 0),
        ([letter(date(2016, 2, 29), item(Outcome.UPHELD, Category.OTHER), assigned=date(2016, 2, 29))], 4),
        ([letter(None, item(Outcome.MODIFIED, Category.PROGRAM, Reason.OTHER))], 2),
        ([letter(date(year, 12, 31), item(Outcome.UPHELD, Category.OTHER)) for year in (1, 2013, 2026, 9998)], 3),
    ],
)
def test_a_page_of_little_or_odd_letters(by: By, letters: list[Determination], charts: int) -> None:
    read = Page(made(tally([facts_of(stored(one, at)) for at, one in enumerate(letters)], by)))
    assert len(read.of("figure")) == charts
    assert bool(read.of("table")) is bool(letters)
    assert len(read.of("section")) == 14


def test_letters_dated_far_from_all_others_are_told_and_not_drawn() -> None:
    dates = [date(1917, 1, 1), date(2016, 1, 1), date(2016, 2, 1)]
    letters = [facts_of(stored(letter(one, item(Outcome.UPHELD, Category.OTHER)))) for one in dates]
    read = Page(made(tally(letters)))
    assert "1 letter dated far from all others not drawn" in read.text
    assert any("2016-01 to 2016-02; most" in words for words in read.said("desc"))
