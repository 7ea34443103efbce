"""No key, no letter and no answer in a log, a message or a ``repr``, however much is logged."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys

import pytest

from summarizer.llm.ask import request_of
from summarizer.llm.connection import Connection
from summarizer.llm.silence import quiet
from tests.llm.asking import CANARY, KEY, asked, question, settings_for
from tests.llm.server import Fault, Step, serving

TALKERS = ["openai", "openai._base_client", "instructor", "instructor.v2.retry", "httpx2", "httpcore2.http11"]
STEPS = {
    "answer": (Step({"at": 77}), Step({"at": 1})),
    "unusable": (Step({"somewhere": CANARY}),),
    "refused": (Step(status=400, error={"message": f"{CANARY} {KEY}", "code": CANARY}),),
    "reset": (Step(fault=Fault.RESET),),
    "garbled": (Step(raw=f'{{"{CANARY}'.encode()),),
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_nothing_is_logged_however_the_libraries_are_set(
    steps: tuple[Step, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in TALKERS:
        caplog.set_level(logging.DEBUG, logger=name)
    with serving(*steps) as server:
        asked(settings_for(server.url))

    talked = [record for record in caplog.records if record.name.partition(".")[0] in set(TALKERS)]
    assert server.count > 0
    assert talked == []
    assert CANARY not in caplog.text
    assert KEY not in caplog.text


def test_who_else_uses_the_libraries_still_hears_them(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="openai._base_client")
    with serving(Step({"at": 1})) as server:
        asked(settings_for(server.url))
    with quiet():
        logging.getLogger("openai._base_client").debug("ours")
    logging.getLogger("openai._base_client").debug("theirs")

    assert [record.message for record in caplog.records if record.name.startswith("openai")] == ["theirs"]


def test_the_environment_switch_of_the_client_logs_nothing_of_ours() -> None:
    program = (
        "from tests.llm.asking import *; from tests.llm.server import *\n"
        "with serving(Step({'at': 77}), Step({'at': 1})) as server:\n"
        "    print(asked(settings_for(server.url)).name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "OPENAI_LOG": "debug", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "answered", done.stderr
    assert CANARY not in done.stderr
    assert KEY not in done.stderr


def test_neither_settings_nor_connection_show_the_key() -> None:
    settings = settings_for("http://127.0.0.1:1/v1")
    connection = Connection(settings)

    assert KEY not in repr(settings)
    assert KEY not in repr(connection)
    assert KEY not in repr(connection.settings)


def test_the_key_goes_to_the_server_in_its_header_alone() -> None:
    with serving(Step({"at": 77}), Step({"at": 1})) as server:
        asked(settings_for(server.url))

    for seen in server.seen:
        assert seen.headers["authorization"] == f"Bearer {KEY}"
        assert KEY.encode() not in seen.raw
        assert not [name for name, value in seen.headers.items() if KEY in value and name != "authorization"]


def test_a_local_server_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(Step({"at": 1})) as server:
        outcome = asked(settings_for(server.url, api_key=""))

    assert outcome.name == "answered"
    assert server.seen[0].headers["authorization"] == "Bearer none"


def test_a_dry_run_holds_no_key() -> None:
    body = asyncio.run(request_of(settings_for("http://127.0.0.1:1/v1"), question()))

    assert KEY not in str(body)
    assert CANARY in str(body)


def test_a_redirect_does_not_take_the_letter_elsewhere() -> None:
    with serving(Step({"at": 1})) as elsewhere:
        with serving(Step(status=307, headers={"location": f"{elsewhere.url}/chat/completions"})) as server:
            asked(settings_for(server.url))

        assert elsewhere.count == 0
