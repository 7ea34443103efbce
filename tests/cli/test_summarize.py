"""``imr summarize``: what goes where, and how it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from schemas import Determination
from summarizer.cli import summarize as summarize_command
from summarizer.cli.output import CannotWrite, names, to_file
from summarizer.loading.source import Source
from tests.cli.running import Run, ran

LETTER = """\
Case Number: CM20-0000{number:03}
Date Assigned: 03/02/2020 Date of Injury: 06/14/2018
Decision Date: 03/30/2020 UR Denial Date: 02/11/2020
Priority: Standard Application Received: 02/20/2020
HOW THE IMR FINAL DETERMINATION WAS MADE
State(s) of Licensure: Oregon
Certification(s)/Specialty: Orthopedic Surgery
CLINICAL CASE SUMMARY
The injured worker is a 52-year-old female who slipped on a wet floor. She is undergoing
treatment for right rotator cuff tear.
IMR ISSUES, DECISIONS AND RATIONALES
MRI of the right shoulder: Upheld
Claims Administrator guideline: Decision based on MTUS Shoulder Complaints 2004.
MAXIMUS guideline: Decision based on MTUS Shoulder Complaints 2004, Section(s): Special Studies.
Decision rationale: Guidelines allow imaging where red flags are present. There are no red flags
in this case. Therefore, the request is not medically necessary.
"""


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """``imr summarize`` in this process; workers write to the same streams."""
    return partial(ran, capfdbinary, "summarize")


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder with two letters and a file that is none."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(LETTER.format(number=number), encoding="utf-8")
    (folder / "3.txt").write_text("Dear neighbor, the party is on Friday.", encoding="utf-8")
    return folder


def _case_numbers(text: str) -> list[str | None]:
    return [Determination.model_validate(one).case_number for one in json.loads(text)]


def test_one_file_on_a_pipe_is_one_plain_page(run: Run, letters: Path) -> None:
    ran = run(letters / "1.txt")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("CM20-0000001")
    assert "✗ Upheld: the denial stands" in ran.out
    assert "\x1b" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_json_of_one_file_is_one_object(run: Run, letters: Path) -> None:
    ran = run(letters / "1.txt", "--format", "json")
    assert Determination.model_validate_json(ran.out).case_number == "CM20-0000001"


def test_json_of_a_folder_is_a_list_even_of_one(run: Run, letters: Path) -> None:
    for number in (2, 3):
        (letters / f"{number}.txt").unlink()
    assert _case_numbers(run(letters, "--format", "json").out) == ["CM20-0000001"]


def test_some_fail_and_the_others_are_done_in_order_and_counted(run: Run, letters: Path) -> None:
    ran = run(letters, letters / "none.pdf", "--format", "json", "--workers", "2")
    assert ran.code == 3
    assert _case_numbers(ran.out) == ["CM20-0000001", "CM20-0000002"]
    *failures, last = ran.err.splitlines()
    assert sorted(line.split("3.txt")[0].split(str(letters))[0] for line in failures) == ["imr: ", "imr: "]
    assert all(line.count("; ") >= 1 for line in failures)
    assert "party" not in ran.err
    counts = [int(word) for word in last.replace(":", " ").replace(",", " ").split() if word.isdigit()]
    assert (counts[0], sum(counts[1:]), counts[-1]) == (4, 4, 2)


def test_values_that_break_the_schema_cost_that_letter_alone(
    run: Run, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = summarize_command.run_isolated

    def one_broken(*arguments: Any) -> Iterator[tuple[Source, Any]]:
        for source, answer in sound(*arguments):
            if source.name == "1.txt":
                answer[0]["case_number"] = ["not", "a", "number"]
            yield source, answer

    monkeypatch.setattr(summarize_command, "run_isolated", one_broken)
    ran = run(letters, "--format", "jsonl")
    assert ran.code == 3
    assert len(ran.out.splitlines()) == 1
    assert "imr: 1.txt: the reading does not keep to the schema at case_number; report this" in ran.err


def test_jsonl_is_an_object_a_line(run: Run, letters: Path) -> None:
    ran = run(letters / "1.txt", letters / "2.txt", "--format", "jsonl")
    assert (ran.code, [json.loads(line)["case_number"] for line in ran.out.splitlines()]) == (
        0,
        ["CM20-0000001", "CM20-0000002"],
    )


def test_a_failed_file_alone_leaves_standard_output_empty(run: Run, letters: Path) -> None:
    ran = run(letters / "3.txt", "--format", "json")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("imr: 3.txt: ")
    assert len(ran.err.splitlines()) == 1


def test_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LETTER.format(number=7).encode())))
    determination = Determination.model_validate_json(run("-", "--format", "json").out)
    assert determination.case_number == "CM20-0000007"
    assert determination.document is not None
    assert determination.document.source == "<stdin>"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-", "-"],
        ["1.txt", "--format", "pdf"],
        ["1.txt", "--max-pages", "0"],
        ["1.txt", "--engine", "oracle"],
        ["1.txt", "-o", "missing/out.html"],
        ["1.txt", "-o", "1.txt"],
        [".", "-o", "."],
    ],
)
def test_wrong_usage(run: Run, letters: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(letters)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    before = {path: path.read_bytes() for path in letters.iterdir()}
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert {path: path.read_bytes() for path in letters.iterdir()} == before


def test_limits_reach_the_loader(run: Run, letters: Path) -> None:
    ran = run(letters / "1.txt", "--max-bytes", "100")
    assert ran.code == 3
    assert "1.txt: larger than" in ran.err


def test_a_file_is_written_whole(run: Run, letters: Path, tmp_path: Path) -> None:
    place = tmp_path / "out.html"
    ran = run(letters, "--format", "html", "-o", place)
    assert (ran.code, ran.out) == (3, "")
    text = place.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.count('<article class="letter"') == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters", "out.html"]


def test_where_nothing_could_be_read_the_old_file_stays(run: Run, letters: Path, tmp_path: Path) -> None:
    place = tmp_path / "out.json"
    place.write_text("[]", encoding="utf-8")
    assert run(letters / "3.txt", "--format", "json", "-o", place).code == 3
    assert place.read_text(encoding="utf-8") == "[]"


def test_a_folder_gets_a_file_an_input(run: Run, letters: Path, tmp_path: Path) -> None:
    other = letters / "below"
    other.mkdir()
    (other / "1.txt").write_text(LETTER.format(number=9), encoding="utf-8")
    place = tmp_path / "out"
    place.mkdir()
    assert run(letters, "--format", "json", "-o", place).code == 3
    told = {path.name: json.loads(path.read_text(encoding="utf-8"))["case_number"] for path in place.iterdir()}
    assert told == {"1.json": "CM20-0000001", "2.json": "CM20-0000002", "1-2.json": "CM20-0000009"}


@pytest.fixture
def ctrl_c() -> Iterator[Callable[[], None]]:
    """Presses Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("form", ["json", "jsonl", "html", "markdown", "terminal"])
