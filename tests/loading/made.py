"""Letters made for the tests: small PDFs, pictures of pages and DOCX files, with words of our own."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
import pypdf
import pypdfium2
from pypdf.generic import NameObject, StreamObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 612, 792
FIRST = ("Final Determination", "The request for a walking boot is not", "medically necessary.")
SECOND = ("Page two begins here", "and ends here.")


def pdf_of(*pages: Sequence[str], x: float = 72, y: float = 700) -> bytes:
    """A PDF with the given lines on each page, 12 points high, 20 points apart, the first one at ``x``, ``y``."""
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=(WIDTH, HEIGHT))
    for lines in pages:
        canvas.setFont("Helvetica", 12)
        for number, line in enumerate(lines):
            canvas.drawString(x, y - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def changed(data: bytes, *, rotate: int = 0, crop: tuple[float, float, float, float] | None = None) -> bytes:
    """``data`` with its first page rotated and cropped."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    page = writer.pages[0]
    if rotate:
        page.rotate(rotate)
    if crop:
        page.cropbox = pypdf.generic.RectangleObject(crop)
    return _written(writer)


def encrypted(data: bytes, user: str) -> bytes:
    """``data`` encrypted as the public letters are, with AES, to be opened with the password ``user``."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="AES-128")
    return _written(writer)


def mapped(data: bytes, **hex_of: str) -> bytes:
    """``data`` whose first page's letters stand for other characters: ``A="D83DDE00"`` makes each A an emoji."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    pairs = "\n".join(f"<{ord(letter):02x}> <{code}>" for letter, code in hex_of.items())
    stream = StreamObject()
    stream.set_data(
        f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Made def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(hex_of)} beginbfchar\n{pairs}\nendbfchar\n"
        f"endcmap end end".encode()
    )
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font.get_object()[NameObject("/ToUnicode")] = writer._add_object(stream)
    return _written(writer)


def scanned(data: bytes, dpi: int = 150, stamp: str = "") -> bytes:
    """A PDF of the pictures of the pages of ``data``, with the words of ``stamp`` as text over each."""
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=(WIDTH, HEIGHT))
    with pypdfium2.PdfDocument(data) as pdf:
        for page in pdf:
            picture = page.render(scale=dpi / 72).to_pil()
            canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
            canvas.drawString(72, 770, stamp)
            canvas.showPage()
    canvas.save()
    return held.getvalue()


def joined(*parts: bytes) -> bytes:
    """One PDF with the pages of all ``parts``."""
    writer = pypdf.PdfWriter()
    for part in parts:
        writer.append(io.BytesIO(part))
    return _written(writer)


def docx_of(*lines: str, table: Sequence[Sequence[str]] = (), header: str = "") -> bytes:
    """A DOCX of paragraphs, then a table, then the words ``After the table.``."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for cells in table:
            for cell, words in zip(grid.add_row().cells, cells, strict=True):
                cell.text = words
        document.add_paragraph("After the table.")
    if header:
        document.sections[0].header.paragraphs[0].text = header
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _written(writer: pypdf.PdfWriter) -> bytes:
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()
