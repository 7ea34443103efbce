"""One thing that is wrong with a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AS_PRINTED: Final = "copy the words from the letter as they are printed, line breaks as single spaces"
"""What to do about words that do not stand where they should."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a label."""

    field: str | None
    """Path in the label, such as ``items[2].outcome``; ``None`` where it is the whole file."""
    what: str
    """What is wrong."""
    remedy: str
    """What to do."""
    warning: bool = False
    """Whether it may be right all the same, and only deserves a second look."""
    file: str = ""
    """The file it was found in."""

    def __str__(self) -> str:
        """One line: ``file: field: what; remedy``."""
        said = f"{self.what}; {self.remedy}"
        return ": ".join(part for part in (self.file, self.field, "warning" if self.warning else None, said) if part)
