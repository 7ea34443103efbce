"""What rows are called: the codes of the export with spaces, so that both can be laid side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enum import StrEnum

_ABBREVIATIONS = {"dmepos": "DMEPOS", "nsaid": "NSAID"}


def said(code: StrEnum | None, none: str = "not stated") -> str:
    """``code`` in words; ``none`` for ``None``."""
    return none if code is None else _ABBREVIATIONS.get(code.value, code.value.replace("_", " "))
