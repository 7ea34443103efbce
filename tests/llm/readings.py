"""Letters read by rules, and answers about them, for tests of what comes after an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from schemas.judgement import Answer, LetterJudgement
from summarizer.document import Document
from summarizer.layouts import Structure, recognize
from summarizer.llm.letter import Asked
from summarizer.llm.prompts import load_prompt
from summarizer.llm.question import Answered, Question, Spent
from summarizer.llm.view import LetterView, view_of
from summarizer.reading import Reading
from summarizer.rules.letter import read_by_rules
from tests.forms import document


@dataclass(frozen=True)
class Read:
    """A letter read by rules."""

    document: Document
    structure: Structure
    reading: Reading

    @property
    def view(self) -> LetterView:
        return view_of(self.document, self.reading, lambda _: ())

    def asked(self, window: int | None = None, room: int | None = None) -> Asked:
        prompt = load_prompt("read_determination@v1")
        return Asked(self.document, self.structure, prompt, lambda _: (), window, room)

    def number(self, words: str) -> int:
        """Number of the shown sentence that holds ``words``."""
        (number,) = [at for at, sentence in enumerate(self.view.sentences, 1) if words in sentence.words]
        return number


def read(text: str) -> Read:
    letter = document(text)
    structure = recognize(text)
    assert structure is not None
    return Read(letter, structure, read_by_rules(letter, structure))


def judged(**changes: object) -> LetterJudgement:
    """An answer, not validated: a test says what it needs."""
    values: dict[str, object] = {
        "summary": "A worker asked for care.",
        "diagnoses": [],
        "items": [],
        "contradictions": [],
    }
    return LetterJudgement.model_validate(values | changes)


def item(number: int, at: int, **changes: object) -> dict[str, object]:
    """One item's judgement, whose reasons and quote stand at one sentence."""
    values: dict[str, object] = {
        "item": number,
        "category": "diagnostic_testing",
        "reasons": [{"code": "no_objective_findings", "at": [at]}],
        "quotes": [at],
        "summary": "The examination shows nothing that calls for it.",
    }
    return values | changes


@dataclass
class Answering:
    """An ``Ask`` that gives what a function makes of each question, be it an error."""

    answer: Callable[[Question[LetterJudgement]], LetterJudgement | Exception]
    questions: list[Question[LetterJudgement]] = field(default_factory=list)
    whole: bool = True

    def __call__(self, question: Question[Answer], /) -> Awaitable[Answered[Answer]]:
        return self._answered(cast(Question[LetterJudgement], question))

    async def _answered(self, question: Question[LetterJudgement]) -> Answered[Answer]:
        self.questions.append(question)
        answer = self.answer(question)
        if isinstance(answer, Exception):
            raise answer
        return Answered(answer, "small-model", Spent(), whole=self.whole)


def items_of(question: Question[LetterJudgement]) -> Sequence[int]:
    """Numbers of the items that a question asks about."""
    return cast(LetterView, question.context["shown"]).items
