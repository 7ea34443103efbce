"""A letter's whole way with a model: asked, judged, proven, paid for, and what is left where the model fails."""

from __future__ import annotations

import asyncio
import hashlib
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemas import Determination, Origin, Outcome, Reason, ReviewCode, Status
from summarizer import Summarizer, summarize
from summarizer.engine import Engine
from summarizer.errors import (
    AnswerRefused,
    BudgetReached,
    KeyRefused,
    ModelUnreachable,
    NotADetermination,
)
from summarizer.llm.lines import lines_of
from summarizer.llm.run import ModelRun
from summarizer.llm.settings import ModelSettings, Timeouts
from summarizer.loading.source import Limits, Source
from summarizer.loading.text import document_of
from summarizer.many import finish_many
from summarizer.stages import Draft, begin, finish
from tests.forms import LetterItem, letter
from tests.house.project import ROOT
from tests.letters import letter as example
from tests.llm.asking import CANARY, KEY, settings_for
from tests.llm.injections import DRUG, INNOCENT, MRI, PARTLY
from tests.llm.server import Fault, Step, closed_port, serving
from tests.llm.sound import sound, user_message
from tests.llm.test_outline import FORMS
from tests.llm.test_outline import answer as outline_of
from tests.loading.made import pdf_of

if TYPE_CHECKING:
    from summarizer.many import Begins

PAID = (60 * 1.0 + 40 * 0.5 + 10 * 10.0) / 1e6
"""Dollars of one answer of the server at the prices of ``settings_for``."""
GOOD = Step(answer=sound)


def letters(count: int) -> list[Source]:
    """Different letters, so that none is answered out of a cache."""
    return [Source.from_text(letter(replace(MRI, heading=f"MRI of the spine, series {each}"))) for each in range(count)]


def begun(sources: list[Source]) -> Begins:
    """Each letter begun in this process."""
    for source in sources:
        yield source, begin(Engine.HYBRID, Limits(), source)


def flagged(determination: Determination, code: ReviewCode) -> list[str | None]:
    return [flag.field for flag in determination.review if flag.code is code]


def without_model_flags(determination: Determination) -> Determination:
    kept = tuple(flag for flag in determination.review if flag.code is not ReviewCode.MODEL_FAILED)
    return determination.model_copy(update={"review": kept})


