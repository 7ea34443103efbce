"""Whole Determinations, one a line."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from summarizer.backfill.export.placing import Written, written_whole
from summarizer.backfill.export.rows import unreadable
from summarizer.backfill.kept import Stored


def lines(letters: Iterable[Stored]) -> Iterator[bytes]:
    """Each Determination as JSON in UTF-8, as it is stored, with a line end. Raises ``StoreError``."""
    for stored in letters:
        try:
            yield zlib.decompress(stored.packed) + b"\n"
        except zlib.error:
            raise unreadable(stored) from None


def write_json_lines(target: Path, letters: Iterable[Stored]) -> tuple[Written, ...]:
    """Write ``letters`` to ``target``; straight where that is a device or pipe. Raises ``CannotExport``."""
    if target.exists() and not target.is_file() and not target.is_dir():
        return (_write(target, target, letters),)
    with written_whole(target) as (draft,):
        return (_write(draft, target, letters),)


def _write(place: Path, target: Path, letters: Iterable[Stored]) -> Written:
    count = 0
    with place.open("wb") as file:
        for count, line in enumerate(lines(letters), 1):  # noqa: B007
            file.write(line)
    return Written(target, (("letters", count),))
