"""A letter judged by a model, in one request where it fits, else item group by item group."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from schemas import ReviewCode
from schemas.judgement import Answer, LetterJudgement
from summarizer.document import Document
from summarizer.errors import AnswerTruncated, ModelError, WindowExceeded
from summarizer.layouts import Structure
from summarizer.llm.answer_key import reading_version
from summarizer.llm.cost import tokens_needed
from summarizer.llm.merge import with_case, with_contradictions, with_items
from summarizer.llm.prompts import Prompt
from summarizer.llm.question import Answered, Question
from summarizer.llm.view import LetterView, view_of
from summarizer.reading import Doubt, Reading

A = TypeVar("A", bound=Answer)

_ROOM_OF_A_LETTER = 900
"""Tokens of an answer without its items: a summary of 60 words, diagnoses, contradictions, and thinking aloud."""
_ROOM_OF_AN_ITEM = 260
"""Tokens of one item's judgement, summary of 35 words included, at its longest."""


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

    def question(self, reading: Reading, items: Sequence[int]) -> tuple[Question[LetterJudgement], LetterView]:
        """The request about ``items`` (indexes from 0) and the view that its numbers count in."""
        view = view_of(self.document, reading, self.unsupported, items)
        asked = Question(
            prompt=self.prompt.label,
            instructions=self.prompt.text,
            letter=view.text,
            shape=LetterJudgement,
            room=self.room or _ROOM_OF_A_LETTER + _ROOM_OF_AN_ITEM * len(items),
            context={"shown": view, "reasks": self.reasks},
            fingerprint=fingerprint_of(self.document),
        )
        return asked, view


def fingerprint_of(document: Document) -> str:
    """What stands for the letter and for our way of reading it in the key of a kept answer."""
    return f"{hashlib.sha256(document.text.encode('utf-8', 'surrogatepass')).hexdigest()}:{reading_version()}"


def groups_of(asked: Asked, reading: Reading) -> list[list[int]]:
    """The items to judge, in as few groups as fit the window, in order."""
    every = [index for index, item in enumerate(reading.items) if item.rationale is not None]
    groups: list[list[int]] = []
    for index in every:
        if groups and _fits(asked, reading, [*groups[-1], index]):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _fits(asked: Asked, reading: Reading, items: Sequence[int]) -> bool:
    if asked.window is None:
        return True
    question, _ = asked.question(reading, items)
    return tokens_needed(question) <= asked.window


async def read_by_model(ask: Ask, asked: Asked, reading: Reading) -> ModelReading:
    """Judge a letter whose structure is known. Nothing is cut: what does not fit is asked in more requests.

    What the model answered is kept where a later request fails; the items without an answer stay as
    the rules judged them, with a doubt that says so.
    """
    waiting = groups_of(asked, reading)
    failure: ModelError | None = None
    while waiting:
        items = waiting.pop(0)
        question, view = asked.question(reading, items)
        try:
            answered = await ask(question)
        except ModelError as error:
            # Half the items may fit, or may be answered in the room there is.
            if isinstance(error, (WindowExceeded, AnswerTruncated)) and len(items) > 1:
                half = len(items) // 2
                waiting[:0] = [items[:half], items[half:]]
                continue
            failure = error
            unanswered = items
            if error.concerns_all:
                unanswered = [*items, *(index for group in waiting for index in group)]
                waiting.clear()
            reading = unjudged(reading, error, unanswered)
        else:
            reading = _judged(asked, reading, answered, view)
    return ModelReading(reading, failure)


def _judged(asked: Asked, reading: Reading, answered: Answered[LetterJudgement], view: LetterView) -> Reading:
    """``reading`` with one answer over it; the case is taken from the first."""
    document, prompt = asked.document, asked.prompt.label
    merged = with_items(document, asked.structure, reading, answered.value, view, prompt)
    if reading.model is None:
        merged = with_case(document, merged, answered.value, view, prompt)
    merged = with_contradictions(merged, answered.value, view)
    return replace(merged, model=answered.model)


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
