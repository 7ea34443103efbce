"""A letter in a form that no layout knows: a model says by line number where its parts stand.

This is the first step of two. Everything after it is as with any letter: the rules read the verbatim
fields from the letter at these places, and the judgement is asked for by sentence number. The
outcome stays the letter's own: where its words say another one than the model, the words win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from schemas import Origin, Outcome, ReviewCode
from schemas.outline import ItemOutline, LetterOutline, Lines
from summarizer.document import Document, Span
from summarizer.errors import NotADetermination, WindowExceeded
from summarizer.layouts.decision_sentences import Decision, is_conditional
from summarizer.layouts.item_parts import is_closed, without_page_foot
from summarizer.layouts.structure import ItemRegion, Structure
from summarizer.layouts.verdicts import Verdict, stated
from summarizer.llm.lines import NumberedLines, lines_of
from summarizer.llm.outline_labels import closing_clause, closing_in, name_of, without_label
from summarizer.llm.question import Question
from summarizer.reading import Doubt, Found, ItemReading, Reading
from summarizer.sentences import sentences
from summarizer.vocabulary.pattern import Pattern

if TYPE_CHECKING:
    from summarizer.llm.letter import Ask
    from summarizer.llm.prompts import Prompt

T = TypeVar("T")

LAYOUT: Final = "outline"
PROMPT: Final = "read_outline"

_CONFIDENCE: Final = 0.5
"""Below ``layouts.WEAK``: a person should look at sections and items."""
_ROOM: Final = 600
"""Tokens of an outline's sections, and of thinking aloud."""
_ROOM_OF_A_LINE: Final = 20
"""Tokens that each line adds at most: no item has fewer than four lines, and its outline about 80 tokens."""
_MOST_VERDICTS: Final = 8
"""Verdicts looked at in one line; a table row or a closing sentence may hold several items'."""
_LONGEST_LINE: Final = 2000
"""Characters of a line in which an outcome's words are looked for; no decision is printed in one so long."""
_BLANK_LINE = Pattern(r"\n[ \t]*\n")
_NONE_OF = Pattern(r"\b(?:none|neither|nothing)\b[^.!?;]*\Z|(?:\A|[.!?;]\s+)no\b[^.!?;]*\Z", re.IGNORECASE)
"""A subject that turns the verdict round, which the words of the verdict themselves do not show."""
_BARE = Pattern(r"\w+", re.IGNORECASE)
_NOUN_AFTER = Pattern(
    r"\s+(?!(?:to|in|as|and|but|by|so|from|the|this|that|these|those|its|their|for|on|at|under|because|since|while|with|"
    r"or|only|is|are|was|were|has|have|upon|after|of|UR|our)\b)[a-z]"
)
_OPEN_END = Pattern(r"\b(?:not|is|are|was|were|be|been|medically)\Z", re.IGNORECASE)
_LABEL_ONLY = Pattern(r"[^.!?]{0,80}[:–—-]\s*\Z")


class Outlined(NamedTuple):
    """What came of asking for an outline."""

    structure: Structure
    """The letter's sections and items by place."""
    doubts: tuple[Doubt, ...]
    """Where the letter's words and the model disagree; add them to the reading's."""
    prompt: str
    """Name and version of the prompt, for ``located``."""
    model: str
    """Name of the model that answered."""


async def read_outline(ask: Ask, document: Document, prompt: Prompt, model: str, window: int | None = None) -> Outlined:
    """Ask where the parts of ``document`` stand. Nothing is cut: the letter goes out whole or not at all.

    ``window`` is how many tokens fit ``model``; ``None`` where that is not known.

    Raises:
        WindowExceeded: the whole letter does not fit.
        NotADetermination: the model finds no disputed item in it.
        ModelError: there is no usable answer.
    """
    from summarizer.llm.cost import tokens_needed

    lines = lines_of(document)
    question = question_of(document, lines, prompt)
    needed = tokens_needed(question)
    if window is not None and needed > window:
        raise WindowExceeded(
            model,
            f"a letter of unknown form is outlined in one request, which needs about {needed:,} tokens of {window:,}",
            "use a model with a larger window",
        )
    answered = await ask(question)
    if not answered.value.items:
        raise NotADetermination(
            document.source,
            "no known form fits it, and the model found no disputed item in it",
            "check that this is an Independent Medical Review final determination",
        )
    structure, doubts = structure_of(document, lines, answered.value)
    return Outlined(structure, doubts, prompt.label, answered.model)


def question_of(document: Document, lines: NumberedLines, prompt: Prompt) -> Question[LetterOutline]:
    """The request for the outline of a letter shown as ``lines``."""
    from summarizer.llm.letter import fingerprint_of

    return Question(
        prompt=prompt.label,
        instructions=prompt.text,
        letter=lines.text,
        shape=LetterOutline,
        room=_ROOM + _ROOM_OF_A_LINE * lines.count,
        context={"lines": lines},
        fingerprint=fingerprint_of(document),
    )


