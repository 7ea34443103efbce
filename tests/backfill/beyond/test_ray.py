"""A real local Ray with two workers: killed drivers and workers lose nothing, and limits hold for all together.

Ray binds the machine's own address whatever it is told, so it runs where only loopback exists. It opens sockets and
warns at will, so it runs in processes of their own.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from summarizer.backfill.inputs.listing import list_inputs
from summarizer.backfill.kept import State, Stored
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.opening import open_ledger
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.parts.store import Parts
from summarizer.backfill.recipe import recipe_of
from summarizer.backfill.run.job import Brake, Job
from summarizer.engine import Engine
from summarizer.loading.source import Limits
from tests.backfill.made import ROOT, environment, folder_of, numbered

LETTERS = 400
_ALONE = (["unshare", "-n"], ["unshare", "-r", "-n"])


@cache
def alone() -> list[str] | None:
    """The command that runs another where only loopback exists; ``None`` where this system has none."""
    for start in _ALONE:
        command = [*start, "sh", "-c", 'ip link set lo up && exec "$0" "$@"']
        if shutil.which("unshare") and shutil.which("ip"):
            tried = subprocess.run([*command, "true"], capture_output=True, check=False)
            if tried.returncode == 0:
                return command
    return None


pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="the extra ray is not installed"),
    pytest.mark.skipif(alone() is None, reason="no network of its own can be made for Ray (unshare -n)"),
    pytest.mark.timeout(400),
]


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder with modules that are called as ours are."""
    folder = tmp_path / "work"
    for name in ("schemas", "evals", "prompts"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("raise SystemExit('the wrong one was imported')")
    return folder


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A temporary folder with a short name, as Ray's sockets need."""
    folder = Path("/tmp/imr-tests")
    folder.mkdir(exist_ok=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def lead(start_in: Path, temporary: Path, *told: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """The runs ``told``, one after the other over one Ray."""
    return subprocess.run(
        [*(alone() or []), sys.executable, str(Path(__file__).with_name("leading.py")), json.dumps(told)],
        cwd=start_in,
        env=environment(TMPDIR=str(temporary)),
        capture_output=True,
        text=True,
        timeout=380,
        check=False,
    )


def led(start_in: Path, temporary: Path, *told: dict[str, Any]) -> list[dict[str, Any]]:
    done = lead(start_in, temporary, *told)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(told)
    return list(map(json.loads, lines))


def found(letters: Iterator[Stored]) -> dict[str, tuple[State, dict[str, Any]]]:
    """What was read, by content hash; names of copies and times differ from run to run."""
    read = {}
    for one in letters:
        assert one.sha256 not in read
        values = one.determination.model_dump(mode="json", exclude={"usage": True, "source": True})
        read[one.sha256] = one.state, values
    return read


def read_locally(letters: Path, store: Path) -> tuple[dict[State, int], dict[str, tuple[State, dict[str, Any]]]]:
    from summarizer.backfill.ledger.letters import letters as letters_of
    from summarizer.backfill.run.local import run

    with closing(open_ledger(str(store))) as ledger:
        recipe = recipe_id(ledger, recipe_of(Engine.RULES, Limits()))
        enlist(ledger, recipe, list(list_inputs([str(letters)])))
        standing = run(ledger, recipe, Job(Engine.RULES, Limits(), workers=2), Brake(), lambda _: None)
        return dict(standing.states), found(letters_of(ledger, recipe))


def test_killed_drivers_and_workers_lose_nothing_and_workers_share_one_limit(
    tmp_path: Path, foreign: Path, temporary: Path
) -> None:
    """In two starts of Ray: one whose driver is killed, and one that goes on and then asks a model."""
    by_rules = {"letters": str(letters_of_all_kinds(tmp_path / "letters")), "store": str(tmp_path / "store")}
    assert lead(foreign, temporary, {**by_rules, "kill": "driver"}).returncode == -9
    with closing(Parts(by_rules["store"])) as parts:
        before = parts.counts()
        kept = set(found(parts.letters()))
    assert before.total == LETTERS + 4
    assert 0 < before[State.PENDING] < LETTERS + 4

    few = folder_of(tmp_path / "few", 40)
    (few / "again.txt").write_text(numbered(3), encoding="utf-8")
    by_model = {
        "letters": str(few),
        "store": str(tmp_path / "judged"),
        "delay": 0.1,
        "settings": {"concurrency": 3, "max_cost_usd": 0.2},
    }
    went_on, asked = led(foreign, temporary, {**by_rules, "kill": "worker"}, {**by_model, "kill": "worker"})
    assert went_on["killed"]
    assert went_on["taken"] <= before[State.PENDING], "what was written is not read again"
    expect_rows_of_one_machine(by_rules, kept, tmp_path / "imr.db")
    expect_one_limit(asked, by_model["store"])


def letters_of_all_kinds(folder: Path) -> Path:
    folder_of(folder, LETTERS)
    (folder / "again.txt").write_text(numbered(3), encoding="utf-8")
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
    (folder / "recipe.txt").write_text("Two eggs, a pinch of salt.", encoding="utf-8")
    shutil.copy(ROOT / "examples" / "overturned.pdf", folder)
    return folder


def expect_rows_of_one_machine(told: dict[str, str], kept: set[str], local: Path) -> None:
    with closing(Parts(told["store"])) as parts:
        counts, rows = parts.counts(), found(parts.letters())
    states, locally = read_locally(Path(told["letters"]), local)
    assert dict(counts.by_state) == states
    assert (counts[State.DUPLICATE], counts[State.FAILED], counts[State.PENDING]) == (1, 2, 0)
    assert kept <= set(rows)
    assert rows == locally


def expect_one_limit(result: dict[str, Any], store: object) -> None:
    """One killed worker costs only what was under way."""
    assert result["killed"]
    assert result["leaked"] == []
    assert result["under_way"] <= 3 + 3, "those of the killed worker are still answered while others take their places"
    assert result["asked"] * 0.001 <= 0.2
    with closing(Parts(str(store))) as parts:
        counts, rows = parts.counts(), found(parts.letters())
    assert counts.total == 41
    assert counts[State.FAILED] == 0
    assert counts[State.DUPLICATE] == 1
    assert len(rows) == 40
    # Of a batch what was not yet written is asked again, as are the three that may have been under way.
    assert 40 <= result["asked"] <= 40 + 5 + 3
