"""Earlier care that one place of the letter tells and another denies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas import MistakeKind
from summarizer.reading import Doubt
from summarizer.verify.amounts import amounts_in
from summarizer.verify.mistakes.statements import ItemStatements, Letter, Statement, mistake
from summarizer.vocabulary.anatomy import any_overlap
from summarizer.vocabulary.pattern import Pattern

_CARE = {
    "physical therapy": r"(?:physical\s+therapy|physiotherapy|pt)",
    "chiropractic care": r"(?:chiropractic|chiropractor|chirotherapy|chiro)",
    "acupuncture": r"acupuncture",
    "injections": r"(?:(?:epidural\s+steroid|cortisone|corticosteroid)\s+)?injections?",
}
_CARE_WORDS = ("therapy", " pt", "chiro", "acupuncture", "injection")
_PIECES = {
    "physical therapy": ("therapy", "pt"),
    "chiropractic care": ("chiro",),
    "acupuncture": ("acupuncture",),
    "injections": ("injection",),
}
"""Pieces, one of which stands in whatever names the care: a quick first look."""
_HAD = r"(?:had|undergone|received|attended|completed|participated\s+in|done|attempted|started|been\s+treated\s+with)"
_COUNT = r"(?:\d+|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)(?:\s+\(\d+\))?)"
_NOT_DONE = Pattern(
    r"\b(?:request\w*|recommend\w*|plan(?:ned|s)?\b(?!\s+of)|prescri\w+|referr\w+|order\w*|authoriz\w+|approv\w+|schedul\w+|will|"
    r"would|to\s+start|additional|no|not|never|denied|appeal\w*|unknown|massage|psycho\w+|medication\s+therapy|cold|heat)\b"
)
_TREATED = Pattern(r"\b(?:treatments?|care|treated)\b[^.;]{0,60}?\b(?:includ\w+|consist\w+|with|:)")
_HEDGE = Pattern(
    r"\b(?:fail\w*|full|adequate|course|formal|trial\w*|response|benefit\w*|improve\w*|outcome|recent\w*|exhaust\w*|any\s+other|"
    r"additional|further|why|how|subsequent|post|surg\w+|complete\s+conservative|conservative|sufficient|prior\s+to|notes?|reports?)\b"
)
_WAS_DONE = Pattern(r"\b(?:complet(?:ed|ion)|attended|received|underwent|undergone|has\s+had|have\s+had)\b")
_UNCOUNTED = Pattern(
    r"\b(?:no\s+(?:information|documentation|indication)|not\s+(?:documented|stated|clear|known)|unclear|unknown)\b[^.;]{0,40}?"
    r"\b(?:how\s+many|(?:the\s+)?number\s+of|amount\s+of)\b[^.;]{0,50}?\b(?:visits|sessions|therapy)\b"
)
_COUNTED = Pattern(
    rf"\b(?:completed|attended|underwent|undergone|received|had|after|finished)\s+(?:at\s+least\s+)?{_COUNT}\s+(?:of\s+{_COUNT}\s+)?"
    r"(?:\w+\s+){0,3}?(?:visits|sessions|treatments)\b|\btherapy\s+#\d"
)
_UNTREATED = Pattern(
    r"\bno\s+(?:documentation|record|evidence|indication)\s+of\s+(?:any\s+)?(?:prior\s+|previous\s+|conservative\s+)?treatments?\s+"
    r"(?:rendered|provided|given|received|to\s+date)\b"
)
_IN_USE = Pattern(
    r"\b(?:uses|using|wears|wearing)\s+(?:an?\s+|the\s+)?(?:\w+\s+){0,2}?(?:splint|sling|brace|tens|boot|cast)\b"
)
_NO_ADJUNCT = Pattern(
    r"\bno\s+(?:indication|evidence|documentation)\b[^.;]*\badjunct(?:ive)?\s+(?:to\s+)?(?:physical\s+)?"
    r"(?:rehabilitation|therapy)\b"
)
_BOTH_PLANNED = Pattern(r"\bphysical\s+therapy\b[^.;]*\bacupuncture\b|\bacupuncture\b[^.;]*\bphysical\s+therapy\b")
_PERSISTS = Pattern(
    r"\b(?:despite|failed|after|completed)\s+(?:\w+\s+){0,3}?(?:physical\s+|chiropractic\s+)?(?:therapy|acupuncture)\b"
)
_NONE_DONE = Pattern(
    rf"\b(?:has|have|had)\s+(?:not|never)\s+(?:yet\s+)?{_HAD}\s+(?:any\s+)?(?:physical\s+)?therapy\b|"
    r"\bno\s+(?:prior\s+|previous\s+)?(?:physical\s+)?therapy\s+(?:has\s+been|was)\s+(?:done|received|started)\b"
)


class _Pair(NamedTuple):
    """Two ways of speaking that contradict each other."""

    hints: tuple[str, ...]
    """Pieces, one of which stands in whatever ``here`` finds."""
    here: Pattern
    """What the rationale says."""
    there: Pattern
    """What the summary says."""
    message: str
    """What the two say, after "The rationale"."""


_PAIRS = (
    _Pair(
        ("many", "number", "amount"),
        _UNCOUNTED,
        _COUNTED,
        "says that the number of earlier visits is unknown, but the clinical summary counts visits",
    ),
    _Pair(
        ("treatment",),
        _UNTREATED,
        _IN_USE,
        "says that no treatment is documented, but the clinical summary tells of some",
    ),
    _Pair(
        ("adjunct",),
        _NO_ADJUNCT,
        _BOTH_PLANNED,
        "finds no rehabilitation beside the acupuncture, but the clinical summary plans both",
    ),
    _Pair(
        ("therapy", "acupuncture"),
        _PERSISTS,
        _NONE_DONE,
        "tells of earlier therapy, but the clinical summary says that there was none",
    ),
)


def care_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Care that a rationale denies and the summary tells, or the other way round; at most one an item."""
    for item in letter.items:
        doubt = (
            _denied(item, letter)
            or next(filter(None, (_opposed(item, letter, pair) for pair in _PAIRS)), None)
            or _fewer(item, letter)
        )
        if doubt:
            yield doubt


