"""A forecast against what a run really sends, and against folders with everything in them that may be in folders."""

from __future__ import annotations

import io
import multiprocessing
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import fsspec
import pytest

from summarizer import Summarizer
from summarizer.backfill.forecast import making
from summarizer.backfill.forecast.figures import SECONDS_AN_ANSWER, Amount, Asked, Bound, Forecast
from summarizer.backfill.forecast.making import forecast
from summarizer.backfill.input import Input
from summarizer.backfill.run.job import Job
from summarizer.engine import Engine
from summarizer.errors import EmptyInput, NotFound
from summarizer.llm.cost import TOKENS_OF_A_SHAPE, tokens_in
from summarizer.llm.settings import ModelSettings
from summarizer.llm.tariff import Prices
from summarizer.loading.source import Limits, Source
from summarizer.stages import begin
from tests.backfill.made import folder_of, numbered
from tests.forms import LetterItem, letter
from tests.letters import letter as example
from tests.llm.asking import settings_for
from tests.llm.server import Step, serving
from tests.llm.sound import sound
from tests.llm.test_hybrid import outlining

DAMAGED = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
MODEL = ModelSettings("some-model", "http://127.0.0.1:9/v1", prices=Prices(1.0, 10.0, 0.1))
"""A model that nobody serves: a forecast asks none."""
RULES = Job(Engine.RULES, Limits(), 2)
HYBRID = Job(Engine.HYBRID, Limits(), 2, settings=MODEL)


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read letters right here: to start processes takes long where there are threads, as in a test's process."""

    def read_here(function: Any, sources: Iterable[Any], workers: int, **how: object) -> Iterator[tuple[Any, object]]:
        for source in sources:
            yield source, function(source)

    if "processes" not in request.fixturenames:
        monkeypatch.setattr(making, "run_isolated", read_here)


@pytest.fixture
def processes() -> None:
    """Read letters in processes of their own, as a forecast does."""


def asked_in(found: Forecast) -> Asked:
    assert found.asked is not None
    return found.asked


def about(letters: str | Path, job: Job, sample: int = 200, **options: Any) -> Forecast:
    return forecast([str(letters)], job, sample, **options)


def sent_in(bodies: Sequence[dict[str, Any]]) -> int:
    """Tokens of what was sent, counted as estimates count them."""
    return sum(
        sum(tokens_in(message["content"]) for message in body["messages"]) + TOKENS_OF_A_SHAPE for body in bodies
    )


def mixed(folder: Path) -> Path:
    """Letters of several lengths."""
    folder.mkdir()
    for number in range(12):
        items = [LetterItem(f"Knee brace {number}, part {part}") for part in range(1 + number % 4)]
        (folder / f"{number:02}.txt").write_text(letter(*items), encoding="utf-8")
    return folder


# Against what is sent


def test_of_all_letters_requests_and_tokens_are_those_that_a_run_sends(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "letters")
    found = asked_in(about(folder, HYBRID))
    with (
        serving(Step(answer=sound)) as server,
        Summarizer(Engine.HYBRID, model=settings_for(server.url)) as summarizer,
    ):
        for path in sorted(folder.iterdir()):
            summarizer.read(Source.from_path(path))
    assert found.requests == Amount.exactly(server.count)
    assert found.input_tokens == Amount.exactly(sent_in(server.bodies))


def test_a_sample_s_range_holds_what_all_letters_send(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "letters")
    all_of_them, some = asked_in(about(folder, HYBRID)), asked_in(about(folder, HYBRID, 8))
    for name in ("input_tokens", "output_tokens", "cost_usd"):
        truth, estimate = getattr(all_of_them, name), getattr(some, name)
        assert truth.exact
        assert estimate.low < truth.expected < estimate.high
        assert estimate.low < estimate.expected < estimate.high


