"""What goes wrong at a provider, and what a run makes of it: nothing lost, nothing paid twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from summarizer.backfill.batch import run
from summarizer.backfill.batch.batches import BatchState, begin_batch, open_batches, see_to, uploaded
from summarizer.backfill.batch.preparing import Room
from summarizer.backfill.batch.requests import fail_waiting
from summarizer.backfill.ledger.runners import leave, register
from summarizer.backfill.run.job import Brake
from summarizer.errors import StoreError
from summarizer.llm.settings import Timeouts
from tests.backfill.batch.conftest import Setting
from tests.backfill.batch.desk import Desk, written
from tests.backfill.batch.server import BatchServer, Trouble, _Handler
from tests.llm.asking import CANARY, KEY
from tests.llm.sound import sound, user_message

BUSY = Trouble(status=503)
LOST = Trouble(done=True, lost=True)
GARBLED = Trouble(status=200, done=True)
"""What an error page with a success's status is: nothing of the interface."""


def all_once(desk: Desk, provider: BatchServer, count: int) -> None:
    """Every letter is read, and every request was paid once."""
    assert len(desk.read()) == count
    assert Counter(provider.paid_bodies.values()) == {1: count}
    assert sum(desk.states().values()) == count
    assert open_batches(desk.ledger, desk.recipe) == []
    assert provider.files == {}, "what held letters is deleted"


@pytest.mark.parametrize("troubles", [[BUSY, Trouble(status=429)], [Trouble(status=500), Trouble(lost=True)]])
def test_calls_that_fail_are_tried_again(setting: Setting, troubles: list[Trouble]) -> None:
    calls = ("POST /files", "POST /batches", "GET /batches/ID", "GET /files/ID/content")
    desk, provider = setting(2, server={"troubles": {call: list(troubles) for call in calls}})
    assert desk.run() is None
    all_once(desk, provider, 2)
    assert len(provider.batches) == 1


def test_a_batch_whose_making_was_not_heard_of_is_found(setting: Setting) -> None:
    desk, provider = setting(2, server={"troubles": {"POST /batches": [LOST]}})
    assert desk.run() is None
    all_once(desk, provider, 2)
    assert len(provider.batches) == 1


def test_a_batch_that_is_found_late_is_ended(setting: Setting) -> None:
    """The list does not show the first one yet when it is looked for."""
    desk, provider = setting(1, server={"troubles": {"POST /batches": [LOST], "GET /batches": []}})
    hidden = {"object": "list", "data": [], "has_more": False}
    listed = _Handler.carry_out

    def late(self: Any, kind: str, path: str, data: bytes) -> tuple[int, object]:
        if kind == "GET /batches" and self.provider.calls[kind] == 1:
            return 200, hidden
        return listed(self, kind, path, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Handler, "carry_out", late)
        assert desk.run() is None
    assert provider.cancelled == ["batch_1"]
    all_once(desk, provider, 1)


@pytest.mark.parametrize("then", [Trouble(status=403), GARBLED])
def test_a_batch_that_may_have_been_made_is_not_given_up(setting: Setting, then: Trouble) -> None:
    """Its making was not heard of, and then it cannot be looked for."""
    first = [GARBLED] * 3 if then is GARBLED else [LOST]
    desk, provider = setting(2, server={"troubles": {"POST /batches": first, "GET /batches": [then] * 5}})
    assert desk.run() is not None
    assert desk.states() == {"running": 2}
    provider.troubles.clear()
    assert desk.run() is None
    all_once(desk, provider, 2)
    assert len(provider.batches) == 1


def test_the_next_run_finds_the_batch_that_was_not_ended(setting: Setting) -> None:
    """Of two that were made of one file the older one was ended."""
    desk, provider = setting(1, server={"troubles": {"POST /batches": [LOST], "GET /batches": [BUSY] * 9}})
    assert desk.run() is not None
    [older] = provider.batches.values()
    provider.create(older.told)
    older.told["status"] = "cancelled"
    provider.troubles.clear()
    assert desk.run() is None
    all_once(desk, provider, 1)
    assert len(provider.batches) == 2


