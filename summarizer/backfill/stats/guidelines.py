"""Which family a cited guideline belongs to."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from schemas.taxonomy import CitationSource
from summarizer.backfill.stats.facts import CitationFacts

MTUS: Final = "MTUS"
"""The family of what a letter cites as MTUS."""
OTHER: Final = "other works"
"""The family of what no other one takes."""
_TITLES_REMEMBERED: Final = 10_000


def family_of(citation: CitationFacts) -> str:
    """The family of ``citation``."""
    return MTUS if citation.source is CitationSource.MTUS else _family_of(citation.title)


@cache
def families() -> tuple[str, ...]:
    """All families, in the order of a table."""
    return (MTUS, *_patterns(), OTHER)


@lru_cache(_TITLES_REMEMBERED)
def _family_of(title: str) -> str:
    words = " ".join(title.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    return next((name for name, pattern in _patterns().items() if pattern.search(words)), OTHER)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Family to its names, whole words only."""
    path = Path(__file__).with_name("guidelines.toml")
    held: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["families"]
    return {name: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, all_))})(?!\w)") for name, all_ in held.items()}