def test_a_window_that_parts_letters_takes_more_requests(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    text = letter(*(LetterItem(f"Knee brace {word}") for word in ("one", "two", "six", "ten", "red", "new")))
    (folder / "long.txt").write_text(text, encoding="utf-8")
    begun = begin(Engine.HYBRID, Limits(), Source.from_text(text))
    with Summarizer(Engine.HYBRID, model=MODEL) as summarizer:
        asked = summarizer._asked(begun)
    assert asked is not None
    assert begun.reading is not None
    window = asked.needs(begun.reading, [0, 1])
    found = asked_in(about(folder, replace(HYBRID, settings=replace(MODEL, window_tokens=window))))
    with (
        serving(Step(answer=sound)) as server,
        Summarizer(Engine.HYBRID, model=replace(settings_for(server.url), window_tokens=window)) as summarizer,
    ):
        summarizer.read(Source.from_text(text))
    assert server.count == found.requests.expected == 3
    assert found.input_tokens.expected == sent_in(server.bodies)
    too_small = replace(HYBRID, settings=replace(MODEL, window_tokens=1000))
    assert asked_in(about(folder, too_small)).requests == Amount.exactly(0)


def test_an_outline_is_a_request_more_and_a_batch_round_more(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    text = example("unknown-memo")
    (folder / "memo.txt").write_text(text, encoding="utf-8")
    found = asked_in(about(folder, HYBRID))
    assert (found.outlines, found.batch_rounds) == (Amount.exactly(1), 2)
    with (
        serving(Step(answer=outlining(text, "unknown-memo"))) as server,
        Summarizer(Engine.HYBRID, model=settings_for(server.url)) as summarizer,
    ):
        summarizer.read(Source.from_text(text))
    assert found.requests.expected == server.count == 2
    assert found.input_tokens.expected == pytest.approx(sent_in(server.bodies), rel=0.1)
    assert asked_in(about(folder, replace(HYBRID, engine=Engine.LLM))).requests.expected == 2


def test_it_costs_what_the_tokens_cost(tmp_path: Path) -> None:
    found = asked_in(about(folder_of(tmp_path / "letters", 3), HYBRID))
    assert found.cost_usd is not None
    assert found.cached_cost_usd is not None
    assert found.batch_cost_usd is not None
    assert found.cost_usd.expected == pytest.approx(
        (found.input_tokens.expected * 1.0 + found.output_tokens.expected * 10.0) / 1e6
    )
    assert 0 < found.cached_cost_usd.expected < found.cost_usd.expected
    assert found.batch_cost_usd.expected == found.cost_usd.expected / 2


@pytest.mark.parametrize(("prices", "cached"), [(None, False), (Prices(1.0, 10.0), True)])
def test_what_has_no_known_price_is_none_and_never_nothing(tmp_path: Path, prices: Prices | None, cached: bool) -> None:
    job = replace(HYBRID, settings=replace(MODEL, prices=prices))
    found = asked_in(about(folder_of(tmp_path / "letters", 2), job))
    assert (found.cost_usd is not None) is cached
    assert (found.batch_cost_usd is not None) is cached
    assert found.cached_cost_usd is None


# Limits and time


@pytest.mark.parametrize(
    ("limits", "bound", "seconds"),
    [
        ({"concurrency": 2}, Bound.CONCURRENCY, lambda found: 20 * SECONDS_AN_ANSWER / 2),
        ({"requests_per_minute": 1.0}, Bound.REQUESTS, lambda found: 20 * 60.0),
        ({"requests_per_minute": 1e6}, Bound.CONCURRENCY, lambda found: 20 * SECONDS_AN_ANSWER / 16),
        (
            {"requests_per_minute": 60.0, "tokens_per_minute": 60.0},
            Bound.TOKENS,
            lambda found: found.input_tokens.expected + found.output_tokens.expected,
        ),
    ],
)
def test_the_tightest_limit_says_how_long_asking_takes(
    tmp_path: Path, limits: dict[str, Any], bound: Bound, seconds: Any
) -> None:
    job = replace(HYBRID, settings=replace(MODEL, **limits))
    found = about(folder_of(tmp_path / "letters", 20), job)
    asked = asked_in(found)
    assert asked.bound is bound
    assert asked.seconds.expected == pytest.approx(seconds(asked))
    assert found.seconds == asked.seconds


def test_the_rules_ask_nobody_and_take_time_alone(tmp_path: Path) -> None:
    found = about(folder_of(tmp_path / "letters", 4), RULES)
    assert found.asked is None
    assert found.seconds == found.reading_seconds
    assert found.reading_seconds.expected > 0
    assert found.workers == 2


# What is in folders


def test_what_cannot_be_read_is_told_by_its_code_and_asks_for_nothing(tmp_path: Path, processes: None) -> None:
    folder = folder_of(tmp_path / "letters", 3)
    (folder / "damaged.pdf").write_bytes(DAMAGED)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    found = about(folder, HYBRID)
    codes = {code: amount.expected for code, amount in found.unreadable.items()}
    assert codes == {"damaged_file": 1, "empty_input": 1, "not_found": 1}
    assert (found.letters, asked_in(found).requests.expected) == (6, 3)
    assert found.copies == Amount.exactly(0)


def test_copies_are_read_and_not_asked_about(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "letters", 5)
    for name in ("again", "and again"):
        (folder / f"{name}.txt").write_text(numbered(3), encoding="utf-8")
    found = about(folder, HYBRID)
    assert found.letters == found.to_read == 7
    assert found.copies is not None
    assert found.copies.expected == pytest.approx(2)
    assert asked_in(found).requests.expected == pytest.approx(5)


def test_of_nothing_but_copies_a_sample_of_two_sees_one_letter(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text(numbered(1), encoding="utf-8")
    found = about(folder, HYBRID, 2)
    assert found.copies is not None
    assert found.copies.expected == pytest.approx(29)
    assert asked_in(found).requests.expected == pytest.approx(1)


def test_of_a_part_of_the_letters_only_so_many_copies_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.txt").write_text(numbered(number // 2), encoding="utf-8")
    one = asked_in(about(folder, replace(HYBRID, most=1)))
    assert 0.9 < one.requests.expected < 1
    found = about(folder, replace(HYBRID, most=20))
    assert found.to_read == 10
    assert asked_in(found).requests.expected == pytest.approx(5)


def test_a_letter_named_twice_is_one_letter(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "letters", 3)
    found = forecast([str(folder), str(folder / "0001.txt"), str(folder)], RULES)
    assert found.letters == 3
    assert found.copies == Amount.exactly(0)
    assert found.bytes == Amount.exactly(sum(path.stat().st_size for path in folder.iterdir()))


def test_a_list_on_standard_input_can_be_drawn_from_although_it_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path / "letters", 6)
    listed = "".join(f"{path}\n" for path in folder.iterdir())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(listed.encode())))
    found = about("@-", HYBRID, 3)
    assert (found.letters, found.sampled, found.copies_from) == (6, 3, 3)


