"""What a start of the command does not import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.project import ROOT

RUN = """
import sys
from summarizer.cli.app import main
try:
    main(sys.argv[1:])
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""
MODEL = {"openai", "instructor", "tenacity", "httpx2", "aiohttp", "requests"}
OTHER = {"jinja2", "docx", "lxml", "rapidocr", "onnxruntime", "cv2", "numpy", "scipy", "altair", "ray", "fastapi"}
READING = {"pypdfium2", "pydantic", "charset_normalizer"}


def imported(*arguments: str) -> set[str]:
    """Top-level names of the modules that ``imr`` with ``arguments`` imports in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    names = set(done.stderr.split())
    assert "summarizer.cli.app" in names
    return names | {name.split(".")[0] for name in names}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_imports_neither_models_nor_readers_nor_other_subcommands(arguments: list[str]) -> None:
    names = imported(*arguments)
    assert names & (MODEL | OTHER | READING) == set()
    assert {name for name in names if name.startswith("summarizer.cli.")} == {"summarizer.cli.app"}


def test_a_subcommand_imports_its_own_module_only() -> None:
    names = imported("schema")
    assert names & (MODEL | OTHER | READING - {"pydantic"}) == set()
    assert {name for name in names if name.startswith("summarizer.cli.")} == {
        "summarizer.cli.app",
        "summarizer.cli.schema",
    }


def test_doctor_asks_about_packages_without_importing_them() -> None:
    # Typer itself reads a choice through pydantic.
    assert imported("doctor", "--format", "json") & (MODEL | OTHER | READING - {"pydantic"}) == set()


def test_a_rules_summary_imports_no_model_library(tmp_path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text((ROOT / "tests" / "letters" / "form-2013.txt").read_text(encoding="utf-8"), encoding="utf-8")
    assert imported("summarize", "--engine", "rules", "--format", "json", str(letter)) & (MODEL | OTHER) == set()
