"""Files that list letters, one name a line."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path
from typing import BinaryIO, Final

from summarizer.backfill.inputs.addresses import bare, on_the_web, protocol_of, shown
from summarizer.backfill.inputs.patterns import has_wildcard
from summarizer.errors import NotFound
from summarizer.loading.source import LETTER_SUFFIXES

STDIN: Final = "-"
"""Stands for standard input where a list is named."""
_AT_ONCE: Final = 64
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines_of(path: str, stdin: BinaryIO) -> Iterator[str]:
    """The names in the list at ``path``, or on ``stdin``; empty lines and those that begin with ``#`` are passed over.

    A list is UTF-8, or UTF-16 as PowerShell writes it; line ends may be those of Windows. Bytes that are no UTF-8
    stand for themselves, as in file names.

    Raises:
        NotFound: there is no such list, or it may not be read.
    """
    try:
        with _opened(path, stdin) as text:
            for line in text:
                name = line.rstrip("\r\n")
                if name.strip() and not name.lstrip().startswith("#"):
                    yield name
    except (OSError, UnicodeError) as error:
        what = f"the list cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 nor UTF-16'})"
        raise NotFound(shown(path), what, "check the path, or put ./ before a file whose name begins with @") from error


@contextmanager
def _opened(path: str, stdin: BinaryIO) -> Iterator[io.TextIOWrapper]:
    """The list as text; standard input stays open."""
    stream = stdin if path == STDIN else Path(path).open("rb")  # noqa: SIM115  # closed below
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    try:
        utf_16 = buffered.peek(2)[:2] in _UTF_16
        encoding, errors = ("utf-16", "strict") if utf_16 else ("utf-8-sig", "surrogateescape")
        text = io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline="\n")
        try:
            yield text
        finally:
            text.detach()
    finally:
        if stream is not stdin:
            stream.close()
        elif buffered is not stdin:
            buffered.detach()


def grouped(lines: Iterator[str]) -> Iterator[tuple[bool, list[str]]]:
    """``lines`` in their order, a few at a time, and whether they are single letters far away."""
    for far, group in groupby(lines, is_letter_far_away):
        while some := list(islice(group, _AT_ONCE)):
            yield far, some


def is_letter_far_away(name: str) -> bool:
    """Whether ``name`` can only be the address of one letter elsewhere."""
    if protocol_of(name) in (None, "file", "local", "zip"):
        return False
    return Path(bare(name)).suffix.lower() in LETTER_SUFFIXES and not has_wildcard(bare(name), on_the_web(name))
