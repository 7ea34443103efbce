from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from summarizer.document import Document, OpenLetter, Span
from summarizer.loading import Source, open_letter
from summarizer.loading.carried import carry
from summarizer.sentences import sentences
from tests.house.project import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.pdf"))


def whole(document: Document) -> Span:
    return Span(0, len(document.text))


def pieces(document: Document, spans: list[Span]) -> list[Span]:
    return [piece for span in spans for _, piece in document.by_page(span)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_passages_taken_along_have_the_boxes_of_the_open_letter(path: Path) -> None:
    with open_letter(Source.from_path(path)) as letter:
        spans = list(sentences(letter.document.text, whole(letter.document)))
        carried = carry(letter, spans)
        asked = pieces(letter.document, spans)
        opened = [letter.boxes(span) for span in asked]
    carried = pickle.loads(pickle.dumps(carried))
    assert any(len(boxes) > 1 for boxes in opened)
    assert [carried.boxes(span) for span in asked] == opened


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_any_words_of_a_part_taken_along_have_their_boxes(path: Path) -> None:
    with open_letter(Source.from_path(path)) as letter:
        carried = carry(letter, (), [whole(letter.document)])
        text = letter.document.text
        words = [Span(*match.span()) for match in re.finditer(r"\w+", text)]
        runs = [
            Span(words[at].start, words[min(at + 4 + at % 23, len(words) - 1)].end) for at in range(0, len(words), 7)
        ]
        asked = pieces(letter.document, runs)
        opened = [letter.boxes(span) for span in asked]
    for span, boxes in zip(asked, opened, strict=True):
        for mine, theirs in zip(carried.boxes(span), boxes, strict=True):
            assert mine == pytest.approx(theirs, abs=0.02)


def test_what_was_not_taken_along_has_no_boxes() -> None:
    with open_letter(Source.from_path(EXAMPLES[0])) as letter:
        carried = carry(letter, (Span(0, 10),))
    assert carried.boxes(Span(20, 30)) == ()


def test_a_letter_without_pages_has_none_to_take() -> None:
    with open_letter(Source.from_text("No pages here.")) as letter:
        carried = carry(letter, (Span(0, 2),), [Span(0, 14)])
    assert carried.boxes(Span(0, 2)) == ()
    assert isinstance(carried, OpenLetter)


def test_words_of_several_parts_have_their_boxes() -> None:
    with open_letter(Source.from_path(EXAMPLES[0])) as letter:
        first, *_, last = [Span(*match.span()) for match in re.finditer(r"[A-Za-z]{9,}", letter.document.text)]
        parts = [Span(word.start, word.end + 20) for word in (last, first)]
        carried = carry(letter, (), [*parts, parts[0]])
        opened = [letter.boxes(word) for word in (first, last)]
    assert [carried.boxes(word) for word in (first, last)] == opened
