"""Gold determinations: labels and the letters they belong to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas import Determination

SUFFIXES: Final = (".pdf", ".txt", ".docx")
"""Kinds of letter, in the order in which they are looked for."""


SET_ASIDE: Final = ("0", "1", "2")
"""Last characters of the file stems that no rule was written from and no weight is fitted to."""


@dataclass(frozen=True, slots=True)
class Labeled:
    """A letter and its label."""

    stem: str
    """File stem that letter and label share."""
    letter: Path
    """The letter."""
    label: Determination
    """What a reader found in it."""


def load_gold(labels: Path, letters: Path) -> tuple[Labeled, ...]:
    """Every label in the folder ``labels`` with its letter in the folder ``letters``, by name.

    Raises ``FileNotFoundError`` where a label has no letter, and pydantic's ``ValidationError``
    where a label breaks the codebook.
    """
    found = []
    for path in sorted(labels.glob("*.json")):
        letter = next(
            (letters / f"{path.stem}{suffix}" for suffix in SUFFIXES if (letters / f"{path.stem}{suffix}").exists()),
            None,
        )
        if letter is None:
            raise FileNotFoundError(f"{path.name}: no letter of this name in {letters}")
        label = Determination.model_validate(json.loads(path.read_text(encoding="utf-8")))
        found.append(Labeled(path.stem, letter, label))
    return tuple(found)
