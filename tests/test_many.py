"""Many letters with one model: order, what a bad one costs, what is held at once, and how it ends."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemas import ReviewCode
from summarizer import Summarizer, summarize
from summarizer.engine import Engine
from summarizer.errors import DamagedFile, ModelUnreachable, NotADetermination, ReaderCrashed, SummarizerError
from summarizer.llm import letter as letter_module
from summarizer.llm.settings import Timeouts
from summarizer.loading.source import Limits, Source
from summarizer.many import finish_many, read_many
from summarizer.stages import Begun, Draft, begin
from tests.forms import LetterItem, letter
from tests.letters import letter as example
from tests.llm.asking import settings_for
from tests.llm.server import Fault, Step, serving
from tests.llm.sound import sound, user_message
from tests.loading.made import pdf_of

if TYPE_CHECKING:
    from collections.abc import Generator

    Begins = Generator[tuple[Source, Begun | SummarizerError]]

EXAMPLES = ("imr-form", "imr-form-partly-authorized", "form-2013", "notice-2013", "physician-review")
ASIDE = 8


def numbered(number: int) -> Source:
    """A letter whose treatment says which one it is."""
    return Source.from_text(letter(LetterItem(heading=f"MRI of the spine, series {number}")))


def begun(sources: Iterable[Source]) -> Begins:
    """Each of ``sources`` begun here: processes of their own take a second to start."""
    for source in sources:
        yield source, begin(Engine.HYBRID, Limits(), source)


def only_the_first(raw: bytes) -> Step:
    """The first letter is answered, no other ever; requests side by side may arrive in any order."""
    return Step(answer=sound) if b"series 0" in raw else Step(fault=Fault.SILENT)


def treatments(ends: Iterable[tuple[Source, Draft | SummarizerError]]) -> list[str]:
    read = [one.summary().determination for _, one in ends if isinstance(one, Draft)]
    return [item.treatment for determination in read for item in determination.items]


def model(body: dict[str, Any]) -> object:
    """A sound judge that finds no item in what has no known form."""
    return sound(body) if "CLINICAL SUMMARY" in user_message(body) else {"items": []}


@contextmanager
def nothing_left() -> Iterator[None]:
    """Afterwards no thread and no process is left of what was begun within."""
    threads = threading.active_count()
    yield
    assert multiprocessing.active_children() == []
    assert threading.active_count() == threads


def test_answers_come_in_the_order_of_the_letters_each_once() -> None:
    chance = random.Random(1)
    steps = [Step(answer=sound, delay=chance.uniform(0, 0.05)) for _ in range(30)]
    sources = [numbered(number) for number in range(30)]
    with serving(*steps) as server, Summarizer("hybrid", model=settings_for(server.url, concurrency=8)) as summarizer:
        ends = list(finish_many(summarizer.run, begun(sources)))
    assert [source for source, _ in ends] == sources
    assert treatments(ends) == [f"MRI of the spine, series {number}" for number in range(30)]
    assert server.count == 30
    assert 1 < server.most_under_way <= 8


def test_a_bad_letter_costs_itself_alone(tmp_path: Path) -> None:
    files = {f"{number:02}.txt": example(EXAMPLES[number % 5]).encode() for number in range(26)}
    files |= {"03.txt": example("not-recipe").encode(), "12.pdf": pdf_of(letter().splitlines(), x=20)[:700]}
    files["20.pdf"] = pdf_of(letter().splitlines(), x=20)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    sources = [Source.from_path(tmp_path / name) for name in sorted(files)]
    told: list[Begun] = []
    drawn: list[int] = []

    def counted() -> Iterator[Source]:
        for place, source in enumerate(sources):
            drawn.append(place)
            yield source

    with (
        serving(Step(answer=model)) as server,
        nothing_left(),
        Summarizer("hybrid", model=settings_for(server.url, concurrency=2)) as summarizer,
    ):
        ends = []
        for end in read_many(summarizer, counted(), 1, tell=told.append):
            ends.append(end)
            assert len(drawn) <= len(ends) + 2 * 2 + ASIDE + 4
    assert [source for source, _ in ends] == sources
    assert len(told) == 1
    failed = {source.name: type(one) for source, one in ends if isinstance(one, SummarizerError)}
    assert failed == {"03.txt": NotADetermination, "12.pdf": DamagedFile}
    for source, one in ends:
        if isinstance(one, Draft):
            assert one.failure is None
            read, alone = one.summary().determination, summarize(source.path)
            assert [(item.treatment, item.outcome) for item in read.items] == [
                (item.treatment, item.outcome) for item in alone.items
            ]
            assert {place.page for proof in read.provenance.values() for place in proof.evidence} == {
                place.page for proof in alone.provenance.values() for place in proof.evidence
            }
    assert server.count == len(ends) - 1  # all but the damaged one


def test_a_reader_that_is_killed_costs_one_letter(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(letter(), encoding="utf-8")
    sources = [Source.from_path(path) for path in sorted(tmp_path.iterdir())]

    def killing() -> Iterator[Source]:
        for place, source in enumerate(sources):
            if place == 3:
                (reader,) = multiprocessing.active_children()
                assert reader.pid
                os.kill(reader.pid, signal.SIGKILL)
            yield source

    with (
        serving(Step(answer=sound)) as server,
        nothing_left(),
        Summarizer("hybrid", model=settings_for(server.url)) as summarizer,
    ):
        ends = list(read_many(summarizer, killing(), 1))
    assert [source for source, _ in ends] == sources
    (crashed,) = [one for _, one in ends if isinstance(one, SummarizerError)]
    assert isinstance(crashed, ReaderCrashed)
    assert "SIGKILL" in str(crashed)


def test_a_letter_no_model_answers_for_is_judged_by_the_rules_alone() -> None:
    steps = [Step(answer=sound), Step(status=400), Step(answer=sound)]
    sources = [numbered(number) for number in range(3)]
    with serving(*steps) as server, Summarizer("hybrid", model=settings_for(server.url, concurrency=1)) as summarizer:
        ends = [one for _, one in finish_many(summarizer.run, begun(sources)) if isinstance(one, Draft)]
    assert [one.failure is None for one in ends] == [True, False, True]
    flags = [{flag.code for flag in one.summary().determination.review} for one in ends]
    assert [ReviewCode.MODEL_FAILED in codes for codes in flags] == [False, True, False]


def test_a_defect_in_one_letter_s_reading_costs_that_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [numbered(number) for number in range(4)]
    merge = letter_module.with_items

    def defective(document: Any, *given: Any) -> Any:
        if "series 2" in document.text:
            raise KeyError("words of the letter")
        return merge(document, *given)

    monkeypatch.setattr(letter_module, "with_items", defective)
    with serving(Step(answer=sound)) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        ends = list(finish_many(summarizer.run, begun(sources)))
    assert [isinstance(one, Draft) for _, one in ends] == [True, True, False, True]
    crashed = ends[2][1]
    assert isinstance(crashed, ReaderCrashed)
    assert "KeyError at test_many.py" in str(crashed)
    assert "words of the letter" not in str(crashed)


def test_what_the_cache_saved_is_told_beside_what_was_paid(tmp_path: Path) -> None:
    with serving(Step(answer=sound)) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3")
        with Summarizer("hybrid", model=settings) as summarizer:
            first, second = (summarizer.read(numbered(1)) for _ in range(2))
    assert (first.determination.usage.requests, second.determination.usage.requests) == (1, 0)
    assert first.saved is not None
    assert second.saved is not None
    assert (first.saved.requests, second.saved.requests) == (0, 1)
    assert second.saved.output_tokens == first.determination.usage.output_tokens
    assert Summarizer("rules").read(numbered(1)).saved is None


@pytest.mark.parametrize("concurrency", [1, 4])
def test_letters_are_begun_only_a_little_ahead(concurrency: int) -> None:
    asked: list[int] = []

    def endless() -> Iterator[Source]:
        for number in range(10_000):
            asked.append(number)
            yield numbered(number)

    settings = {"concurrency": concurrency}
    with (
        serving(Step(answer=sound)) as server,
        nothing_left(),
        Summarizer("hybrid", model=settings_for(server.url, **settings)) as summarizer,
    ):
        ends = finish_many(summarizer.run, begun(endless()))
        for taken in range(1, 21):
            next(ends)
            time.sleep(0.005)  # a slow taker, whom everybody else could run away from
            assert len(asked) <= taken + 2 * concurrency + ASIDE
        ends.close()
    assert len(asked) <= 20 + 2 * concurrency + ASIDE


def test_closing_early_ends_processes_and_requests(tmp_path: Path) -> None:
    for number in range(40):
        text = letter(LetterItem(heading=f"MRI of the spine, series {number}"))
        (tmp_path / f"{number:02}.txt").write_text(text, encoding="utf-8")
    sources = [Source.from_path(path) for path in sorted(tmp_path.iterdir())]
    with serving(choose=only_the_first) as server, nothing_left():
        slow = settings_for(server.url, concurrency=2)
        with Summarizer("hybrid", model=slow) as summarizer:
            ends = read_many(summarizer, sources, 2)
            _, first = next(ends)
            assert isinstance(first, Draft)
            assert multiprocessing.active_children()
            ends.close()
            assert multiprocessing.active_children() == []
            sent = server.count
            time.sleep(0.1)
            assert server.count == sent < 10


@pytest.mark.parametrize("where", ["taker", "waiting"])
def test_an_interrupt_ends_everything(where: str) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    drawn: list[Source] = []

    def noted() -> Iterator[Source]:
        for number in range(100):
            drawn.append(numbered(number))
            yield drawn[-1]

    def take(summarizer: Summarizer) -> None:
        for _ in finish_many(summarizer.run, begun(noted())):
            if where == "taker":
                raise KeyboardInterrupt
            threading.Timer(0.1, partial(os.kill, os.getpid(), signal.SIGINT)).start()

    try:
        with serving(choose=only_the_first) as server, nothing_left():
            patient = settings_for(server.url, timeouts=Timeouts(), concurrency=2)
            with pytest.raises(KeyboardInterrupt), Summarizer("hybrid", model=patient) as summarizer:
                take(summarizer)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(drawn) < 100


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files there")
@pytest.mark.timeout(30)
def test_a_reader_that_hangs_does_not_hold_an_early_end(tmp_path: Path) -> None:
    good, hanging = tmp_path / "good.txt", tmp_path / "hanging.txt"
    good.write_text(letter(), encoding="utf-8")
    os.mkfifo(hanging)  # nobody ever writes into it
    sources = [Source.from_path(path) for path in (good, hanging)]
    with (
        serving(Step(answer=sound)) as server,
        nothing_left(),
        Summarizer("hybrid", model=settings_for(server.url)) as summarizer,
    ):
        ends = read_many(summarizer, sources, 1)
        assert isinstance(next(ends)[1], Draft)
        ends.close()


def test_what_the_source_of_letters_raises_reaches_the_taker() -> None:
    def broken() -> Iterator[Source]:
        yield numbered(1)
        raise OSError("the list of letters ends here")

    with (
        serving(Step(answer=sound)) as server,
        nothing_left(),
        Summarizer("hybrid", model=settings_for(server.url)) as summarizer,
    ):
        ends = finish_many(summarizer.run, begun(broken()))
        assert isinstance(next(ends)[1], Draft)
        with pytest.raises(OSError, match="the list of letters"):
            next(ends)


def test_nothing_in_nothing_out() -> None:
    with serving(Step(answer=sound)) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        assert list(finish_many(summarizer.run, begun([]))) == []
        assert list(read_many(summarizer, [], 2)) == []
    assert server.count == 0


def test_an_unknown_form_without_an_answer_fails_alone() -> None:
    sources = [numbered(1), Source.from_text(example("unknown-memo")), numbered(2)]
    steps = [Step(answer=sound), Step(status=503), Step(answer=sound)]
    with serving(*steps) as server:
        one_by_one = settings_for(server.url, concurrency=1, max_attempts=1)
        with Summarizer("hybrid", model=one_by_one) as summarizer:
            ends = [one for _, one in finish_many(summarizer.run, begun(sources))]
    assert [type(one) for one in ends] == [Draft, ModelUnreachable, Draft]


def test_a_server_that_never_answers_is_given_up_for_all_letters() -> None:
    sources = [numbered(number) for number in range(40)]
    with serving(Step(fault=Fault.RESET)) as server:
        settings = settings_for(server.url, concurrency=1, max_attempts=2)
        with Summarizer("hybrid", model=settings) as summarizer:
            ends = [one for _, one in finish_many(summarizer.run, begun(sources))]
    assert [type(one.failure) for one in ends if isinstance(one, Draft)] == [ModelUnreachable] * 40
    assert server.count <= 2 * (2 + ASIDE)  # those under way when the first was given up


def test_where_order_does_not_matter_a_slow_letter_holds_nobody_up() -> None:
    def slow_first(raw: bytes) -> Step:
        return Step(answer=sound, delay=1.5 if b"series 0" in raw else 0)

    told: list[float] = []
    with serving(choose=slow_first) as server, Summarizer(Engine.HYBRID, model=settings_for(server.url)) as summarizer:
        sources = [numbered(number) for number in range(6)]
        ends = finish_many(summarizer.run, begun(sources), in_order=False, meanwhile=lambda: told.append(0))
        read = treatments(ends)
    assert read[-1].endswith("series 0")
    assert sorted(read) == [f"MRI of the spine, series {number}" for number in range(6)]
    assert told, "nobody was called while the slow letter was waited for"


def test_a_run_that_ends_asks_about_no_further_letter_and_finishes_those_it_asked_about() -> None:
    asked = threading.Event()
    go_on = threading.Event()

    def answer(raw: bytes) -> Step:
        asked.set()
        assert go_on.wait(10)
        return Step(answer=sound)

    with serving(choose=answer) as server:
        settings = replace(settings_for(server.url), concurrency=1)
        with Summarizer(Engine.HYBRID, model=settings) as summarizer:
            ends = finish_many(summarizer.run, begun(numbered(number) for number in range(4)), in_order=False)
            taken: list[Draft | SummarizerError] = []
            taker = threading.Thread(target=lambda: taken.extend(end for _, end in ends))
            taker.start()
            assert asked.wait(10)
            summarizer.run.connection.ending = True
            go_on.set()
            taker.join(20)
        assert server.count == 1
    failures = [end.failure for end in taken if isinstance(end, Draft)]
    assert sorted(type(failure).__name__ for failure in failures) == ["NoneType", "RunEnding", "RunEnding", "RunEnding"]
