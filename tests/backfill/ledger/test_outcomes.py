from __future__ import annotations

from sqlalchemy import select

from summarizer.backfill.kept import Failure, State
from summarizer.backfill.ledger.claims import admit, release
from summarizer.backfill.ledger.failures import failures, retry
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.rows import FailedInput, Result
from summarizer.backfill.ledger.runners import leave, register
from summarizer.backfill.ledger.tables import letters
from tests.backfill.ledger.desk import GONE, UNREACHABLE, check, hash_of, kept, result


def test_what_was_read_is_done_or_needs_review(desk) -> None:
    desk.enlist("a", "b")
    first, second = desk.take()
    doubtful = Result(second.work, hash_of("two"), kept("two", needs_review=True))
    assert record(desk.ledger, desk.runner, [result(first, "one"), doubtful]) == [State.DONE, State.NEEDS_REVIEW]
    check(desk.ledger)
    with desk.ledger.reading() as connection:
        row = connection.execute(select(letters).where(letters.c.sha256 == hash_of("one"))).one()
    usage = (row.requests, row.input_tokens, row.cached_input_tokens, row.output_tokens, row.cost_usd)
    assert (row.packed, *usage) == (b"one", 2, 100, 10, 5, 0.25)


def test_nothing_read_nothing_written(desk) -> None:
    assert record(desk.ledger, desk.runner, []) == []


def test_a_failure_says_why(desk) -> None:
    desk.enlist("caf\udce9.pdf")
    [one] = desk.take()
    why = Failure("damaged_file", "caf\udce9.pdf: it is cut off; get it again")
    assert record(desk.ledger, desk.runner, [Result(one.work, hash_of("x"), failure=why)]) == [State.FAILED]
    check(desk.ledger)
    assert list(failures(desk.ledger, desk.recipe)) == [FailedInput("caf\udce9.pdf", why, 1)]


def test_copies_recorded_at_once_are_one_letter(desk) -> None:
    desk.enlist("a", "b", "c")
    assert desk.read({"a": "same", "b": "same", "c": "same"}) == {
        "a": State.DONE,
        "b": State.DUPLICATE,
        "c": State.DUPLICATE,
    }


def test_a_copy_of_one_that_failed_is_its_duplicate(desk) -> None:
    desk.enlist("a", "b")
    first, second = desk.take()
    failed = [Result(one.work, hash_of("same"), failure=UNREACHABLE) for one in (first, second)]
    assert record(desk.ledger, desk.runner, failed) == [State.FAILED, State.DUPLICATE]
    check(desk.ledger)
    retry(desk.ledger, desk.recipe)
    assert desk.read({"a": "same"}) == {"a": State.DONE}


def test_nobodys_answer_is_taken_for_a_claim_that_was_lost(desk) -> None:
    desk.enlist("a", "b")
    first, second = desk.take()
    release(desk.ledger, desk.runner, [first.work])
    assert record(desk.ledger, desk.runner, [result(first, "one"), result(second, "two")]) == [
        State.PENDING,
        State.DONE,
    ]
    other = desk.other()
    other.take()
    assert record(desk.ledger, desk.runner, [result(first, "one")]) == [State.RUNNING]
    assert record(other.ledger, other.runner, [result(first, "one")]) == [State.DONE]
    assert record(desk.ledger, desk.runner, [result(first, "again")]) == [State.DONE]
    check(desk.ledger)
    assert [letter.packed for letter in desk.letters()] == [b"one", b"two"]


def test_an_answer_of_one_that_was_taken_for_dead_is_kept_where_nobody_else_is_at_it(desk) -> None:
    desk.enlist("a", "b", "c")
    first, second, third = desk.take()
    for one, content in ((first, "one"), (second, "two"), (third, "three")):
        assert admit(desk.ledger, desk.runner, one, hash_of(content))
    leave(desk.ledger, desk.runner)
    other = desk.other()
    assert [one.address for one in other.take(1)] == ["a"]
    late = [result(first, "one"), result(second, "two"), result(third, "something else")]
    assert record(desk.ledger, register(desk.ledger), late) == [State.RUNNING, State.DONE, State.PENDING]
    check(desk.ledger)
    assert [one.address for one in other.take()] == ["c"], "the answer was paid for a second time"


def test_when_the_one_that_stands_is_gone_a_copy_is_read_in_its_place(desk) -> None:
    desk.enlist("a", "b")
    desk.read(dict.fromkeys("ab", "same"))
    other = desk.other("hybrid")
    other.enlist("a", "b")
    assert other.states() == {"a": State.PENDING, "b": State.DUPLICATE}
    other.read({"b": "same"})
    assert other.states() == {"a": State.FAILED, "b": State.PENDING}
    other.read({"b": "same"})
    assert other.states() == {"a": State.FAILED, "b": State.DONE}
    assert desk.states() == {"a": State.DONE, "b": State.DUPLICATE}, "it was read when it was there"
    retry(desk.ledger, other.recipe)
    assert other.read({"a": "same"}) == {"a": State.DUPLICATE}


def test_admitted_with_some_bytes_and_read_with_others(desk) -> None:
    desk.enlist("a", "b")
    first, second = desk.take()
    admit(desk.ledger, desk.runner, first, hash_of("old"))
    assert not admit(desk.ledger, desk.runner, second, hash_of("old"))
    assert record(desk.ledger, desk.runner, [result(first, "new")]) == [State.DONE]
    check(desk.ledger)
    assert desk.states() == {"a": State.DONE, "b": State.PENDING}
    assert [letter.sha256 for letter in desk.letters()] == [hash_of("new")]


def test_admitted_and_then_gone(desk) -> None:
    desk.enlist("a")
    [one] = desk.take()
    admit(desk.ledger, desk.runner, one, hash_of("text"))
    assert record(desk.ledger, desk.runner, [Result(one.work, None, failure=GONE)]) == [State.FAILED]
    check(desk.ledger)


def test_a_failure_where_the_answer_is_there_is_none(desk) -> None:
    desk.enlist("a")
    desk.read({"a": "text"})
    desk.enlist("a", stamp="2")
    [one] = desk.take()
    assert record(desk.ledger, desk.runner, [Result(one.work, hash_of("text"), failure=UNREACHABLE)]) == [State.DONE]
    check(desk.ledger)
    assert not list(failures(desk.ledger, desk.recipe))
