"""The example letters: each PDF says what its text says, and a known layout reads it without doubt."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from schemas import Outcome
from summarizer.folding import fold
from summarizer.layouts import form_2013, imr_form
from summarizer.layouts.structure import Structure

EXAMPLES = Path(__file__).parents[2] / "examples"
UPHELD, OVERTURNED = Outcome.UPHELD, Outcome.OVERTURNED

LAYOUTS = {
    "partly-authorized": (imr_form.read, [UPHELD, UPHELD]),
    "overturned": (imr_form.read, [OVERTURNED, UPHELD]),
    "older-form": (form_2013.read, [OVERTURNED, UPHELD, UPHELD]),
}


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "\n")


def test_every_text_has_its_pdf() -> None:
    assert (
        {path.stem for path in EXAMPLES.glob("*.txt")} == {path.stem for path in EXAMPLES.glob("*.pdf")} == set(LAYOUTS)
    )


@pytest.mark.parametrize("name", LAYOUTS)
def test_pdf_and_text_agree(name: str) -> None:
    assert fold(text_of(EXAMPLES / f"{name}.pdf")) == fold((EXAMPLES / f"{name}.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("suffix", ["txt", "pdf"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_known_layout_reads_it(name: str, suffix: str) -> None:
    path = EXAMPLES / f"{name}.{suffix}"
    text = text_of(path) if suffix == "pdf" else path.read_text(encoding="utf-8")
    read, outcomes = LAYOUTS[name]
    structure: Structure | None = read(text)
    assert structure is not None
    assert structure.confidence == 1.0
    assert [item.outcome for item in structure.items] == outcomes
    assert all(item.complete for item in structure.items)
