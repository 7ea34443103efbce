"""PDF: text, pages and boxes, and every way in which a PDF cannot be read."""

from __future__ import annotations

import hashlib
import re
import sys

import pypdfium2
import pytest

from schemas import TextFrom
from summarizer.document import Page, Span
from summarizer.errors import DamagedFile, EmptyInput, OcrNeeded, PasswordNeeded, TooLarge
from summarizer.loading import Limits, Source, open_letter
from tests.loading.made import FIRST, HEIGHT, SECOND, WIDTH, changed, encrypted, joined, mapped, pdf_of, scanned


def document_of(data: bytes, limits: Limits | None = None):
    with open_letter(Source.from_data(data), limits or Limits()) as letter:
        return letter.document


def ink_of(data: bytes) -> tuple[float, float, float, float]:
    """Where a viewer shows ink on the first page, in points from the top left: PDFium's rendering, not its text."""
    scale = 4
    with pypdfium2.PdfDocument(data) as pdf:
        picture = pdf[0].render(scale=scale).to_pil().convert("L").point(lambda tone: 255 * (tone < 128))
    return tuple(side / scale for side in picture.getbbox())


def test_two_pages_and_the_line_break_between_them():
    data = pdf_of(FIRST, SECOND)
    document = document_of(data)
    first, second = "\n".join(FIRST), "\n".join(SECOND)
    assert document.text == f"{first}\n{second}"
    assert document.pages == (Page(1, 0, len(first)), Page(2, len(first) + 1, len(first) + 1 + len(second)))
    assert document.text_from is TextFrom.TEXT_LAYER
    assert document.source == "<data>"
    assert document.sha256 == hashlib.sha256(data).hexdigest()


def test_hyphen_at_line_end_keeps_hyphen_and_line_break():
    document = document_of(pdf_of(("pain of the right-", "sided ribs")))
    assert document.text == "pain of the right-\nsided ribs"


def test_boxes_after_a_hyphen_at_line_end_stand_on_the_next_line():
    with open_letter(Source.from_data(pdf_of(("right-", "sided", "ribs")))) as letter:
        text = letter.document.text
        hyphen, sided, ribs = (text.index(words) for words in ("-", "sided", "ribs"))
        for start, baseline in ((hyphen, 700), (sided, 680), (ribs, 660)):
            ((_, top, _, bottom),) = letter.boxes(Span(start, start + 1))
            assert top < HEIGHT - baseline
            assert bottom == pytest.approx(HEIGHT - baseline, abs=6)
        whole = letter.boxes(Span(0, len(text)))
    assert len(whole) == 3


def test_one_box_a_line_around_all_its_ink():
    data = pdf_of(("The first line", "and the second"))
    with open_letter(Source.from_data(data)) as letter:
        boxes = letter.boxes(Span(0, len(letter.document.text)))
    assert len(boxes) == 2
    around = (boxes[0][0], boxes[0][1], max(boxes[0][2], boxes[1][2]), boxes[1][3])
    assert around == pytest.approx(ink_of(data), abs=0.6)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50, 600, 400, 750)])
def test_boxes_stand_where_a_viewer_shows_the_words(rotate, crop):
    data = changed(pdf_of(("Walking boot",)), rotate=rotate, crop=crop)
    with open_letter(Source.from_data(data)) as letter:
        (box,) = letter.boxes(Span(0, len("Walking boot")))
    assert box == pytest.approx(ink_of(data), abs=0.6)
    assert all(side == round(side, 2) for side in box)


def test_boxes_on_the_second_page():
    with open_letter(Source.from_data(joined(pdf_of(FIRST), pdf_of(SECOND, y=300)))) as letter:
        start = letter.document.pages[1].start
        ((left, _, _, bottom),) = letter.boxes(Span(start, start + 4))
    assert left == pytest.approx(72, abs=2)
    assert bottom == pytest.approx(HEIGHT - 300, abs=4)


def test_white_space_and_nothing_have_no_boxes():
    with open_letter(Source.from_data(pdf_of(("one two", "three")))) as letter:
        assert letter.boxes(Span(3, 4)) == ()
        assert letter.boxes(Span(7, 8)) == ()
        assert letter.boxes(Span(2, 2)) == ()


def test_boxes_of_a_span_over_two_pages_are_refused():
    with open_letter(Source.from_data(pdf_of(FIRST, SECOND))) as letter, pytest.raises(ValueError, match="one page"):
        letter.boxes(Span(0, len(letter.document.text)))


def test_boxes_after_the_letter_is_closed_are_refused():
    with open_letter(Source.from_data(pdf_of(FIRST))) as letter:
        pass
    with pytest.raises(ValueError, match="open"):
        letter.boxes(Span(0, 5))


def test_an_error_inside_the_with_passes_through_and_closes():
    with pytest.raises(KeyError), open_letter(Source.from_data(pdf_of(FIRST))) as letter:
        raise KeyError
    with pytest.raises(ValueError, match="open"):
        letter.boxes(Span(0, 5))


