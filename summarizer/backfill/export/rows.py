"""The rows that one letter has in each table."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemas import Citation, Determination, FieldProvenance, Item, Reason, ReviewFlag
from summarizer.backfill.kept import Stored
from summarizer.errors import StoreError

_JUDGED = ("primary_reason", "rationale_summary", "category")
"""Fields of an item that tell who judged it, the surest first."""


class Side(StrEnum):
    """Who relied upon a guideline."""

    CLAIMS_ADMINISTRATOR = "claims_administrator"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter."""

    stored: Stored
    """As the store gave it."""
    determination: Determination
    """What was read from it."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One disputed item."""

    letter: LetterRow
    """The letter it stands in."""
    number: int
    """Place in the letter, from 1."""
    item: Item
    """What was decided."""

    def proof(self, field: str) -> FieldProvenance | None:
        """Who read ``field`` of this item, and how well it is proven."""
        return self.letter.determination.provenance.get(f"{self._path}.{field}")

    @property
    def judgement(self) -> FieldProvenance | None:
        """Who judged this item."""
        return next((proof for field in _JUDGED if (proof := self.proof(field))), None)

    @property
    def flags(self) -> list[ReviewFlag]:
        """The review flags that concern this item."""
        return [flag for flag in self.letter.determination.review if (flag.field or "").startswith(self._path)]

    @property
    def page(self) -> int | None:
        """Page on which the treatment is named."""
        proof = self.proof("treatment")
        return proof.evidence[0].page if proof and proof.evidence else None

    @property
    def _path(self) -> str:
        return f"items[{self.number - 1}]"


@dataclass(frozen=True, slots=True)
class CitationRow:
    """One guideline that one side relied upon for one item."""

    item: ItemRow
    """The item."""
    side: Side
    """Whose guideline it is."""
    number: int
    """Place among those of this side, from 1."""
    citation: Citation
    """What is cited."""

    @property
    def proof(self) -> FieldProvenance | None:
        """How well the title is proven."""
        return self.item.proof(f"{self.side}_guidelines[{self.number - 1}].title")


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason of one item."""

    item: ItemRow
    """The item."""
    number: int
    """Place among the item's reasons, from 1."""
    reason: Reason
    """The reason."""


def letter_row(stored: Stored) -> LetterRow:
    """The letter with its Determination unpacked. Raises ``StoreError`` where that is damaged."""
    try:
        return LetterRow(stored, stored.determination)
    except (zlib.error, ValueError):  # its own message would print the letter
        raise unreadable(stored) from None


def unreadable(stored: Stored) -> StoreError:
    """The error that a damaged Determination is."""
    return StoreError(
        f"letter {stored.sha256[:12]}",
        "the determination that the store keeps of it is damaged or of another version",
        "read the letter again into a new store",
    )


def itself(letter: LetterRow) -> Iterator[LetterRow]:
    """The one row of a letter."""
    yield letter


def items_of(letter: LetterRow) -> Iterator[ItemRow]:
    """A row an item, in the letter's order."""
    for number, item in enumerate(letter.determination.items, 1):
        yield ItemRow(letter, number, item)


def citations_of(letter: LetterRow) -> Iterator[CitationRow]:
    """A row an item, side and citation: those of the claims administrator first."""
    for row in items_of(letter):
        for side, cited in (
            (Side.CLAIMS_ADMINISTRATOR, row.item.claims_administrator_guidelines),
            (Side.REVIEWER, row.item.reviewer_guidelines),
        ):
            for number, citation in enumerate(cited, 1):
                yield CitationRow(row, side, number, citation)


def reasons_of(letter: LetterRow) -> Iterator[ReasonRow]:
    """A row an item and reason: the primary one first, each once."""
    for row in items_of(letter):
        primary = () if row.item.primary_reason is None else (row.item.primary_reason,)
        for number, reason in enumerate(dict.fromkeys((*primary, *row.item.reasons)), 1):
            yield ReasonRow(row, number, reason)
