"""Words of runs and letters as a page or a terminal may show them."""

from __future__ import annotations


def printable(words: str) -> str:
    """``words`` in one line; signs that a terminal obeys or that turn the direction of text are replaced."""
    line = " ".join(words.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
