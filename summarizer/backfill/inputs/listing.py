"""The letters that the arguments of a backfill name, as a stream: a million take no more memory than a thousand."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import unquote

from summarizer.backfill.input import Input
from summarizer.backfill.inputs import local
from summarizer.backfill.inputs.addresses import (
    ARCHIVE_SUFFIX,
    bare,
    expect_no_password,
    in_lower_case,
    local_path,
    on_the_web,
    path_of_file_address,
    protocol_of,
    shown,
    split_member,
)
from summarizer.backfill.inputs.lists import STDIN, grouped, lines_of
from summarizer.backfill.inputs.patterns import Pattern, has_wildcard
from summarizer.errors import EmptyInput, NotFound

_LIST: Final = "@"
_REMEDY: Final = "check the address; folders are searched for PDF, DOCX and text files"


def list_inputs(named: Iterable[str], stdin: BinaryIO | None = None) -> Iterator[Input]:
    """The letters that each of ``named`` names, one by one; a letter named twice comes twice, with one address.

    A name is a file (taken whatever it is called), a folder (searched with all folders below it for PDF, DOCX and
    text files; hidden files and lock files are passed over), a pattern (``letters/**/*.pdf``), a zip archive, the
    address of one of these for fsspec (``s3://bucket/letters/``), or ``@list.txt``: a file with one name a line,
    ``@-`` being standard input (or ``stdin``). Addresses are the same in every run. Of what a list names and is not
    there, an input comes all the same, and reading it says so.

    Raises:
        NotFound: there is no such file or folder, it may not be read, or its address holds a password.
        EmptyInput: a name leads to no letters.
        DamagedFile: an archive is none.
        InputUnreachable: a place far away does not answer.
        MissingExtra: a package that reads from there is not installed.
    """
    for name in named:
        if name.startswith(_LIST):
            yield from _some(_of_list(name.removeprefix(_LIST), stdin or sys.stdin.buffer), name)
        else:
            yield from _named(name)


def _some(inputs: Iterable[Input], name: str) -> Iterator[Input]:
    """``inputs``; raises ``EmptyInput`` where there are none."""
    found = False
    for one in inputs:
        found = True
        yield one
    if not found:
        raise EmptyInput(shown(name), "no letters are there", _REMEDY)


def _of_list(path: str, stdin: BinaryIO) -> Iterator[Input]:
    """What the lines of a list name; letters far away are asked about many at a time."""
    folder = "" if path == STDIN else os.path.dirname(local_path(path))  # noqa: PTH120
    for far, names in grouped(lines_of(path, stdin)):
        if far:
            from summarizer.backfill.inputs.remote import letters_at

            for name in names:
                expect_no_password(name)
            yield from letters_at(names)
        else:
            for name in names:
                yield from _named(name if protocol_of(name) else os.path.join(folder, name), in_list=True)  # noqa: PTH118


def _named(name: str, in_list: bool = False) -> Iterator[Input]:
    """The letters that one name stands for; one ``in_list`` that is not there is an input too."""
    expect_no_password(name)
    name, protocol = in_lower_case(name), protocol_of(name)
    if protocol in ("file", "local"):
        name, protocol = path_of_file_address(name), None
    if protocol is None:
        return _some(_here(name, in_list), name)
    return _some((_in_archive if protocol == "zip" else _far)(name, in_list), name)


def _here(name: str, in_list: bool) -> Iterator[Input]:
    """The letters that a name on this machine stands for; what is there goes before what the name might mean."""
    path = local_path(name) if name else ""
    if os.path.isdir(path):  # noqa: PTH112
        yield from local.letters_below(path)
    elif os.path.lexists(path):
        yield from _opened_up([local.letter_at(path)])
    elif has_wildcard(name):
        root, pattern = _split_here(name)
        if not os.path.isdir(root):  # noqa: PTH112
            raise NotFound(shown(root), "there is no such folder", "check the path")
        yield from _opened_up(local.letters_below(root, pattern))
    elif in_list:
        yield local.letter_at(path)
    else:
        raise NotFound(shown(name), "there is no such file or folder", "check the path")


def _split_here(name: str) -> tuple[str, Pattern]:
    """The folder that a pattern on this machine begins in, and the rest of it."""
    root, parts = Path(), Path(name).parts
    for number, part in enumerate(parts):
        if has_wildcard(part) and not os.path.lexists(root / part):
            return local_path(str(root)), Pattern(parts[number:])
        root /= part
    return local_path(str(root)), Pattern()


def _opened_up(inputs: Iterable[Input]) -> Iterator[Input]:
    """``inputs``, with the letters in an archive instead of it."""
    for one in inputs:
        if bare(one.address).lower().endswith(ARCHIVE_SUFFIX):
            from summarizer.backfill.inputs.archives import letters_in

            yield from letters_in(one.address)
        else:
            yield one


def _in_archive(name: str, in_list: bool) -> Iterator[Input]:
    """The letters that ``zip://...::archive`` names: a member, a folder in there, a pattern, or all."""
    from summarizer.backfill.inputs.archives import letter_in, letters_in

    member, archive = split_member(name)
    expect_no_password(archive)
    protocol = protocol_of(archive)
    if protocol in (None, "file", "local"):
        archive = local_path(path_of_file_address(archive) if protocol else archive)
    else:
        from summarizer.backfill.inputs.places import place_of

        archive = place_of(archive).address()
    named = letter_in(member, archive)
    if named.stamp or (in_list and member and not has_wildcard(member)):
        yield named
    else:
        yield from letters_in(archive, Pattern(tuple(part for part in member.split("/") if part)))


def _far(name: str, in_list: bool) -> Iterator[Input]:
    """The letters that an address elsewhere stands for."""
    from summarizer.backfill.inputs.places import place_of, told
    from summarizer.backfill.inputs.remote import input_of, letters_below

    place = place_of(name)
    address = place.address()
    if on_the_web(name) and bare(address).endswith("/") and not has_wildcard(address, web=True):
        yield from letters_below(place)
        return
    try:
        with told(address):
            info = place.system.info(place.path)
    except NotFound:
        if has_wildcard(bare(name), on_the_web(name)):
            root, pattern = _split_far(bare(place.path))
            yield from _opened_up(letters_below(replace(place, path=root), pattern))
        elif in_list:
            yield Input(address, "")
        else:
            raise
        return
    if info.get("type") == "directory":
        yield from letters_below(place)
    else:
        yield from _opened_up([input_of(address, info)])


def _split_far(path: str) -> tuple[str, Pattern]:
    """The folder that a pattern elsewhere begins in, and the rest of it."""
    web = on_the_web(path)
    parts = path.split("/")
    number = next(number for number, part in enumerate(parts) if has_wildcard(part, web))
    rest = parts[number:]
    return "/".join(parts[:number]), Pattern(tuple(map(unquote, rest) if web else rest))
