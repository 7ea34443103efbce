"""Processes of their own: a crash costs one letter, order and memory hold, an interrupt ends everything."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from summarizer.errors import EmptyInput, ReaderCrashed
from summarizer.isolation import Dismissal, run_isolated
from summarizer.loading import Source, open_letter
from tests.loading.made import FIRST, pdf_of


def act(source: Source) -> str:
    """Do what the source says."""
    match source.name:
        case "abort":
            os.abort()
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGTERM)
        case "leave":
            os._exit(3)
        case "refuse":
            raise EmptyInput(source.name, "no words", "give some")
        case "defect":
            raise KeyError("words of the letter")
        case "slow":
            time.sleep(0.3)
        case "hang":
            time.sleep(600)
    return source.name


def words_of(source: Source) -> str:
    with open_letter(source) as letter:
        return letter.document.text


def size_of(source: Source) -> bytes:
    assert source.data is not None
    return source.data


def sources(*names: str) -> list[Source]:
    return [Source.from_path(f"folder/{name}") for name in names]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_each_crash_costs_its_own_source(workers):
    names = ["a", "abort", "b", "c", "kill", "kill", "refuse", "d", "leave", "defect", "e"]
    given = sources(*names)
    results = list(run_isolated(act, given, workers))
    assert [source for source, _ in results] == given
    answers = {name: answer for name, (_, answer) in zip(names, results, strict=True)}
    assert [answers[name] for name in "abcde"] == list("abcde")
    assert isinstance(answers["refuse"], EmptyInput)
    assert str(answers["refuse"]) == "refuse: no words; give some"
    for name, ending in {"abort": "SIGABRT", "kill": "SIGKILL", "leave": "code 3", "defect": "KeyError"}.items():
        assert isinstance(answers[name], ReaderCrashed)
        assert ending in str(answers[name])
    assert "words of the letter" not in str(answers["defect"])


def test_order_holds_behind_a_slow_one():
    names = ["slow", *"abcdefgh"]
    assert [answer for _, answer in run_isolated(act, sources(*names), 2)] == names


def test_where_order_does_not_matter_a_slow_one_holds_nobody_up():
    names = ["hang", *"abcdefgh"]
    results = run_isolated(act, sources(*names), 2, in_order=False)
    came = {answer for _, answer in (next(results) for _ in range(7))}  # one waits at hand of the process that hangs
    results.close()
    assert len(came) == 7
    assert "hang" not in came
    crashing = ["a", "abort", "b", "kill", "c"]
    answers = {source.name: answer for source, answer in run_isolated(act, sources(*crashing), 2, in_order=False)}
    assert {name for name, answer in answers.items() if isinstance(answer, ReaderCrashed)} == {"abort", "kill"}
    assert len(answers) == 5


@pytest.mark.parametrize("in_order", [True, False])
def test_a_source_that_takes_too_long_costs_its_process_alone(in_order):
    names = ["a", "hang", "b", "slow", "c"]
    answers = {
        source.name: answer for source, answer in run_isolated(act, sources(*names), 2, in_order=in_order, longest=8)
    }
    assert str(answers.pop("hang")) == (
        "hang: reading it took longer than 8 seconds; look at the file; the other inputs are not concerned"
    )
    assert answers == {name: name for name in ("a", "b", "slow", "c")}


def test_a_source_that_takes_too_long_is_ended_while_others_go_on():
    names = ["hang", *["slow"] * 14]
    came = [source.name for source, _ in run_isolated(act, sources(*names), 2, in_order=False, longest=2)]
    assert sorted(came) == sorted(names)
    assert came.index("hang") < 12, "it kept its process for as long as there was other work"


def test_a_process_that_is_told_to_end_costs_no_source():
    names = ["slow"] * 6
    results = run_isolated(act, sources(*names), 2, in_order=False)
    came = [next(results)]
    for process in multiprocessing.active_children():
        process.terminate()
    came += results
    assert [answer for _, answer in came] == names


def test_a_source_that_ends_its_process_so_each_time_is_given_up():
    answers = {source.name: answer for source, answer in run_isolated(act, sources("a", "stop", "b"), 1)}
    assert "was ended by SIGTERM" in str(answers.pop("stop"))
    assert answers == {"a": "a", "b": "b"}


def test_meanwhile_is_called_while_no_answer_comes(monkeypatch):
    monkeypatch.setattr("summarizer.isolation._PULSE", 0.05)
    calls = []
    list(run_isolated(act, sources("slow"), 1, meanwhile=lambda: calls.append("heard")))
    assert calls


def test_sources_are_drawn_only_as_answers_are_taken():
    drawn = 0

    def endless():
        nonlocal drawn
        while True:
            drawn += 1
            yield Source.from_path(f"folder/{drawn}")

    results = run_isolated(act, endless(), 2)
    for _ in range(300):
        next(results)
    assert 300 <= drawn <= 300 + 2 * 64 + 1
    results.close()
    assert not multiprocessing.active_children()


def test_no_sources_no_processes():
    assert list(run_isolated(act, [], 4)) == []


def test_at_least_one_worker():
    with pytest.raises(ValueError, match="at least one"):
        run_isolated(act, [], 0)


def test_large_sources_and_answers_do_not_block_each_other():
    given = [Source.from_data(bytes([number]) * 3_000_000) for number in range(6)]
    assert [answer for _, answer in run_isolated(size_of, given, 2)] == [source.data for source in given]


def test_letters_are_read_in_processes_of_their_own():
    data = [Source.from_data(pdf_of(FIRST)), Source.from_data(b"")]
    (_, text), (_, error) = run_isolated(words_of, data, 1)
    assert text == "\n".join(FIRST)
    assert isinstance(error, EmptyInput)


def test_processes_end_with_the_iterator():
    list(run_isolated(act, sources("a", "b", "kill"), 2))
    assert not multiprocessing.active_children()


@pytest.mark.timeout(30)
def test_another_thread_may_end_the_wait_for_an_answer():
    dismissal = Dismissal()
    results = run_isolated(act, sources("a", "hang", "b", "hang", "c"), 2, dismissal=dismissal)
    assert next(results)[1] == "a"
    threading.Timer(0.2, dismissal.say).start()
    assert list(results) == []
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_an_interrupt_leaves_no_process_and_no_noise(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent(
            """
            import os, sys, time
            from summarizer.isolation import run_isolated
            from summarizer.loading import Source

            def wait(source):
                os.write(1, b"%d\\n" % os.getpid())
                time.sleep(60)

            if __name__ == "__main__":
                try:
                    list(run_isolated(wait, [Source.from_text("a"), Source.from_text("b")], 2))
                except KeyboardInterrupt:
                    sys.exit(7)
            """
        )
    )
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
    ) as running:
        assert running.stdout is not None
        workers = [int(running.stdout.readline()) for _ in range(2)]
        os.killpg(running.pid, signal.SIGINT)  # as the terminal does: to all of them at once
        _, noise = running.communicate(timeout=30)
    assert running.returncode == 7
    assert noise == ""
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
