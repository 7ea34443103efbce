"""Print some gold letters as PDFs, so that pages, line-end hyphens and boxes are scored too.

Run ``python evals/goldset/print_letters.py`` after a change to a text; needs reportlab (the ``dev`` extra). The same
text always gives the same bytes. Form feeds end pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

LETTERS: Final = Path(__file__).parent / "letters"
PRINTED: Final = ("a02", "a05", "a06", "b01", "b07", "c02", "c08", "d08")
"""Letters that are scored as PDFs; of the others the text is."""
SIZE: Final = 10
LEADING: Final = 12
MARGIN: Final = 60
TOP: Final = LETTER[1] - 54
BOTTOM: Final = 40


def print_letter(source: Path, target: Path) -> None:
    """Print the letter ``source`` to the PDF ``target``, line by line as the text has it."""
    canvas = Canvas(str(target), pagesize=LETTER, invariant=1)
    canvas.setTitle(f"Invented letter {source.stem}")
    for page in source.read_text(encoding="utf-8").split("\f"):
        top = TOP
        canvas.setFont("Times-Roman", SIZE)
        for line in page.strip("\n").splitlines():
            if top < BOTTOM:
                canvas.showPage()
                canvas.setFont("Times-Roman", SIZE)
                top = TOP
            canvas.drawString(MARGIN, top, line)
            top -= LEADING
        canvas.showPage()
    canvas.save()


def main() -> None:
    """Print those of ``PRINTED``."""
    for stem in PRINTED:
        print_letter(LETTERS / f"{stem}.txt", LETTERS / f"{stem}.pdf")


if __name__ == "__main__":
    main()
