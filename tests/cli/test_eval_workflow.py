"""The workflow that comments on pull requests: what it may do, and that the commands it gives are ours."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.running import Run, ran
from tests.house.project import ROOT

WORDS = (ROOT / ".github" / "workflows" / "evaluation.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(WORDS)
JOBS: dict[str, Any] = WORKFLOW["jobs"]


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = JOBS[job]["steps"]
    return found


def commands() -> list[str]:
    """Every ``imr eval`` of the workflow, its continued lines joined."""
    words = WORDS.replace("\\\n", " ")
    return re.findall(r"imr (eval .*)", words)


def test_it_runs_where_a_reading_could_change() -> None:
    paths = set(WORKFLOW[True]["pull_request"]["paths"])  # YAML reads the key "on" as true
    assert {f"{folder}/**" for folder in ("prompts", "schemas", "summarizer", "evals")} <= paths


def test_actions_are_pinned_by_version() -> None:
    used = [step["uses"] for job in JOBS for step in steps(job) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", one) for one in used)


def test_what_runs_code_of_the_pull_request_may_write_nothing() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOBS["evaluate"]["permissions"] == {"contents": "read"}
    checkouts = [step["with"] for step in steps("evaluate") if "checkout" in step.get("uses", "")]
    assert [one["persist-credentials"] for one in checkouts] == [False, False]


def test_what_may_comment_runs_no_code_of_the_pull_request() -> None:
    assert JOBS["comment"]["permissions"] == {"pull-requests": "write"}
    assert all("run" not in step and "checkout" not in step["uses"] for step in steps("comment"))


def test_the_gate_decides() -> None:
    (gate,) = (step for step in steps("evaluate") if step.get("name") == "Gate")
    assert gate["run"].endswith("imr eval gate")
    assert "continue-on-error" not in WORDS


@pytest.mark.parametrize(("said", "comment"), [("### worse", "### worse"), ("", "cannot be compared")])
def test_a_crash_is_not_taken_for_a_comparison(tmp_path: Path, said: str, comment: str) -> None:
    (both,) = (step["run"] for step in steps("evaluate") if step.get("name") == "Run both and compare")
    beside = both[both.index("beside() {") : both.index("score head rules")]
    command = tmp_path / "head" / ".venv" / "bin" / "imr"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\nprintf '{said}'\nexit 1\n", encoding="utf-8")
    command.chmod(0o755)
    (tmp_path / "runs").mkdir()
    subprocess.run(["bash", "-e", "-c", f"{beside}\nbeside rules"], cwd=tmp_path, check=True)
    assert comment in (tmp_path / "runs" / "comment.md").read_text(encoding="utf-8")


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make -C \w+ \.venv/(\S+)", WORDS):
        assert f"$(VENV)/{target}:" in makefile


@pytest.mark.parametrize("command", sorted({" ".join(words.split()[:2]) for words in commands()}))
def test_commands_and_their_options_exist(
    command: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    imr: Run = lambda *arguments: ran(capfdbinary, *arguments)  # noqa: E731
    told = imr(*command.split(), "--help")
    assert told.code == 0
    asked = {
        option for words in commands() if words.startswith(command) for option in re.findall(r" (--[\w-]+)", words)
    }
    assert all(option in told.out for option in asked)
