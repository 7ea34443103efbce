"""PDF: the text layer through PDFium, page by page, and OCR for the pages that are only pictures.

PDFium (pypdfium2) is the fastest reader measured on the public letters and gives a place for
every inked character. It is not thread-safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from summarizer.document import OpenLetter
from summarizer.errors import DamagedFile, EmptyInput, OcrNeeded, PasswordNeeded, TooLarge
from summarizer.extras import command_for
from summarizer.loading.pages import PageRead, letter_of
from summarizer.loading.source import Limits
from summarizer.loading.textlayer import UNKNOWN, Rect, read_text_layer

_LINEARIZED = re.compile(rb"/Linearized\b.{0,200}?/L\s+(\d+)", re.DOTALL)
_DAMAGED = "the PDF is damaged or cut off", "get a whole copy of it"
_INK_OF_A_STAMP = 100
"""A page with fewer characters than this may be a scan that a fax machine or a stamp wrote on."""
_SHARE_OF_A_SCAN = 0.5
"""The least share of the page that the picture on such a page covers."""


@contextmanager
def open_pdf(name: str, data: bytes, sha256: str, limits: Limits) -> Iterator[OpenLetter]:
    """Open the PDF in ``data`` and keep it open, so that boxes can be asked for.

    Raises:
        DamagedFile: PDFium cannot open it or a page of it, or its end is missing.
        PasswordNeeded: it opens with a password only (the public letters' empty one is tried).
        TooLarge: more pages than ``limits`` allow.
        OcrNeeded: a page is only a picture, and the ``ocr`` extra is not installed.
        EmptyInput: no page has words.
    """
    if _is_cut_off(data):
        raise DamagedFile(name, *_DAMAGED)
    with _open(name, data) as pdf:
        try:
            letter = letter_of(name, sha256, _read(name, pdf, limits))
        except pdfium.PdfiumError as error:
            raise DamagedFile(name, *_DAMAGED) from error
        yield letter


def _is_cut_off(data: bytes) -> bool:
    """Whether the end of the file is missing, which PDFium repairs without a word by dropping what is lost.

    A whole file names the place of its last cross-reference table after every object (ISO 32000-1, 7.5.5);
    a linearized one names that of the first page early on, but also its own length (Annex F.2.2).
    """
    last = data.rfind(b"startxref")
    if last < 0 or b" obj" in data[last:]:
        return True
    linearized = _LINEARIZED.search(data, 0, 1024)
    return linearized is not None and len(data) < int(linearized[1])


def _open(name: str, data: bytes) -> pdfium.PdfDocument:
    """The PDF, opened with the empty password."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise PasswordNeeded(name, "the PDF opens only with a password", "save a copy without one") from error
        if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
            what = "the PDF is encrypted in a way that is not supported"
            raise PasswordNeeded(name, what, "save a copy without encryption") from error
        raise DamagedFile(name, *_DAMAGED) from error


def _read(name: str, pdf: pdfium.PdfDocument, limits: Limits) -> list[PageRead]:
    """Every page of ``pdf``; its handles stay open as long as ``pdf`` does."""
    count = len(pdf)
    if not count:
        raise DamagedFile(name, *_DAMAGED)
    if count > limits.max_pages:
        what = f"{count} pages, more than {limits.max_pages}"
        raise TooLarge(name, what, "check that it is one letter, or raise the limit")
    pages = [_read_page(name, pdf[index], index + 1) for index in range(count)]
    if not any(page.text.strip() for page in pages):
        raise EmptyInput(name, "every page is blank", "check that the file holds a letter")
    return pages


def _read_page(name: str, page: pdfium.PdfPage, number: int) -> PageRead:
    """One page: its text layer, or its picture where its words are in that."""
    read = read_text_layer(page)
    return _recognize(name, page, number) if _is_picture(page, read.text) else read


def _is_picture(page: pdfium.PdfPage, text: str) -> bool:
    """Whether the page's words are in a picture: there is one, and no text or no more than a stamp's over it.

    A page without either is blank. A page of glyphs of no known character is as good as a picture.
    """
    if len(text) >= 2 * _INK_OF_A_STAMP and UNKNOWN not in text:
        return False
    ink = sum(map(str.isalnum, text))
    if ink >= _INK_OF_A_STAMP:
        return False
    if not ink and UNKNOWN in text:
        return True
    pictures = page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,))
    if not ink:
        return any(True for _ in pictures)
    least = page.get_width() * page.get_height() * _SHARE_OF_A_SCAN
    return any(_area(picture.get_bounds()) >= least for picture in pictures)


def _area(bounds: Rect) -> float:
    """Square points within ``bounds``."""
    left, bottom, right, top = bounds
    return (right - left) * (top - bottom)


def _recognize(name: str, page: pdfium.PdfPage, number: int) -> PageRead:
    """The page read by OCR."""
    try:
        from summarizer.loading.ocr import recognize
    except ImportError as error:
        what = f"page {number} is a picture without a text layer"
        raise OcrNeeded(name, what, f"install OCR with: {command_for('ocr')}") from error
    return recognize(page)
