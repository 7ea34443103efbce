"""Folders of invented letters, and ``imr`` as a process of its own, for tests of bulk work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from summarizer.backfill.kept import Counts, Stored
from summarizer.backfill.ledger.counts import counts
from summarizer.backfill.ledger.letters import letters
from summarizer.backfill.ledger.opening import open_ledger
from summarizer.backfill.ledger.recipes import chosen_recipe
from tests.forms import LetterItem, letter

ROOT = Path(__file__).parents[2]


def numbered(number: int) -> str:
    """A letter that says which one it is."""
    return letter(LetterItem(heading=f"MRI of the spine, series {number}"))


def folder_of(path: Path, letters: int, first: int = 0) -> Path:
    """A folder of so many different letters, ``0000.txt`` first."""
    path.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + letters):
        (path / f"{number:04}.txt").write_text(numbered(number), encoding="utf-8")
    return path


def command(*arguments: object) -> list[str]:
    """``imr backfill`` with ``arguments``."""
    return [sys.executable, "-m", "summarizer.cli.app", "backfill", *map(str, arguments)]


def environment(**variables: str) -> dict[str, str]:
    """This process's environment with nobody's key, the project found from everywhere, and ``variables``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "IMR_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "IMR_CACHE": "off", **variables}


def started(*arguments: object, **variables: str) -> subprocess.Popen[str]:
    """``imr backfill``, begun."""
    return subprocess.Popen(
        command(*arguments),
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ran(*arguments: object, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
    """``imr backfill``, run to its end, which is ``code``."""
    done = subprocess.run(
        command(*arguments), env=environment(**variables), capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def counted(store: Path | str) -> Counts:
    """Inputs of the recipe used last, by state."""
    with closing(open_ledger(str(store), create=False)) as ledger:
        return counts(ledger, chosen_recipe(ledger, None).id)


def stored(store: Path | str) -> list[Stored]:
    """The letters of the recipe used last."""
    with closing(open_ledger(str(store), create=False)) as ledger:
        return list(letters(ledger, chosen_recipe(ledger, None).id))


def treatments(found: Sequence[Stored]) -> list[str]:
    """The treatment of each item of each letter."""
    return [item.treatment for one in found for item in one.determination.items]


def series(letters: int) -> list[str]:
    """The treatments of ``folder_of`` so many letters, sorted."""
    return sorted(f"MRI of the spine, series {number}" for number in range(letters))


def until(true: Any, seconds: float = 60.0) -> None:
    """Wait until ``true()`` is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def status(store: Path | str, **variables: str) -> list[Mapping[str, Any]]:
    """What ``imr backfill status`` tells."""
    told: list[Mapping[str, Any]] = json.loads(ran("status", "--store", store, "--format", "json", **variables).stdout)
    return told
