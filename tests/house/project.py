"""The project's own files, read once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
UNLOCKED_EXTRAS = {"local", "s3"}
"""Too big to install for a test run."""

_PIN = re.compile(r"^(?P<pin>[^\s#-][^\\\n]*?)(?P<hashes>(?: \\\n\s+--hash=\S+)*)$", re.MULTILINE)


def locked(name: str) -> dict[str, list[tuple[Requirement, int]]]:
    """Package to its pins, each with its number of hashes; several pins where versions differ by environment."""
    pins: dict[str, list[tuple[Requirement, int]]] = {}
    for line in _PIN.finditer((ROOT / name).read_text(encoding="utf-8")):
        requirement = Requirement(line["pin"].strip())
        pins.setdefault(requirement.name, []).append((requirement, line["hashes"].count("--hash=sha256:")))
    return pins