def test_emoji_is_one_offset_and_shifts_no_box():
    plain = pdf_of(("one A two", "three A four"))
    with open_letter(Source.from_data(mapped(plain, A="D83DDE00"))) as letter:
        text = letter.document.text
        assert text == "one \U0001f600 two\nthree \U0001f600 four"
        places = [letter.boxes(Span(m.start(), m.end())) for m in re.finditer(r"\S+", text)]
    with open_letter(Source.from_data(plain)) as letter:
        assert places == [letter.boxes(Span(m.start(), m.end())) for m in re.finditer(r"\S+", letter.document.text)]


def test_characters_that_pdfium_leaves_out_shift_no_box():
    plain = pdf_of(("QQone QtwoQ three",))
    with open_letter(Source.from_data(mapped(plain, Q="0002"))) as letter:
        assert letter.document.text == "one two three"
        left_out = [letter.boxes(Span(*span)) for span in ((0, 3), (4, 7), (8, 13))]
    with open_letter(Source.from_data(plain)) as letter:
        assert left_out == [letter.boxes(Span(*span)) for span in ((2, 5), (7, 10), (12, 17))]


def test_half_of_a_surrogate_pair_and_unknown_glyphs_become_replacement_characters():
    document = document_of(mapped(pdf_of(("one A two B",)), A="D83D", B="0000"))
    assert document.text == "one \ufffd two \ufffd"
    document.text.encode()


def test_encrypted_with_an_empty_password_opens():
    document = document_of(encrypted(pdf_of(FIRST), user=""))
    assert document.text == "\n".join(FIRST)


def test_password_needed():
    with pytest.raises(PasswordNeeded, match="password"):
        document_of(encrypted(pdf_of(FIRST), user="secret"))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.98])
def test_cut_off_file_is_refused_although_pdfium_repairs_some(share):
    whole = pdf_of(FIRST, SECOND)
    with pytest.raises(DamagedFile, match="damaged or cut off"):
        document_of(whole[: int(len(whole) * share)])


def test_cut_off_linearized_file_is_refused():
    whole = pdf_of(FIRST)
    head = b"%%PDF-1.4\n9 0 obj\n<< /Linearized 1 /L %d >>\nendobj\n"
    with pytest.raises(DamagedFile):
        document_of(head % (len(whole) * 2) + whole)
    assert document_of(head % len(whole) + whole).text == "\n".join(FIRST)


def test_file_cut_off_inside_an_update_is_refused():
    with pytest.raises(DamagedFile):
        document_of(pdf_of(FIRST) + b"\n7 0 obj\n<< /Type /Page")


def test_damaged_file():
    with pytest.raises(DamagedFile):
        document_of(b"%PDF-1.7\nnothing of a PDF\nstartxref\n0\n%%EOF")


def test_mark_after_some_junk_is_still_a_pdf():
    assert document_of(b"\r\n\r\n" + pdf_of(FIRST)).text == "\n".join(FIRST)


def test_more_pages_than_the_limit():
    many = pdf_of(*([("A page",)] * 201))
    with pytest.raises(TooLarge, match="201 pages"):
        document_of(many)
    assert len(document_of(many, Limits(max_pages=201)).pages) == 201


def test_blank_page_in_a_letter_needs_no_ocr():
    document = document_of(pdf_of(FIRST, (), SECOND))
    first = "\n".join(FIRST)
    assert document.text == first + "\n\n" + "\n".join(SECOND)
    assert document.pages[1] == Page(2, len(first) + 1, len(first) + 1)
    assert document.text_from is TextFrom.TEXT_LAYER


def test_only_blank_pages():
    with pytest.raises(EmptyInput, match="blank"):
        document_of(pdf_of((), ()))


@pytest.mark.parametrize("stamp", ["", "Received by fax 3 of 4"])
def test_scan_without_ocr_says_what_to_install(monkeypatch, stamp):
    monkeypatch.setitem(sys.modules, "summarizer.loading.ocr", None)
    data = joined(pdf_of(FIRST), scanned(pdf_of(SECOND), stamp=stamp))
    with pytest.raises(OcrNeeded, match=r"page 2 .*pip install .*\[ocr\]"):
        document_of(data)


def test_page_of_unknown_glyphs_is_a_picture(monkeypatch):
    monkeypatch.setitem(sys.modules, "summarizer.loading.ocr", None)
    with pytest.raises(OcrNeeded):
        document_of(mapped(pdf_of(("AAA BBB AB",)), A="0000", B="0000"))


def test_page_with_text_over_a_picture_is_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "summarizer.loading.ocr", None)
    stamp = "a letter printed over a letterhead picture has its words in the text layer " * 2
    assert stamp.strip() in document_of(scanned(pdf_of(()), stamp=stamp)).text


def test_page_size_is_the_viewers():
    data = changed(pdf_of(("Walking boot",), x=400), rotate=90)
    with open_letter(Source.from_data(data)) as letter:
        ((left, top, right, bottom),) = letter.boxes(Span(0, 12))
    assert 0 <= left < right <= HEIGHT
    assert 0 <= top < bottom <= WIDTH
