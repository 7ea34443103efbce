"""What a runner is asked to do, how far it is, and the word that ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summarizer.backfill.kept import State
from summarizer.engine import Engine
from summarizer.llm.question import Spent
from summarizer.loading.source import Limits

if TYPE_CHECKING:
    from summarizer.llm.settings import ModelSettings


@dataclass(frozen=True, slots=True)
class Job:
    """How letters are read, and how many."""

    engine: Engine
    """Who makes the judgements."""
    limits: Limits
    """The most that a letter may hold."""
    workers: int
    """Processes that open files."""
    longest: float = 600.0
    """Seconds that opening one letter may take, OCR included; one that takes more is given up."""
    settings: ModelSettings | None = None
    """The model, where the engine asks one."""
    most: int | None = None
    """Letters that this run may take up; ``None``: all."""
    sample: int | None = None
    """Letters of the store that any run takes up, drawn at random and always the same; ``None``: all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is."""

    states: Mapping[State, int]
    """Inputs of the store by state, for the run's recipe."""
    taken: int = 0
    """Inputs that this run has brought to an end, failed ones included."""
    failed: int = 0
    """Of these, inputs that failed."""
    ahead: int = 0
    """Inputs that this run may still take up."""
    spent: Spent = field(default_factory=Spent)
    """What this run has cost."""
    seconds: float = 0.0
    """Since the run began."""

    @property
    def rate(self) -> float:
        """Inputs a second of this run."""
        return self.taken / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until nothing is ahead, at the rate so far; ``None`` before there is one."""
        return self.ahead / self.rate if self.taken else None


@dataclass(slots=True)
class Brake:
    """What ends a run: what is under way is finished, nothing more is taken up. May be pulled in any thread."""

    why: str | None = None
    """Why the run ends; ``None`` while it goes on."""

    @property
    def pulled(self) -> bool:
        """Whether the run is ending."""
        return self.why is not None

    def pull(self, why: str) -> None:
        """End the run; the first reason stays."""
        self.why = self.why or why
