"""A process that makes ready before it is known what there is to read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sys
from summarizer.isolation import run_isolated, started_early
from summarizer.loading import Source

prepared = "no"

def prepare():
    global prepared
    if sys.argv[1] == "fail":
        raise KeyError("not to be found")
    prepared = "yes"

def answer(source):
    return f"{source.text} {prepared} {os.getpid() != int(sys.argv[2])}"

sys.argv.append(str(os.getpid()))
with started_early(prepare) as first:
    if sys.argv[1] != "idle":
        sources = [Source.from_text(words) for words in ("a", "b", "c")]
        print(*(told for _, told in run_isolated(answer, sources, 1, first)), sep="; ")
        print(first.pipe.closed)
    process = first.process
if sys.argv[1] == "idle":
    print(process.is_alive())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
@pytest.mark.parametrize(
    ("case", "printed"),
    [
        ("ready", "a yes True; b yes True; c yes True\nTrue\n"),
        ("fail", "a no True; b no True; c no True\nTrue\n"),
        ("idle", "False\n"),
    ],
)
def test_it_answers_whether_or_not_it_could_make_ready_and_ends(tmp_path: Path, case: str, printed: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    # In a process of its own: this one may have threads, and then nothing is forked.
    done = subprocess.run(
        [sys.executable, str(program), case],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")
