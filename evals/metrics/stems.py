"""Content words as stems: what a text says, whatever form its words take."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from summarizer.folding import comparable

_WORD: Final = re.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+")
_LEAST_STEM: Final = 3
"""Letters that an ending leaves, at least."""


@lru_cache(maxsize=4096)
def content_stems(text: str) -> frozenset[str]:
    """Stems of the words of ``text`` that are no function words; figures stand for themselves."""
    words = _WORD.findall(comparable(text).lower())
    return frozenset(stem(word) for word in words if word not in function_words())


def stem(word: str) -> str:
    """A lower-case word without its ending.

    First the plural as Harman's S stemmer takes it off (How Effective Is Suffixing?, 1991): ``ies`` is ``y`` but
    after e and a, ``es`` is ``e`` but after a, e and o, ``s`` is dropped but after u and s. Then ``ing``, ``ed`` and
    ``ly`` are dropped where three letters with a vowel are left, a doubled consonant is made one, and a last ``e``
    is dropped.
    """
    if not word.isalpha():
        return word
    word = _singular(word)
    for ending in ("ing", "ed", "ly"):
        left = word.removesuffix(ending)
        if left != word and len(left) >= _LEAST_STEM and re.search("[aeiouy]", left):
            word = left[:-1] if left[-1] == left[-2] and left[-1] not in "aeiouls" else left
            break
    return word[:-1] if word.endswith("e") and len(word) > _LEAST_STEM else word


def _singular(word: str) -> str:
    if len(word) <= _LEAST_STEM:
        return word
    if word.endswith("ies") and word[-4] not in "ea":
        return word[:-3] + "y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    if word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word


@cache
def function_words() -> frozenset[str]:
    """Words that tell nothing of a case."""
    lines = (Path(__file__).parent / "function_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
