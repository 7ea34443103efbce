from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import summarizer
from summarizer.installation import DISTRIBUTION
from tests.house.project import EXTRAS, PROJECT, ROOT, UNLOCKED_EXTRAS

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names of the files in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.iterdir()
    assert built.name.startswith(f"imr_summarizer-{summarizer.__version__}-")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def tracked(*folders: str) -> set[str]:
    """Files of the checkout below ``folders`` that belong to the product."""
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in files if path.suffix != ".pyc" and path.name != ".DS_Store"}


def test_the_wheel_holds_all_code_and_data(wheel: list[str]) -> None:
    shipped = {name for name in wheel if ".dist-info/" not in name}
    assert shipped == tracked("summarizer", "schemas", "evals", "prompts")
    assert "schemas/determination.schema.json" in shipped


def test_the_wheel_holds_the_license(wheel: list[str]) -> None:
    assert [name for name in wheel if name.endswith("licenses/LICENSE")]


def test_the_command_is_where_the_project_says() -> None:
    module, function = PROJECT["project"]["scripts"]["imr"].split(":")
    done = subprocess.run(
        [sys.executable, "-c", f"from {module} import {function} as run; run(['--version'])"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == f"imr {summarizer.__version__}"
    assert PROJECT["project"]["name"] == DISTRIBUTION


def test_the_development_lock_is_made_from_all_extras_that_tests_need() -> None:
    (line,) = re.findall(r"^DEV_EXTRAS := (.*)$", MAKEFILE, re.MULTILINE)
    assert set(line.split()) == EXTRAS.keys() - UNLOCKED_EXTRAS


def test_ci_runs_the_tests_and_stops_at_the_first_failure() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert re.search(r"^make test$", text, re.MULTILINE)
    if os.name == "posix":
        assert script.stat().st_mode & stat.S_IXUSR


def test_the_changelog_tells_of_this_version() -> None:
    changelog = Path(ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{summarizer.__version__}]" in changelog or "## [Unreleased]" in changelog
    headings = re.findall(r"^### (.*)$", changelog, re.MULTILINE)
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
