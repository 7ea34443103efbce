"""Whether a summary keeps to the facts of its letter: numbers, dates, doses, drugs, sides and body parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property, lru_cache

from summarizer.document import Span
from summarizer.folding import comparable
from summarizer.sentences import sentences
from summarizer.verify.amounts import amounts_in, doses_in
from summarizer.verify.dates import DateMention, dates_in
from summarizer.vocabulary.anatomy import PartMention, Side, levels_in, parts_in, regions_of
from summarizer.vocabulary.ingredients import drugs_in
from summarizer.vocabulary.numbers import NUMBER_WORDS, number
from summarizer.vocabulary.pattern import Pattern

_FIGURE = Pattern(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?|\.\d+")
_WORD = Pattern(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_ORDINALS = {
    word: value
    for value, word in enumerate("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 3)
}
_FRACTION = Pattern(
    r"\b(?P<half>half)\b|\b(?P<top>a|one|two|three)[\s-](?P<bottom>thirds?|quarters?)\b"
    r"|(?<![\d/])(?P<over>[123])/(?P<under>[234])(?![\d/])",
    re.IGNORECASE,
)
_LEVEL = Pattern(r"\b[CTLS]-?\d{1,2}\b")
_JOINED_BEFORE = Pattern(r"[\w/.-]")
_JOINED_AFTER = Pattern(r"[\w/]|[.-]\d")
_ALWAYS = frozenset({0.0, 1.0})
"""Numbers that articles and plain "no" already say."""


class _Facts:
    """The facts of one text, each kind read when it is first asked for."""

    def __init__(self, text: str) -> None:
        """Fold ``text``; offsets of facts count in the folded text."""
        self.text = comparable(text)

    @cached_property
    def lowered(self) -> str:
        """The text without capitals, to look words up as printed."""
        return self.text.lower()

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Dates in order."""
        return dates_in(self.text)

    @cached_property
    def undated(self) -> str:
        """The text with spinal levels and dates blanked out, so that their digits are no numbers."""
        text = self.text
        for mention in reversed(self.dates):
            start, end = mention.span
            text = text[:start] + " " * (end - start) + text[end:]
        return _LEVEL.sub(lambda level: " " * len(level[0]), text)

    @cached_property
    def numbers(self) -> tuple[tuple[float, Span], ...]:
        """Numbers outside dates, in figures and words, with their places."""
        return tuple(_numbers(self.undated))

    @cached_property
    def values(self) -> frozenset[float]:
        """All numbers, and the years of dates."""
        return frozenset((*(value for value, _ in self.numbers), *(float(mention.year) for mention in self.dates)))

    @cached_property
    def totals(self) -> frozenset[float]:
        """Sessions that a frequency over weeks adds up to."""
        return frozenset(amount.value for amount in amounts_in(self.undated))

    @cached_property
    def doses(self) -> frozenset[str]:
        """Strengths; of a combined one its components too."""
        return frozenset(dose for printed, _ in doses_in(self.text) for dose in _components(printed))

    @cached_property
    def ingredients(self) -> frozenset[str]:
        """Active ingredients of all drugs."""
        return frozenset().union(*(mention.ingredients for mention in drugs_in(self.text)))

    @cached_property
    def parts(self) -> tuple[PartMention, ...]:
        """Body parts with their sides."""
        return parts_in(self.text)

    @cached_property
    def levels(self) -> frozenset[str]:
        """Spinal levels."""
        return levels_in(self.text)

    def says(self, printed: str) -> bool:
        """Whether these very words stand in the text, not as a piece of a longer word, number or date."""
        wanted, at = printed.lower(), 0
        while (at := self.lowered.find(wanted, at)) >= 0:
            end = at + len(wanted)
            if not (at and _JOINED_BEFORE.match(self.lowered, at - 1)) and not _JOINED_AFTER.match(self.lowered, end):
                return True
            at = end
        return False


_source_facts = lru_cache(maxsize=64)(_Facts)


def unsupported_facts(summary: str, source_text: str, extra_numbers: Collection[int] = ()) -> tuple[str, ...]:
    """Facts of ``summary`` that ``source_text`` does not state, as the summary prints them, in order.

    Numbers, dates, doses, drugs, sides, spinal levels and body parts count, after formats are
    normalized: "11-02-2016" is "November 2, 2016", "six" is 6, "twice a week for 3 weeks" states 6,
    "both" covers left and right, and "low back" is "lumbar". ``extra_numbers`` are stated too, such
    as the number of disputed items.
    """
    source = _source_facts(source_text)
    told = _Facts(_in_other_words(summary, source))
    missing: dict[Span, None] = {}
    for find in (_dates_missing, _doses_missing, _drugs_missing, _parts_missing):
        missing.update(dict.fromkeys(find(told, source)))
    taken = tuple(missing)
    for span in _numbers_missing(told, source, extra_numbers):
        if not any(other.contains(span) for other in taken):
            missing[span] = None
    return tuple(dict.fromkeys(span.of(told.text) for span in sorted(missing)))