def test_a_good_answer_becomes_the_judgement() -> None:
    with serving(GOOD) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        read = summarizer.summarize(text=INNOCENT)
    assert [item.outcome for item in read.items] == [Outcome.UPHELD, Outcome.OVERTURNED, Outcome.UPHELD]
    assert [item.primary_reason for item in read.items] == [
        Reason.NO_OBJECTIVE_FINDINGS,
        Reason.CRITERIA_MET,
        Reason.NO_OBJECTIVE_FINDINGS,
    ]
    assert [item.key_quotes[0] for item in read.items] == [
        "The examination shows no red flag.",
        "Pain fell by half and he went back to work.",
        "Four sessions are a fair trial.",
    ]
    for path in ("case_summary", "items[1].primary_reason", "items[2].rationale_summary", "items[1].category"):
        proof = read.provenance[path]
        assert (proof.origin, proof.model, proof.prompt) == (Origin.MODEL, "served-model", "read_determination@v1")
        assert proof.status is Status.CITED
        assert proof.evidence
    quote = read.provenance["items[0].key_quotes[0]"]
    assert (quote.origin, quote.model, quote.status) == (Origin.MODEL, "served-model", Status.VERIFIED)
    for path in ("case_number", "items[0].treatment", "items[1].outcome", "items[1].medication.name"):
        proof = read.provenance[path]
        assert (proof.origin, proof.model, proof.prompt) == (Origin.RULES, None, None)
    usage = read.usage
    assert (usage.requests, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (1, 100, 40, 10)
    assert usage.cost_usd == pytest.approx(PAID)
    assert usage.seconds > 0
    assert not flagged(read, ReviewCode.MODEL_FAILED)


def test_an_unknown_price_is_no_price_of_nothing() -> None:
    with serving(GOOD) as server, Summarizer("hybrid", model=settings_for(server.url, prices=None)) as summarizer:
        read = summarizer.summarize(text=INNOCENT)
        assert summarizer.run.spent.cost_usd is None
    assert read.usage.cost_usd is None
    assert read.usage.requests == 1


def test_every_attempt_is_counted() -> None:
    steps = (Step(status=500), Step(answer={"wrong": 1}), GOOD)
    with serving(*steps) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        usage = summarizer.summarize(text=INNOCENT).usage
        assert summarizer.run.spent.requests == 3
    assert usage.requests == server.count == 3
    assert usage.cost_usd == pytest.approx(2 * PAID)


def test_a_second_run_sends_and_costs_nothing(tmp_path: Path) -> None:
    with serving(GOOD) as server:
        settings = settings_for(server.url, cache=tmp_path / "answers.sqlite3")
        with Summarizer("hybrid", model=settings) as summarizer:
            first = summarizer.summarize(text=INNOCENT)
        with Summarizer("hybrid", model=settings) as summarizer:
            second = summarizer.summarize(text=INNOCENT)
            other = summarizer.summarize(text=INNOCENT.replace("no red flag", "no red flag at all"))
    assert server.count == 2
    assert second == first
    assert (second.usage.requests, second.usage.input_tokens, second.usage.cost_usd) == (0, 0, 0.0)
    assert other.usage.requests == 1
    assert KEY.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("step", "error", "requests"),
    [
        (None, ModelUnreachable, 0),
        (Step(status=503), ModelUnreachable, 1),
        (Step(fault=Fault.RESET), ModelUnreachable, 1),
        (Step(status=401), KeyRefused, 1),
        (Step(refusal=f"No, {CANARY}"), AnswerRefused, 1),
    ],
    ids=["closed port", "503", "reset", "401", "refusal"],
)
def test_without_an_answer_the_rules_reading_is_whole_and_flagged(
    step: Step | None, error: type[Exception], requests: int
) -> None:
    with serving(step or GOOD) as server:
        url = server.url if step else f"http://127.0.0.1:{closed_port()}/v1"
        with Summarizer("hybrid", model=settings_for(url, max_attempts=1)) as summarizer:
            summary = summarizer.read(Source.from_text(INNOCENT))
    read, rules = summary.determination, summarize(text=INNOCENT)
    assert type(summary.failure) is error
    assert flagged(read, ReviewCode.MODEL_FAILED) == [f"items[{index}].primary_reason" for index in range(3)]
    assert without_model_flags(read) == rules
    assert read.usage.requests == requests
    assert not any(words in read.model_dump_json() for words in (KEY, CANARY))


def test_a_refused_key_is_tried_once_for_all_letters() -> None:
    with serving(Step(status=401)) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        failures = [summarizer.read(source).failure for source in letters(20)]
    assert {type(failure) for failure in failures} == {KeyRefused}
    assert server.count == 1


