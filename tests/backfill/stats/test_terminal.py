from __future__ import annotations

import pytest
from rich.cells import cell_len

from schemas import Category, Citation, CitationSource, Outcome
from summarizer.backfill.stats.facts import facts_of
from summarizer.backfill.stats.tables import tables
from summarizer.backfill.stats.tallies import tally
from summarizer.backfill.stats.terminal import render
from tests.backfill.stats.letters import dozen, item, letter, stored, tallied


@pytest.mark.parametrize("width", [40, 80, 130])
def test_no_line_is_wider_than_the_screen_and_no_heading_or_row_is_lost(width: int) -> None:
    found = tables(tallied())
    lines = render(found, ["Read by: rules."], width).splitlines()
    assert max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    for table in found:
        assert " ".join(table.title.split()) in " ".join(text.split())
    words = set(text.split())
    assert all(word in words for table in found for column in table.columns for word in column.name.split())


def test_a_row_reads_as_counted() -> None:
    lines = [line.split() for line in render(tables(tallied()), [], 130).splitlines()]
    assert ["2016-03", "0", "0", "–", "0", "0", "0"] in lines
    (surgery,) = [line for line in lines if line[:3] == ["surgery", "1", "1"]]
    assert surgery == ["surgery", "1", "1", "6.2%", "0.0%", "(0.0–79.3)", "1", "0", "0"]


def test_a_note_is_said_once() -> None:
    text = " ".join(render(tables(tallied()), [], 130).split())
    assert text.count("Calendar days between the dates") == 1


def test_nothing_to_count_is_said_of_every_table() -> None:
    found = tables(tally([]))
    assert render(found, []).count("Nothing to count.") == len(found)


def test_a_title_cannot_drive_the_terminal() -> None:
    cited = (Citation(source=CitationSource.OTHER, title="\x1b[31mred\u202e [bold]x[/bold] 背中の痛み"),)
    tallies = tally([facts_of(stored(letter(None, item(Outcome.UPHELD, Category.OTHER, reviewer=cited))))])
    text = render(tables(tallies), [], 80)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]x[/bold] 背中の痛み" in text


def test_a_stream_of_ascii_gets_ascii() -> None:
    plain = [one for one in dozen() if not any(each.reviewer_guidelines for each in one.items)]
    text = render(tables(tally([facts_of(stored(one)) for one in plain])), [], 80, symbols=False)
    assert text.isascii()
    assert "\x1b[" in render(tables(tallied()), [], 80, styled=True)
