"""OCR of a page that is only a picture, by RapidOCR: its models come with the package, nothing is downloaded.

Importing this module needs the ``ocr`` extra and takes about a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import onnxruntime  # noqa: F401  # rapidocr asks for it only when it reads the first page: too late for a clear error
import pypdfium2 as pdfium
import rapidocr
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

from schemas import Box
from summarizer.loading.pages import PageRead

_SCALE = 200 / 72
"""Pixels a point: 200 an inch, where letters print their text at 10 to 12 points."""
_LONGEST_SIDE = 2400
"""Pixels; larger pages are rendered coarser, so that no page takes all memory."""
_LEAST_SURE = 0.3
"""Of a place that may hold words: the library's own 0.5 passes over short lines with much white around them."""
_SAME_LINE = 0.5
"""Share of the lower one's height by which two pieces overlap that stand on one line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that were recognized together."""

    words: str
    """The words."""
    confidence: float
    """How sure the recognition is, from 0 to 1."""
    box: Box
    """Points from the top left of the page."""


@cache
def _engine() -> RapidOCR:
    """The recognizer, loaded once a process from the models in the package's own folder."""
    folder = Path(rapidocr.__file__).parent / "models"
    models = {
        part: next(iter(sorted(folder.glob(f"*_{part.lower()}_*.onnx"))), folder / f"{part}.onnx")
        for part in ("Det", "Cls", "Rec")
    }
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": _LONGEST_SIDE,
            "Det.box_thresh": _LEAST_SURE,
            **{f"{part}.model_path": str(path) for part, path in models.items()},
        }
    )


def recognize(page: pdfium.PdfPage) -> PageRead:
    """Read ``page`` by its picture: lines from top to bottom, the pieces of a line from left to right."""
    scale = min(_SCALE, _LONGEST_SIDE / max(page.get_width(), page.get_height()))
    bitmap = page.render(scale=scale)
    try:
        found = _engine()(bitmap.to_numpy().copy())
    finally:
        bitmap.close()
    if not isinstance(found, RapidOCROutput) or not found.txts or found.scores is None or found.boxes is None:
        return page_of([])
    return page_of(
        Piece(" ".join(words.split()), float(score), _upright(corners.tolist(), scale))
        for words, score, corners in zip(found.txts, found.scores, found.boxes, strict=True)
        if words.strip()
    )


def page_of(pieces: Iterable[Piece]) -> PageRead:
    """The page that ``pieces`` make, with a line break after each line and a space after each piece of a line.

    Boxes are those of whole pieces, joined to one a line: a part of a piece has no place of its own.
    """
    lines = [sorted(line, key=lambda piece: piece.box[0]) for line in _lines(pieces)]
    text = "\n".join(" ".join(piece.words for piece in line) for line in lines)
    places: list[list[tuple[int, int, Box]]] = []
    start = 0
    for line in lines:
        places.append([])
        for piece in line:
            end = start + len(piece.words)
            places[-1].append((start, end, piece.box))
            start = end + 1

    def boxes(start: int, end: int) -> tuple[Box, ...]:
        touched = ([box for first, last, box in line if first < end and start < last] for line in places)
        return tuple(_around(line) for line in touched if line)

    ink = sum(len(piece.words) for line in lines for piece in line)
    sure = sum(piece.confidence * len(piece.words) for line in lines for piece in line)
    return PageRead(text, boxes, confidence=round(sure / ink, 4) if ink else 0.0)


def _lines(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """``pieces`` by line, lines from top to bottom."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.box[1] + piece.box[3]):
        if lines and _side_by_side(lines[-1][-1].box, piece.box):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def _side_by_side(one: Box, other: Box) -> bool:
    """Whether two boxes stand on one line."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > _SAME_LINE * min(one[3] - one[1], other[3] - other[1])


def _around(boxes: Sequence[Box]) -> Box:
    """The smallest box around ``boxes``."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _upright(corners: list[list[float]], scale: float) -> Box:
    """The box around four corners in pixels, in points."""
    xs, ys = [x / scale for x, _ in corners], [y / scale for _, y in corners]
    return round(min(xs), 2), round(min(ys), 2), round(max(xs), 2), round(max(ys), 2)
