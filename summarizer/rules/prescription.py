"""Strength and quantity of a prescription: the figures of a drug's heading."""

from __future__ import annotations

import re
from collections.abc import Iterable

from summarizer.document import Span
from summarizer.reading import Found
from summarizer.vocabulary.numbers import NUMBER_WORDS, number
from summarizer.vocabulary.pattern import Pattern

_N = r"(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
_UNIT = r"(?:mg|mcg|ug|µg|μg|meq|iu|i\.u\.|%|milligrams?|micrograms?|million\s+units)"
_PER = rf"(?:\s{{0,3}}/\s{{0,3}}(?:{_N}\s{{0,3}})?(?:ml|cc|hours?|hrs?|h|actuation|spray|gm|g|l|tab|tablet|dose)\b)"
_ONE = rf"{_N}\s{{0,3}}-?{_UNIT}(?![a-z]){_PER}?"
_JOIN = r"\s{0,3}[-/]\s{0,3}"
_STRENGTH = Pattern(
    rf"""
    (?<![\w#.])
    (?:
        {_N}(?:\s{{0,3}}{_UNIT}(?![a-z]))?                              # 10/325 mg, 4%-27.5%, 37.5 mg/325 mg, 10/325
        (?:{_JOIN}{_N}(?:\s{{0,3}}{_UNIT}(?![a-z]))?)+ {_PER}?
      | {_ONE}                                                    # 50 mg, 25mg/ml, 50 mcg/hr
    )
    (?:\s{{1,3}}{_ONE})*                                               # 3% 300mg/g
    (?!\w|\.\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNITS_STRENGTH = Pattern(
    r"(?<![\w#.])(?:\d{1,3}(?:,\d{3})+|\d{3,})\s{0,3}units?\b(?:\s{0,3}/\s{0,3}(?:ml|vial))?", re.IGNORECASE
)
_GRAMS_STRENGTH = Pattern(rf"(?<![\w#.]){_N}\s{{0,3}}(?:gm|grams?|g)\b", re.IGNORECASE)

_LEAST_WITHOUT_UNIT = 100

_WORD_N = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_AMOUNT = rf"(?P<n>{_N}|\b(?:{_WORD_N})\b)"
_DIRECTIONS = (
    r"(?!\s*(?:po\b|p\.o|by\b|q\s{0,3}\d|q[dhap]|every|each|bid|tid|qid|b\.i|t\.i|daily|once|twice|three\s+times|"
    r"per\b|an?\b|at\b|in\b|nightly|prn|orally))"
)
_PIECES = (
    r"(?:tablets?|tabs?|capsules?|caps?|caplets?|pills?|patch(?:es)?|count|ct|units?|pieces|doses?|lozenges?|"
    r"suppositor(?:y|ies)|packets?|pads?|films?|strips?|each|ea|sprays?|plasters?|softgels?|gelcaps?|syringes?|pens?|"
    r"ampules?|vials?)"
)
_CONTAINERS = r"(?:box(?:es)?|tubes?|bottles?|jars?|kits?|cans?|inhalers?|packs?|containers?)"
_QUANTITIES = tuple(
    Pattern(pattern, re.IGNORECASE)
    for pattern in (
        rf"#\s{{0,3}}(?P<n>{_N})",
        rf"\b(?:{_WORD_N})(?:[\s-]+(?:{_WORD_N})){{0,5}}\s*\((?P<n>{_N})\)(?!\s*(?:refill|day|week|month|prescription))",
        rf"\b(?:quantity|quanity|qty|count|dispensed?|disp|number)\b\s*(?:of|is)?\s*[:.=\-(]*\s*#?\s*{_AMOUNT}"
        r"(?!\s*(?:mg|mcg|%))",
        rf"(?<![\w./-]){_AMOUNT}\s{{0,3}}-?(?:\(\d+\)\s*)?{_PIECES}\b{_DIRECTIONS}",
        rf"(?<![\w.]){_AMOUNT}\s{{0,3}}-?(?:grams?|gms?|g|ml|mls|milliliters?|cc|ccs|oz|ounces?)\b(?!\s{{0,3}}/)",
        rf"(?<![\w./-]){_AMOUNT}\s{{0,3}}-?{_CONTAINERS}\b",
        rf"\bx\s{{0,3}}(?P<n>{_N})\b(?!\s*(?:days?|weeks?|wks?|months?|mos?|years?|refills?|per\b|a\b))",
        rf"\((?P<n>{_N})\)",
    )
)
_TRAILING = Pattern(rf"\s*[,;-]?\s*(?P<n>{_N})(?=\s*(?:$|,|;|\(|with\b|w/|refill))", re.IGNORECASE)
_NOT_FIGURES = Pattern(
    rf"""
    \b\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{2,4}}\b                                                    # a date
    | (?<![\#\d.])(?:\bx\s*)?{_AMOUNT}\s*(?:\(\d+\)\s*)?(?:additional\s+)?refills?\b(?!\s*[:\#x=]?\s*\d)  # 2 refills
    | \brefills?\s*(?:[:\#x=]|of)?\s*(?:\d+|(?:{_WORD_N})\b)                                    # refills: 2
    | {_AMOUNT}\s*-?(?:\(\d+\)\s*)?(?:days?|weeks?|wks?|months?|mos?|years?)\b(?:\s*['’]?\s*supply)?  # 30 day supply
    | \b(?:unknown|unspecified)\s+(?:quantity|number)\b
    """.replace("(?P<n>", "(?:"),
    re.VERBOSE | re.IGNORECASE,
)


def without_other_figures(text: str, treatment: Span) -> str:
    """The words of ``treatment`` with dates, refills and durations blanked out, each character in its place."""
    words = text[treatment.start : treatment.end].replace("\n", " ")
    return _NOT_FIGURES.sub(lambda found: "\x00" * len(found[0]), words)


def strengths(words: str) -> tuple[Span, ...]:
    """Every strength in ``words``, by place."""
    found = tuple(Span(*m.span()) for m in _STRENGTH.finditer(words) if _is_strength(m[0]))
    return found or tuple(Span(*m.span()) for m in _UNITS_STRENGTH.finditer(words))


def _is_strength(printed: str) -> bool:
    """Whether figures without a unit are those of two drugs (10/325), not of directions (4-6)."""
    if re.search(r"[a-z%µμ]", printed, re.IGNORECASE):
        return True
    figures = [float(figure.replace(",", "")) for figure in re.findall(_N, printed)]
    return max(figures) >= _LEAST_WITHOUT_UNIT


def grams(words: str) -> Span | None:
    """The first amount in grams, which is a strength where the drug is counted in pieces."""
    found = _GRAMS_STRENGTH.search(words)
    return Span(*found.span()) if found else None


def quantities(words: str, taken: tuple[Span, ...]) -> tuple[Found[int | float], ...]:
    """Printed numbers of units, grams or millilitres in ``words`` outside of ``taken``, the best first.

    A number sign or the word quantity wins over counted pieces, these over grams and millilitres,
    these over containers; a bare number behind one of ``taken`` counts where there is nothing else.
    """
    figures = [found for pattern in _QUANTITIES for found in pattern.finditer(words)]
    free = [found for found in figures if not overlaps(Span(*found.span()), taken)]
    if not free:
        behind = (_TRAILING.match(words, span.end) for span in taken)
        free = [found for found in behind if found and not overlaps(Span(*found.span("n")), taken)]
    return tuple(amount for found in free if (amount := _amount(found)))


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether ``span`` shares a character with one of ``others``."""
    return any(span.start < other.end and other.start < span.end for other in others)


def _amount(found: re.Match[str]) -> Found[int | float] | None:
    value = number(found["n"])
    if value is None:
        return None
    return Found(int(value) if value == int(value) else value, (Span(*found.span()),))