def test_of_many_at_once_no_more_ask_with_a_refused_key_than_were_under_way() -> None:
    refused = Step(status=401, delay=0.1)
    with serving(refused) as server, Summarizer("hybrid", model=settings_for(server.url, concurrency=4)) as summarizer:
        read = list(finish_many(summarizer.run, begun(letters(20))))
    assert [type(one.failure) for _, one in read if isinstance(one, Draft)] == [KeyRefused] * 20
    assert 1 <= server.count <= 4


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at once"])
def test_a_run_stops_before_the_request_that_could_pass_its_limit(at_once: bool) -> None:
    most = 0.05
    answered = Step(answer=sound, usage={"prompt_tokens": 4_000, "completion_tokens": 1_000})
    cost = (4_000 * 1.0 + 1_000 * 10.0) / 1e6
    limits = {"max_cost_usd": most, "max_output_tokens": 1_200}
    with serving(answered) as server, Summarizer("hybrid", model=settings_for(server.url, **limits)) as run:
        if at_once:
            drafts = [one for _, one in finish_many(run.run, begun(letters(8))) if isinstance(one, Draft)]
        else:
            drafts = [run.draft(source) for source in letters(8)]
        spent = run.run.spent.cost_usd
    judged = [draft for draft in drafts if draft.failure is None]
    assert len(drafts) == 8
    assert 1 <= len(judged) == server.count < 8
    assert spent == pytest.approx(len(judged) * cost)
    assert spent <= most
    assert {type(draft.failure) for draft in drafts if draft.failure} == {BudgetReached}
    for draft in drafts:
        read = draft.summary().determination
        assert bool(flagged(read, ReviewCode.MODEL_FAILED)) is (draft.failure is not None)
        assert read.items[0].primary_reason
        assert read.usage.requests == (0 if draft.failure else 1)


def test_a_letter_too_long_for_the_window_is_read_in_groups() -> None:
    with serving(GOOD) as server:
        with Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
            whole = summarizer.summarize(text=INNOCENT)
        source = Source.from_text(INNOCENT)
        smaller = (settings_for(server.url, window_tokens=tokens) for tokens in range(8_000, 3_000, -100))
        settings = next(each for each in smaller if len(Summarizer("hybrid", model=each).plan(source).requests) > 1)
        with Summarizer("hybrid", model=settings) as summarizer:
            plan = summarizer.plan(source)
            parts = summarizer.read(source)
    assert len(plan.requests) == server.count - 1
    assert parts.failure is None
    assert Counter(map(str, parts.determination.review)) == Counter(map(str, whole.review))
    assert parts.determination.model_copy(update={"review": whole.review}) == whole


def test_a_letter_without_a_rationale_asks_nothing() -> None:
    text = letter()
    text = text[: text.index("MAXIMUS guideline")]
    with serving(GOOD) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        summary = summarizer.read(Source.from_text(text))
    assert server.count == 0
    assert summary.failure is None
    assert summary.determination == summarize(text=text)


# Forms that no layout knows


def outlining(text: str, name: str) -> Any:
    """A model that outlines the example ``name`` rightly, then judges it."""
    document = document_of("<text>", text, hashlib.sha256(text.encode()).hexdigest())
    outlined = outline_of(lines_of(document), FORMS[name])

    def model(body: dict[str, Any]) -> object:
        if re.search(r"(?m)^CLINICAL SUMMARY", user_message(body)):
            return sound(body)
        return {name: value for name, value in outlined.items() if value is not None}

    return model


@pytest.mark.parametrize(
    ("name", "engine"), [*((name, "hybrid") for name in FORMS), ("unknown-memo", "llm"), ("unknown-partly", "llm")]
)
def test_an_unknown_form_takes_two_requests_and_its_words_are_the_letter_s(name: str, engine: str) -> None:
    text = example(name)
    step = Step(answer=outlining(text, name))
    with serving(step) as server, Summarizer(engine, model=settings_for(server.url)) as summarizer:
        summary = summarizer.read(Source.from_text(text))
    read = summary.determination
    assert summary.failure is None
    assert server.count == read.usage.requests == 2
    assert [(item.treatment, item.outcome) for item in read.items] == [
        (expected.treatment, expected.outcome) for expected in FORMS[name].items
    ]
    for index, expected in enumerate(FORMS[name].items):
        rationale = read.items[index].rationale
        assert rationale is not None
        assert rationale.startswith(expected.begins)
        assert rationale.endswith(expected.ends)
        proof = read.provenance[f"items[{index}].treatment"]
        assert (proof.origin, proof.model, proof.status) == (Origin.MODEL, "served-model", Status.VERIFIED)
        assert proof.prompt == "read_outline@v1"
        assert read.provenance[f"items[{index}].primary_reason"].prompt == "read_determination@v1"
    assert flagged(read, ReviewCode.WEAK_LAYOUT) == [None]


