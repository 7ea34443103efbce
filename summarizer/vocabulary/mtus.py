"""Titles of the MTUS and issuers of other works, as patterns."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

from summarizer.vocabulary.pattern import Pattern

ISSUER: Final = (
    r"(?-i:(?:[A-Z][\w&.'’-]*\s+(?:(?:of|for|the|and)\s+){0,2}){0,5}"
    r"(?:Academy|Agency|Annals|Archives|Association|College|Department|Foundation|Institutes?|Journal|Society"
    r"|Centers?\s+for|Food\s+and\s+Drug\s+Administration|Cochrane)\b)"
)
"""Regular expression for the beginning of a work outside the MTUS: who issued it, or the journal it stands in."""


@cache
def mtus_title() -> Pattern:
    """Pattern of any listed MTUS title, the longest first, its words apart by any white space."""
    lines = files(__package__).joinpath("mtus_chapters.txt").read_text(encoding="utf-8").splitlines()
    titles = sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True)
    return Pattern("|".join(r"\s+".join(re.escape(word) for word in title.split()) for title in titles))
