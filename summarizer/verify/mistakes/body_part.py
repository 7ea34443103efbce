"""The rationale decides about another body part or side than the item asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas import Category, MistakeKind
from summarizer.document import Span
from summarizer.reading import Doubt
from summarizer.verify.mistakes.statements import ItemStatements, Letter, mistake
from summarizer.vocabulary.anatomy import BOTH, PartMention, Side, any_overlap, overlap, parts_in
from summarizer.vocabulary.pattern import Pattern

_ABOUT_ANOTHER_SIDE = Pattern(
    r"\b(?:previous(?:ly)?|prior|history|contralateral|opposite|compar\w+|unaffected|asymptomatic|uninjured|other|unlike|versus|"
    r"surgery|status|post)\b"
)
_SURGERY = Pattern(
    r"\b(?:surg\w+|operati\w+|procedure|arthroscop\w+|repair|fusion|replacement|arthroplasty|decompression|ancillary)\b"
)
_SERVICE = Pattern(r"associated|assistant|pre-?\s?op|post-?\s?op|clearance", re.IGNORECASE)
"""Words of an item that only serves an operation, which its rationale may name."""


def body_part_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Passages of a rationale that name a body part or side which the item's heading rules out."""
    for item in letter.items:
        if item.heading_parts:
            doubt = _of_another_part(item) or _of_the_other_side(item, letter)
            if doubt:
                yield doubt


def _of_another_part(item: ItemStatements) -> Doubt | None:
    """The request as the rationale names it is for other parts, or for the other side of the same part."""
    text = item.document.text
    asked = item.heading_parts
    is_operation = item.item.category.value is Category.SURGERY and not _SERVICE.search(item.item.treatment.value)
    for request in item.requests:
        if not is_operation and _SURGERY.search(request.sentence.of(text).lower()):
            continue
        if request.tells_earlier and not request.closes:
            continue
        named = parts_in(text, request.named)
        if not named:
            continue
        if not any_overlap((part.part for part in named), (part.part for part in asked)):
            return _doubt(item, named[0], request.sentence)
        for part in named:
            if part.sides and _opposed(part, asked):
                return _doubt(item, part, request.sentence)
    return None


def _of_the_other_side(item: ItemStatements, letter: Letter) -> Doubt | None:
    """A sentence on this case is about the other side, of which nothing else in the letter speaks."""
    sides = {part.sides for part in item.heading_parts if part.sides}
    if len(sides) != 1 or BOTH in sides:
        return None
    for statement in item.case("left" if Side.RIGHT in next(iter(sides)) else "right"):
        if _ABOUT_ANOTHER_SIDE.search(statement.words):
            continue
        for part in statement.parts:
            if part.sides and _opposed(part, item.heading_parts) and not _told_elsewhere(part, item, letter):
                return _doubt(item, part, statement.span)
    return None


def _opposed(part: PartMention, asked: tuple[PartMention, ...]) -> bool:
    """Whether ``asked`` names the same part on the other side, and on that side only."""
    sides: frozenset[Side] = frozenset().union(*(other.sides for other in asked if other.part == part.part))
    return len(sides) == 1 and len(part.sides) == 1 and part.sides != sides


def _told_elsewhere(part: PartMention, item: ItemStatements, letter: Letter) -> bool:
    """Whether the clinical summary or another item speaks of that part on that side, or on both."""
    told = (mention for statement in letter.summary for mention in statement.parts)
    asked = (mention for other in letter.items if other is not item for mention in other.heading_parts)
    return any(overlap(mention.part, part.part) and mention.sides & part.sides for mention in (*told, *asked))


def _doubt(item: ItemStatements, named: PartMention, sentence: Span) -> Doubt:
    """The flag, in an examiner's words."""
    asked = _words(item.heading_parts)
    return mistake(
        MistakeKind.BODY_PART,
        f"The item is for the {asked}, but its rationale speaks of the {_words((named,))}; "
        "check which one the decision is about.",
        item.path,
        (item.heading, sentence),
        material=True,
    )


def _words(parts: tuple[PartMention, ...]) -> str:
    """Parts as plain words: ``right hip, low back``."""
    return ", ".join(dict.fromkeys(_plain(part) for part in parts))


def _plain(part: PartMention) -> str:
    sides = "bilateral " if part.sides == BOTH else "".join(f"{side} " for side in sorted(part.sides))
    return sides + part.part.replace("_", " ")
