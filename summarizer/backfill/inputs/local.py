"""Letters on this machine: folders searched as they are read, however large they are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from summarizer.backfill.input import Input
from summarizer.backfill.inputs.addresses import shown, shown_name
from summarizer.backfill.inputs.patterns import EVERY_LETTER, Pattern
from summarizer.errors import NotFound
from summarizer.loading.source import Limits, Source

_AT_ONCE: Final = 4096
"""Names of one folder that are held and sorted at a time, so that a folder of a million takes no more memory."""
UNKNOWN_STAMP: Final = ""
"""Stamp of a file that nothing is known of: it is gone, or hidden from us; reading it will tell."""


def letters_below(folder: str, pattern: Pattern = EVERY_LETTER) -> Iterator[Input]:
    """The files that ``pattern`` takes in ``folder``, an absolute path, and below it, but not where links lead.

    Raises:
        NotFound: a folder may not be read.
    """
    open_folders = [(pattern.start, _entries(folder, folder))]
    while open_folders:
        places, entries = open_folders[-1]
        entry = next(entries, None)
        if entry is None:
            open_folders.pop()
        elif _is_folder(entry):
            inner = pattern.into(places, entry.name)
            # A link may lead back to where we are, and one that leads elsewhere is named by itself where it is meant.
            if inner and not entry.is_symlink():
                open_folders.append((inner, _entries(entry.path, folder)))
        elif pattern.takes(places, entry.name):
            yield _listed(entry)


def _entries(folder: str, root: str) -> Iterator[os.DirEntry[str]]:
    """What is in ``folder``, sorted by name as far as it is held at once; nothing where it went while we searched."""
    try:
        with os.scandir(folder) as entries:
            while some := list(islice(entries, _AT_ONCE)):
                some.sort(key=lambda entry: entry.name)
                yield from some
    except OSError as error:
        if isinstance(error, FileNotFoundError) and folder != root:
            return
        what = f"the folder may not be read ({error.strerror})"
        raise NotFound(shown(folder), what, "check its permissions, or name what is in it without it") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that may not be followed: whoever reads it will hear so
        return False


def _listed(entry: os.DirEntry[str]) -> Input:
    try:
        return _input(entry.path, entry.stat())
    except OSError:
        return Input(entry.path, UNKNOWN_STAMP)


def letter_at(path: str) -> Input:
    """The file at ``path``, an absolute path, there or not."""
    try:
        return _input(path, Path(path).stat())
    except (OSError, ValueError):
        return Input(path, UNKNOWN_STAMP)


def _input(path: str, status: os.stat_result) -> Input:
    return Input(path, f"{status.st_size}-{status.st_mtime_ns}", status.st_size)


def read_local(path: str, limits: Limits) -> bytes:
    """The bytes of the file at ``path``; raises what ``Source.read`` does, and ``NotFound`` for a pipe or a device."""
    try:
        mode = Path(path).stat().st_mode
        special = not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    except (OSError, ValueError):
        special = False  # reading says what it is
    if special:  # to read a pipe that nobody writes to would never end
        raise NotFound(shown_name(path), "this is no file, but a pipe or a device", "name a file")
    return Source(shown_name(path), path=Path(path)).read(limits)
