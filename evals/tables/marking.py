"""Two values side by side, the words that only one has marked."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, Literal

from rich.text import Text

from evals.compare.printable import printable

_SIGNS: Final[dict[str, tuple[str, str, str]]] = {"old": ("[-", "-]", "red"), "new": ("{+", "+}", "green")}
_AROUND: Final = 8
"""Words shown on each side of a changed one."""
_ABSENT: Final = "(nothing)"


def marked(old: Sequence[str], new: Sequence[str]) -> tuple[Text, Text]:
    """Both values, the words that only one has in color and in printed brackets: ``[-old-]`` and ``{+new+}``."""
    before, after = _words(old), _words(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    one = [(step[0] == "equal", before[step[1] : step[2]]) for step in steps]
    other = [(step[0] == "equal", after[step[3] : step[4]]) for step in steps]
    return _side(one, "old"), _side(other, "new")


def _words(value: Sequence[str]) -> list[str]:
    """Words of all entries, a semicolon between two of them; what a terminal might obey is replaced."""
    words: list[str] = []
    for entry in value:
        words += [";"] * bool(words) + entry.split()
    return [printable(word) for word in words]


def plain(value: Sequence[str]) -> Text:
    """One value without a mark."""
    return _side([(True, _words(value))], "old")


def _side(steps: Sequence[tuple[bool, list[str]]], side: Literal["old", "new"]) -> Text:
    """One value from runs of words ``(shared, words)``; of long shared runs only the words near a change."""
    opened, closed, style = _SIGNS[side]
    held = [(shared, words) for shared, words in steps if words]
    text = Text(_ABSENT) if not held else Text()
    for at, (shared, words) in enumerate(held):
        text.append(" " if at else "")
        if shared:
            text.append(_near(words, first=at == 0, last=at == len(held) - 1))
        else:
            text.append(f"{opened}{' '.join(words)}{closed}", style)
    return text


def _near(words: list[str], first: bool, last: bool) -> str:
    head = [] if first and not last else words[: _AROUND * (1 + 3 * (first and last))]
    tail = [] if last else words[-_AROUND:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join((*head, "...", *tail))
