"""Titles of the MTUS, as a pattern."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from summarizer.vocabulary.pattern import Pattern


@cache
def mtus_title() -> Pattern:
    """Pattern of any listed MTUS title, the longest first, its words apart by any white space."""
    lines = files(__package__).joinpath("mtus_chapters.txt").read_text(encoding="utf-8").splitlines()
    titles = sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True)
    return Pattern("|".join(r"\s+".join(re.escape(word) for word in title.split()) for title in titles))
