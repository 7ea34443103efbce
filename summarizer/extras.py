"""Optional parts of this project, and the command that adds one."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Final

DISTRIBUTION: Final = "imr-summarizer"
"""Name under which pip knows this project."""


def command_for(extra: str, python: str | None = None) -> str:
    """The shell command that adds ``extra`` to the environment of ``python``, this one's by default.

    From a checkout it names the checkout, since pip may know the project from nowhere else.
    """
    root = Path(__file__).parents[1]
    project = f"{root}[{extra}]" if (root / "pyproject.toml").is_file() else f"{DISTRIBUTION}[{extra}]"
    editable = "-e " if project != f"{DISTRIBUTION}[{extra}]" else ""
    return f"{shlex.quote(python or sys.executable)} -m pip install {editable}{shlex.quote(project)}"
