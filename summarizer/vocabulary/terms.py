"""Terms of a vocabulary file, and the longest ones that stand in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Generic, NamedTuple, TypeVar

from summarizer.document import Span
from summarizer.vocabulary.pattern import Pattern

T = TypeVar("T")

_WORD = Pattern(r"[A-Za-z0-9]+")
_TO_SPACES = str.maketrans(dict.fromkeys("/-'’.&#%+()", " "))


class Term(NamedTuple, Generic[T]):
    """A term found, with what the vocabulary says of it."""

    span: Span
    """Where it stands in the text it was looked for in."""
    value: T
    """What the vocabulary attaches to it."""


class Terms(Generic[T]):
    """Terms of one or more words, looked up together; the longest at a place hides the others.

    Case, punctuation and a plural ``s`` of the last word do not count.
    """

    def __init__(self, values: Mapping[str, T]) -> None:
        """Index ``values`` by term; a term is lower-case words with single spaces."""
        self._values = values
        self._longest: dict[str, int] = {}
        for term in values:
            first = term.partition(" ")[0]
            size = 1 + term.count(" ")
            if size > self._longest.get(first, 0):
                self._longest[first] = size

    def find(self, text: str, span: Span) -> list[Term[T]]:
        """Terms in ``span`` of ``text``, in order, none overlapping another."""
        words = [(m[0].lower(), m.start(), m.end()) for m in _WORD.finditer(text, span.start, span.end)]
        found: list[Term[T]] = []
        index = 0
        while index < len(words):
            size, value = self._at(words, index)
            if value is not None:
                found.append(Term(Span(words[index][1], words[index + size - 1][2]), value))
            index += size
        return found

    def _at(self, words: list[tuple[str, int, int]], index: int) -> tuple[int, T | None]:
        """Number of words and value of the longest term that begins at ``index``; one word where there is none."""
        first = words[index][0]
        longest = max(self._longest.get(first, 0), self._longest.get(first.removesuffix("s"), 0))
        for size in range(min(longest, len(words) - index), 0, -1):
            term = " ".join(word for word, _, _ in words[index : index + size])
            value = self._values.get(term)
            if value is None and term.endswith("s"):
                value = self._values.get(term[:-1])
            if value is not None:
                return size, value
        return 1, None


def term_key(words: str) -> str:
    """``words`` as a term: lower case, punctuation as spaces."""
    return " ".join(words.lower().translate(_TO_SPACES).split())


def sections(file_name: str) -> Iterator[tuple[str, list[str]]]:
    """``(head, terms)`` of each section of a vocabulary file.

    A section is a line ``[head]`` and lines of terms with commas between; ``#`` begins a comment line.
    """
    text = (files(__package__) / file_name).read_text(encoding="utf-8")
    head = ""
    block: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            if block:
                yield head, _terms(block)
            head, block = line.strip("[] "), []
        elif line and not line.startswith("#"):
            block.append(line)
    if block:
        yield head, _terms(block)


def _terms(block: list[str]) -> list[str]:
    words = " ".join(" ".join(block).lower().translate(_TO_SPACES).split())
    return [term for name in words.split(",") if (term := name.strip())]
