"""The run file: everything that a comparison, a gate or a report needs to know of one evaluation run.

It holds counts for each letter and the values that differ from the label, so that two runs can be compared
without their letters, labels or answers. Its differences hold words of the letters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from evals.errors import RunError
from evals.gold import Split
from evals.metrics.catalog import METRICS
from evals.metrics.measured import Difference, Pair
from evals.metrics.metric import Kind
from evals.metrics.tally import Tally
from schemas import Usage

RUN_VERSION: Final = 1
"""Version of the shape of run files; another one is refused, never guessed at."""
NOT_RECOGNIZED: Final = "not recognized"
"""Layout of a letter that was loaded and that no layout knows."""
NOT_LOADED: Final = "not loaded"
"""Layout of a letter that could not be opened, so that nobody knows its words."""
_REMEDY: Final = "name a file that imr eval run wrote"
_AGAIN: Final = "run imr eval run again"
_MOST: Final = 1e15
"""What no count or amount of a letter comes to."""
_KINDS: Final = {
    metric.counts: {one.kind for one in METRICS if one.counts == metric.counts and not one.of_classes}
    for metric in METRICS
}
"""How the values that are made from a tally follow from it, by its name."""


def _tally(value: object) -> object:
    if not isinstance(value, list | tuple) or [type(part) in (int, float) for part in value] != [True] * 3:
        return value
    return Tally(*value)


Counts = Annotated[
    Tally,
    BeforeValidator(_tally),
    PlainSerializer(lambda tally: [tally.right, tally.labeled, tally.read], return_type=list[float]),
]
"""A tally, in JSON the list ``[right, labeled, read]``."""


class Part(BaseModel):
    """Base of the parts of a run: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Raised(Part):
    """A review flag, without the words it is about."""

    code: str
    """Its ``ReviewCode``."""
    field: str | None = None
    """The field in doubt."""
    material: bool | None = None
    """Of a possible mistake of fact, whether the decision leans on it."""


class Attempt(Part):
    """One reading of one letter, scored."""

    failure: str | None = None
    """The error that the letter ended with, or why the rules judged although a model was asked."""
    failed: bool = False
    """Whether nothing was read."""
    tallies: dict[str, Counts] = Field(default_factory=dict)
    """Counts by ``Metric.counts``; a user's own score is ``[score, 1, 1]`` under its name."""
    pairs: tuple[Pair, ...] = ()
    """Labeled and read classes, for confusion matrices and class F1."""
    differences: tuple[Difference, ...] = ()
    """Where reading and label differ."""
    flags: tuple[Raised, ...] = ()
    """Why a person should look."""
    summaries: dict[str, str] = Field(default_factory=dict)
    """The summaries written, by field path, as nobody can tell from a difference whether one is better."""
    usage: Usage = Field(default_factory=Usage)
    """What it cost; answers from a cache at what they had cost when they were asked."""
    from_cache: bool = False
    """Whether an answer came from a cache, so that seconds say nothing about the model."""


class Letter(Part):
    """One gold letter and how it was read."""

    stem: str
    """File stem of letter and label."""
    gold_set: str
    """Name of the gold set it belongs to."""
    split: Split
    """Whether it is for development or held back for tests."""
    fingerprint: str
    """SHA-256 of the letter's bytes, its label and its labeled contradictions."""
    layout: str
    """Form that it was read as, ``NOT_RECOGNIZED`` where none matched, ``NOT_LOADED`` where it could not be opened."""
    words: int
    """Words of the letter; 0 where it could not be opened."""
    categories: tuple[str, ...] = ()
    """Category of each labeled item, in order."""
    attempts: tuple[Attempt, ...]
    """One a repeat."""

    @property
    def key(self) -> str:
        """Gold set and stem, unique in a run."""
        return f"{self.gold_set}/{self.stem}"


class Run(Part):
    """One evaluation run."""

    run_version: int = RUN_VERSION
    """Version of this shape."""
    name: str
    """What to call it in tables."""
    made: datetime
    """When it was made, with its time zone."""
    program: str
    """Version of the program."""
    engine: str
    """``rules``, ``hybrid`` or ``llm``."""
    model: str | None = None
    """Model that was asked."""
    prompt: str | None = None
    """Prompt and version it was asked by."""
    settings: dict[str, str] = Field(default_factory=dict)
    """What else shapes an answer: temperature, reasoning effort, the prompt's hash ..."""
    repeat: int = 1
    """Readings of each letter."""
    own_metrics: tuple[str, ...] = ()
    """Scores of the user's own evaluators, by name."""
    judge: dict[str, float | str] = Field(default_factory=dict)
    """The judge of summaries, where one was asked: its prompt, model and agreement with the hand-made ratings."""
    letters: tuple[Letter, ...]
    """By gold set and stem."""


def load_run(path: Path) -> Run:
    """Read a run file. Raises ``RunError`` where it is none, of another version, or holds what no run comes to."""
    try:
        values: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(
            str(path), None, f"cannot be read ({error.strerror})", "name a file that imr eval run wrote"
        ) from None
    except (ValueError, RecursionError):
        raise RunError(str(path), None, "is not JSON", _REMEDY) from None
    if not isinstance(values, Mapping) or "run_version" not in values:
        raise RunError(str(path), "run_version", "is missing", _REMEDY)
    version = values["run_version"]
    if type(version) is not int or version != RUN_VERSION:
        said = f"is {version!r}" if isinstance(version, int | float) else "is no number"
        raise RunError(str(path), "run_version", f"{said}, this program writes {RUN_VERSION}", _AGAIN)
    try:
        run = Run.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RunError(str(path), where, first["msg"], _AGAIN) from None
    for where, what in _impossible(run):
        raise RunError(str(path), where, what, _AGAIN)
    return run


def _impossible(run: Run) -> Iterator[tuple[str, str]]:
    """Field and fault of everything in ``run`` that no evaluation comes to."""
    keys: set[str] = set()
    for number, letter in enumerate(run.letters):
        where = f"letters.{number}"
        if letter.key in keys:
            yield where, "is there twice"
        keys.add(letter.key)
        if not letter.attempts:
            yield f"{where}.attempts", "there are none"
        for attempt, read in enumerate(letter.attempts):
            for name, tally in read.tallies.items():
                if not _possible(name, tally):
                    yield f"{where}.attempts.{attempt}.tallies.{name}", "is no count that a letter comes to"


def _possible(counts: str, tally: Tally) -> bool:
    """Whether a letter can have this tally: finite, of so many units no more right; a user's own score is any number.

    What is right is no unit but an amount where only means are made from it.
    """
    if not all(-_MOST <= part <= _MOST for part in (tally.right, tally.labeled, tally.read)):  # NaN is not within
        return False
    if min(tally.labeled, tally.read) < 0:
        return False
    kinds = _KINDS.get(counts)
    if not kinds:
        return True
    of_labeled = tally.right <= tally.labeled or kinds.isdisjoint((Kind.SHARE, Kind.RECALL, Kind.F1))
    of_read = tally.right <= tally.read or kinds.isdisjoint((Kind.PRECISION, Kind.F1))
    return tally.right >= 0 and of_labeled and of_read


def save_run(run: Run, path: Path) -> None:
    """Write ``run`` whole or not at all. Raises ``OSError``."""
    values = {"run_version": run.run_version, **run.model_dump(mode="json", exclude_defaults=True)}
    write_whole(path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write JSON ``text`` to a file beside ``path`` first, then in its place. Raises ``OSError``.

    Half a pair of surrogates, which UTF-8 cannot say, is written as JSON's own escape.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
