"""The one way through: from a source to a proven Determination."""

from __future__ import annotations

import time
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.document import Document, OpenLetter
from summarizer.engine import Engine
from summarizer.errors import EmptyInput, NotADetermination
from summarizer.layouts import recognize
from summarizer.loading import open_letter
from summarizer.loading.source import Limits, Source
from summarizer.rules.letter import read_by_rules
from summarizer.verify.assembly import Plain
from summarizer.verify.letter import prove

if TYPE_CHECKING:
    from schemas import Determination


@dataclass(frozen=True, slots=True)
class Summary:
    """A Determination together with the text it was read from, as renderers need both."""

    determination: Determination
    """What was read."""
    document: Document
    """The letter's text and pages; offsets of the evidence point into it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All of a Determination but its validation: plain values, quick to send from one process to another."""

    values: Plain
    """The Determination's fields by name."""
    document: Document
    """The letter's text and pages."""

    def summary(self) -> Summary:
        """The values as a validated Determination."""
        from schemas import Determination  # imports pydantic, which a process that only reads does not need

        return Summary(Determination.model_validate(self.values), self.document)


class Summarizer:
    """Reads determination letters with one engine and one set of limits."""

    def __init__(self, engine: Engine | str = Engine.RULES, limits: Limits | None = None) -> None:
        """Choose the ``engine`` (its name will do) and the ``limits`` of an input."""
        self.engine = Engine(engine)
        self.limits = limits or Limits()

    def draft(self, source: Source) -> Draft:
        """Read one letter without validating it. Raises ``InputError`` where it cannot be read as a determination."""
        begun = time.perf_counter()
        with open_letter(source, self.limits) as letter:
            values = _by_rules(letter)
        values["usage"] = {"seconds": round(time.perf_counter() - begun, 6)}
        return Draft(values, letter.document)

    def read(self, source: Source) -> Summary:
        """Read one letter. Raises ``InputError`` where it cannot be read as a determination."""
        return self.draft(source).summary()

    def summarize(
        self, path: str | PathLike[str] | None = None, *, data: bytes | None = None, text: str | None = None
    ) -> Determination:
        """Read one letter from a ``path``, its bytes or its text; give exactly one of the three."""
        return self.read(source_of(path, data=data, text=text)).determination


def source_of(path: str | PathLike[str] | None = None, *, data: bytes | None = None, text: str | None = None) -> Source:
    """The source that exactly one of ``path``, ``data`` and ``text`` names; else ``TypeError``."""
    given = [value is not None for value in (path, data, text)]
    if sum(given) != 1:
        raise TypeError("give exactly one of path, data and text")
    if data is not None:
        return Source.from_data(data)
    if text is not None:
        return Source.from_text(text)
    assert path is not None
    return Source.from_path(Path(path))


def summarize(
    path: str | PathLike[str] | None = None,
    *,
    data: bytes | None = None,
    text: str | None = None,
    engine: Engine | str = Engine.RULES,
) -> Determination:
    """Read one letter into a Determination; see ``Summarizer`` for more than one."""
    return Summarizer(engine).summarize(path, data=data, text=text)


def _by_rules(letter: OpenLetter) -> Plain:
    """The rules engine on an open letter."""
    document = letter.document
    if not document.text.strip():
        raise EmptyInput(document.source, "there is no text in it", "give a letter with words in it")
    structure = recognize(document.text)
    if structure is None:
        raise NotADetermination(
            document.source,
            "no section heading and no outcome of a determination was found",
            "check that this is an Independent Medical Review final determination",
        )
    return prove(letter, read_by_rules(document, structure))
