"""``imr summarize`` with a model: who is asked, what is said of it, and what is left where it fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import Determination, Origin, ReviewCode
from summarizer.errors import InputError
from summarizer.llm.connection import Connection, Waits
from summarizer.loading.source import Source
from tests.cli.running import Ran, Run, ran
from tests.forms import LetterItem, letter
from tests.house.project import ROOT
from tests.letters import letter as example
from tests.llm.server import Fault, Server, Step, closed_port, serving
from tests.llm.sound import sound

KEY = "sk-canary-of-the-command-line"
PRICE = ("--price", "1/0.5/10")
MODEL_LIBRARIES = {"openai", "instructor", "tenacity", "httpx2", "genai_prices"}
ONE_LETTER = letter()


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no server and no cache but the test's own; short waits between attempts."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "IMR_MODEL", "IMR_PRICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IMR_CACHE", str(tmp_path / "cache" / "answers.sqlite3"))
    monkeypatch.setitem(Connection.__init__.__kwdefaults__, "waits", Waits(first=0.001, most=0.002))


@pytest.fixture
def processes() -> None:
    """Letters are read in processes of their own, as a user's are."""


@pytest.fixture(autouse=True)
def read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are read in this process unless a test asks for ``processes``, which take a second to start."""
    if "processes" not in request.fixturenames:
        monkeypatch.setattr("summarizer.many.run_isolated", here)
        monkeypatch.setattr("summarizer.cli.summarize.run_isolated", here)


def here(
    function: Callable[[Source], object], sources: Iterable[Source], *_: object
) -> Iterator[tuple[Source, object]]:
    """``run_isolated`` without its processes."""
    for source in sources:
        try:
            yield source, function(source)
        except InputError as error:
            yield source, error


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A sound model, with a key for it set."""
    with serving(Step(answer=sound)) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """``imr summarize`` in this process; it never prints the key."""

    def run(*arguments: str | Path) -> Ran:
        told = ran(capfdbinary, "summarize", *arguments)
        assert KEY not in told.out + told.err
        return told

    return run


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "one.txt"
    path.write_text(ONE_LETTER, encoding="utf-8")
    return path


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A folder of three letters that differ."""
    folder = tmp_path / "three"
    folder.mkdir()
    for number in range(3):
        words = letter(LetterItem(heading=f"MRI of the spine, series {number}"))
        (folder / f"{number}.txt").write_text(words, encoding="utf-8")
    return folder


def by_model(read: Determination) -> bool:
    return read.provenance["items[0].primary_reason"].origin is Origin.MODEL


# Who is asked


def test_a_key_alone_makes_it_hybrid_and_says_so_before(run: Run, one: Path, server: Server) -> None:
    ran = run(one, "--format", "json", *PRICE)
    assert ran.code == 0
    assert server.count == 1
    assert by_model(ran.read)
    first = ran.err.splitlines()[0]
    assert first.startswith(f"imr: hybrid, gpt-5-mini at 127.0.0.1:{server.port}, about $0.0")
    assert first.endswith("--engine rules asks no model")
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_page_says_who_judged_and_what_was_paid(run: Run, one: Path, server: Server) -> None:
    page = " ".join(run(one, *PRICE).out.split())
    assert "Judgment by served-model (read_determination@v1): 1 request, 100 tokens in (40 cached), 10 out" in page
    assert "$0.0002" in page
    assert server.count == 1


def test_several_letters_are_estimated_before_and_summed_up_after(run: Run, three: Path, server: Server) -> None:
    ran = run(three, "--format", "jsonl", *PRICE)
    assert ran.code == 0
    lines = ran.err.splitlines()
    assert "for 3 letters like the first" in lines[0]
    assert lines[-2].startswith("3 letters: ")
    assert lines[-1] == "3 requests, 300 tokens in (120 cached), 30 out, $0.0005"
    assert [json.loads(line)["case_number"] for line in ran.out.splitlines()] == ["CM16-0900001"] * 3
    assert server.count == 3


def test_an_unknown_price_is_said_to_be_unknown(run: Run, three: Path, server: Server) -> None:
    ran = run(three, "--format", "jsonl", "--model", "nobody-knows-it")
    assert "cost unknown (give --price)" in ran.err.splitlines()[0]
    assert ran.err.splitlines()[-1].endswith("cost unknown")
    assert "$0" not in ran.err
    assert server.count == 3


def test_without_a_key_the_rules_judge_and_no_model_library_is_imported(one: Path) -> None:
    script = (
        "import sys\nfrom summarizer.cli.app import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    print(*sys.modules, sep='\\n', file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "summarize", "--format", "json", str(one)],
        cwd=ROOT,
        env=dict(os.environ),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert not by_model(Determination.model_validate_json(done.stdout))
    modules = {name.split(".")[0] for name in done.stderr.split()}
    assert "summarizer" in modules
    assert modules & MODEL_LIBRARIES == set()


def test_rules_with_a_key_ask_nothing(run: Run, one: Path, server: Server) -> None:
    ran = run(one, "--engine", "rules", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert not by_model(ran.read)
    assert server.count == 0


def test_an_address_alone_sends_no_letter_there(
    run: Run, one: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert not by_model(run(one, "--format", "json").read)
    assert server.count == 0


def test_a_server_of_one_s_own_needs_no_key(
    run: Run, one: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name)
    ran = run(one, "--base-url", server.url, "--model", "mine", "--format", "json")
    assert by_model(ran.read)
    assert server.bodies[0]["model"] == "mine"
    assert "mine at 127.0.0.1" in ran.err


def test_openai_itself_needs_a_key(run: Run, one: Path) -> None:
    ran = run(one, "--engine", "hybrid")
    assert (ran.code, ran.out) == (2, "")
    assert "set OPENAI_API_KEY" in " ".join(ran.err.split())


def test_options_reach_the_request(run: Run, one: Path, server: Server) -> None:
    run(one, "--model", "some-model", "--temperature", "0.25", "--prompt", "read_determination@v1", "--format", "json")
    (body,) = server.bodies
    assert (body["model"], body["temperature"]) == ("some-model", 0.25)


def test_reasoning_effort_reaches_the_request(run: Run, one: Path, server: Server) -> None:
    run(one, "--reasoning-effort", "low", "--format", "json", *PRICE)
    assert server.bodies[0]["reasoning_effort"] == "low"


# Before anything is sent


def planned(ran: Ran) -> list[dict[str, Any]]:
    """The plans that a dry run printed, one after the other."""
    decoder, rest, plans = json.JSONDecoder(), ran.out, []
    while rest.strip():
        plan, end = decoder.raw_decode(rest.lstrip())
        rest = rest.lstrip()[end:]
        plans.append(plan)
    return plans


def test_a_dry_run_shows_the_very_request_that_is_sent(run: Run, one: Path, server: Server) -> None:
    arguments = (one, "--model", "some-model", "--temperature", "0.5", *PRICE)
    dry = run(*arguments, "--dry-run")
    assert dry.code == 0
    assert server.count == 0
    (plan,) = planned(dry)
    (request,) = plan["requests"]
    run(*arguments)
    (seen,) = server.seen
    shown = json.dumps(request["body"], ensure_ascii=False, separators=(",", ":")).encode()
    assert shown == seen.raw
    assert (plan["source"], plan["server"], plan["more_follow"]) == ("one.txt", f"127.0.0.1:{server.port}", False)
    assert request["input_tokens"] > 1000
    assert 0 < request["cost_usd"] < 0.1
    assert "nothing was sent" in dry.err


def test_a_dry_run_of_an_unknown_form_shows_the_first_request(run: Run, tmp_path: Path, server: Server) -> None:
    path = tmp_path / "memo.txt"
    path.write_text(example("unknown-memo"), encoding="utf-8")
    (plan,) = planned(run(path, "--dry-run", *PRICE))
    assert [request["prompt"] for request in plan["requests"]] == ["read_outline@v1"]
    assert plan["more_follow"] is True
    assert server.count == 0


def test_a_dry_run_needs_no_key(run: Run, one: Path, three: Path) -> None:
    dry = run(one, three, "--dry-run")
    assert dry.code == 0
    plans = planned(dry)
    assert [plan["source"] for plan in plans] == ["one.txt", "0.txt", "1.txt", "2.txt"]
    assert {plan["server"] for plan in plans} == {"api.openai.com"}


@pytest.mark.parametrize("key", ["sk-with a space", "sk-“quoted”"])
def test_a_key_that_is_none_is_wrong_usage(
    run: Run, one: Path, server: Server, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    ran = run(one)
    assert (ran.code, ran.out, server.count) == (2, "", 0)
    assert "OPENAI_API_KEY" in ran.err
    assert key not in ran.err


def test_a_limit_of_dollars_needs_a_price(run: Run, one: Path, server: Server) -> None:
    ran = run(one, "--model", "nobody-knows-it", "--max-cost", "1")
    assert (ran.code, ran.out, server.count) == (2, "", 0)
    assert "give --price" in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.parametrize("price", ["cheap", "1", "1/2/3/4", "-1/2"])
def test_a_price_that_is_none_is_wrong_usage(run: Run, one: Path, server: Server, price: str) -> None:
    ran = run(one, f"--price={price}")
    assert (ran.code, ran.out, server.count) == (2, "", 0)


@pytest.mark.parametrize("address", ["ftp://somewhere", f"http://me:{KEY}@127.0.0.1/v1", "http://127.0.0.1/v1?key=x"])
def test_an_address_that_is_none_is_wrong_usage(run: Run, one: Path, address: str) -> None:
    ran = run(one, "--base-url", address)
    assert (ran.code, ran.out) == (2, "")


def test_an_unknown_prompt_is_told_before_anything_is_sent(run: Run, one: Path, server: Server) -> None:
    ran = run(one, "--prompt", "no_such_prompt")
    assert ran.code in (2, 3)
    assert ran.out == ""
    assert "read_determination" in ran.err
    assert server.count == 0


# Where the model fails


@pytest.mark.parametrize(
    "step",
    [None, Step(status=401), Step(status=400), Step(answer="no")],
    ids=["closed port", "key refused", "request refused", "no answer of use"],
)
def test_without_an_answer_the_letter_comes_out_and_the_exit_code_says_so(
    run: Run, one: Path, server: Server, step: Step | None
) -> None:
    server.steps = [step or Step()]
    there = () if step else ("--base-url", f"http://127.0.0.1:{closed_port()}/v1")
    ran = run(one, "--format", "json", *there, *PRICE)
    assert ran.code == 3
    assert not by_model(ran.read)
    assert ReviewCode.MODEL_FAILED in [flag.code for flag in ran.read.review]
    (line,) = [line for line in ran.err.splitlines() if "judged by the rules, since" in line]
    assert line.startswith("imr: one.txt: ")
    assert "red flag" not in ran.err


def test_a_limit_of_dollars_keeps_what_is_done(run: Run, three: Path, server: Server) -> None:
    server.steps = [Step(answer=sound, usage={"prompt_tokens": 4_000, "completion_tokens": 1_000})]
    ran = run(three, "--format", "json", "--max-cost", "0.04", "--max-output", "1200", "--concurrency", "1", *PRICE)
    assert ran.code == 3
    judged = [by_model(Determination.model_validate(read)) for read in json.loads(ran.out)]
    assert judged == [True] * server.count + [False] * (3 - server.count)
    assert 1 <= server.count < 3
    assert "raise --max-cost" in ran.err
    assert f"; the model failed for {3 - server.count}" in ran.err
    assert ran.err.splitlines()[-1].endswith(f"${server.count * 0.014:.4f}")


@pytest.mark.usefixtures("processes")
def test_a_bad_letter_among_good_ones_is_counted_and_told(run: Run, three: Path, server: Server) -> None:
    (three / "1.txt").write_bytes(b"%PDF-1.7 damaged")
    ran = run(three, "--format", "json", *PRICE)
    assert ran.code == 3
    assert [by_model(Determination.model_validate(read)) for read in json.loads(ran.out)] == [True, True]
    assert any("1.txt" in line for line in ran.err.splitlines()[1:-2])
    assert ran.err.splitlines()[-2].startswith("3 letters: ")
    assert ran.err.splitlines()[-2].endswith("1 failed")
    assert server.count == 2


def test_what_a_model_finds_no_item_in_failed_and_was_paid_for(run: Run, three: Path, server: Server) -> None:
    (three / "1.txt").write_text(example("not-email"), encoding="utf-8")

    def model(body: dict[str, Any]) -> object:
        return sound(body) if "CLINICAL SUMMARY" in body["messages"][1]["content"] else {"items": []}

    server.steps = [Step(answer=model)]
    ran = run(three, "--format", "json", *PRICE)
    assert ran.code == 3
    assert len(json.loads(ran.out)) == 2
    assert ran.err.splitlines()[-1].startswith("3 requests, 300 tokens in")


def test_what_stops_the_run_is_told_once_and_then_counted(run: Run, three: Path, server: Server) -> None:
    server.steps = [Step(status=401)]
    ran = run(three, "--format", "json", "--concurrency", "1", *PRICE)
    assert ran.code == 3
    refused = [line for line in ran.err.splitlines() if "answered 401" in line]
    assert [line.partition(": the")[0] for line in refused] == [
        "imr: 0.txt: judged by the rules, since gpt-5-mini",
        "imr: and 2 more letters likewise",
    ]
    assert "3 letters: " in ran.err
    assert server.count == 1


def test_a_server_that_is_not_there_is_told_once(run: Run, three: Path) -> None:
    there = ("--base-url", f"http://127.0.0.1:{closed_port()}/v1", "--model", "mine")
    ran = run(three, "--engine", "llm", "--format", "json", "--concurrency", "1", *there)
    assert (ran.code, json.loads(ran.out)) == (3, [])
    told = [line.partition(": no connection")[0] for line in ran.err.splitlines() if "no connection" in line]
    assert told == ["imr: 0.txt: mine", "imr: and 2 more letters likewise"]


def test_what_concerns_one_letter_is_told_of_each(run: Run, three: Path, server: Server) -> None:
    server.steps = [Step(status=400)]
    ran = run(three, "--format", "json", *PRICE)
    assert sum("judged by the rules, since" in line for line in ran.err.splitlines()) == 3
    assert "likewise" not in ran.err


def test_a_letter_that_a_part_of_was_answered_is_judged_in_part_by_the_rules(
    run: Run, tmp_path: Path, server: Server
) -> None:
    path = tmp_path / "four.txt"
    path.write_text(letter(*(LetterItem(heading=f"MRI of the spine, series {each}") for each in range(4))), "utf-8")
    windows = (("--window", str(tokens)) for tokens in range(8_000, 2_000, -100))
    window = next(one for one in windows if len(planned(run(path, "--dry-run", *one))[0]["requests"]) == 2)
    server.steps = [Step(answer=sound), Step(status=400)]
    ran = run(path, "--format", "json", *window, *PRICE)
    assert ran.code == 3
    assert "imr: four.txt: judged in part by the rules, since gpt-5-mini: the server answered 400" in ran.err
    assert by_model(ran.read)


def test_a_single_letter_that_failed_tells_what_it_cost(run: Run, tmp_path: Path, server: Server) -> None:
    path = tmp_path / "mail.txt"
    path.write_text(example("not-email"), encoding="utf-8")
    server.steps = [Step(answer={"items": []})]
    ran = run(path, *PRICE)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[-1] == "imr: 1 request, 100 tokens in (40 cached), 10 out, $0.0002"


# Where the user stops


@pytest.mark.usefixtures("processes")
def test_ctrl_c_keeps_what_is_done_and_says_what_it_cost(three: Path, server: Server, tmp_path: Path) -> None:
    server.steps = [Step(answer=sound), Step(fault=Fault.SILENT)]
    place = tmp_path / "read"
    place.mkdir()
    command = [sys.executable, "-m", "summarizer.cli.app", "summarize", str(three), "--concurrency", "1", *PRICE]
    with subprocess.Popen(
        [*command, "--format", "json", "-o", str(place)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as running:
        while server.count < 2 or not (place / "0.json").exists():
            assert running.poll() is None
            threading.Event().wait(0.02)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=30)
    assert running.returncode == 130
    (read,) = place.iterdir()
    assert by_model(Determination.model_validate_json(read.read_text(encoding="utf-8")))
    estimate, counts, cost, where = told.splitlines()
    assert estimate.startswith("imr: hybrid")
    assert counts.startswith("imr: interrupted; 1 letter: ")
    assert cost == "imr: 2 requests, 100 tokens in (40 cached), 10 out, at least $0.0002 (not all of the cost is known)"
    assert where == f"imr: 1 of 3 letters are in {place}"


# Answers kept


def test_a_second_run_is_answered_from_the_cache(run: Run, three: Path, server: Server) -> None:
    first = run(three, "--format", "json", *PRICE)
    second = run(three, "--format", "json", *PRICE)
    assert server.count == 3
    reads = [[Determination.model_validate(read) for read in json.loads(ran.out)] for ran in (first, second)]
    assert reads[0] == reads[1]
    assert second.err.splitlines()[-1] == "3 letters from cache, nothing paid"


def test_a_cache_that_cannot_be_opened_is_one_line(
    run: Run, three: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("IMR_CACHE", str(tmp_path / "file" / "answers.sqlite3"))
    ran = run(three, "--format", "jsonl", *PRICE)
    assert (ran.code, server.count) == (0, 3)
    (line,) = [line for line in ran.err.splitlines() if "answers.sqlite3" in line]
    assert line.startswith("imr: ")


def test_no_cache_asks_again_and_keeps_nothing(run: Run, one: Path, server: Server, tmp_path: Path) -> None:
    for _ in range(2):
        assert run(one, "--no-cache", "--format", "json").code == 0
    assert server.count == 2
    assert not (tmp_path / "cache" / "answers.sqlite3").exists()


def test_the_key_is_nowhere_on_disk(run: Run, one: Path, server: Server, tmp_path: Path) -> None:
    run(one, "--format", "json", "-o", tmp_path / "read.json", *PRICE)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "cache" / "answers.sqlite3" in written
    assert not any(KEY.encode() in path.read_bytes() for path in written)
    assert server.count == 1
