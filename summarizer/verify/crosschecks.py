"""Facts that a letter states twice, held against each other: amounts, the order of dates, header and narrative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from schemas import MistakeKind, ReviewCode
from summarizer.document import Document, Span
from summarizer.reading import Doubt, Found, ItemReading, Reading
from summarizer.sentences import sentences
from summarizer.verify.amounts import Amount, amounts_in
from summarizer.verify.dates import dates_in
from summarizer.vocabulary.pattern import Pattern

_SAME_SUM = 0.001
_REPEATED = Pattern(r"\brefills?\b|\bextension\b|\bpossible\b", re.IGNORECASE)
_ORDER = (
    ("date_of_injury", "ur_denial_date", "the date of injury", "the utilization review denial"),
    ("date_of_injury", "decision_date", "the date of injury", "the decision"),
    ("ur_denial_date", "application_received", "the utilization review denial", "the application"),
    ("application_received", "date_assigned", "the application", "the assignment"),
    ("date_assigned", "decision_date", "the assignment", "the decision"),
)
"""Header dates that cannot come the other way round: earlier field, later field, and their names."""

_D = r"(?P<date>(?:\d{1,2}[/-]\s?\d{1,2}[/-]\s?\d{2,4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}))"
_INJURY = Pattern(
    rf"\b(?:(?:industrial|occupational|work)[\s-]*(?:related\s+|work\s+)?injury\s+(?:date\s+)?(?:on|of)|(?:occupational|outpatient)\s+claim\s+"
    rf"from|date\s+of\s+injury\s+(?:is|was|of|on)|reported\s+an\s+injury\s+on)\s+{_D}",
)
_REVIEW = Pattern(
    rf"\b(?:[Uu]tilization\s+[Rr]eview|UR)(?:\s+\([^)\d]*\))?,?\s+"
    rf"(?:(?:report|determination|decision|denial)\s*)?(?:\(|(?:form\s+)?dated\s+|on\s+)\s*{_D}"
    r"|\b(?:[Pp]rior|[Pp]revious)\s+(?:utilization\s+)?(?:review|determination)\s+dated\s+"
    rf"{_D.replace('<date>', '<other>')}"
    rf"|\bpreviously\s+reviewed\s+on\s+{_D.replace('<date>', '<again>')}"
)
_ON_REVIEW = Pattern(
    rf"\b(?:On|Per|By)\s+{_D},?\s+(?:the\s+)?(?:[Uu]tilization\s+[Rr]eview|UR\b|claims\s+administrator)"
)


def cross_checks(document: Document, reading: Reading) -> tuple[Doubt, ...]:
    """Doubts where amounts do not add up, dates stand out of order, or header and narrative differ."""
    doubts = [
        *(doubt for index, item in enumerate(reading.items) for doubt in _amounts(index, item)),
        *_order(reading),
        *_narrative(document, reading),
    ]
    return tuple(doubts)


def _amounts(index: int, item: ItemReading) -> Iterator[Doubt]:
    """The authorized and the remaining amount of a partly authorized request make the whole."""
    if not (item.original_request and item.authorized_portion):
        return
    parts = (item.original_request, item.authorized_portion, item.treatment)
    if any(_REPEATED.search(part.value) for part in parts):
        return
    stated = [amounts_in(part.value) for part in parts]
    for unit in ("sessions", "units", "hours"):
        asked, given, left = (_single(amounts, unit) for amounts in stated)
        if asked is None or given is None or left is None or left == asked:
            continue
        if abs(asked - given - left) > _SAME_SUM:
            yield Doubt(
                ReviewCode.AMOUNTS_DISAGREE,
                f"Of {asked:g} {unit} requested, {given:g} were authorized and {left:g} are said to remain; "
                "check the amounts.",
                f"items[{index}].treatment",
                tuple(sorted(span for part in parts for span in part.spans)),
            )
            return


def _single(amounts: tuple[Amount, ...], unit: str) -> float | None:
    """The one amount of this unit; ``None`` where there is none, several, or a range."""
    same = [amount for amount in amounts if amount.unit == unit]
    values = {amount.value for amount in same}
    return values.pop() if len(values) == 1 and all(amount.exact for amount in same) else None


def _order(reading: Reading) -> Iterator[Doubt]:
    """Header dates that must follow each other."""
    for earlier, later, first, second in _ORDER:
        one: Found[date] | None = getattr(reading, earlier)
        other: Found[date] | None = getattr(reading, later)
        if one and other and one.value > other.value:
            yield Doubt(
                ReviewCode.DATES_OUT_OF_ORDER,
                f"By the header, {second} ({other.value.isoformat()}) comes before {first} ({one.value.isoformat()}); "
                "check both dates.",
                later,
                tuple(sorted((*one.spans, *other.spans))),
                MistakeKind.DATE,
                material=False,
            )


def _narrative(document: Document, reading: Reading) -> Iterator[Doubt]:
    """Dates of injury and of utilization review in the narrative against the header's."""
    passages = [reading.clinical_summary] if reading.clinical_summary else []
    passages += [span for item in reading.items if item.rationale for span in item.rationale.spans]
    seen: set[tuple[str, date]] = set()
    for passage in passages:
        for path, value, place in _told(document.text, passage):
            found: Found[date] | None = getattr(reading, path)
            if found is None or found.value == value or (path, value) in seen:
                continue
            seen.add((path, value))
            sentence = next(one for one in sentences(document.text, passage) if one.contains(place))
            if any(sentence.contains(own) for own in found.spans):
                continue
            name = "date of injury" if path == "date_of_injury" else "date of the utilization review denial"
            yield Doubt(
                ReviewCode.HEADER_DISAGREES,
                f"The {name} is {found.value.isoformat()} in the header and {value.isoformat()} in the narrative; "
                "the header's was taken.",
                path,
                tuple(sorted((*found.spans, sentence))),
                MistakeKind.DATE,
                material=False,
            )


def _told(text: str, passage: Span) -> Iterator[tuple[str, date, Span]]:
    """Field, date and date's place of each date of injury or review that a passage tells."""
    words = passage.of(text)
    for pattern, path, hints in _TOLD:
        if not any(hint in words for hint in hints):
            continue
        for match in pattern.finditer(text, *passage):
            group = next(name for name, words_of_date in match.groupdict().items() if words_of_date)
            mention = next(iter(dates_in(match[group])), None)
            if mention and mention.value:
                yield path, mention.value, Span(*match.span(group))


_TOLD = (
    (_INJURY, "date_of_injury", ("injury", "claim")),
    (_REVIEW, "ur_denial_date", ("eview", "UR", "determination")),
    (_ON_REVIEW, "ur_denial_date", ("tilization", "UR", "dministrator")),
)
"""Pattern, the field it tells, and pieces (without a space) of which one must stand in the passage."""
