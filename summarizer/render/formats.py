"""The formats by name, and several letters in one stream of each. A format's library is imported when it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from summarizer.document import Document

if TYPE_CHECKING:
    from schemas import Determination

Read: TypeAlias = "tuple[Determination, Document]"
"""What was read, and the letter it was read from."""

MOST_LETTERS_IN_HTML = 500
"""Letters that one HTML file may hold: 10 MB or so, which a browser opens in about a second."""


class Format(StrEnum):
    """How a summary is shown."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"

    @property
    def suffix(self) -> str:
        """Ending of a file in this format."""
        return {Format.TERMINAL: ".txt", Format.MARKDOWN: ".md"}.get(self, f".{self.value}")


@dataclass(frozen=True, slots=True)
class Screen:
    """What terminal output is set for; the defaults suit a pipe or a file."""

    width: int = 80
    """Columns."""
    styled: bool = False
    """Whether ANSI codes are understood."""
    symbols: bool = True
    """Whether characters beyond ASCII can be shown."""


def stream(form: Format, reads: Iterable[Read], *, alone: bool, screen: Screen = Screen()) -> Iterator[str]:
    """Set ``reads`` in ``form``, a piece at a time.

    ``alone`` says that exactly one letter was asked for by name: JSON is then one object, else a
    list. Only HTML holds all letters at once.
    """
    match form:
        case Format.TERMINAL:
            yield from _terminal(reads, screen)
        case Format.MARKDOWN:
            yield from _markdown(reads)
        case Format.JSON | Format.JSONL:
            yield from _json(form, (determination for determination, _ in reads), alone)
        case Format.HTML:
            from summarizer.render import html

            if read := list(reads):
                yield html.render(read)


def _terminal(reads: Iterable[Read], screen: Screen) -> Iterator[str]:
    """One page after the other, a double rule between them."""
    from summarizer.render import terminal
    from summarizer.render.sheet import sheet

    between = ""
    for determination, document in reads:
        yield between
        yield terminal.render(
            sheet(determination, document), screen.width, styled=screen.styled, symbols=screen.symbols
        )
        between = f"\n{('═' if screen.symbols else '=') * screen.width}\n\n"


def _markdown(reads: Iterable[Read]) -> Iterator[str]:
    """One document after the other."""
    from summarizer.render import markdown
    from summarizer.render.sheet import sheet

    between = ""
    for determination, document in reads:
        yield between
        yield markdown.render(sheet(determination, document))
        between = "\n"


def _json(form: Format, determinations: Iterable[Determination], alone: bool) -> Iterator[str]:
    """One object, a list, or an object a line."""
    from summarizer.render import json_lines

    if form is Format.JSONL:
        yield from map(json_lines.line, determinations)
    elif alone:
        yield from map(json_lines.one, determinations)
    else:
        yield from json_lines.many(determinations)
