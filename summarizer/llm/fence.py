"""Words of a letter as a model is shown them: numbered lines between fences that no letter can forge.

Nothing of a letter ever begins a line: each piece stands on one line behind its number. A number, a
heading or an end of the fence that a letter itself prints stays inside a numbered line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from summarizer.folding import fold

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Controls, and all that Python or a tokenizer may take for the end of a line."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Marks that print nothing: direction, joiners, tags, variation selectors, halves of a surrogate pair."""


def harmless(words: str) -> str:
    """``words`` with a blank for each control or line break and U+FFFD for each mark that prints nothing.

    Characters are replaced one for one, so that offsets stay.
    """
    words = _BREAKS.sub(" ", words)
    return words if words.isascii() else _UNSEEN.sub("\ufffd", words)


def one_line(words: str) -> str:
    """``words`` made harmless and folded: what a model reads of them, on one line."""
    return fold(harmless(words))


def fenced(lines: Iterable[str], sha256: str) -> str:
    """``lines`` between two fences keyed by the document's ``sha256``, which its own text cannot know.

    The key is the same at each run, so that answers can be cached. Give lines of the letter only
    behind a number or a label of ours.
    """
    key = sha256[:16]
    return "\n".join((f"<letter {key}>", *lines, f"</letter {key}>"))
