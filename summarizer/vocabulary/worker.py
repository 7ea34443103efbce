"""Words for the injured worker: nouns, pronouns, the people around a claim and spelled-out ages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import tomli

from schemas import Sex


class WorkerWords(NamedTuple):
    """The word lists of ``worker.toml``, lower case."""

    nouns: dict[str, Sex]
    """Nouns that say the sex."""
    pronouns: dict[str, Sex]
    """Pronouns that say the sex of whomever they stand for."""
    workers: frozenset[str]
    """What the summary calls the worker."""
    others: frozenset[str]
    """Other people, whose pronouns are not the worker's."""
    aged_things: frozenset[str]
    """Things and people whose age is not the worker's."""
    numbers: dict[str, int]
    """Spelled-out numbers, units and tens."""


@cache
def worker_words() -> WorkerWords:
    """Read the word lists; once a process."""
    data = tomli.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return WorkerWords(
        nouns=dict.fromkeys(data["female"], Sex.FEMALE) | dict.fromkeys(data["male"], Sex.MALE),
        pronouns=dict.fromkeys(data["she"], Sex.FEMALE) | dict.fromkeys(data["he"], Sex.MALE),
        workers=frozenset(data["workers"]),
        others=frozenset(data["others"].split()),
        aged_things=frozenset(data["aged_things"].split()),
        numbers=dict(data["numbers"]),
    )