@pytest.mark.parametrize("where", ["reading", "writing"])
def test_ctrl_c_finishes_the_file_with_what_there_is(
    run: Run, letters: Path, monkeypatch: pytest.MonkeyPatch, ctrl_c: Callable[[], None], form: str, where: str
) -> None:
    isolated, stream = summarize_command.run_isolated, summarize_command.stream

    def reading(*arguments: Any) -> Iterator[tuple[Source, Any]]:
        for place, one in enumerate(isolated(*arguments)):
            if place == 1 and where == "reading":
                ctrl_c()
            yield one

    def writing(*arguments: Any, **given: Any) -> Iterator[str]:
        for place, piece in enumerate(stream(*arguments, **given)):
            if place == 0 and where == "writing":
                ctrl_c()
            yield piece

    monkeypatch.setattr(summarize_command, "run_isolated", reading)
    monkeypatch.setattr(summarize_command, "stream", writing)
    place = letters.parent / "out"
    place.write_text("before", encoding="utf-8")
    ran = run(letters / "1.txt", letters / "2.txt", "--format", form, "-o", place)
    read = 2 if (form, where) == ("html", "writing") else 1  # HTML is written when all is read
    assert (ran.code, ran.out) == (130, "")
    counts, at = ran.err.splitlines()
    assert counts.startswith(f"imr: interrupted; {read} letter")
    assert at == f"imr: {read} of 2 letters are in {place}"
    text = place.read_text(encoding="utf-8")
    assert "CM20-0000001" in text
    assert ("CM20-0000002" in text) is (read == 2)
    if form == "json":
        assert _case_numbers(text) == ["CM20-0000001"]
    assert {path.name for path in letters.parent.iterdir()} == {"letters", "out"}


def test_a_second_ctrl_c_ends_the_writing_too_and_leaves_the_old_file(
    run: Run, letters: Path, monkeypatch: pytest.MonkeyPatch, ctrl_c: Callable[[], None]
) -> None:
    def impatient(*_: Any, **__: Any) -> Iterator[str]:
        yield "half"
        ctrl_c()
        ctrl_c()

    monkeypatch.setattr(summarize_command, "stream", impatient)
    place = letters.parent / "out"
    place.write_text("before", encoding="utf-8")
    ran = run(letters / "1.txt", letters / "2.txt", "-o", place)
    assert ran.code == 130
    assert "are in" not in ran.err
    assert place.read_text(encoding="utf-8") == "before"


