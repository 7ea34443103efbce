"""The sheet on a terminal and piped."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from schemas import Determination
from summarizer.document import Document
from summarizer.render import terminal
from summarizer.render.sheet import sheet


@pytest.mark.parametrize("width", [80, 120])
def test_plain(determination: Determination, document: Document, width: int, as_text: SnapshotAssertion) -> None:
    assert terminal.render(sheet(determination, document), width) == as_text


def test_styled(
    determination: Determination, document: Document, as_text: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal.render(sheet(determination, document), 80, styled=True) == as_text


def test_many_items_have_a_table_first(many: Determination, document: Document, as_text: SnapshotAssertion) -> None:
    assert terminal.render(sheet(many, document)) == as_text


def test_without_proof(bare: tuple[Determination, Document], as_text: SnapshotAssertion) -> None:
    assert terminal.render(sheet(*bare)) == as_text


def test_ascii(determination: Determination, document: Document) -> None:
    text = terminal.render(sheet(determination, document), symbols=False)
    assert text.isascii()
    assert "x Upheld: the denial stands" in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_page(many: Determination, document: Document, width: int) -> None:
    lines = terminal.render(sheet(many, document), width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)


def test_no_color_leaves_weight_alone(
    determination: Determination, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = terminal.render(sheet(determination, document), styled=True)
    assert "\x1b[1m" in text
    assert "\x1b[31m" not in text
    assert "\x1b[1;31m" not in text


def test_a_forced_color_of_the_surroundings_does_not_reach_a_pipe(
    determination: Determination, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "33")
    plain = terminal.render(sheet(determination, document))
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) == 80


def test_letters_words_are_no_markup_and_drive_nothing(determination: Determination, document: Document) -> None:
    hostile = "[bold red]gel[/] :skull: \x1b]0;owned\x07 [link=x]y[/link]"
    item = determination.items[1].model_copy(update={"treatment": hostile})
    text = terminal.render(sheet(determination.model_copy(update={"items": (item,)}), document), 120)
    assert "[bold red]gel[/] :skull:  ]0;owned  [link=x]y[/link]" in text
    assert "\x1b" not in text


def test_an_item_without_quotes_shows_the_beginning_of_its_rationale(
    determination: Determination, document: Document
) -> None:
    item = determination.items[0].model_copy(update={"key_quotes": (), "rationale": "Long words stand here. " * 40})
    text = terminal.render(sheet(determination.model_copy(update={"items": (item,)}), document))
    assert "“Long words stand here." in text
    assert "…”" in text