def structure_of(
    document: Document, lines: NumberedLines, outline: LetterOutline
) -> tuple[Structure, tuple[Doubt, ...]]:
    """The letter's structure by an outline that was validated against ``lines``, and where the two disagree."""
    text = document.text
    doubts: list[Doubt] = []
    items = []
    for index, item in enumerate(outline.items):
        verdict = _verdict(text, lines, item)
        if verdict.outcome is not item.outcome:
            doubts.append(_disagreement(index, item.outcome, verdict))
        if other := _heading_says_otherwise(text, lines, item, verdict):
            doubts.append(_two_verdicts(index, verdict, other))
            # A rationale argues, and may quote; a heading that states its outcome was written to state it.
            verdict = other if item.rationale and item.outcome_at in item.rationale else verdict
        items.append(_region(text, lines, outline.items, index, verdict))
    structure = Structure(
        layout=LAYOUT,
        confidence=_CONFIDENCE,
        header=lines.span(outline.header) if outline.header else _above(lines, outline),
        reviewer=_part(text, lines, outline.reviewer),
        clinical_summary=_part(text, lines, outline.clinical_summary),
        items=tuple(items),
    )
    return structure, tuple(doubts)


def located(reading: Reading, prompt: str) -> Reading:
    """``reading`` with the model named as the one who found the items: places are its, words the letter's."""
    return replace(reading, items=tuple(_located(item, prompt) for item in reading.items))


def _located(item: ItemReading, prompt: str) -> ItemReading:
    def by_model(found: Found[T]) -> Found[T]:
        return replace(found, origin=Origin.MODEL, prompt=prompt)

    return replace(
        item,
        treatment=by_model(item.treatment),
        outcome=by_model(item.outcome),
        rationale=by_model(item.rationale) if item.rationale else None,
        original_request=by_model(item.original_request) if item.original_request else None,
        authorized_portion=by_model(item.authorized_portion) if item.authorized_portion else None,
    )


def _disagreement(index: int, claimed: Outcome, verdict: Verdict) -> Doubt:
    return Doubt(
        ReviewCode.ENGINES_DISAGREE,
        f"The letter's words say {verdict.outcome.value}, the model read {claimed.value}; the letter's words were "
        "taken, check them.",
        f"items[{index}].outcome",
        (verdict.span,),
    )


def _two_verdicts(index: int, verdict: Verdict, other: Verdict) -> Doubt:
    return Doubt(
        ReviewCode.ENGINES_DISAGREE,
        f"One line says {verdict.outcome.value} of this item, its heading {other.outcome.value}; read both.",
        f"items[{index}].outcome",
        tuple(sorted((verdict.span, other.span))),
    )


def _heading_says_otherwise(text: str, lines: NumberedLines, item: ItemOutline, verdict: Verdict) -> Verdict | None:
    """What the heading clearly says, where that is another outcome than the line named for it."""
    if item.outcome_at in item.heading:
        return None
    said = _verdicts(text, lines.span(item.heading))
    if not said or not all(clear for _, clear in said) or any(one.outcome is verdict.outcome for one, _ in said):
        return None
    return said[0][0]


def _above(lines: NumberedLines, outline: LetterOutline) -> Span | None:
    """All above the first part, where no header was found: a case number or a date may stand there."""
    parts = [part for part in (outline.reviewer, outline.clinical_summary) if part]
    parts += [part for item in outline.items for _, part in item.parts()]
    first = min((part.first for part in parts), default=1)
    return lines.span(Lines(first=1, last=first - 1)) if first > 1 else None


def _part(text: str, lines: NumberedLines, part: Lines | None) -> Span | None:
    """The words of ``part`` without its label and printed page feet; ``None`` where nothing is left."""
    return without_page_foot(text, without_label(text, lines.span(part))) if part else None


def _region(text: str, lines: NumberedLines, items: Sequence[ItemOutline], index: int, verdict: Verdict) -> ItemRegion:
    """Where the item with this index stands."""
    item = items[index]
    heading = name_of(text, lines.span(item.heading), verdict.span)
    administrator, reviewer, rationale = (
        _part(text, lines, part) for part in (item.claims_administrator, item.reviewer, item.rationale)
    )
    return ItemRegion(
        heading=heading,
        outcome=verdict.outcome,
        outcome_span=verdict.span,
        whole=_whole(items, index, [span for span in (heading, administrator, reviewer, rationale) if span]),
        claims_administrator=administrator,
        reviewer=reviewer,
        rationale=rationale,
        complete=rationale is not None and (is_closed(text, rationale) or bool(text[rationale.end :].strip())),
    )