def _denied(item: ItemStatements, letter: Letter) -> Doubt | None:
    for statement in item.case(*_CARE_WORDS):
        for care, name in _CARE.items():
            if not any(piece in statement.words for piece in _PIECES[care]):
                continue
            if not _DENIALS[name].search(statement.words) or _HEDGE.search(statement.words):
                continue
            told = next((one for one in letter.history if _tells(one, name) and _same_part(one, statement)), None)
            if told:
                return _doubt(item, told, statement, f"finds no earlier {care}, but the clinical summary tells of it")
    return None


def _same_part(one: Statement, other: Statement) -> bool:
    """Whether two sentences may speak of the same part of the body."""
    some = [mention.part for mention in one.parts]
    others = [mention.part for mention in other.parts]
    return not some or not others or any_overlap(some, others)


_DENIALS = {
    name: Pattern(
        rf"\b(?:has|have|had)\s+(?:not|never)\s+(?:yet\s+)?{_HAD}\s+(?:any\s+)?(?:prior\s+|previous\s+)?{name}\b"
        rf"|\bno\s+(?:documentation\s+of\s+(?:any\s+)?|record\s+of\s+(?:any\s+)?|evidence\s+of\s+(?:any\s+)?)?(?:prior|previous)\s+{name}\b"
        rf"|\bnot\s+(?:document|mention|indicate)\s+(?:any\s+)(?:prior\s+|previous\s+)?{name}\b"
        rf"|\bno\s+(?:documentation|indication|evidence)\s+(?:that\s+)?{name}\s+(?:was|has\s+been|were)\s+(?:started|tried|received|done)\b"
    )
    for name in _CARE.values()
}
_TOLD = {
    name: (
        Pattern(
            rf"\b{_COUNT}\s+(?:\w+\s+)?(?:sessions|visits|treatments)\s+of\s+{name}\b|\b{_COUNT}\s+{name}\s+(?:sessions|visits)\b"
        ),
        Pattern(rf"\b(?:completed|underwent|undergone|received|attended)\s+(?:\w+\s+){{0,4}}?{name}\b"),
        Pattern(rf"\b{name}\b"),
    )
    for name in _CARE.values()
}


def _tells(statement: Statement, name: str) -> bool:
    """Whether the sentence says plainly that the care was given."""
    words = statement.words
    counted, done, named = _TOLD[name]
    if _NOT_DONE.search(words):
        return False
    return bool(counted.search(words) or done.search(words) or (_TREATED.search(words) and named.search(words)))


def _opposed(item: ItemStatements, letter: Letter, pair: _Pair) -> Doubt | None:
    """A sentence of the rationale against one of the summary, as ``pair`` tells."""
    statement = next((one for one in item.case(*pair.hints) if pair.here.search(one.words)), None)
    if statement is None:
        return None
    told = next((one for one in letter.summary if pair.there.search(one.words) and _same_part(one, statement)), None)
    return _doubt(item, told, statement, pair.message) if told else None


def _fewer(item: ItemStatements, letter: Letter) -> Doubt | None:
    """Fewer earlier sessions of a kind of care in the rationale than the summary counts."""
    for statement in item.case("sessions", "visits"):
        here = _done(statement)
        if here is None:
            continue
        for told in letter.history:
            there = _done(told)
            if there and there[0] == here[0] and there[1] > here[1] and _same_part(told, statement):
                what = f"counts {here[1]:g} earlier sessions, but the clinical summary {there[1]:g}"
                return _doubt(item, told, statement, what, material=False)
    return None


def _done(statement: Statement) -> tuple[str, float] | None:
    """Kind of care and number of sessions that the sentence says were done; ``None`` where it says no one such."""
    if not _WAS_DONE.search(statement.words) or _NOT_DONE.search(statement.words):
        return None
    amounts = {
        amount.value for amount in amounts_in(statement.document.text, statement.span) if amount.unit == "sessions"
    }
    kinds = [care for care, name in _CARE.items() if _TOLD[name][2].search(statement.words)]
    return (kinds[0], amounts.pop()) if len(kinds) == 1 and len(amounts) == 1 else None


def _doubt(item: ItemStatements, told: Statement, statement: Statement, what: str, *, material: bool = True) -> Doubt:
    return mistake(
        MistakeKind.CARE,
        f"The rationale {what}; check what care was given.",
        item.path,
        (told.span, statement.span),
        material=material,
    )
