"""Two texts side by side, word by word: what only the one has and what only the other has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal

from markupsafe import Markup, escape

NEXT: Final = "\n"
"""Stands between two entries of a list."""
AROUND: Final = 12
"""Words shown on each side of a change; what lies farther off is left out, and counted."""
FEW: Final = 3
"""Words that are never worth leaving out."""
LONG: Final = 80
"""Words of one side alone that are shown whole; of more, the middle is left out."""
NOTHING: Final = Markup('<span class="none">(nothing)</span>')
"""An absent value."""
_MOST_STEPS: Final = 4_000_000
"""Pairs of words above which frequent words are no longer compared each with each."""
Side = Literal["del", "ins", "gold"]
_SIGNS: Final[dict[Side, tuple[str, str]]] = {"del": ("[-", "-]"), "ins": ("{+", "+}")}
_Runs = Sequence[tuple[bool, list[str]]]


def marked(old: Sequence[str], new: Sequence[str]) -> tuple[Markup, Markup]:
    """Both values, each with the words that only it has inside ``<del>`` or ``<ins>`` and inside printed brackets.

    A value is a list of texts; words are what white space separates.
    """
    one, other = _compared(old, new)
    return _side(one, "del"), _side(other, "ins")


def beside(gold: Sequence[str], read: Sequence[str]) -> Markup:
    """``gold`` without marks; of a long one the words near those in which ``read`` is not like it."""
    one, _ = _compared(gold, read)
    return _side(one, "gold")


def shown(text: str) -> str:
    """``text`` without what a page or a picture may obey: control and direction signs are replaced."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _compared(old: Sequence[str], new: Sequence[str]) -> tuple[_Runs, _Runs]:
    """Both values as runs of words ``(shared, words)``."""
    before, after = _words(old), _words(new)
    steps = SequenceMatcher(None, before, after, autojunk=len(before) * len(after) > _MOST_STEPS).get_opcodes()
    one = [(tag == "equal", before[i:j]) for tag, i, j, _, _ in steps]
    return one, [(tag == "equal", after[i:j]) for tag, _, _, i, j in steps]


def _words(value: Sequence[str]) -> list[str]:
    """Words of all entries, a break between two of them."""
    words: list[str] = []
    for entry in value:
        words += [NEXT] * bool(words) + [shown(word) for word in entry.split()]
    return words


def _side(runs: _Runs, side: Side) -> Markup:
    """One of both values from its runs."""
    held = [(shared, words) for shared, words in runs if words]
    if not held:
        return NOTHING
    parts = [
        _shared(words, first=at == 0, last=at == len(held) - 1) if shared else _own(words, side)
        for at, (shared, words) in enumerate(held)
    ]
    return Markup(" ").join(parts)


def _own(words: list[str], side: Side) -> Markup:
    """Words of one side alone."""
    gap = len(words) - LONG // 2 - AROUND
    inner = _joined(words)
    if len(words) > LONG:
        inner = _joined(words[: LONG // 2]) + _left_out(gap) + _joined(words[-AROUND:])
    if side == "gold":
        return inner
    opened, closed = _SIGNS[side]
    sign = Markup('<span class="sign">{}</span>')
    return Markup("<{0}>{1}{2}{3}</{0}>").format(side, sign.format(opened), inner, sign.format(closed))


def _shared(words: list[str], *, first: bool, last: bool) -> Markup:
    """Words of both sides: those near a change, or the beginning where nothing changed."""
    before = words[: 4 * AROUND] if first and last else [] if first else words[:AROUND]
    after = [] if last else words[-AROUND:]
    gap = len(words) - len(before) - len(after)
    return _joined(before) + _left_out(gap) + _joined(after) if gap > FEW else _joined(words)


def _left_out(number: int) -> Markup:
    return Markup(' <span class="gap">… {} words …</span> ').format(number)


def _joined(words: list[str]) -> Markup:
    """Words with a space, entries with a line break between them."""
    return Markup("").join(_spaced(words))


def _spaced(words: list[str]) -> Iterator[Markup]:
    for at, word in enumerate(words):
        if word == NEXT:
            yield Markup("<br>")
        else:
            yield Markup(" ") * (at > 0 and words[at - 1] != NEXT) + escape(word)
