"""Folding: when two strings are the same words although the letter breaks its lines."""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s+")
_HYPHEN_BREAK = re.compile(r"(?<=[^\W\d_])- (?=\S)")
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)
_HAS_LIGATURE = re.compile("[\ufb00-\ufb06]")


def fold(words: str) -> str:
    """``words`` with white space as single spaces, ends trimmed and ligatures spelled out.

    This is the form in which a Determination prints verbatim fields. No hyphen is ever dropped:
    "7.5- 325mg" is not "7.5325mg".
    """
    if _HAS_LIGATURE.search(words):
        words = words.translate(_LIGATURES)
    return _SPACE.sub(" ", words).strip()


def comparable(words: str) -> str:
    """The form in which two strings are compared: folded, and ``- `` after a letter as ``-``.

    Two verbatim strings are the same words exactly where their comparable forms are equal;
    nothing fuzzier ever proves a thing.
    """
    return _HYPHEN_BREAK.sub("-", fold(words))
