"""What a model is asked to return about one summary of a letter: two ratings, and the words and lines to check them by.

The validator holds an answer against the letter and the summary as they were shown, which it gets as
``context["shown"]``; without it, it checks the answer's own shape. A rating without what bears it out cannot be
checked by anybody and is none: nothing here is let pass, and all that is wrong is told in one error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final, Protocol, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.answer import Answer

if TYPE_CHECKING:
    from pydantic import ValidationInfo

BEST: Final = 3
"""Rating of a summary with which nothing is wrong; the worst is 1."""
SCALE: Final = (1, 2, BEST)
"""Ratings, the worst first."""
MOST_LINES: Final = 8
"""Lines that are named for or against a summary, at most."""


class ShownSummary(Protocol):
    """A numbered letter and one of its summaries, as far as the validator needs them."""

    def words_of(self, number: int) -> str | None:
        """Folded words of the line with this number; ``None`` where there is none."""

    def says(self, words: str) -> bool:
        """Whether ``words`` stand in the summary, whole words only."""


Rating = Annotated[int, Field(ge=SCALE[0], le=BEST)]
"""One of ``SCALE``."""
Numbers = Annotated[
    tuple[int, ...], Field(max_length=MOST_LINES), AfterValidator(lambda all_: tuple(dict.fromkeys(all_)))
]
"""Numbers of lines, each once."""
Phrases = Annotated[tuple[str, ...], AfterValidator(lambda all_: tuple(dict.fromkeys(all_)))]
"""Words of the summary, each phrase once."""


class SummaryRating(Answer):
    """A rated summary. What bears the ratings out comes first, so that it is looked for before they are given."""

    support: Numbers = ()
    """Numbers of the lines that bear the summary out."""
    unsupported: Phrases = ()
    """Words of the summary that the letter does not bear out, as the summary prints them."""
    missing: Numbers = ()
    """Numbers of the lines that hold what the summary leaves out."""
    faithfulness: Rating
    """3: all of it is so; 2: a slip that misleads nobody; 1: something in it misleads."""
    coverage: Rating
    """3: who, what and why are there; 2: one of them is missing; 1: a reader would not know why."""

    @model_validator(mode="after")
    def _can_be_checked(self, info: ValidationInfo) -> Self:
        """Hold the rating against itself and, where the context has it, against what was shown."""
        problems = [*self._odd(), *self._not_there((info.context or {}).get("shown"))]
        if problems:
            raise PydanticCustomError("does_not_fit", "{problems}", {"problems": "\n".join(problems)})
        return self

    def _odd(self) -> Iterator[str]:
        """What of the answer does not go together."""
        sides = {
            "faithfulness": (self.faithfulness, "unsupported", "words of the summary", self.unsupported),
            "coverage": (self.coverage, "missing", "lines", self.missing),
        }
        for name, (rating, part, what, named) in sides.items():
            if rating == BEST and named:
                yield f"{name} is {BEST}, but {part} names {what}; give a lower rating, or name none"
            elif rating < BEST and not named:
                yield f"{name} is {rating}, but {part} names nothing; name the {what}, or give {BEST}"

    def _not_there(self, shown: ShownSummary | None) -> Iterator[str]:
        """What it names that was not shown."""
        if shown is None:
            return
        for part, numbers in (("support", self.support), ("missing", self.missing)):
            absent = [number for number in numbers if shown.words_of(number) is None]
            if absent:
                yield f"{part}: there is no line {', '.join(map(str, absent))}; use the numbers before the lines"
        for place, words in enumerate(self.unsupported, 1):
            if not shown.says(words):
                yield f"unsupported {place}: its words do not stand in the summary; copy them from it exactly"