def test_ctrl_c_before_the_first_letter_leaves_the_old_file(
    run: Run, letters: Path, monkeypatch: pytest.MonkeyPatch, ctrl_c: Callable[[], None]
) -> None:
    def at_once(*_: Any) -> Iterator[tuple[Source, Any]]:
        ctrl_c()
        yield from ()

    monkeypatch.setattr(summarize_command, "run_isolated", at_once)
    place = letters.parent / "out"
    place.write_text("before", encoding="utf-8")
    assert run(letters, "-o", place) == (130, "", "imr: interrupted\n")
    assert place.read_text(encoding="utf-8") == "before"


def test_ctrl_c_on_the_way_to_a_reader_ends_at_once(
    run: Run, letters: Path, monkeypatch: pytest.MonkeyPatch, ctrl_c: Callable[[], None]
) -> None:
    def unread(*_: Any, **__: Any) -> Iterator[str]:
        yield "half"
        ctrl_c()
        raise AssertionError("it went on writing")

    monkeypatch.setattr(summarize_command, "stream", unread)
    ran = run(letters / "1.txt", letters / "2.txt")
    assert (ran.code, ran.out) == (130, "half")


def test_too_many_letters_for_one_html_file(run: Run, letters: Path) -> None:
    ran = run(*[letters / "1.txt"] * 501, "--format", "html")
    assert (ran.code, ran.out) == (2, "")
    assert "501" in ran.err


def test_a_reader_that_goes_away_is_no_failure(letters: Path) -> None:
    command = [sys.executable, "-m", "summarizer.cli.app", "summarize", *[str(letters / "1.txt")] * 40]
    writer = subprocess.Popen([*command, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stderr is not None
    with writer, writer.stderr as errors:
        writer.stdout.read(10)
        writer.stdout.close()
        assert (errors.read(), writer.wait()) == (b"", 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("to", [[], ["-o", "/dev/full"]])
def test_a_full_disk_is_one_line(letters: Path, to: list[str]) -> None:
    command = [sys.executable, "-m", "summarizer.cli.app", "summarize", str(letters / "1.txt"), *to]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 3
    assert len(ran.stderr.splitlines()) == 1
    assert "cannot be written" in ran.stderr


def test_a_stream_without_the_symbols_gets_ascii(letters: Path) -> None:
    command = [sys.executable, "-m", "summarizer.cli.app", "summarize", str(letters / "1.txt")]
    ran = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=True)
    assert b"x Upheld: the denial stands" in ran.stdout


class TestToFile:
    """Writing one file."""

    def test_a_failure_half_way_leaves_what_was_there(self, tmp_path: Path) -> None:
        place = tmp_path / "out.txt"
        place.write_text("before", encoding="utf-8")

        def pieces() -> Iterator[str]:
            yield "half"
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            to_file(place, pieces())
        assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("out.txt", "before")]

    def test_permissions_stay_and_new_files_get_the_usual_ones(self, tmp_path: Path) -> None:
        old, new, usual = (tmp_path / name for name in ("old", "new", "usual"))
        old.write_text("before", encoding="utf-8")
        old.chmod(0o640)
        usual.write_text("", encoding="utf-8")
        for place in (old, new):
            to_file(place, ["after"])
        assert old.stat().st_mode & 0o777 == 0o640
        assert new.stat().st_mode == usual.stat().st_mode

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_text("before", encoding="utf-8")
        (tmp_path / "link").symlink_to("real")
        to_file(tmp_path / "link", ["after"])
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "real").read_text(encoding="utf-8") == "after"

    def test_a_device_is_written_and_not_replaced(self) -> None:
        to_file(Path(os.devnull), ["words"])
        assert Path(os.devnull).is_char_device()

    def test_a_place_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CannotWrite, match=r"out: cannot be written \(.+\); choose another place"):
            to_file(tmp_path / "missing" / "out", ["words"])


def test_names_tell_inputs_apart_whatever_their_letter_case(tmp_path: Path) -> None:
    name = names(tmp_path, ".md")
    told = [name(source).name for source in ("a.pdf", "A.txt", "<stdin>", "a.b.pdf", "a.pdf")]
    assert told == ["a.md", "A-2.md", "stdin.md", "a.b.md", "a-3.md"]