def _in_other_words(summary: str, source: _Facts) -> str:
    """The sentences of ``summary`` that the source does not state word for word: only those need a check."""
    parts = (span.of(summary) for span in sentences(summary, Span(0, len(summary))))
    return " ".join(part for part in parts if not source.says(comparable(part).rstrip(".")))


def _dates_missing(told: _Facts, source: _Facts) -> Iterator[Span]:
    for mention in told.dates:
        same_month = [other for other in source.dates if (other.year, other.month) == (mention.year, mention.month)]
        if not any(mention.day in (None, other.day) for other in same_month):
            yield mention.span


def _doses_missing(told: _Facts, source: _Facts) -> Iterator[Span]:
    for dose, span in doses_in(told.text):
        if dose.replace("-", "/") in source.doses:
            continue
        whole, unit = re.match(r"([\d.,/-]+)(.*)", dose).groups()  # type: ignore[union-attr]  # a dose always matches
        parts = re.split(r"[/-]", whole)
        alone = frozenset(printed for printed, _ in doses_in(source.text))
        if len(parts) == 1 or not all(part + unit in alone for part in parts):
            yield span


def _drugs_missing(told: _Facts, source: _Facts) -> Iterator[Span]:
    for mention in drugs_in(told.text):
        if not source.says(mention.span.of(told.text)) and not mention.ingredients <= source.ingredients:
            yield mention.span


def _parts_missing(told: _Facts, source: _Facts) -> Iterator[Span]:
    for mention in told.parts:
        printed = mention.span.of(told.text)
        if _LEVEL.match(printed):
            if not levels_in(printed) <= source.levels:
                yield mention.span
        elif not source.says(printed) and not _part_stated(mention, source):
            yield mention.span


def _part_stated(mention: PartMention, source: _Facts) -> bool:
    """Whether the source names the part, or a part of it, on every side that ``mention`` names."""
    same = [other for other in source.parts if mention.part in regions_of(other.part)]
    wider = [other for other in source.parts if other.part in regions_of(mention.part)]
    sides: frozenset[Side] = frozenset().union(*(other.sides for other in same))
    sides = sides or frozenset().union(*(other.sides for other in wider))
    return bool(same) and mention.sides <= sides


def _numbers_missing(told: _Facts, source: _Facts, extra_numbers: Collection[int]) -> Iterator[Span]:
    seen = [span for _, span in doses_in(told.text)]
    for value, span in told.numbers:
        if any(other.contains(span) for other in seen):
            continue
        seen.append(span)
        if value in _ALWAYS or value in extra_numbers or source.says(span.of(told.text)):
            continue
        if value not in source.values and value not in source.totals:
            yield span


def _numbers(text: str) -> Iterator[tuple[float, Span]]:
    """Numbers of ``text``: fractions first, then figures and words, those inside a fraction too."""
    for match in _FRACTION.finditer(text):
        yield _fraction(match), Span(*match.span())
    for match in _FIGURE.finditer(text):
        yield float(match[0].replace(",", "")), Span(*match.span())
    for match in _WORD.finditer(text):
        value = _word_value(match[0].lower())
        if value is not None:
            yield value, Span(*match.span())


def _fraction(match: re.Match[str]) -> float:
    """Value of "half", "a third", "two-thirds", "three quarters" and "2/3"."""
    if match["half"]:
        return 0.5
    if match["over"]:
        return int(match["over"]) / int(match["under"])
    top = {"a": 1, "one": 1, "two": 2, "three": 3}[match["top"].lower()]
    return top / (3 if match["bottom"].lower().startswith("third") else 4)


def _word_value(word: str) -> float | None:
    """Value of a number word, an ordinal, or the number that opens "six-visit"; else ``None``."""
    if word in _ORDINALS:
        return _ORDINALS[word]
    head = word.split("-", 1)[0]
    if head not in NUMBER_WORDS and head not in _ORDINALS:
        return None
    value = number(word)
    return value if value is not None else NUMBER_WORDS.get(head, _ORDINALS.get(head))


def _components(dose: str) -> Iterator[str]:
    """``10/325mg`` itself, and what it is made of: ``10mg`` and ``325mg``."""
    dose = dose.replace("-", "/")
    yield dose
    figures, unit = re.match(r"([\d.,/]+)(.*)", dose).groups()  # type: ignore[union-attr]  # a dose always matches
    if "/" in figures:
        for part in figures.split("/"):
            yield part + unit
