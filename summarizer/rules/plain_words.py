"""The letter's words as they read inside a sentence of ours: folded, without asides and heading capitals."""

from __future__ import annotations

from collections.abc import Sequence

from summarizer.document import Span
from summarizer.folding import comparable
from summarizer.vocabulary.conditions import condition_words
from summarizer.vocabulary.ordinary_words import ordinary_words
from summarizer.vocabulary.pattern import Pattern

_ASIDE = Pattern(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_CAPITALIZED = Pattern(r"\b[A-Z][a-z]{2,}\b")
_ORDINARY = Pattern(
    r"(?:tion|sion|ing|ment|apy|ical|ional|ative|ular|ery|ed|oscopy|ectomy|plasty|ology|ogram"
    r"|graphy|ray|scan|itis|pathy|algia|ance|ence)\Z"
)
_MONTH = Pattern(r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\Z")


def in_sentence(text: str, span: Span) -> str:
    """The words of ``span``, with capitals only where the word has them everywhere in ``text``.

    A capitalized word is written small where the letter itself writes it small somewhere, or where
    it is known or its ending shows it to be an ordinary word; names of drugs and persons and
    abbreviations stay.
    """
    words = comparable(_ASIDE.sub("", span.of(text))).strip(' ,;:."').replace("; ", ", ")
    return _CAPITALIZED.sub(lambda word: _small(text, word[0]), words)


def _small(text: str, word: str) -> str:
    """``word`` in lower case where it is no name."""
    if _MONTH.match(word):
        return word
    lower = word.lower()
    known = lower in ordinary_words() or lower in condition_words().locations
    return lower if known or _ORDINARY.search(lower) or _stands_alone(text, lower) else word


def _stands_alone(text: str, word: str) -> bool:
    """Whether ``word`` stands in ``text`` as a whole word, in this very case."""
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(word, at + 1)
    return False


def listed(parts: Sequence[str]) -> str:
    """``parts`` as one list in running text, parted by semicolons where a part holds a comma itself."""
    if len(parts) < 2:
        return "".join(parts)
    if any("," in part for part in parts):
        return "; ".join(parts[:-1]) + "; and " + parts[-1]
    if any(" and " in part for part in parts):
        return ", ".join(parts[:-1]) + (", and " if len(parts) > 2 else " and ") + parts[-1]
    return ", ".join(parts[:-1]) + " and " + parts[-1]
