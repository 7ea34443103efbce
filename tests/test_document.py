"""Spans and pages."""

from hypothesis import given
from hypothesis import strategies as st

from summarizer.document import Page, Span
from tests.forms import document

TEXT = "first page ends \nsecond page\n\nthird"
PAGES = (Page(1, 0, 16), Page(2, 17, 28), Page(3, 29, 35))


def test_page_of_each_offset() -> None:
    letter = document(TEXT, PAGES)
    assert [letter.page_of(offset) for offset in (0, 15, 17, 27, 34)] == [1, 1, 2, 2, 3]
    assert document(TEXT).page_of(3) is None


def test_a_passage_over_pages_is_cut_and_trimmed() -> None:
    letter = document(TEXT, PAGES)
    pieces = letter.by_page(Span(6, 23))
    assert [(page, span.of(TEXT)) for page, span in pieces] == [(1, "page ends"), (2, "second")]


def test_without_pages_a_span_is_one_piece() -> None:
    assert document(TEXT).by_page(Span(2, 9)) == [(None, Span(2, 9))]


def test_stripped_span_of_only_white_space_is_empty() -> None:
    assert Span(0, 3).stripped(" \n ") == Span(3, 3)


@given(st.text(max_size=40), st.data())
def test_stripped_is_what_strip_gives(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert Span(start, end).stripped(text).of(text) == text[start:end].strip()


@given(st.lists(st.text(alphabet="ab \n", max_size=12), min_size=1, max_size=5), st.data())
def test_pieces_hold_every_word_of_the_span(pages: list[str], data: st.DataObject) -> None:
    text, made = "", []
    for number, words in enumerate(pages, 1):
        made.append(Page(number, len(text), len(text) + len(words)))
        text += words + "\n"
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    pieces = document(text, tuple(made)).by_page(Span(start, end))
    assert (
        "".join(span.of(text) for _, span in pieces).split()
        == "".join(
            text[max(start, page.start) : min(end, page.end)].strip() for page in made if page.start < end > start
        ).split()
    )
    assert all(made[page - 1].start <= span.start < span.end <= made[page - 1].end for page, span in pieces if page)
