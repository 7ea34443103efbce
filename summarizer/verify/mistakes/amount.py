"""The rationale weighs another number of sessions or units than the item asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas import MistakeKind, Outcome
from summarizer.document import Span
from summarizer.reading import Doubt
from summarizer.verify.amounts import Amount, amounts_in
from summarizer.verify.mistakes.statements import ItemStatements, Letter, mistake
from summarizer.vocabulary.pattern import Pattern

_ADDED = Pattern(r"\b(?:request(?:ed)?|requires?|necessitate|exceed\w*|excess)\b")
_ADDITIONAL = Pattern(r"\b(?:additional|more|further)\b")
_OTHERS = Pattern(
    r"\b(?:original\w*|recommend\w*|authorize[ds]?|approved?|modified|completed|previous\w*|prior|allow\w*|support\w*|up\s+to|initial)\b"
)
_OTHERS_REACH = 60
"""Characters before an amount in which such a word makes it another amount than the one in dispute."""
_EXCEEDS = Pattern(
    r"\b(?:requested\s+(?:number|amount|quantity|duration|frequency)|(?:number|amount)\s+of\s+(?:visits|sessions)\s+requested)\b"
    r"[^.;]{0,60}\b(?:exceeds?|in\s+excess)\b"
)
_GIVEN_BEFORE = Pattern(r"\balready\b.*\bauthorized\b|\bauthorized\b.*\binitial\b")
_LIMIT = Pattern(r"\b(?:(\d+)\s?(?:-|to)\s?)?(\d+)\s+(?:visits|sessions|treatments)\s+over\b")
_GIVEN = Pattern(
    r"\b(?:completed|attended|received|had|undergone|approved|authorized|at\s+least)\s+(?:\w+\s+){0,3}\d+\b|\btotal\b"
)


def amount_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Amounts that a rationale gives its request and that the heading does not."""
    for item in letter.items:
        if not item.asked or item.item.outcome.value is Outcome.MODIFIED:
            continue  # a modified request is granted in another amount by nature
        doubt = _named_amount(item) or _added_amount(item) or _no_excess(item)
        if doubt:
            yield doubt


def _partly(item: ItemStatements) -> list[Amount]:
    """Amounts of the original request and of its authorized part."""
    text, found = item.document.text, (item.item.original_request, item.item.authorized_portion)
    spans = [span for part in found if part for span in part.spans]
    return [amount for span in spans for amount in amounts_in(text, span)]


def _named_amount(item: ItemStatements) -> Doubt | None:
    """The closing names the request with another amount."""
    asked = item.asked
    for request in item.requests:
        if not request.closes or request.tells_earlier:
            continue
        for named in amounts_in(item.document.text, request.named):
            if _differs(named, asked, [*asked, *_partly(item)]):
                return _doubt(item, named, request.sentence)
    return None


def _added_amount(item: ItemStatements) -> Doubt | None:
    """A sentence weighs so many additional sessions; of a partly authorized request only the rest is additional."""
    asked, partly = item.asked, _partly(item)
    for statement in item.case("additional", "more", "further"):
        words = statement.words
        if not (_ADDITIONAL.search(words) and _ADDED.search(words)):
            continue
        for named in amounts_in(item.document.text, statement.span):
            start, end = named.span.start - statement.span.start, named.span.end - statement.span.start
            if _OTHERS.search(words, max(0, start - _OTHERS_REACH), end):
                continue
            added = _ADDITIONAL.search(words, max(0, start - 14), end)
            if added and _differs(named, asked, asked) and (not partly or _given_before(item)):
                return _doubt(item, named, statement.span)
    return None


def _given_before(item: ItemStatements) -> bool:
    """Whether the rationale says that a part is authorized already."""
    return any(_GIVEN_BEFORE.search(statement.words) for statement in item.case("authorized"))


def _differs(named: Amount, asked: Sequence[Amount], allowed: Sequence[Amount]) -> bool:
    """Whether the heading states amounts of this unit, but not this one; ranges never differ."""
    same = [amount for amount in asked if amount.unit == named.unit]
    if not same or not named.exact or not all(amount.exact for amount in same):
        return False
    return named.value not in {amount.value for amount in allowed}


def _no_excess(item: ItemStatements) -> Doubt | None:
    """The amount is said to exceed a guideline, every limit of which, as the rationale tells it, is higher."""
    asked = [amount.value for amount in item.asked if amount.unit == "sessions" and amount.exact]
    if not item.holds("exceed", "excess"):
        return None
    statement = next((one for one in item.rationale if _EXCEEDS.search(one.words)), None)
    if statement is None or not asked or item.item.original_request:
        return None
    limits = [
        int(figure)
        for one in item.rationale
        for match in _LIMIT.finditer(one.words)
        for figure in match.groups()
        if figure
    ]
    counted = any(_GIVEN.search(one.words) for one in item.case())
    if len(limits) < 2 or counted or max(asked) >= min(limits):
        return None
    return mistake(
        MistakeKind.AMOUNT,
        f"The rationale says that the requested {max(asked):g} sessions exceed the guideline, but each limit that it "
        "names is higher; check the amounts.",
        item.path,
        (item.heading, statement.span),
        material=True,
    )


def _doubt(item: ItemStatements, named: Amount, sentence: Span) -> Doubt:
    asked = next(amount for amount in item.asked if amount.unit == named.unit)
    return mistake(
        MistakeKind.AMOUNT,
        f"The item asks for {asked.value:g} {asked.unit}, but its rationale weighs {named.value:g}; check the amounts.",
        item.path,
        (item.heading, sentence),
        material=True,
    )