def _whole(items: Sequence[ItemOutline], index: int, spans: Sequence[Span]) -> Span:
    """All of an item; its heading alone where other items' headings stand between that and its rationale."""
    parts = [part for _, part in items[index].parts()]
    first, last = min(part.first for part in parts), max(part.last for part in parts)
    if any(first <= other.heading.first <= last for other in items if other is not items[index]):
        return spans[0]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _verdict(text: str, lines: NumberedLines, item: ItemOutline) -> Verdict:
    """What the letter says at ``outcome_at``, or right beside it; the model's code where no known words say it.

    Of several verdicts on the line, as of several items, the one that the model names is taken.
    """
    line = _carried_on(text, lines, item.outcome_at)
    if line.end - line.start > _LONGEST_LINE:
        return Verdict(item.outcome, line)
    for verdicts in _looked_up(text, lines, item, line):
        agreeing = next((verdict for verdict, _ in verdicts if verdict.outcome is item.outcome), None)
        if agreeing or verdicts:
            clear = all(clear for _, clear in verdicts)
            return agreeing or (verdicts[0][0] if clear else Verdict(item.outcome, line))
    own_line = item.outcome_at in item.heading
    return Verdict(item.outcome, (closing_clause(text, line) if own_line else None) or line)


def _carried_on(text: str, lines: NumberedLines, number: int) -> Span:
    """Line ``number`` with the printed lines that its sentence begins on above and goes on to below.

    "is not" / "medically necessary" may stand even with an empty line between; the lower line alone
    would say the opposite.
    """
    first = last = number
    while first > 1 and _goes_on(text, lines.span_of(first - 1), lines.span_of(first)):
        first -= 1
    while last < lines.count and _goes_on(text, lines.span_of(last), lines.span_of(last + 1)):
        last += 1
    return Span(lines.span_of(first).start, lines.span_of(last).end)


def _goes_on(text: str, above: Span, below: Span) -> bool:
    """Whether a sentence runs from one printed line to the next: no stop, and lower case or an open end there."""
    if text[above.end - 1] in ".!?:;" or "\n" not in text[above.end : below.start]:
        return False
    return text[below.start].islower() or _OPEN_END.search(text, *above) is not None


def _looked_up(text: str, lines: NumberedLines, item: ItemOutline, line: Span) -> Iterator[list[tuple[Verdict, bool]]]:
    """Verdicts in ever wider surroundings of ``line``, each with whether it is clear."""
    yield [(verdict, True) for verdict in closing_in(text, line)]
    # A verdict may begin on the line above ("was not" / "upheld"), so its sentence is read, not the line alone.
    around = _sentence(text, line)
    yield [(verdict, clear) for verdict, clear in _verdicts(text, around) if _touch(verdict.span, line)]
    yield _verdicts(text, line)
    if _LABEL_ONLY.search(text, *line) and item.outcome_at < lines.count:
        yield _verdicts(text, lines.span_of(item.outcome_at + 1))
    if item.outcome_at in (item.heading.first - 1, item.heading.last + 1):
        yield [(verdict, True) for verdict in closing_in(text, lines.span(item.heading))]


def _verdicts(text: str, span: Span) -> list[tuple[Verdict, bool]]:
    """Every verdict that ``span`` states, with whether it is clear: "none of them is necessary" is read too well.

    What hangs on a condition, and a verdict word that only describes, as in "modified work", are none.
    """
    found: list[tuple[Verdict, bool]] = []
    rest = span
    for _ in range(_MOST_VERDICTS):
        verdict = stated(text, rest)
        if verdict is None:
            break
        said = Decision(verdict.span, verdict.outcome)
        if not is_conditional(text, span.start, said) and not _describes(text, verdict.span):
            found.append((verdict, not _NONE_OF.search(text[span.start : verdict.span.start])))
        rest = Span(verdict.span.end, span.end)
    return found


def _describes(text: str, verdict: Span) -> bool:
    """Whether a bare verdict word stands before a noun."""
    return _BARE.fullmatch(text, *verdict) is not None and _NOUN_AFTER.match(text, verdict.end) is not None


def _sentence(text: str, line: Span) -> Span:
    """The sentences of a paragraph that ``line`` has a part in."""
    start = 0
    for blank in _BLANK_LINE.finditer(text, max(0, line.start - 1000), line.start):
        start = blank.end()
    start = start or max(0, text.rfind("\n", 0, max(0, line.start - 1000)) + 1)
    after = _BLANK_LINE.search(text, line.end)
    end = min(after.start() if after else len(text), line.end + 1000)
    touched = [sentence for sentence in sentences(text, Span(start, max(end, line.end))) if _touch(sentence, line)]
    return Span(touched[0].start, touched[-1].end) if touched else line


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