def test_a_name_that_is_no_utf_8_is_a_letter_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "letters", 1)
    (folder / "0000.txt").rename(folder / "a\udcff.txt")
    assert about(folder, HYBRID).unreadable == {}


def test_one_letter_is_known_exactly_and_a_sample_of_one_has_no_range(tmp_path: Path) -> None:
    assert asked_in(about(folder_of(tmp_path / "one", 1), HYBRID)).requests == Amount.exactly(1)
    found = about(folder_of(tmp_path / "letters", 3), HYBRID, 1)
    assert asked_in(found).requests == Amount(3, None, None)
    assert found.sampled == 1


def test_no_letters_are_an_error_and_nothing_left_to_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyInput):
        about(tmp_path / "empty", HYBRID)
    with pytest.raises(NotFound):
        about(tmp_path / "nowhere", HYBRID)
    with pytest.raises(ValueError, match="at least one"):
        about(tmp_path, HYBRID, 0)
    folder = folder_of(tmp_path / "letters", 2)
    for found in (
        about(folder, HYBRID, known=lambda inputs: {one.address for one in inputs}),
        about(folder, replace(HYBRID, most=0)),
    ):
        assert (found.letters, found.to_read) == (2, 0)
        assert asked_in(found).requests == found.copies == found.bytes == found.seconds == Amount.exactly(0)


def test_only_what_has_no_answer_is_forecast_and_its_copies_cost_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "letters", 4)
    (folder / "again.txt").write_text(numbered(0), encoding="utf-8")

    def known(inputs: Sequence[Input]) -> set[str]:
        return {one.address for one in inputs if one.address.endswith(("0000.txt", "0001.txt"))}

    found = about(folder, HYBRID, known=known)
    assert (found.letters, found.done, found.to_read, found.sampled) == (5, 2, 3, 3)
    assert found.copies is not None
    assert found.copies.expected == pytest.approx(1)
    assert asked_in(found).requests.expected == pytest.approx(2)


@pytest.fixture
def sizeless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Letters elsewhere, of which a listing does not say how large they are."""
    system = fsspec.filesystem("memory")
    monkeypatch.setattr(type(system), "store", {})
    letters = [Input(f"memory://letters/{number}.txt", "1") for number in range(4)]
    for number, one in enumerate(letters):
        system.pipe(one.address, numbered(number // 2).encode())
    monkeypatch.setattr(making, "list_inputs", lambda named: iter(letters))
    return "memory://letters"


def test_without_sizes_copies_are_unknown_and_bytes_are_the_sample_s(sizeless: str) -> None:
    found = about(sizeless, HYBRID, 3)
    assert (found.copies, found.copies_from) == (None, 0)
    assert asked_in(found).requests.expected == 4
    assert found.bytes.expected == pytest.approx(4 * len(numbered(0)))
    whole = about(sizeless, HYBRID)
    assert whole.copies is not None
    assert whole.copies.expected == pytest.approx(2)


def test_it_is_the_same_letters_in_every_run(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "letters")
    one, two = (asdict(about(folder, HYBRID, 5)) for _ in range(2))
    for found in (one, two):
        del found["reading_seconds"]
    assert one == two


def test_an_interrupt_leaves_no_process_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: None
) -> None:
    folder = folder_of(tmp_path / "letters", 30)
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **more: opened.append(connect(*given, **more)) or opened[-1])

    def tell(told: str) -> None:
        if "of the sample" in told:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        about(folder, HYBRID, tell=tell)
    assert multiprocessing.active_children() == []
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    told: list[str] = []
    about(folder_of(tmp_path / "letters", 3), RULES, 2, tell=told.append)
    assert told == [
        "3 letters listed",
        "1 of 2 letters of the sample read",
        "2 of 2 letters of the sample read",
        "looking for copies",
    ]
