"""A letter as a model is shown it: its sentences numbered, what each number stands for, and where that is.

Shown are the clinical case summary, and of each item its heading with the printed outcome and its
rationale. What each side's guidelines say is left out: no judgement rests on it, and it would cost
tokens. Numbers run through the whole letter and stay the same where only some items are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from schemas import Outcome
from summarizer.document import Document, Span
from summarizer.folding import fold
from summarizer.llm.fence import fenced, harmless, one_line
from summarizer.reading import ItemReading, Reading
from summarizer.sentences import sentences

_LONGEST = 600
"""Characters of a piece, where it has a semicolon or a line end to be cut at."""
_OUTCOME_NEAR = 40
"""Characters between a heading and the outcome printed behind it, at most, for both to be shown as one."""
_CUTS = (re.compile(r";\s+"), re.compile(r"\n\s*"))
_EDGES = " .,;:"
_AFTER_HYPHEN = re.compile(r"[^\W\d_]-")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A sentence, or a piece of a long one."""

    span: Span
    """Where it stands in the document."""
    words: str
    """Its words as shown, on one line."""
    item: int | None
    """Index from 0 of the item it belongs to; ``None`` in the clinical summary."""


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One disputed item of the letter."""

    treatment: str
    """The disputed treatment, as printed."""
    outcome: Outcome
    """The printed outcome."""
    heading: range
    """Numbers of its heading."""
    rationale: range
    """Numbers of its rationale's sentences; empty where it has none."""


@dataclass(frozen=True, slots=True, eq=False)
class LetterView:
    """A numbered letter; a ``schemas.judgement.ShownLetter``. It remembers what was objected to."""

    document: Document = field(repr=False)
    """The letter."""
    sentences: tuple[Numbered, ...] = field(repr=False)
    """Every sentence of the letter that has a number; number 1 comes first."""
    every_item: tuple[ShownItem, ...] = field(repr=False)
    """All items of the letter, those not asked about too."""
    items: tuple[int, ...]
    """Numbers from 1 of the items to judge."""
    summary: range
    """Numbers of the clinical summary's sentences."""
    find_unsupported: Callable[[str], tuple[str, ...]] = field(repr=False)
    """Facts of a summary that the letter does not state."""
    raised: set[str] = field(default_factory=set, repr=False)
    """Objections raised so far."""

    @property
    def text(self) -> str:
        """What is sent: the numbered letter between its fences, without a line break at its end."""
        return fenced(self._lines(), self.document.sha256)

    def _lines(self) -> Iterator[str]:
        yield "CLINICAL SUMMARY" if self.summary else "CLINICAL SUMMARY: none"
        yield from self._numbered(self.summary)
        for number, item in enumerate(self.every_item, 1):
            asked = number in self.items
            yield f"ITEM {number}: {item.outcome.value}" + ("" if asked else ", not to be judged")
            yield from self._numbered(item.heading)
            if asked:
                yield f"RATIONALE {number}"
                yield from self._numbered(item.rationale)

    def _numbered(self, numbers: range) -> Iterator[str]:
        return (f"{number}| {self.sentences[number - 1].words}" for number in numbers)

    def span_of(self, number: int) -> Span:
        """Where the sentence with this number stands; ``IndexError`` where there is none."""
        if number < 1:
            raise IndexError(number)
        return self.sentences[number - 1].span

    def item_of(self, number: int) -> int | None:
        """Index from 0 of the item that the sentence belongs to; ``None`` in the clinical summary."""
        return self.sentences[number - 1].item

    def place_of(self, number: int, words: str) -> Span | None:
        """Where ``words`` stand in that sentence, whole words only, the same letter case first; ``None`` if nowhere.

        Both are compared folded; the place is one of the document and may hold line breaks.
        """
        if self.words_of(number) is None:
            return None
        span = self.span_of(number)
        wanted = _Mapped(words).text.strip(_EDGES)
        if not wanted:
            return None
        within = _Mapped(span.of(self.document.text))
        whole = rf"(?<!\w){re.escape(wanted)}(?!\w)"
        match = re.search(whole, within.text) or re.search(whole, within.text, re.IGNORECASE)
        if match is None:
            return None
        first, last = within.offsets[match.start()], within.offsets[match.end() - 1]
        return Span(span.start + first, span.start + last + 1)

    def words_of(self, number: int) -> str | None:
        """Words of the sentence with this number as shown; ``None`` where none was shown."""
        if not 1 <= number <= len(self.sentences):
            return None
        sentence = self.sentences[number - 1]
        item = sentence.item
        hidden = item is not None and item + 1 not in self.items and number in self.every_item[item].rationale
        return None if hidden else sentence.words

    def in_summary(self, number: int) -> bool:
        """Whether the sentence stands in the clinical case summary."""
        return number in self.summary

    def rationale_of(self, item: int) -> tuple[int, ...]:
        """Numbers of the sentences of this item's rationale; ``item`` counts from 1."""
        return tuple(self.every_item[item - 1].rationale)

    def outcome_of(self, item: int) -> Outcome:
        """The outcome that the letter prints for this item; ``item`` counts from 1."""
        return self.every_item[item - 1].outcome

    def names(self, number: int, words: str) -> bool:
        """Whether ``words`` stand in the sentence with this number."""
        return self.place_of(number, words) is not None

    def unsupported(self, summary: str) -> tuple[str, ...]:
        """Facts of ``summary`` that the letter does not state."""
        return self.find_unsupported(summary)

    def objects(self, objection: str) -> bool:
        """Whether ``objection`` is new to this letter; from then on it is not."""
        new = objection not in self.raised
        self.raised.add(objection)
        return new

    def anew(self) -> LetterView:
        """The same letter, nothing objected to yet."""
        return replace(self, raised=set())


