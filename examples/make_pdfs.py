"""Print the example letters as PDFs that look like the real ones: Letter paper, Times 12, a boxed header.

Run ``python examples/make_pdfs.py`` after a change to a text; needs reportlab (the ``dev`` extra). The
same text always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

FOLDER: Final = Path(__file__).parent

SIZE: Final = 12
LEADING: Final = 13.8
MARGIN: Final = 72
TOP: Final = LETTER[1] - 84
BOTTOM: Final = 66
COLUMNS: Final = (66, 174, 322, 420, 546)
"""Edges of the header's four columns, points from the left."""
ROW: Final = 14

_HEADER = re.compile(
    r"Case Number: (?P<case>\S+)\nDate Assigned: (?P<assigned>\S+) Date of Injury: (?P<injury>\S+)\n"
    r"Decision Date: (?P<decision>\S+) UR Denial Date: (?P<denial>\S+)\n"
    r"Priority: (?P<priority>\S+) Application\nReceived:\n(?P<received>\S+)\n"
)
_HEADING = re.compile(r"[A-Z][A-Z ,()]{10,}")
_DECIDES = re.compile(r": (?:Upheld|Overturned|Modified)\Z|is (?:not )?medically necessary and appropriate\.\Z")


@dataclass(frozen=True)
class Paragraph:
    """Lines that are printed together."""

    lines: tuple[str, ...]
    """The lines as the text file breaks them."""

    @property
    def is_heading(self) -> bool:
        """Whether it is a section's heading."""
        return len(self.lines) == 1 and _HEADING.fullmatch(self.lines[0]) is not None

    @property
    def is_item(self) -> bool:
        """Whether it names an item and its outcome."""
        words = " ".join(self.lines)
        numbered = words[:1].isdigit()
        return _DECIDES.search(words) is not None and (numbered or words.endswith(("Upheld", "Overturned", "Modified")))


def paragraphs(text: str) -> list[Paragraph]:
    """Paragraphs of ``text``, which blank lines part."""
    return [Paragraph(tuple(block.splitlines())) for block in re.split(r"\n\s*\n", text.strip())]


def draw_header(canvas: Canvas, header: re.Match[str]) -> float:
    """Draw the box with case number and dates; return the height of its lower edge."""
    rows: Sequence[Sequence[tuple[str, ...]]] = (
        (("Case Number:",), (header["case"],), (), ()),
        (("Date Assigned:",), (header["assigned"],), ("Date of Injury:",), (header["injury"],)),
        (("Decision Date:",), (header["decision"],), ("UR Denial Date:",), (header["denial"],)),
        (("Priority:",), (header["priority"],), ("Application", "Received:"), (header["received"],)),
    )
    top = TOP
    for cells in rows:
        height = ROW * max(len(cell) for cell in cells) + 2
        for column, cell in enumerate(cells):
            left, right = COLUMNS[column], COLUMNS[column + 1]
            label = column % 2 == 0
            canvas.setFillGray(0.87 if label else 1)
            canvas.rect(left, top - height, right - left, height, fill=1)
            canvas.setFillGray(0)
            canvas.setFont("Helvetica-Bold" if label else "Helvetica", 11)
            for index, words in enumerate(cell):
                canvas.drawString(left + 6, top - ROW * (index + 1) + 2, words)
        top -= height
    return top


def make_pdf(source: Path, target: Path) -> None:
    """Print the letter ``source`` to the PDF ``target``, line by line as the text has it."""
    text = source.read_text(encoding="utf-8")
    canvas = Canvas(str(target), pagesize=LETTER, invariant=1)
    canvas.setTitle(f"Invented example letter: {source.stem}")
    header = _HEADER.match(text)
    top = draw_header(canvas, header) - 2 * LEADING if header else TOP
    for paragraph in paragraphs(text[header.end() :] if header else text):
        if paragraph.is_heading and top - 3 * LEADING < BOTTOM:
            canvas.showPage()
            top = TOP
        for line in paragraph.lines:
            if top < BOTTOM:
                canvas.showPage()
                top = TOP
            canvas.setFont("Times-Bold" if paragraph.is_heading or paragraph.is_item else "Times-Roman", SIZE)
            if paragraph.is_heading:
                canvas.drawCentredString(LETTER[0] / 2, top, line)
            else:
                canvas.drawString(MARGIN, top, line)
            top -= LEADING
        top -= LEADING * 0.7
    canvas.save()


def main() -> None:
    """Print every text of this folder."""
    for source in sorted(FOLDER.glob("*.txt")):
        make_pdf(source, source.with_suffix(".pdf"))


if __name__ == "__main__":
    main()
