"""OCR: how pieces become lines, without the recognizer; and the recognizer itself where it is installed."""

from __future__ import annotations

import pytest

pytest.importorskip("rapidocr")
pytest.importorskip("onnxruntime")

from schemas import TextFrom
from summarizer.document import Span
from summarizer.loading import Source, open_letter
from summarizer.loading.ocr import Piece, page_of
from tests.loading.made import FIRST, HEIGHT, SECOND, joined, pdf_of, scanned


def test_pieces_become_lines_from_top_to_bottom_and_left_to_right():
    page = page_of(
        [
            Piece("boot", 0.5, (200, 101, 240, 113)),
            Piece("Upheld", 1.0, (72, 130, 120, 142)),
            Piece("Walking", 1.0, (72, 100, 150, 112)),
        ]
    )
    assert page.text == "Walking boot\nUpheld"
    assert page.confidence == pytest.approx((0.5 * 4 + 7 + 6) / 17, abs=1e-4)
    assert page.boxes(0, 19) == ((72, 100, 240, 113), (72, 130, 120, 142))
    assert page.boxes(9, 10) == ((200, 101, 240, 113),)
    assert page.boxes(7, 8) == ()


def test_nothing_recognized():
    page = page_of([])
    assert (page.text, page.confidence, page.boxes(0, 0)) == ("", 0.0, ())


def test_letter_of_a_text_page_and_a_scanned_page():
    data = joined(pdf_of(FIRST), scanned(pdf_of(SECOND)))
    with open_letter(Source.from_data(data)) as letter:
        document = letter.document
        assert document.text_from is TextFrom.OCR
        first, second = document.pages
        assert document.text[first.start : first.end] == "\n".join(FIRST)
        assert first.confidence is None
        assert second.confidence is not None
        assert second.confidence > 0.8
        recognized = document.text[second.start : second.end]
        assert recognized.replace(" ", "") == "\n".join(SECOND).replace(" ", "")
        one, two = letter.boxes(Span(second.start, second.end))
    assert one[1] < HEIGHT - 700 < one[3] + 4
    assert two[1] < HEIGHT - 680 < two[3] + 4
    assert one[0] == pytest.approx(72, abs=4)
