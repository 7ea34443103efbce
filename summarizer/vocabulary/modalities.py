"""Kinds of treatments and tests, as a letter names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict

import tomli

from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern

_FILE = Path(__file__).with_name("modalities.toml")


class _Kind(TypedDict):
    words: list[str]
    near: NotRequired[list[str]]


class ModalityMention(NamedTuple):
    """A treatment or test named in a text."""

    kind: str
    """Name of its table in ``modalities.toml``."""
    span: Span
    """Where it stands: offsets into the text that was searched, half-open."""


class _Modalities(NamedTuple):
    kinds: dict[str, str]
    pattern: Pattern
    alike: dict[str, frozenset[str]]


@cache
def _modalities() -> _Modalities:
    tables: dict[str, _Kind] = tomli.loads(_FILE.read_text(encoding="utf-8"))
    kinds = {word: kind for kind, table in tables.items() for word in table["words"]}
    alike: dict[str, set[str]] = {kind: {kind} for kind in tables}
    for kind, table in tables.items():
        for other in table.get("near", ()):
            alike[kind].add(other)
            alike[other].add(kind)
    longest_first = sorted(kinds, key=len, reverse=True)
    choices = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)
    pattern = Pattern(rf"\b(?:{choices})\b", re.IGNORECASE | re.ASCII)
    return _Modalities(kinds, pattern, {kind: frozenset(others) for kind, others in alike.items()})


def modalities_in(text: str, span: Span | None = None) -> tuple[ModalityMention, ...]:
    """Treatments and tests named in ``text`` (or in ``span`` of it), in order."""
    start, end = span or Span(0, len(text))
    known = _modalities()
    return tuple(
        ModalityMention(known.kinds[" ".join(match[0].lower().split())], Span(*match.span()))
        for match in known.pattern.finditer(text, start, end)
    )


def any_alike(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any kind of ``some`` is, or is commonly named for, any of ``others``."""
    wanted = frozenset(others)
    return any(_modalities().alike[kind] & wanted for kind in some)