def view_of(
    document: Document,
    reading: Reading,
    unsupported: Callable[[str], tuple[str, ...]],
    items: Sequence[int] | None = None,
) -> LetterView:
    """Number the sentences of a letter and choose what to ask about.

    ``items`` are indexes from 0, all by default; an item without a rationale has nothing to judge and
    is only shown. ``unsupported`` gives the facts of a summary that the letter does not state.
    """
    wanted = range(len(reading.items)) if items is None else sorted(set(items))
    numbered: list[Numbered] = []

    def number(spans: Iterable[Span], item: int | None) -> range:
        first = len(numbered) + 1
        for span in spans:
            for piece in _pieces(document.text, span):
                words = one_line(piece.of(document.text))
                if words:
                    numbered.append(Numbered(piece, words, item))
        return range(first, len(numbered) + 1)

    summary = number([reading.clinical_summary] if reading.clinical_summary else (), None)
    every = tuple(
        ShownItem(
            fold(item.treatment.value),
            item.outcome.value,
            number([_heading(item)], index),
            number(item.rationale.spans if item.rationale else (), index),
        )
        for index, item in enumerate(reading.items)
    )
    asked = tuple(index + 1 for index in wanted if every[index].rationale)
    return LetterView(document, tuple(numbered), every, asked, summary, unsupported)


def _heading(item: ItemReading) -> Span:
    """The words that name the item, a partly authorized request whole, with the outcome where it follows at once."""
    found = (item.treatment, item.original_request, item.authorized_portion)
    spans = [span for part in found if part is not None for span in part.spans]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    for span in item.outcome.spans:
        if 0 <= span.start - end <= _OUTCOME_NEAR:
            end = span.end
    return Span(start, end)


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """The sentences of ``span``, long ones cut at semicolons, else at line ends, so that a number points closely."""
    for sentence in sentences(text, span):
        start = sentence.start
        while sentence.end - start > _LONGEST and (cut := _cut(text, start, sentence.end)):
            yield Span(start, cut).stripped(text)
            start = cut
        yield Span(start, sentence.end)


def _cut(text: str, start: int, end: int) -> int | None:
    """The last place to cut within reach of ``start``, else the first one beyond it; ``None`` where there is none."""
    for mark in _CUTS:
        within = [match.end() for match in mark.finditer(text, start, min(start + _LONGEST, end))]
        if within and within[-1] < end:
            return within[-1]
    beyond = [match.end() for mark in _CUTS if (match := mark.search(text, start, end)) and match.end() < end]
    return min(beyond, default=None)


class _Mapped:
    """Words in the form in which they are compared, with the place of each character before."""

    __slots__ = ("offsets", "text")

    def __init__(self, words: str) -> None:
        """Fold ``words`` as ``folding.comparable`` does, keeping count."""
        text: list[str] = []
        self.offsets: list[int] = []
        for offset, mark in enumerate(harmless(words)):
            if mark.isspace():
                if text and text[-1] != " ":
                    text.append(" ")
                    self.offsets.append(offset)
                continue
            if len(text) > 2 and text[-1] == " " and _AFTER_HYPHEN.fullmatch("".join(text[-3:-1])):
                text.pop()
                self.offsets.pop()
            for letter in fold(mark):
                text.append(letter)
                self.offsets.append(offset)
        self.text = "".join(text)
