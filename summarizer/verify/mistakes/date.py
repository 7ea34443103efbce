"""Dates that cannot be true: care before the injury, years that have not come, an injury too long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schemas import MistakeKind
from summarizer.document import Document, Span
from summarizer.reading import Doubt, Found, Reading
from summarizer.verify.dates import dates_in
from summarizer.verify.mistakes.statements import ItemStatements, Letter, Statement, mistake
from summarizer.vocabulary.numbers import NUMBER, number
from summarizer.vocabulary.pattern import Pattern

_FROM_THE_CASE = Pattern(
    r"\b(?:approved|authorized|certified|(?:progress|updated|office|follow-up)\s+(?:\w+\s+)?(?:report|note|visit)s?|office\s+visit|"
    r"request(?:\s+for\s+authorization)?\s+was\s+(?:received|made|submitted)|(?:request(?:ed)?|prescribed)\s+on|rfa|"
    r"doctor's\s+first\s+report|complaints?\s+reported|presented\s+on)\b"
)
_EARLIER_HISTORY = Pattern(
    r"\b(?:history|surg\w+|prior\s+injury|different|another|previous\s+injur\w+|imaging|mri|ct|x-?ray\w*|since|birth|dob)\b"
)
_SLOW = Pattern(r"\bcumulative|\bcontinuous\s+trauma|\brepetitive\s+(?:trauma|strain|motion|stress)")
"""An injury that came slowly may have been treated before the date it is given."""
_AGO = Pattern(
    rf"\b(?:injury|injured|accident)\s+(?:\w+\s+){{0,2}}?(?P<count>an?|{NUMBER})\s+(?P<unit>day|week|month|year)s?\s+ago\b"
)
_DAYS = {"day": 1, "week": 7, "month": 30.4, "year": 365.25}
_FAR = 2.0
"""How many times longer than stated an interval must be to be wrong and not just rounded."""
_SLACK = 14
"""Days that a rounded interval may be off besides."""
_YEARS_AHEAD = 2


def date_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Impossible dates in the summary and the rationales."""
    reading = letter.reading
    injury = reading.date_of_injury
    decision = reading.decision_date or reading.date_assigned
    review = reading.ur_denial_date or decision
    yield from _unreal_years(letter, decision.value if decision else None)
    if injury is None:
        return
    yield from _before_injury(letter, injury)
    if review:
        for item in letter.items:
            yield from _too_long_ago(item, letter, injury, review.value)


def _where_told(letter: Letter, injury: Found[date]) -> tuple[Span, ...]:
    """The summary's sentence that gives the date of injury; without one, the place it was read from."""
    for statement in letter.summary:
        if any(mention.value == injury.value for mention in dates_in(letter.document.text, statement.span)):
            return (statement.span,)
    return injury.spans


def _unreal_years(letter: Letter, decision: date | None) -> Iterator[Doubt]:
    """Years after the decision, by more than a plan could reach."""
    for mention in letter.dates if decision else ():
        found = letter.at(mention.span)
        if decision and found and mention.year > decision.year + _YEARS_AHEAD:
            statement, path = found
            message = f"The letter gives the year {mention.year}, which lies far after the decision; check the date."
            told = _same_day(letter.document, letter.reading, mention.month, mention.day)
            yield mistake(MistakeKind.DATE, message, path, (*told, statement.span), material=False)


def _same_day(document: Document, reading: Reading, month: int, day: int | None) -> tuple[Span, ...]:
    """Header dates of the same month and day."""
    dates = (reading.ur_denial_date, reading.date_of_injury, reading.application_received, reading.date_assigned)
    for found in dates:
        if found and (found.value.month, found.value.day) == (month, day):
            return tuple(_line_of(document, span) for span in found.spans)
    return ()


def _line_of(document: Document, span: Span) -> Span:
    """The printed line around ``span``."""
    start = document.text.rfind("\n", 0, span.start) + 1
    end = document.text.find("\n", span.end)
    return Span(start, end if end >= 0 else len(document.text)).stripped(document.text)


def _before_injury(letter: Letter, injury: Found[date]) -> Iterator[Doubt]:
    """Care or requests of this claim dated before the injury; the first in each rationale and in the summary."""
    flagged: set[str | None] = set()
    for mention in letter.dates:
        if mention.value is None or mention.value >= injury.value:
            continue
        found = letter.at(mention.span)
        if found is None or found[1] in flagged or not _is_of_the_claim(found[0]):
            continue
        if not flagged and any(_SLOW.search(statement.words) for statement in letter.summary):
            return
        statement, path = found
        flagged.add(path)
        message = (
            f"The letter dates care or a request of this claim {mention.value.isoformat()}, before the injury of "
            f"{injury.value.isoformat()}; check both dates."
        )
        spans = (*_where_told(letter, injury), statement.span)
        material = path is not None and "sessions" in statement.words
        yield mistake(MistakeKind.DATE, message, path, spans, material=material)


def _is_of_the_claim(statement: Statement) -> bool:
    """Whether the sentence tells care or a request that can only follow the injury."""
    words = statement.words
    return bool(_FROM_THE_CASE.search(words)) and not _EARLIER_HISTORY.search(words) and not statement.is_recital


def _too_long_ago(item: ItemStatements, letter: Letter, injury: Found[date], review: date) -> Iterator[Doubt]:
    """An injury said to be so long ago, but much older by its date."""
    for statement in item.case(" ago"):
        match = _AGO.search(statement.words)
        if not match:
            continue
        count = number(match["count"]) or 1
        stated, actual = count * _DAYS[match["unit"]], (review - injury.value).days
        if actual > _FAR * stated + _SLACK or stated > _FAR * actual + _SLACK:
            ago = f"{match['count']} {match['unit']}{'s' if count > 1 else ''}"
            message = (
                f"The rationale says the injury was {ago} ago; by its date, {injury.value.isoformat()}, it was "
                f"{actual} days before utilization review."
            )
            spans = (*_where_told(letter, injury), statement.span)
            yield mistake(MistakeKind.DATE, message, item.path, spans, material=True)
