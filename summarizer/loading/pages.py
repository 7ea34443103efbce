"""Pages as they were read, one by one, and the Document and boxes that they make together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas import Box, TextFrom
from summarizer.document import Document, OpenLetter, Page, Span


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page's text and where its characters stand."""

    text: str
    """Its text, lines apart by ``\\n``."""
    boxes: Callable[[int, int], tuple[Box, ...]]
    """Boxes of the characters from one offset into ``text`` to another (half-open), one box a printed line."""
    confidence: float | None = None
    """Mean recognition confidence from 0 to 1 where it was read by OCR."""
    boxes_of_words: Callable[[Sequence[Span]], list[Box | None]] | None = None
    """The box of each of many words, given by their offsets; ``None`` where ``boxes`` must be asked for each."""

    def boxes_of(self, words: Sequence[Span]) -> list[Box | None]:
        """The box of each of ``words``, which stand on one line each."""
        if self.boxes_of_words is not None:
            return self.boxes_of_words(words)
        return [next(iter(self.boxes(*word)), None) for word in words]


def letter_of(name: str, sha256: str, pages: Sequence[PageRead]) -> OpenLetter:
    """The letter that ``pages`` make: their texts apart by a line break that belongs to no page."""
    places: list[Page] = []
    start = 0
    for number, page in enumerate(pages, 1):
        places.append(Page(number, start, start + len(page.text), page.confidence))
        start = places[-1].end + 1
    starts = [place.start for place in places]

    def boxes(span: Span) -> tuple[Box, ...]:
        """Boxes of ``span``; ValueError where it leaves its page."""
        index = max(bisect_right(starts, span.start) - 1, 0)
        place = places[index]
        if not place.start <= span.start <= span.end <= place.end:
            raise ValueError(f"characters {span.start} to {span.end} do not stand on one page")
        return pages[index].boxes(span.start - place.start, span.end - place.start)

    def boxes_of_words(words: Sequence[Span]) -> list[Box | None]:
        """The box of each of ``words``, in order."""
        found: list[Box | None] = []
        for place, page in zip(places, pages, strict=True):
            here = words[bisect_left(words, (place.start,)) : bisect_left(words, (place.end,))]
            found += page.boxes_of([Span(word.start - place.start, word.end - place.start) for word in here])
        return found

    recognized = any(page.confidence is not None for page in pages)
    document = Document(
        text="\n".join(page.text for page in pages),
        pages=tuple(places),
        source=name,
        sha256=sha256,
        text_from=TextFrom.OCR if recognized else TextFrom.TEXT_LAYER,
    )
    return OpenLetter(document, boxes, boxes_of_words)
