"""The sheet beside its letter in one self-contained HTML file: a click on a field lights up its words."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas import Determination
from summarizer.document import Document
from summarizer.render import words
from summarizer.render.passages import PageText, numbered, pages
from summarizer.render.sheet import Check, Fact, Place, Sheet, joined, pages_of, sheet

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as the template sees it."""

    sheet: Sheet
    """What the summary says."""
    pages: tuple[PageText, ...]
    """The letter's text, cut at evidence."""
    numbers: Mapping[tuple[int, int], int]
    """The number of each place, as the text's passages carry it."""

    def places(self, about: Fact | Check | Place) -> str:
        """Numbers of the places of ``about``, separated by spaces; empty where it has none."""
        places = (about,) if isinstance(about, Place) else about.places
        return " ".join(str(self.numbers[place.start, place.end]) for place in places)


def render(read: Iterable[tuple[Determination, Document]]) -> str:
    """Set one letter or several, with a list to switch between them, as one HTML file.

    The file asks the network for nothing, and its Content-Security-Policy allows its own style and
    script alone, by their hashes: whatever stands in a letter is text.
    """
    letters = [_letter(determination, document) for determination, document in read]
    style, script = _asset("style.css"), _asset("script.js")
    allowed = f"style-src {_hash(style)}; script-src {_hash(script)}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    template = _environment().get_template("file.html.j2")
    return template.render(letters=letters, style=style, script=script, policy=policy)


def _letter(determination: Determination, document: Document) -> Letter:
    """One letter's view."""
    told = sheet(determination, document)
    numbers = numbered(_places(told))
    return Letter(told, pages(document, numbers), numbers)


def _places(told: Sheet) -> Iterator[Place]:
    """Every place that the sheet names."""
    facts = [told.case_number, told.decision_date, told.priority, *told.case]
    for item in told.items:
        facts += [item.outcome, item.treatment, item.kind, item.why, item.rationale]
        facts += [*item.before, *item.reasons, *item.decided_by, *item.denied_by, *item.quotes]
    for fact in facts:
        yield from fact.places if fact else ()
    for check in told.checks:
        yield from check.places


@cache
def _environment() -> Environment:
    """Jinja with every value escaped and a missing one refused."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        outcomes=words.OUTCOMES, statuses=words.STATUSES, joined=joined, pages_of=pages_of, count=words.count
    )
    return environment


@cache
def _asset(name: str) -> str:
    """A style sheet or script of ours, as it stands inside its element."""
    return "\n" + (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(asset: str) -> str:
    """``asset`` as a Content-Security-Policy source."""
    return f"'sha256-{b64encode(sha256(asset.encode()).digest()).decode()}'"
