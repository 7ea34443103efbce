"""A letter judged by a model, in one request where it fits, else item group by item group."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from schemas import ReviewCode
from schemas.judgement import Answer, LetterJudgement
from summarizer.document import Document
from summarizer.errors import AnswerTruncated, AnswerUnusable, ModelError, WindowExceeded
from summarizer.layouts import Structure
from summarizer.llm.cost import tokens_needed
from summarizer.llm.merge import with_case, with_contradictions, with_items
from summarizer.llm.prompts import Prompt
from summarizer.llm.question import Answered, Question
from summarizer.llm.view import LetterView, view_of
from summarizer.reading import Doubt, Reading

A = TypeVar("A", bound=Answer)

_LEAST_ROOM = (500, 230)
"""Tokens of an answer without its items, and of each item, at their longest; a window must have room for these."""
_ROOM = (4000, 300)
"""Tokens that an answer gets where the window allows: models that think first take it out of the same room."""


class Ask(Protocol):
    """Asks a model one question; raises ``ModelError``."""

    def __call__(self, question: Question[A], /) -> Awaitable[Answered[A]]:
        """The answer, validated."""


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What came of asking a model about one letter."""

    reading: Reading
    """The rules' reading with the model's judgement over it, as far as there is one."""
    failure: ModelError | None = None
    """Why a part, or all, of it is the rules' alone."""
    judged: bool = False
    """Whether any answer could be used."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A letter to be judged, and how."""

    document: Document
    """The letter."""
    structure: Structure
    """Where its sections and items are."""
    prompt: Prompt
    """What is asked."""
    unsupported: Callable[[str], tuple[str, ...]]
    """Facts of a summary that the letter does not state."""
    window: int | None = None
    """Tokens that fit the model; ``None`` where that is not known."""
    room: int | None = None
    """Tokens of an answer; ``None``: by the number of items."""
    reasks: int = 2
    """Times the model may be told what was wrong."""
    model: str = "the model"
    """Its name, for messages."""

    def question(
        self, reading: Reading, items: Sequence[int], *, tight: bool = False
    ) -> tuple[Question[LetterJudgement], LetterView]:
        """The request about ``items`` (indexes from 0) and the view that its numbers count in.

        ``tight`` asks with the least room for an answer, for a window that has no more.
        """
        view = view_of(self.document, reading, self.unsupported, items)
        least = self.room or _LEAST_ROOM[0] + _LEAST_ROOM[1] * len(items)
        asked = Question(
            prompt=self.prompt.label,
            instructions=self.prompt.text,
            letter=view.text,
            shape=LetterJudgement,
            room=least,
            context={"shown": view, "reasks": self.reasks},
            fingerprint=fingerprint_of(self.document),
        )
        if self.room or tight:
            return asked, view
        most = _ROOM[0] + _ROOM[1] * len(items)
        if self.window is not None:
            most = max(least, min(most, self.window - tokens_needed(asked) + least))
        return replace(asked, room=most), view

    def needs(self, reading: Reading, items: Sequence[int]) -> int:
        """Tokens of a window that ``items`` take with the least room for an answer."""
        question, _ = self.question(reading, items, tight=True)
        return tokens_needed(question)


