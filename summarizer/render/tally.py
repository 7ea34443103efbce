"""How the inputs of a run ended: each one done, in need of review or failed, and the counts add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.render.words import count

if TYPE_CHECKING:
    from schemas import Determination


@dataclass(slots=True)
class Tally:
    """Counts of a run, kept while it goes on."""

    done: int = 0
    """Read, and nothing doubtful."""
    needs_review: int = 0
    """Read, with at least one review flag."""
    failed: int = 0
    """Not read."""

    def read(self, determination: Determination) -> None:
        """Count a letter that was read."""
        if determination.review:
            self.needs_review += 1
        else:
            self.done += 1

    @property
    def total(self) -> int:
        """All inputs so far."""
        return self.done + self.needs_review + self.failed

    def __str__(self) -> str:
        """One line: ``12 letters: 9 done, 2 need review, 1 failed``."""
        need = "needs" if self.needs_review == 1 else "need"
        parts = (f"{self.done} done", f"{self.needs_review} {need} review", f"{self.failed} failed")
        return f"{count(self.total, 'letter')}: {', '.join(parts)}"
