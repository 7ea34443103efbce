"""Numbers written as words."""

from __future__ import annotations

import re

from summarizer.vocabulary.pattern import Pattern

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_OTHER = {"once": 1, "twice": 2, "thrice": 3, "single": 1, "dozen": 12, "hundred": 100}
NUMBER_WORDS: dict[str, int] = (
    {word: value for value, word in enumerate(_UNITS)}
    | {word: 20 + 10 * step for step, word in enumerate(_TENS)}
    | _OTHER
)
"""A number word to its value; ``twenty-four`` is read by ``number``."""

NUMBER = r"(?:\d+(?:\.\d+)?|(?:" + "|".join([*_TENS, *_UNITS]) + r")(?:-(?:" + "|".join(_UNITS[1:10]) + r"))?)"
"""Pattern of a number in figures or words; match it without regard to case, between word borders."""

_COMPOUND = Pattern(rf"({'|'.join(_TENS)})-({'|'.join(_UNITS[1:10])})$")


def number(words: str) -> float | None:
    """Value of a number in figures (``12``, ``7.5``, ``1,200``) or words (``twenty-four``); else ``None``."""
    lowered = words.lower()
    if lowered in NUMBER_WORDS:
        return NUMBER_WORDS[lowered]
    if compound := _COMPOUND.match(lowered):
        return NUMBER_WORDS[compound[1]] + NUMBER_WORDS[compound[2]]
    try:
        return float(lowered.replace(",", ""))
    except ValueError:
        return None


_FIGURE = Pattern(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_SPELLED = Pattern(rf"\b{NUMBER}\b", re.IGNORECASE)


def number_of(words: str) -> float | None:
    """The one number that the phrase ``words`` holds, such as 47 in ``47-year-old``; else ``None``.

    Figures win over words; two different numbers are no one number.
    """
    held = {number(found) for found in _FIGURE.findall(words) or _SPELLED.findall(words)}
    return held.pop() if len(held) == 1 else None
