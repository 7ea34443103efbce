from __future__ import annotations

import asyncio

import pytest

from schemas import Origin, ReviewCode
from schemas.judgement import LetterJudgement
from summarizer.errors import AnswerTruncated, BudgetReached, ModelError, ModelUnreachable, WindowExceeded
from summarizer.llm.cost import tokens_needed
from summarizer.llm.letter import Asked, ModelReading, groups_of, read_by_model
from summarizer.llm.question import Question
from summarizer.llm.view import LetterView
from tests.forms import LetterItem, letter
from tests.llm.readings import Answering, Read, item, items_of, judged, read

FIVE = [LetterItem(f"Knee brace number {word}") for word in ("one", "two", "six", "ten", "all")]


def answer_all(question: Question[LetterJudgement]) -> LetterJudgement:
    shown = question.context["shown"]
    assert isinstance(shown, LetterView)
    return judged(items=[item(number, shown.rationale_of(number)[0], category="dmepos") for number in shown.items])


def run(letter_read: Read, asked: Asked, answering: Answering) -> ModelReading:
    return asyncio.run(read_by_model(answering, asked, letter_read.reading))


def failing(kind: type[ModelError]) -> ModelError:
    return kind("small-model", "it broke", "mend it")


def failed_items(result: ModelReading) -> list[str | None]:
    return [doubt.field for doubt in result.reading.doubts if doubt.code is ReviewCode.MODEL_FAILED]


def test_a_letter_that_fits_is_asked_about_once() -> None:
    letter_read = read(letter(*FIVE))
    answering = Answering(answer_all)
    result = run(letter_read, letter_read.asked(), answering)
    assert [list(items_of(question)) for question in answering.questions] == [[1, 2, 3, 4, 5]]
    assert result.failure is None
    assert {one.category.origin for one in result.reading.items} == {Origin.MODEL}
    assert result.reading.model == "small-model"


def window_for_two(asked: Asked, letter_read: Read) -> int:
    """Tokens that fit any two items and no three; higher numbers are longer."""
    question, _ = asked.question(letter_read.reading, [3, 4])
    return tokens_needed(question)


def test_a_letter_too_long_for_the_window_is_asked_about_in_groups_and_whole() -> None:
    letter_read = read(letter(*FIVE))
    asked = letter_read.asked(window_for_two(letter_read.asked(), letter_read))
    assert groups_of(asked, letter_read.reading) == [[0, 1], [2, 3], [4]]
    answering = Answering(answer_all)
    result = run(letter_read, asked, answering)
    assert [list(items_of(question)) for question in answering.questions] == [[1, 2], [3, 4], [5]]
    assert {one.category.origin for one in result.reading.items} == {Origin.MODEL}


def test_numbers_stay_the_same_from_group_to_group() -> None:
    letter_read = read(letter(*FIVE))
    last, view = letter_read.asked().question(letter_read.reading, [4])
    assert view.rationale_of(5) == letter_read.view.rationale_of(5)
    assert FIVE[4].heading in last.letter


@pytest.mark.parametrize("kind", [WindowExceeded, AnswerTruncated])
def test_what_does_not_fit_after_all_is_asked_in_halves(kind: type[ModelError]) -> None:
    letter_read = read(letter(*FIVE))

    def answer(question: Question[LetterJudgement]) -> LetterJudgement | Exception:
        return failing(kind) if len(items_of(question)) > 2 else answer_all(question)

    answering = Answering(answer)
    result = run(letter_read, letter_read.asked(), answering)
    assert [len(items_of(question)) for question in answering.questions] == [5, 2, 3, 1, 2]
    assert result.failure is None
    assert {one.category.origin for one in result.reading.items} == {Origin.MODEL}


def test_one_item_that_does_not_fit_is_told_and_not_cut() -> None:
    letter_read = read(letter())
    result = run(letter_read, letter_read.asked(), Answering(lambda _: failing(WindowExceeded)))
    assert isinstance(result.failure, WindowExceeded)
    assert failed_items(result) == ["items[0].primary_reason"]
    assert result.reading.items == letter_read.reading.items


def test_what_was_answered_is_kept_where_a_later_request_fails() -> None:
    letter_read = read(letter(*FIVE))
    asked = letter_read.asked(window_for_two(letter_read.asked(), letter_read))

    def answer(question: Question[LetterJudgement]) -> LetterJudgement | Exception:
        return failing(ModelUnreachable) if 3 in items_of(question) else answer_all(question)

    result = run(letter_read, asked, Answering(answer))
    assert failed_items(result) == ["items[2].primary_reason", "items[3].primary_reason"]
    origins = [one.category.origin for one in result.reading.items]
    assert origins == [Origin.MODEL, Origin.MODEL, Origin.RULES, Origin.RULES, Origin.MODEL]


def test_after_an_error_that_concerns_all_nothing_more_is_asked() -> None:
    letter_read = read(letter(*FIVE))
    asked = letter_read.asked(window_for_two(letter_read.asked(), letter_read))

    def answer(question: Question[LetterJudgement]) -> LetterJudgement | Exception:
        return failing(BudgetReached) if 3 in items_of(question) else answer_all(question)

    answering = Answering(answer)
    result = run(letter_read, asked, answering)
    assert len(answering.questions) == 2
    assert failed_items(result) == [f"items[{index}].primary_reason" for index in (2, 3, 4)]


def test_the_static_part_is_the_same_for_every_letter() -> None:
    one, other = read(letter()), read(letter(*FIVE))
    first, _ = one.asked().question(one.reading, [0])
    second, _ = other.asked().question(other.reading, [1, 2])
    assert first.instructions == second.instructions
    assert first.letter != second.letter


def test_an_item_without_a_rationale_is_not_asked_about() -> None:
    letter_read = read(letter(*FIVE[:2]).rsplit("Decision rationale:", 1)[0])
    assert letter_read.reading.items[1].rationale is None
    assert groups_of(letter_read.asked(), letter_read.reading) == [[0]]
