"""What the letters were read as, and which of the readings a person should look at."""

from __future__ import annotations

from collections.abc import Iterator

from summarizer.backfill.stats.labels import said
from summarizer.backfill.stats.table import Column, Kind, Part, Table
from summarizer.backfill.stats.tallies import Tallies

_LETTERS = Column("letters", Kind.COUNT, "letters")
_SHARE = Column("share", Kind.SHARE, "letters / all letters")


def reading_tables(tallies: Tallies) -> Iterator[Table]:
    """The tables of the reading itself."""
    whole = tallies.letters
    forms = sorted(tallies.forms.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    yield Table(
        "forms",
        "Letters by form",
        "The layout that a letter was read as; generic: no known form fits.",
        (
            Column("form", Kind.TEXT, "name of the layout"),
            _LETTERS,
            _SHARE,
            Column("needs review", Kind.COUNT, "letters that a person should look at"),
            Column("of form", Kind.SHARE, "letters that a person should look at / letters of the form"),
        ),
        tuple(
            (
                (form or "not stated").replace("_", " "),
                letters,
                Part(letters, whole),
                tallies.forms_for_review[form],
                Part(tallies.forms_for_review[form], letters),
            )
            for form, letters in forms
        ),
    )
    flags = sorted(tallies.flags.items(), key=lambda pair: (-pair[1], pair[0]))
    yield Table(
        "review",
        "Why letters need review",
        f"{tallies.needs_review:,} of {whole:,} letters need review; a letter may have several reasons.",
        (Column("doubt", Kind.TEXT, "kind of doubt"), _LETTERS, _SHARE),
        tuple((said(code), letters, Part(letters, whole)) for code, letters in flags),
    )