@pytest.mark.parametrize("engine", ["hybrid", "llm"])
def test_without_a_model_an_unknown_form_is_an_error(engine: str) -> None:
    settings = settings_for(f"http://127.0.0.1:{closed_port()}/v1", max_attempts=1)
    with Summarizer(engine, model=settings) as summarizer, pytest.raises(ModelUnreachable):
        summarizer.summarize(text=example("unknown-memo"))


def test_without_a_model_the_llm_engine_reads_nothing() -> None:
    settings = settings_for(f"http://127.0.0.1:{closed_port()}/v1", max_attempts=1)
    with Summarizer("llm", model=settings) as summarizer, pytest.raises(ModelUnreachable):
        summarizer.summarize(text=INNOCENT)


def test_what_a_model_finds_no_item_in_is_no_determination() -> None:
    with serving(Step(answer={"items": []})) as server, Summarizer("hybrid", model=settings_for(server.url)) as asking:
        with pytest.raises(NotADetermination, match="the model found no disputed item"):
            asking.summarize(text=example("not-email"))
        assert asking.run.spent.requests == 1


# How a caller may use it


def test_a_caller_may_itself_run_in_an_event_loop() -> None:
    async def notebook(url: str) -> Determination:
        with Summarizer("hybrid", model=settings_for(url)) as summarizer:
            return summarizer.summarize(text=INNOCENT)

    with serving(GOOD) as server:
        read = asyncio.run(notebook(server.url))
    assert read.provenance["case_summary"].origin is Origin.MODEL


def test_a_closed_summarizer_may_be_closed_again_and_opens_a_new_connection() -> None:
    before = threading.active_count()
    with serving(GOOD) as server:
        summarizer = Summarizer("hybrid", model=settings_for(server.url))
        summarizer.close()
        first = summarizer.summarize(text=INNOCENT)
        summarizer.close()
        summarizer.close()
        assert threading.active_count() == before + 1  # the server's own
        assert summarizer.summarize(text=INNOCENT) == first
        summarizer.close()
    assert threading.active_count() == before
    assert server.count == 2


@pytest.mark.timeout(60)
def test_a_program_that_forgets_to_close_still_ends() -> None:
    program = (
        "import sys\nfrom summarizer import Summarizer\nfrom tests.llm.asking import settings_for\n"
        "from tests.llm.injections import INNOCENT\n"
        "summarizer = Summarizer('hybrid', model=settings_for(sys.argv[1]))\n"
        "print(summarizer.summarize(text=INNOCENT).usage.requests)\n"
    )
    with serving(GOOD) as server:
        ended = subprocess.run(
            [sys.executable, "-c", program, server.url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=40,
            check=True,
        )
    assert (ended.stdout, ended.stderr) == ("1\n", "")


@pytest.mark.timeout(30)
def test_a_run_that_is_lost_in_its_own_loop_s_thread_is_closed() -> None:
    before = threading.active_count()
    run = ModelRun(settings_for("http://127.0.0.1:1/v1"))

    async def lose(_: object) -> None:
        run.close()

    with suppress(CancelledError):
        run.wait(lose)
    while threading.active_count() > before:
        threading.Event().wait(0.01)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "step", [Step(fault=Fault.SILENT), Step(status=429, headers={"retry-after": "50"})], ids=["silent", "retry-after"]
)
def test_an_interrupt_ends_the_wait_for_a_single_letter(step: Step) -> None:
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = threading.active_count()
    try:
        with serving(step) as server:
            summarizer = Summarizer("hybrid", model=settings_for(server.url, timeouts=Timeouts()))

            def interrupt() -> None:
                while not server.count:
                    threading.Event().wait(0.01)
                os.kill(os.getpid(), signal.SIGINT)

            threading.Thread(target=interrupt).start()
            with pytest.raises(KeyboardInterrupt), summarizer:
                summarizer.summarize(text=INNOCENT)
            assert summarizer.spent.requests == 1  # it may be billed
    finally:
        signal.signal(signal.SIGINT, handler)
    assert threading.active_count() == before


