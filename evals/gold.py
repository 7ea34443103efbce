"""Gold determinations: letters, the labels that readers made of them, and which of them are held back."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from evals.errors import GoldError
from schemas import Determination, MistakeKind

GOLDSET: Final = Path(__file__).parent / "goldset"
"""The gold set of this repository."""
SUFFIXES: Final = (".pdf", ".txt", ".docx")
"""Kinds of letter, in the order in which they are looked for."""
OF_A_READING: Final = ("document", "provenance", "review", "usage")
"""Fields of a Determination that say how it was read; a label has none of them."""
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
        return self.fingerprint_with(self.letter.read_bytes())

    def fingerprint_with(self, letter: bytes) -> str:
        """The same of a letter of these bytes, wherever it is kept. Not looked for and none found are two things."""
        digest = hashlib.sha256(letter)
        digest.update(self.label.model_dump_json().encode())
        digest.update(b"null" if self.contradictions is None else _CONTRADICTIONS.dump_json(self.contradictions))
        return digest.hexdigest()


_CONTRADICTIONS: Final = TypeAdapter(tuple[Contradiction, ...])
_AS_IN_THE_CODEBOOK: Final = "see the codebook"


def load_gold(labels: Path, letters: Path | None = None, contradictions: Path | None = None) -> tuple[Labeled, ...]:
    """Every labeled letter of one gold set, by stem.

    ``labels`` is a folder of labels whose letters are in ``letters``; or, without ``letters``, a gold set with the
    folders ``labels``, ``letters`` and, where somebody looked for them, ``contradictions``. Else contradictions are
    those of the folder of that name beside ``labels``. Which letters are held back stands in ``splits.toml``; without
    one it is those whose stem ends in 0, 1 or 2.

    Raises:
        GoldError: a label is no Determination or its letter is missing, contradictions are those of no label, or the
            splits do not name every labeled letter once and no other.
    """
    home = labels
    if letters is None:
        labels, letters = home / "labels", home / "letters"
        contradictions = contradictions or home / "contradictions"
    contradictions = contradictions or home.parent / "contradictions"
    for folder in (labels, letters):
        if not folder.is_dir():
            raise GoldError(str(folder), None, "there is no such folder", "name one with --gold or --documents")
    for error in strays(labels, letters, contradictions, home / "splits.toml"):
        raise error
    splits = _splits(home / "splits.toml")
    return tuple(
        Labeled(
            path.stem,
            letter_beside(path, letters),
            load_label(path),
            _contradictions_of(contradictions / path.name),
            _split_of(path, splits),
            home.name,
        )
        for path in sorted(labels.glob("*.json"))
    )


def strays(labels: Path, letters: Path | None, contradictions: Path | None, splits: Path) -> Iterator[GoldError]:
    """What belongs to no label of the folder ``labels``: contradictions, stems of splits, and letters beside splits.

    The first of the errors is that the file of splits cannot be read at all.
    """
    stems = {path.stem for path in labels.glob("*.json")}
    for path in sorted(contradictions.glob("*.json")) if contradictions is not None else ():
        if path.stem not in stems:
            what = f"there is no label of this name in {labels}"
            yield GoldError(str(path), None, what, "add the label, or mend or remove this file")
    try:
        split_of = _splits(splits)
    except GoldError as error:
        yield error
        return
    if split_of is None:
        return
    for stem, split in split_of.items():
        if stem not in stems:
            yield GoldError(str(splits), f"{split}: {stem}", "there is no label of this name", "mend or remove it")
    for letter in sorted(letters.iterdir()) if letters is not None else ():
        if letter.suffix in SUFFIXES and letter.stem not in stems:
            yield GoldError(str(letter), None, f"has no label in {labels}", "label the letter or remove it")
    for stem in sorted(stems - split_of.keys()):
        yield _unnamed(labels / f"{stem}.json")


def contradictions_beside(labels: Path) -> Path | None:
    """The folder of contradictions of a gold set, of a folder of labels or of one label; ``None`` where there is none.

    It is the folder ``contradictions`` beside the folder that holds the labels, whatever that is called: in a gold
    set beside ``labels``, in a flat set beside the labels' own folder.
    """
    folder = labels.resolve()
    if folder.is_file():
        folder = folder.parent
    elif (folder / "labels").is_dir():
        folder /= "labels"
    found = folder.parent / "contradictions"
    return found if found.is_dir() else None


def load_label(path: Path) -> Determination:
    """The label in the file ``path``. Raises ``GoldError`` naming the first field that breaks the schema."""
    try:
        return Determination.model_validate(read_json(path))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise GoldError(str(path), dotted(first["loc"]), first["msg"], _AS_IN_THE_CODEBOOK) from None


def load_contradictions(path: Path) -> tuple[Contradiction, ...]:
    """The labeled pairs of one letter. Raises ``GoldError``."""
    try:
        return _CONTRADICTIONS.validate_python(read_json(path))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise GoldError(str(path), dotted(first["loc"]), first["msg"], _AS_IN_THE_CODEBOOK) from None


def dotted(place: Sequence[int | str]) -> str:
    """A place in nested values as a field path: ``items[0].outcome``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def only(letters: Sequence[Labeled], split: Split | None) -> Iterator[Labeled]:
    """Those of ``letters`` that are for ``split``; all without one."""
    return (labeled for labeled in letters if split is None or labeled.split is split)


def read_json(path: Path) -> object:
    """The values in the file ``path``. Raises ``GoldError`` where it is no JSON, or names one field twice."""
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=partial(_named_once, path))
    except OSError as error:
        raise GoldError(str(path), None, f"cannot be read ({error.strerror})", "name a file of labels") from None
    except (ValueError, RecursionError):
        raise GoldError(str(path), None, "is no JSON in UTF-8", "mend or remove it") from None


def _named_once(path: Path, pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The pairs of a JSON object; of a field that stands there twice only one value would be seen."""
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise GoldError(str(path), name, f"stands there {times} times", "keep one of them")
    return dict(pairs)


def letter_beside(label: Path, letters: Path) -> Path:
    """The letter in the folder ``letters`` of a label's name. Raises ``GoldError`` where there is none."""
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
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GoldError(str(path), None, f"cannot be read ({error.strerror})", "mend or remove it") from None
    except (ValueError, RecursionError):
        raise GoldError(str(path), None, "is no TOML in UTF-8", "mend or remove it") from None
    named: dict[str, Split] = {}
    for split, stems in values.items():
        if split not in list(Split):
            raise GoldError(str(path), split, "is no split", f"use {' or '.join(Split)}")
        if not isinstance(stems, list) or not all(isinstance(stem, str) for stem in stems):
            raise GoldError(str(path), split, "is no list of stems", f'write {split} = ["first", "second"]')
        for stem in stems:
            if stem in named:
                raise GoldError(str(path), f"{split}: {stem}", "is named twice", "name each stem once, in one split")
            named[stem] = Split(split)
    return named


def _split_of(label: Path, splits: dict[str, Split] | None) -> Split:
    if splits is None:
        return Split.TEST if label.stem.endswith(SET_ASIDE) else Split.DEV
    if label.stem not in splits:
        raise _unnamed(label)
    return splits[label.stem]


def _unnamed(label: Path) -> GoldError:
    return GoldError(str(label), None, "splits.toml does not name it", "add its stem to dev or to test")
