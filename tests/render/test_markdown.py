"""The sheet as Markdown."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from syrupy.assertion import SnapshotAssertion

from schemas import Determination
from summarizer.document import Document
from summarizer.render import markdown
from summarizer.render.sheet import sheet

_LETTERS_WORDS = st.text(st.sampled_from("ab1 .:;#*_`~|\\[]()<>&$!-+=\"'@/\n"), max_size=40)


def test_two_items(determination: Determination, document: Document, as_text: SnapshotAssertion) -> None:
    assert markdown.render(sheet(determination, document)) == as_text


def test_without_proof(bare: tuple[Determination, Document], as_text: SnapshotAssertion) -> None:
    assert markdown.render(sheet(*bare)) == as_text


@given(_LETTERS_WORDS)
def test_escaped_words_read_as_they_stand(words: str) -> None:
    parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    shown = parser.renderInline(f"x {markdown.escaped(words)}")
    assert unescape(shown).split() == ["x", *words.split()]


def test_addresses_and_formulas_stay_words() -> None:
    assert markdown.escaped("see https://a.example, www.b.example; $5 and $6, :tada:") == (
        r"see https\://a.example, www\.b.example; \$5 and \$6, \:tada:"
    )


def test_hostile_words_stay_in_their_line_and_cell(determination: Determination, document: Document) -> None:
    items = tuple(
        item.model_copy(update={"treatment": "a | b\n\n# c <script>alert(1)</script> ![d](e)"})
        for item in determination.items
    )
    shown = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(markdown.render(sheet(determination.model_copy(update={"items": items}), document)))
    )
    assert "<script" not in shown
    assert "<img" not in shown
    assert shown.count("<h1>") == 1
    assert shown.count("<tr>") == 3
    assert shown.count("<td") == 8