@pytest.mark.timeout(30)
def test_closing_ends_what_another_thread_waits_for() -> None:
    waiting: list[BaseException] = []

    def wait(summarizer: Summarizer) -> None:
        try:
            summarizer.summarize(text=INNOCENT)
        except CancelledError as error:
            waiting.append(error)

    with serving(Step(fault=Fault.SILENT)) as server:
        summarizer = Summarizer("hybrid", model=settings_for(server.url, timeouts=Timeouts()))
        thread = threading.Thread(target=wait, args=(summarizer,))
        thread.start()
        while not server.count:
            threading.Event().wait(0.01)
        summarizer.close()
        thread.join()
    assert len(waiting) == 1


def test_threads_that_come_at_once_share_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    class Slow(ModelRun):
        def __init__(self, settings: ModelSettings) -> None:
            opened.append(self)
            threading.Event().wait(0.05)
            super().__init__(settings)

    monkeypatch.setattr("summarizer.llm.run.ModelRun", Slow)
    with Summarizer("hybrid", model=settings_for("http://127.0.0.1:1/v1")) as summarizer:
        threads = [threading.Thread(target=lambda: summarizer.run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(opened) == 1


def test_what_was_spent_is_kept_over_a_close() -> None:
    with serving(GOOD) as server:
        summarizer = Summarizer("hybrid", model=settings_for(server.url))
        assert summarizer.spent.requests == 0
        for _ in range(2):
            summarizer.summarize(text=INNOCENT)
            summarizer.close()
    assert summarizer.spent.requests == 2
    assert summarizer.spent.cost_usd == pytest.approx(2 * PAID)


def test_one_call_closes_what_it_opened() -> None:
    before = threading.active_count()
    with serving(GOOD) as server:
        read = summarize(text=INNOCENT, engine="hybrid", model=settings_for(server.url))
    assert read.usage.requests == 1
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "source",
    [
        Source.from_text(INNOCENT),
        Source.from_data(pdf_of(INNOCENT.splitlines()[:30], INNOCENT.splitlines()[30:], x=30)),
    ],
    ids=["text", "PDF"],
)
def test_a_letter_may_be_begun_in_one_process_and_finished_in_another(source: Source) -> None:
    begun = begin(Engine.HYBRID, Limits(), source)
    with serving(GOOD) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        carried = pickle.loads(pickle.dumps(begun))
        draft = summarizer.run.wait(partial(finish, carried))
        read = pickle.loads(pickle.dumps(draft)).summary().determination
        assert read == summarizer.read(source).determination
    assert read.provenance["items[0].primary_reason"].origin is Origin.MODEL
    pages = {place.page for proof in read.provenance.values() for place in proof.evidence}
    boxed = [place.boxes for proof in read.provenance.values() for place in proof.evidence]
    assert pages == ({None} if source.data is None or not source.data.startswith(b"%PDF") else {1, 2})
    assert all(boxed) or pages == {None}


def test_a_partly_authorized_request_and_a_drug_keep_their_printed_parts() -> None:
    with serving(GOOD) as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        read = summarizer.summarize(text=letter(PARTLY, DRUG, LetterItem()))
    first, second, _ = read.items
    assert (first.original_request, first.authorized_portion) == (
        "Massage 12 sessions for the low back",
        "Massage 4 sessions for the low back",
    )
    assert second.medication
    assert (second.medication.name, second.medication.strength, second.medication.quantity) == ("Norco", "10/325mg", 60)
    assert read.provenance["items[1].medication.drug_class"].origin is Origin.MODEL