def test_a_batch_that_the_provider_does_not_know_waits_for_the_right_key(setting: Setting) -> None:
    desk, provider = setting(2)
    desk.run(wait=False)
    hidden = dict(provider.batches)
    provider.batches.clear()
    desk.enlist(written(desk.folder, 7))
    why = desk.run()
    assert why is not None
    assert "does not know 1 of its batches" in why
    assert desk.states() == {"running": 2, "needs_review": 1}, "and others are read"
    provider.batches.update(hidden)
    assert desk.run() is None
    all_once(desk, provider, 3)


def test_a_batch_that_is_gone_fails_its_letters_in_the_end(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, provider = setting(2)
    desk.run(wait=False)
    provider.batches.clear()
    monkeypatch.setattr(run, "WINDOW", timedelta(0))
    assert desk.run() is None
    assert desk.failures() == {"request_refused": 2}
    assert desk.retry() == 2
    assert desk.run() is None
    assert len(desk.read()) == len(provider.paid) == 2


def test_files_that_cannot_be_deleted_cost_nothing(setting: Setting) -> None:
    desk, provider = setting(2, server={"troubles": {"DELETE /files/ID": [Trouble(status=403)]}})
    assert desk.run() is None, "and nobody is bothered"
    assert len(desk.read()) == len(provider.paid) == 2
    assert (provider.calls["DELETE /files/ID"], len(provider.files)) == (1, 2)


def test_statuses_in_capitals_are_understood(setting: Setting) -> None:
    desk, provider = setting(1)
    desk.run(wait=False)
    for _ in range(2):
        provider.look("batch_1")["status"] = "COMPLETED"
    provider.batches["batch_1"].told["status"] = "in_progress"
    provider.look("batch_1")["status"] = "COMPLETED"
    assert desk.run() is None
    all_once(desk, provider, 1)


def test_the_next_run_finds_a_batch_that_the_last_one_never_heard_of(setting: Setting) -> None:
    troubles = {"POST /batches": [LOST] + [BUSY] * 9, "GET /batches": [BUSY] * 9}
    desk, provider = setting(2, server={"troubles": troubles})
    why = desk.run()
    assert why is not None
    assert "503" in why
    [batch] = open_batches(desk.ledger, desk.recipe)
    assert batch.state is BatchState.UPLOADED
    troubles.clear()
    provider.troubles.clear()
    assert desk.run() is None
    all_once(desk, provider, 2)
    assert (len(provider.batches), provider.calls["POST /files"]) == (1, 1)


def test_a_provider_that_cannot_be_reached_loses_nothing(setting: Setting) -> None:
    desk, provider = setting(2, server={"troubles": {"POST /files": [Trouble(lost=True)] * 9}})
    why = desk.run()
    assert why is not None
    assert KEY not in why
    assert desk.states() == {"pending": 2}
    provider.troubles.clear()
    assert desk.run() is None
    all_once(desk, provider, 2)


def test_an_outage_while_waiting_ends_no_run(setting: Setting) -> None:
    desk, provider = setting(1, server={"troubles": {"GET /batches/ID": [Trouble(lost=True)] * 4}})
    assert desk.run() is None
    all_once(desk, provider, 1)


def test_an_upload_without_a_name_is_tried_again(setting: Setting) -> None:
    desk, provider = setting(1, server={"troubles": {"POST /files": [GARBLED]}})
    assert desk.run() is None
    assert len(desk.read()) == len(provider.paid) == 1


def test_a_refused_key_ends_the_run(setting: Setting) -> None:
    desk, _ = setting(1, server={"troubles": {"POST /files": [Trouble(status=401)]}})
    why = desk.run()
    assert why is not None
    assert "OPENAI_API_KEY" in why
    assert KEY not in why
    assert desk.states() == {"pending": 1}


def test_a_server_without_batches_says_so(setting: Setting) -> None:
    desk, _ = setting(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Handler, "carry_out", lambda *_: (404, {"detail": "Not Found"}))
        why = desk.run()
    assert why is not None
    assert "takes no batches" in why
    assert "--batch" in why
    assert desk.states() == {"pending": 1}


def test_what_an_expired_batch_did_not_do_is_asked_again(setting: Setting) -> None:
    desk, provider = setting(4, server={"ends": ["expired"]})
    assert desk.run() is None
    all_once(desk, provider, 4)
    assert [len(provider.lines(one)) for one in provider.batches.values()] == [4, 2]


def test_batches_that_always_expire_come_to_an_end(setting: Setting) -> None:
    desk, provider = setting(1, server={"ends": ["expired"] * 9})
    assert desk.run() is None
    assert desk.failures() == {"model_unreachable": 1}
    assert (len(provider.batches), provider.paid) == (3, [])


def test_a_cancelled_batch_ends_the_run_and_keeps_what_it_did(setting: Setting) -> None:
    desk, provider = setting(4, server={"ends": ["cancelled"]})
    why = desk.run()
    assert why is not None
    assert "cancelled" in why
    assert desk.run() is None
    all_once(desk, provider, 4)
    assert [len(provider.lines(one)) for one in provider.batches.values()] == [4, 2]


def test_a_line_that_the_provider_refuses_fails_its_letter_alone(setting: Setting) -> None:
    problems = [[{"code": "invalid_json_line", "line": 2, "message": CANARY}]]
    desk, provider = setting(3, server={"ends": ["failed"], "problems": problems})
    assert desk.run() is None
    assert desk.failures() == {"request_refused": 1}
    assert len(desk.read()) == len(provider.paid) == 2


@pytest.mark.parametrize(("code", "line"), [("model_not_found", None), ("model_not_found", 1), ("bad_line", 0)])
def test_a_file_that_the_provider_refuses_ends_the_run(setting: Setting, code: str, line: int | None) -> None:
    problems = [[{"code": code, "line": line, "message": CANARY}]]
    desk, provider = setting(2, server={"ends": ["failed"], "problems": problems})
    why = desk.run()
    assert why is not None
    assert code in why
    assert CANARY not in why
    assert desk.states() == {"pending": 2}
    assert desk.run() is None
    all_once(desk, provider, 2)


def test_a_full_queue_takes_the_rest_later(setting: Setting) -> None:
    desk, provider = setting(4, server={"queue": 2, "looks": 3})
    assert desk.run(room=Room(requests=2)) is None
    all_once(desk, provider, 4)
    assert len(provider.batches) > 2  # one was refused at least once
    assert len(provider.accepted) == 2
    assert provider.calls["POST /files"] == 2  # the same file, later


def test_a_file_that_no_queue_takes_is_made_smaller(setting: Setting) -> None:
    desk, provider = setting(5, server={"queue": 2})
    assert desk.run() is None
    all_once(desk, provider, 5)
    assert max(len(provider.lines(one)) for one in provider.accepted) <= 2


def test_a_create_that_is_refused_for_the_queue_is_made_later(setting: Setting) -> None:
    full = Trouble(status=429, code="token_limit_exceeded")
    desk, provider = setting(2, server={"troubles": {"POST /batches": [full]}})
    assert desk.run() is None
    all_once(desk, provider, 2)


def test_lines_that_come_twice_or_from_nowhere_count_once(setting: Setting) -> None:
    stray: dict[str, Any] = {"custom_id": "imr-unknown", "response": {"status_code": 200, "body": {}}, "error": None}
    desk, provider = setting(3, server={"twice": True, "extra": [stray, {"what": 1}]})
    assert desk.run() is None
    all_once(desk, provider, 3)
    assert desk.standing.spent.requests == 3


def test_an_output_file_that_is_gone_is_not_paid_for_again(setting: Setting) -> None:
    desk, provider = setting(2, server={"troubles": {"GET /files/ID/content": []}})
    desk.run(wait=False)
    for _ in range(2):
        provider.look("batch_1")
    del provider.files["file-2"]
    assert desk.run() is None
    assert desk.failures() == {"request_refused": 2}
    assert len(provider.paid) == 2
    assert len(provider.batches) == 1


def test_answers_whose_file_has_no_name_are_waited_for(setting: Setting) -> None:
    desk, provider = setting(1, server={"nameless": True})
    assert desk.run() is None
    assert desk.failures() == {"request_refused": 1}
    assert provider.calls["GET /batches/ID"] == 4
    assert len(provider.paid) == 1


def test_a_download_that_breaks_off_is_begun_anew_and_counted_once(setting: Setting) -> None:
    desk, provider = setting(3, server={"half": 1500})
    assert desk.run() is None
    all_once(desk, provider, 3)
    assert provider.calls["GET /files/ID/content"] == 2
    assert desk.standing.spent.requests == 3


def test_the_brake_ends_the_waiting_at_once(setting: Setting) -> None:
    desk, provider = setting(1, server={"looks": 10**9})
    brake = Brake()
    threading.Timer(1.0, brake.pull, ["enough"]).start()
    began = time.monotonic()
    assert desk.run(brake, poll_seconds=60.0) == "enough"
    assert time.monotonic() - began < 30
    assert desk.states() == {"running": 1}
    provider.looks = 1
    assert desk.run() is None
    all_once(desk, provider, 1)


def test_more_lines_than_a_database_takes_at_once_are_refused(setting: Setting) -> None:
    desk, _ = setting(1)
    desk.run(wait=False)
    [batch] = open_batches(desk.ledger, desk.recipe)
    assert fail_waiting(desk.ledger, batch, 400, "invalid_line", range(1, 300_000)) == 1


def test_the_brake_ends_a_call_that_hangs(setting: Setting) -> None:
    desk, provider = setting(1, timeouts=Timeouts(silence=60.0))
    brake = Brake()

    over = threading.Event()

    def hangs(kind: str) -> None:
        brake.pull("enough")
        over.wait(30)

    provider.upload = lambda data: hangs("upload")  # type: ignore[assignment, return-value, method-assign]
    assert desk.run(brake) == "enough"
    over.set()
    assert desk.states() == {"pending": 1}
    del provider.upload  # type: ignore[method-assign]
    assert desk.run() is None
    all_once(desk, provider, 1)


def test_a_batch_of_a_living_run_is_left_to_it(setting: Setting) -> None:
    desk, provider = setting(2)
    other = register(desk.ledger)
    batch = begin_batch(desk.ledger, other, desk.recipe)
    assert desk.run() is None
    assert [one.id for one in open_batches(desk.ledger, desk.recipe)] == [batch.id]
    leave(desk.ledger, other)
    assert desk.run() is None
    all_once(desk, provider, 2)


def test_a_run_that_was_taken_for_dead_touches_no_batch(setting: Setting) -> None:
    desk, _ = setting(1)
    first, second = register(desk.ledger), register(desk.ledger)
    batch = begin_batch(desk.ledger, first, desk.recipe)
    leave(desk.ledger, first)
    assert see_to(desk.ledger, first, desk.recipe) == []
    assert [one.id for one in see_to(desk.ledger, second, desk.recipe)] == [batch.id]
    with pytest.raises(StoreError, match="another one sees to its batches"):
        uploaded(desk.ledger, first, batch, "file-1")


def test_a_poison_letter_does_not_stop_the_others(setting: Setting) -> None:
    def poison(body: dict[str, Any]) -> object:
        return "no JSON {" if "series 0" in user_message(body) else sound(body)

    desk, _ = setting(3, poison)
    assert desk.run() is None
    assert desk.failures() == {"answer_unusable": 1}
    assert len(desk.read()) == 2
