"""Hand-written letters for tests: one file each, every fact in them invented."""

from __future__ import annotations

from pathlib import Path


def letter(name: str) -> str:
    """The text of ``tests/letters/<name>.txt``."""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
