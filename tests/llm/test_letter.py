from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from schemas import Origin, ReviewCode
from schemas.judgement import LetterJudgement
from summarizer.errors import (
    AnswerTruncated,
    AnswerUnusable,
    BudgetReached,
    ModelError,
    ModelUnreachable,
    WindowExceeded,
)
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


def window_for_two(letter_read: Read) -> int:
    """Tokens that fit any two items and no three; higher numbers are longer."""
    return letter_read.asked().needs(letter_read.reading, [3, 4]) + 40


def test_a_letter_too_long_for_the_window_is_asked_about_in_groups_and_whole() -> None:
    letter_read = read(letter(*FIVE))
    asked = letter_read.asked(window_for_two(letter_read))
    assert groups_of(asked, letter_read.reading) == [[0, 1], [2, 3], [4]]
    answering = Answering(answer_all)
    result = run(letter_read, asked, answering)
    assert [list(items_of(question)) for question in answering.questions] == [[1, 2], [3, 4], [5]]
    assert {one.category.origin for one in result.reading.items} == {Origin.MODEL}


def test_an_answer_gets_the_room_that_the_window_has() -> None:
    letter_read = read(letter(*FIVE))

    def room(window: int | None) -> int:
        question, _ = letter_read.asked(window).question(letter_read.reading, range(5))
        return question.room

    needed = letter_read.asked().needs(letter_read.reading, range(5))
    least, most = room(needed), room(None)
    assert least < room(needed + 500) == least + 500 < most == room(1_000_000)


def test_the_case_is_taken_from_the_first_answer_also_where_a_model_found_the_items() -> None:
    letter_read = read(letter(*FIVE))
    outlined = replace(letter_read.reading, model="small-model")
    result = asyncio.run(read_by_model(Answering(answer_all), letter_read.asked(), outlined))
    assert result.reading.case_summary
    assert result.reading.case_summary.origin is Origin.MODEL


def test_items_missing_in_an_answer_stay_the_rules_and_are_told() -> None:
    letter_read = read(letter(*FIVE))

    def answer(question: Question[LetterJudgement]) -> LetterJudgement:
        whole = answer_all(question)
        return whole.model_copy(update={"items": whole.items[:3]})

    result = run(letter_read, letter_read.asked(), Answering(answer))
    assert failed_items(result) == ["items[3].primary_reason", "items[4].primary_reason"]
    assert isinstance(result.failure, AnswerUnusable)
    assert result.judged


@pytest.mark.parametrize("whole", [True, False])
def test_an_answer_of_which_a_part_was_left_out_is_told(whole: bool) -> None:
    letter_read = read(letter())
    answering = Answering(answer_all, whole=whole)
    doubts = run(letter_read, letter_read.asked(), answering).reading.doubts
    told = [doubt for doubt in doubts if doubt.code is ReviewCode.UNCERTAIN_JUDGEMENT and doubt.field is None]
    assert len(told) == (not whole)


def test_numbers_stay_the_same_from_group_to_group() -> None:
    letter_read = read(letter(*FIVE))
    last, view = letter_read.asked().question(letter_read.reading, [4])
    assert view.rationale_of(5) == letter_read.view.rationale_of(5)
    assert FIVE[4].heading in last.letter


def test_what_does_not_fit_after_all_is_asked_with_less_room_and_then_in_halves() -> None:
    letter_read = read(letter(*FIVE))

    def answer(question: Question[LetterJudgement]) -> LetterJudgement | Exception:
        return failing(WindowExceeded) if len(items_of(question)) > 2 else answer_all(question)

    answering = Answering(answer)
    result = run(letter_read, letter_read.asked(), answering)
    assert [len(items_of(question)) for question in answering.questions] == [5, 5, 2, 3, 1, 2]
    first, second, *_ = (question.room for question in answering.questions)
    assert second < first
    assert result.failure is None
    assert {one.category.origin for one in result.reading.items} == {Origin.MODEL}


def test_an_answer_that_is_always_cut_off_is_paid_for_three_times_and_no_more() -> None:
    letter_read = read(letter(*FIVE))
    answering = Answering(lambda _: failing(AnswerTruncated))
    result = run(letter_read, letter_read.asked(), answering)
    assert [len(items_of(question)) for question in answering.questions] == [5, 2, 3]
    assert len(failed_items(result)) == 5


def test_an_item_known_not_to_fit_is_not_sent() -> None:
    letter_read = read(letter())
    answering = Answering(answer_all)
    result = run(letter_read, letter_read.asked(window=500), answering)
    assert answering.questions == []
    assert isinstance(result.failure, WindowExceeded)
    assert "500 tokens" in str(result.failure)
    assert failed_items(result) == ["items[0].primary_reason"]


def test_one_item_that_does_not_fit_is_told_and_not_cut() -> None:
    letter_read = read(letter())
    result = run(letter_read, letter_read.asked(), Answering(lambda _: failing(WindowExceeded)))
    assert isinstance(result.failure, WindowExceeded)
    assert failed_items(result) == ["items[0].primary_reason"]
    assert result.reading.items == letter_read.reading.items


def test_what_was_answered_is_kept_where_a_later_request_fails() -> None:
    letter_read = read(letter(*FIVE))
    asked = letter_read.asked(window_for_two(letter_read))

    def answer(question: Question[LetterJudgement]) -> LetterJudgement | Exception:
        return failing(ModelUnreachable) if 3 in items_of(question) else answer_all(question)

    result = run(letter_read, asked, Answering(answer))
    assert failed_items(result) == ["items[2].primary_reason", "items[3].primary_reason"]
    origins = [one.category.origin for one in result.reading.items]
    assert origins == [Origin.MODEL, Origin.MODEL, Origin.RULES, Origin.RULES, Origin.MODEL]


def test_after_an_error_that_concerns_all_nothing_more_is_asked() -> None:
    letter_read = read(letter(*FIVE))
    asked = letter_read.asked(window_for_two(letter_read))

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
