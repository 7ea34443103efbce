"""Folding: when two strings are the same words although the letter breaks its lines."""

from __future__ import annotations

import re

_HYPHEN_BREAK = re.compile(r"- (?<=[^\W\d_]- )(?=\S)")
"""The mark comes first, as what is searched for at once; the letter before it is looked for behind."""
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)


def fold(words: str) -> str:
    """``words`` with white space as single spaces, ends trimmed and ligatures spelled out.

    This is the form in which a Determination prints verbatim fields. No hyphen is ever dropped:
    "7.5- 325mg" is not "7.5325mg".
    """
    if not words.isascii():
        words = words.translate(_LIGATURES)
    return " ".join(words.split())


def comparable(words: str) -> str:
    """The form in which two strings are compared: folded, and ``- `` after a letter as ``-``.

    Two verbatim strings are the same words exactly where their comparable forms are equal;
    nothing fuzzier ever proves a thing.
    """
    folded = fold(words)
    return _HYPHEN_BREAK.sub("-", folded) if "- " in folded else folded


def are_same_words(one: str, other: str) -> bool:
    """Whether ``one`` and ``other`` have the same comparable form."""
    folded = fold(one)
    return folded == other or comparable(folded) == comparable(other)  # a folded form is its own folded form
