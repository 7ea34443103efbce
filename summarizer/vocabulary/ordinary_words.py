"""Words that headings print with a capital although they are no names."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def ordinary_words() -> frozenset[str]:
    """The words of ``ordinary_words.txt``, lower case; read once a process."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
