"""Small gold sets for tests: invented letters in the form of ``tests.forms``, labeled as the rules read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evals.annotation.label import draft
from summarizer.pipeline import summarize
from tests.forms import LetterItem, letter

Label = dict[str, Any]

KNEE = LetterItem(
    heading="Right knee brace, for purchase",
    outcome="Overturned",
    rationale="The knee gives way on stairs and the ligament test is positive. The request is medically necessary.",
)
NORCO = LetterItem(
    heading="Norco 10/325 mg #60",
    rationale="Pain scores did not change in a year of use. Therefore, the request is not medically necessary.",
)
LETTERS: Mapping[str, str] = {
    "one": letter(),
    "three": letter(KNEE, NORCO, LetterItem()),
    "two": letter(LetterItem(), KNEE),
}
"""Letters by stem: of one, three and two items."""


def label_of(text: str) -> Label:
    """The label that the rules would give ``text``."""
    return draft(summarize(text=text))


def gold_set(
    home: Path, letters: Mapping[str, str] = LETTERS, change: Callable[[str, Label], None] = lambda *_: None
) -> Path:
    """Write ``letters`` and their labels to ``home``; ``change`` may alter each label before it is written."""
    for name in ("letters", "labels", "contradictions"):
        (home / name).mkdir(parents=True, exist_ok=True)
    for stem, text in letters.items():
        label = label_of(text)
        change(stem, label)
        (home / "letters" / f"{stem}.txt").write_text(text, encoding="utf-8")
        write(home / "labels" / f"{stem}.json", label)
        write(home / "contradictions" / f"{stem}.json", [])
    return home


def write(path: Path, values: object) -> Path:
    """Write JSON."""
    path.write_text(json.dumps(values), encoding="utf-8")
    return path
