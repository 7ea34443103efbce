"""What a model is asked to return for a letter of unknown form: where its sections and items stand, by line number.

Nothing here is copied from the letter. The validator holds an answer against the letter as it was
shown, which it gets as ``context["lines"]``, and lists all that is wrong with it in one error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final, Protocol, cast

from pydantic import Field, model_validator

from schemas.answer import Answer
from schemas.taxonomy import Outcome

if TYPE_CHECKING:
    from pydantic import ValidationInfo

LONGEST_HEADING: Final = 600
"""Characters of the lines that name one disputed item, at most."""


class ShownLines(Protocol):
    """A letter as a model was shown it, line by line, as far as validators need it."""

    @property
    def count(self) -> int:
        """How many lines there are; they are numbered from 1."""

    def words_of(self, number: int) -> str | None:
        """Folded words of the line with this number; ``None`` where there is none."""


class Lines(Answer):
    """Consecutive numbered lines, both ends included."""

    first: Annotated[int, Field(ge=1)]
    """Number of the first line."""
    last: Annotated[int, Field(ge=1)]
    """Number of the last line."""

    def __contains__(self, number: int) -> bool:
        """Whether the line with this number is one of them."""
        return self.first <= number <= self.last

    def __str__(self) -> str:
        """``line 4`` or ``lines 4 to 7``."""
        return f"line {self.first}" if self.first == self.last else f"lines {self.first} to {self.last}"

    def overlap(self, other: Lines) -> bool:
        """Whether a line is in both."""
        return self.first <= other.last and other.first <= self.last


class ItemOutline(Answer):
    """Where one disputed item and its parts stand."""

    heading: Lines
    """The lines that name what is disputed."""
    outcome: Outcome
    """What was decided about it."""
    outcome_at: Annotated[int, Field(ge=1)]
    """Number of the line that says so."""
    claims_administrator: Lines | None = None
    """What the claims administrator relied upon."""
    reviewer: Lines | None = None
    """What the reviewer relied upon."""
    rationale: Lines | None = None
    """Why it was decided so."""

    def parts(self) -> list[tuple[str, Lines]]:
        """The parts that are given, each with its name, in the order of the fields."""
        named = [(name, getattr(self, name)) for name in ("heading", "claims_administrator", "reviewer", "rationale")]
        return [(name, lines) for name, lines in named if lines is not None]


class LetterOutline(Answer):
    """Where a letter's sections and disputed items stand."""

    header: Lines | None = None
    """Case number and dates."""
    reviewer: Lines | None = None
    """Who decided: licence and specialty."""
    clinical_summary: Lines | None = None
    """The facts of the case."""
    items: tuple[ItemOutline, ...] = ()
    """The disputed items in the letter's order; empty where the text is no determination."""

    @model_validator(mode="after")
    def _fits_the_letter(self, info: ValidationInfo) -> LetterOutline:
        """Refuse an outline that no letter, or not the letter shown, can have."""
        shown = cast("ShownLines | None", (info.context or {}).get("lines"))
        problems = [*_wrong_numbers(self, shown)]
        if not problems:  # where lines stand to each other means nothing while they are no lines
            problems += [*_wrong_order(self), *_wrong_overlaps(self)]
            problems += _wrong_headings(self, shown) if shown else []
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _wrong_numbers(outline: LetterOutline, shown: ShownLines | None) -> Iterator[str]:
    """Lines that do not exist, or end before they begin."""
    for name, lines in _ranges(outline):
        if lines.last < lines.first:
            yield f"{name}: last ({lines.last}) stands before first ({lines.first}); give the lines from top to bottom"
        if shown and max(lines.first, lines.last) > shown.count:
            yield f"{name}: there is no line {max(lines.first, lines.last)}; lines are numbered 1 to {shown.count}"
    for number, item in enumerate(outline.items, 1):
        if shown and item.outcome_at > shown.count:
            yield f"item {number} outcome_at: there is no line {item.outcome_at}; lines are numbered 1 to {shown.count}"


def _ranges(outline: LetterOutline) -> Iterator[tuple[str, Lines]]:
    """Every range of lines with the name by which a problem calls it."""
    for name in ("header", "reviewer", "clinical_summary"):
        if lines := getattr(outline, name):
            yield name, lines
    for number, item in enumerate(outline.items, 1):
        for name, lines in item.parts():
            yield f"item {number} {name}", lines


def _wrong_order(outline: LetterOutline) -> Iterator[str]:
    """Items out of the letter's order, and a rationale on the other side of its heading than the rest have it."""
    for number, (item, following) in enumerate(zip(outline.items, outline.items[1:], strict=False), 1):
        if following.heading.first < item.heading.first:
            yield (
                f"item {number + 1} heading ({following.heading}) stands above that of item {number} "
                f"({item.heading}); list the items from top to bottom"
            )
    argued = [(number, item) for number, item in enumerate(outline.items, 1) if item.rationale]
    above = [number for number, item in argued if item.rationale and item.rationale.last < item.heading.first]
    if above and len(above) < len(argued):
        named = " and ".join(f"item {number}" for number in above)
        yield (
            f"{named}: the rationale stands above the heading, but other items have it below; "
            "check that each rationale is that of its own item"
        )


def _wrong_overlaps(outline: LetterOutline) -> Iterator[str]:
    """Lines that are two things at once; only whole parts, such as one rationale of two items, may be shared."""
    sections = [(name, getattr(outline, name)) for name in ("header", "reviewer", "clinical_summary")]
    taken: list[tuple[int, str, Lines]] = [(0, name, lines) for name, lines in sections if lines is not None]
    for number, item in enumerate(outline.items, 1):
        for name, lines in item.parts():
            for other_number, other_name, other in taken:
                if not lines.overlap(other) or _shared(name, lines, other_name, other):
                    continue
                theirs = f"item {other_number} {other_name}" if other_number else other_name
                yield (
                    f"item {number} {name} ({lines}) and {theirs} ({other}) have lines in common; "
                    "each line belongs to one part of one item, but items decided for one reason may have the very "
                    "same rationale"
                )
            taken.append((number, name, lines))
        yield from _wrong_outcome_line(number, item, outline)


def _shared(name: str, lines: Lines, other_name: str, other: Lines) -> bool:
    """Whether two overlapping parts of different items are one part that both have."""
    return name == other_name != "heading" and lines == other


def _wrong_outcome_line(number: int, item: ItemOutline, outline: LetterOutline) -> Iterator[str]:
    """An outcome that stands in what belongs to another item alone."""
    own = [lines for _, lines in item.parts()]
    if any(item.outcome_at in lines for lines in own):
        return
    for other_number, other in enumerate(outline.items, 1):
        for name in ("heading", "rationale"):
            lines = getattr(other, name)
            if other is not item and lines and item.outcome_at in lines:
                yield (
                    f"item {number} outcome_at: line {item.outcome_at} is in the {name} of item {other_number}; "
                    f"give the line that says what was decided about item {number}"
                )


def _wrong_headings(outline: LetterOutline, shown: ShownLines) -> Iterator[str]:
    """Headings that cannot name an item: no words, or too many."""
    for number, item in enumerate(outline.items, 1):
        words = " ".join(shown.words_of(line) or "" for line in range(item.heading.first, item.heading.last + 1))
        if not any(map(str.isalpha, words)):
            yield f"item {number} heading: {item.heading} holds no words; give the line that names what is disputed"
        elif len(words) > LONGEST_HEADING:
            yield (
                f"item {number} heading: {item.heading} hold {len(words)} characters; give only the lines that name "
                "what is disputed, a rationale apart"
            )
