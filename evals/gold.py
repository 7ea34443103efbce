"""Gold determinations: letters, the labels that readers made of them, and which of them are held back."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from evals.errors import GoldError
from schemas import Determination, MistakeKind

GOLDSET: Final = Path(__file__).parent / "goldset"
"""The gold set of this repository."""
SUFFIXES: Final = (".pdf", ".txt", ".docx")
"""Kinds of letter, in the order in which they are looked for."""
SET_ASIDE: Final = ("0", "1", "2")
"""Last characters of the file stems that no rule was written from and no weight is fitted to."""


class Split(StrEnum):
    """What a gold letter is for."""

    DEV = "dev"
    """May be read by whoever writes rules and prompts."""
    TEST = "test"
    """Held back: scored, never read."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two passages of one letter that cannot both be true of the case."""

    kind: MistakeKind
    """What they contradict each other about."""
    item: int | None
    """Index of the item it concerns, from 0."""
    a: str
    """One passage, verbatim."""
    b: str
    """The other, verbatim."""
    material: bool
    """Whether the decision leans on it."""
    note: str = ""
    """The reader's remark."""


@dataclass(frozen=True, slots=True)
class Labeled:
    """A letter and its label."""

    stem: str
    """File stem that letter and label share."""
    letter: Path
    """The letter."""
    label: Determination
    """What a reader found in it."""
    contradictions: tuple[Contradiction, ...] | None = None
    """Passages that a reader found to contradict each other; ``None`` where nobody looked for them."""
    split: Split = Split.DEV
    """What it is for."""
    gold_set: str = "gold"
    """Name of the set it belongs to."""

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of the letter's bytes, the label and the contradictions."""
        digest = hashlib.sha256(self.letter.read_bytes())
        digest.update(self.label.model_dump_json().encode())
        digest.update(_CONTRADICTIONS.dump_json(self.contradictions or ()))
        return digest.hexdigest()


_CONTRADICTIONS: Final = TypeAdapter(tuple[Contradiction, ...])


def load_gold(labels: Path, letters: Path | None = None, contradictions: Path | None = None) -> tuple[Labeled, ...]:
    """Every labeled letter of one gold set, by stem.

    ``labels`` is a folder of labels whose letters are in ``letters``; or, without ``letters``, a gold set with the
    folders ``labels``, ``letters`` and, where somebody looked for them, ``contradictions``. Else contradictions are
    those of the folder of that name beside ``labels``. Which letters are held back stands in ``splits.toml``; without
    one it is those whose stem ends in 0, 1 or 2.

    Raises:
        GoldError: a label is no Determination or its letter is missing.
    """
    home = labels
    if letters is None:
        labels, letters = home / "labels", home / "letters"
        contradictions = contradictions or home / "contradictions"
    contradictions = contradictions or home.parent / "contradictions"
    for folder in (labels, letters):
        if not folder.is_dir():
            raise GoldError(str(folder), None, "there is no such folder", "name one with --gold or --documents")
    splits = _splits(home / "splits.toml")
    return tuple(
        Labeled(
            path.stem,
            _letter_of(path, letters),
            load_label(path),
            _contradictions_of(contradictions / path.name),
            _split_of(path, splits),
            home.name,
        )
        for path in sorted(labels.glob("*.json"))
    )


def load_label(path: Path) -> Determination:
    """The label in the file ``path``. Raises ``GoldError`` naming the first field that breaks the schema."""
    try:
        return Determination.model_validate(_json(path))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise GoldError(str(path), dotted(first["loc"]), first["msg"], "see the codebook") from None


def load_contradictions(path: Path) -> tuple[Contradiction, ...]:
    """The labeled pairs of one letter. Raises ``GoldError``."""
    try:
        return _CONTRADICTIONS.validate_python(_json(path))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise GoldError(str(path), dotted(first["loc"]), first["msg"], "see the codebook") from None


def dotted(place: Sequence[int | str]) -> str:
    """A place in nested values as a field path: ``items[0].outcome``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def only(letters: Sequence[Labeled], split: Split | None) -> Iterator[Labeled]:
    """Those of ``letters`` that are for ``split``; all without one."""
    return (labeled for labeled in letters if split is None or labeled.split is split)


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GoldError(str(path), None, f"cannot be read ({error.strerror})", "name a file of labels") from None
    except ValueError:
        raise GoldError(str(path), None, "is not JSON", "mend or remove it") from None


def _letter_of(label: Path, letters: Path) -> Path:
    for suffix in SUFFIXES:
        letter = letters / f"{label.stem}{suffix}"
        if letter.exists():
            return letter
    raise GoldError(str(label), None, f"no letter of this name in {letters}", "add the letter or remove the label")


def _contradictions_of(path: Path) -> tuple[Contradiction, ...] | None:
    return load_contradictions(path) if path.exists() else None


def _splits(path: Path) -> dict[str, Split] | None:
    """Stem to split, as the file says; ``None`` without a file."""
    if not path.exists():
        return None
    named: dict[str, Split] = {}
    for split, stems in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if split not in list(Split):
            raise GoldError(str(path), split, "is no split", f"use {' or '.join(Split)}")
        named |= dict.fromkeys(stems, Split(split))
    return named


def _split_of(label: Path, splits: dict[str, Split] | None) -> Split:
    if splits is None:
        return Split.TEST if label.stem.endswith(SET_ASIDE) else Split.DEV
    if label.stem not in splits:
        raise GoldError(str(label), None, "splits.toml does not name it", "add its stem to dev or to test")
    return splits[label.stem]
