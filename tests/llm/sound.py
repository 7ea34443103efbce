"""A model that answers soundly from the request alone, as a server in the tests plays it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_ITEM = re.compile(r"ITEM (\d+): (\w+)(, not to be judged)?")
_NUMBERED = re.compile(r"(\d+)\| (.*)")
REASONS = {"upheld": "no_objective_findings", "overturned": "criteria_met", "modified": "exceeds_limits"}
DRUGS = ("mg", "Norco", "gel")


@dataclass
class ShownItem:
    """One item as a request shows it."""

    number: int
    outcome: str
    asked: bool
    heading: list[int] = field(default_factory=list)
    rationale: list[int] = field(default_factory=list)


@dataclass
class Shown:
    """A numbered letter as a request shows it."""

    words: dict[int, str] = field(default_factory=dict)
    summary: list[int] = field(default_factory=list)
    items: list[ShownItem] = field(default_factory=list)


def user_message(body: dict[str, Any]) -> str:
    """The letter in a request."""
    told: str = body["messages"][1]["content"]
    return told


def shown_in(body: dict[str, Any]) -> Shown:
    """What a request of ``read_determination`` shows."""
    shown, into = Shown(), list[int]()
    into = shown.summary
    for line in user_message(body).split("\n"):
        if numbered := _NUMBERED.fullmatch(line):
            shown.words[int(numbered[1])] = numbered[2]
            into.append(int(numbered[1]))
        elif item := _ITEM.fullmatch(line):
            shown.items.append(ShownItem(int(item[1]), item[2], asked=item[3] is None))
            into = shown.items[-1].heading
        elif line.startswith("RATIONALE "):
            into = shown.items[-1].rationale
    return shown


def sound(body: dict[str, Any]) -> dict[str, Any]:
    """An answer that holds against the letter in ``body``: the last sentence of each rationale carries it."""
    shown = shown_in(body)
    return {
        "summary": "The worker was hurt and treated. More care was disputed.",
        "diagnoses": [],
        "items": [_judged(shown, item) for item in shown.items if item.asked and item.rationale],
        "contradictions": [],
    }


def _judged(shown: Shown, item: ShownItem) -> dict[str, Any]:
    heading = " ".join(shown.words[number] for number in item.heading)
    drug = any(word in heading for word in DRUGS)
    at = item.rationale[0]
    return {
        "item": item.number,
        "category": "pharmaceutical" if drug else "diagnostic_testing",
        **({"drug_class": "opioid"} if drug else {}),
        "reasons": [{"code": REASONS[item.outcome], "at": [at]}],
        "quotes": [at],
        "summary": "The reviewer looked at the record and decided so.",
    }
