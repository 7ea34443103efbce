"""Symptoms and findings that letters deny and affirm."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict

import tomli

from summarizer.vocabulary.pattern import Pattern

_FILE = Path(__file__).with_name("findings.toml")


class _Entry(TypedDict):
    name: str
    hints: list[str]
    denied: list[str]
    present: list[str]
    reaches: NotRequired[bool]


class Finding(NamedTuple):
    """One symptom or finding."""

    name: str
    """What an examiner calls it."""
    hints: tuple[str, ...]
    """Pieces, one of which stands in whatever ``denied`` matches."""
    denied: Pattern
    """How a rationale names what it misses; for lower-case text."""
    present: Pattern
    """How a summary states it; for lower-case text."""
    reaches: bool
    """Whether a finding in a limb speaks for its part of the spine."""


@cache
def findings() -> tuple[Finding, ...]:
    """All findings of ``findings.toml``; read once a process."""
    entries: dict[str, _Entry] = tomli.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Finding(
            entry["name"],
            tuple(entry["hints"]),
            _any(entry["denied"]),
            _any(entry["present"]),
            entry.get("reaches", False),
        )
        for entry in entries.values()
    )


def _any(phrases: list[str]) -> Pattern:
    """One pattern for all ``phrases``, between word borders."""
    return Pattern(r"\b(?:" + "|".join(phrase.replace(" ", r"\s+") for phrase in phrases) + r")(?!\w)")