def fingerprint_of(document: Document) -> str:
    """What stands for the letter in the key of a kept answer: SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()


def groups_of(asked: Asked, reading: Reading) -> list[list[int]]:
    """The items to judge, in as few groups as fit the window, in order; an item that fits none is a group too."""
    every = [index for index, item in enumerate(reading.items) if item.rationale is not None]
    if not every or asked.window is None or asked.needs(reading, every) <= asked.window:
        return [every] if every else []
    alone = {index: asked.needs(reading, [index]) for index in every}
    shared = asked.needs(reading, [])
    groups: list[list[int]] = []
    taken = asked.window
    for index in every:
        if taken + alone[index] - shared <= asked.window:
            groups[-1].append(index)
            taken += alone[index] - shared
        else:
            groups.append([index])
            taken = alone[index]
    return groups


async def read_by_model(ask: Ask, asked: Asked, reading: Reading) -> ModelReading:
    """Judge a letter whose structure is known. Nothing is cut: what does not fit is asked in more requests.

    What the model answered is kept where a later request fails; the items without an answer stay as
    the rules judged them, with a doubt that says so.
    """
    progress = _Progress(asked, reading, groups_of(asked, reading))
    while progress.waiting:
        items, tight = progress.waiting.pop(0), progress.tight
        question, view = asked.question(reading, items, tight=tight)
        try:
            if asked.window is not None and len(items) == 1 and asked.needs(reading, items) > asked.window:
                raise _too_long(asked)
            answered = await ask(question)
        except ModelError as error:
            if not progress.smaller(items, error):
                progress.fail(items, error)
        else:
            progress.take(items, answered, view)
    return ModelReading(progress.reading, progress.failure, progress.judged)


@dataclass(slots=True)
class _Progress:
    """A letter on its way from the rules' judgement to the model's, group by group."""

    asked: Asked
    reading: Reading
    waiting: list[list[int]]
    failure: ModelError | None = None
    judged: bool = False
    tight: bool = False
    halved: bool = False

    def smaller(self, items: list[int], error: ModelError) -> bool:
        """Whether to ask again with less: the least room first, then half the items where that may help.

        A window that is too small tells its size only by refusing. An answer that was cut off was paid
        for, twice; one division must do.
        """
        if isinstance(error, WindowExceeded) and not self.tight and self.asked.window is None:
            self.tight = True
            self.waiting.insert(0, items)
            return True
        divisible = isinstance(error, WindowExceeded) or (isinstance(error, AnswerTruncated) and not self.halved)
        if not divisible or len(items) == 1:
            return False
        self.halved |= isinstance(error, AnswerTruncated)
        half = len(items) // 2
        self.waiting[:0] = [items[:half], items[half:]]
        return True

    def take(self, items: list[int], answered: Answered[LetterJudgement], view: LetterView) -> None:
        """Lay an answer over the reading; the case is taken from the first."""
        document, prompt, judged = self.asked.document, self.asked.prompt.label, answered.value
        merged = with_items(document, self.asked.structure, self.reading, judged, view, prompt)
        if not self.judged:
            merged = with_case(document, merged, judged, view, prompt)
        self.reading = replace(with_contradictions(merged, judged, view), model=answered.model)
        self.judged = True
        missing = sorted(set(items) - {item.item - 1 for item in judged.items})
        if not answered.whole and not missing:
            what = "A part of the model's answer did not hold against the letter and was left out; read the letter."
            doubt = Doubt(ReviewCode.UNCERTAIN_JUDGEMENT, what)
            self.reading = replace(self.reading, doubts=(*self.reading.doubts, doubt))
        if missing:
            what = "a part of its answer did not hold against the letter, after re-asks too"
            self.fail(missing, AnswerUnusable(answered.model, what, "read the rationale, or use another model"))

    def fail(self, items: list[int], error: ModelError) -> None:
        """Leave ``items`` as the rules judged them; after an error that concerns all, those that wait too."""
        self.failure = error
        if error.concerns_all:
            items = [*items, *(index for group in self.waiting for index in group)]
            self.waiting.clear()
        self.reading = unjudged(self.reading, error, items)


def _too_long(asked: Asked) -> WindowExceeded:
    return WindowExceeded(
        asked.model,
        f"one item with its answer needs more than the window of {asked.window:,} tokens",
        "use a model with a larger window",
    )


def unjudged(reading: Reading, failure: ModelError, items: Sequence[int] | None = None) -> Reading:
    """``reading`` with a doubt at each of ``items``, all by default, that no model judged."""
    doubts = tuple(
        Doubt(
            ReviewCode.MODEL_FAILED,
            f"The model gave no usable answer ({failure.what}); this judgement is the rules' own.",
            f"items[{index}].primary_reason",
        )
        for index in (range(len(reading.items)) if items is None else items)
    )
    return replace(reading, doubts=(*reading.doubts, *doubts))
