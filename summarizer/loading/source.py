"""Where a letter comes from: a file, bytes or a string, and how much of it is accepted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from summarizer.errors import EmptyInput, NotFound, TooLarge

LETTER_SUFFIXES = frozenset({".pdf", ".txt", ".docx"})
"""Endings, in lower case, of the files that a search of a folder takes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one letter may hold; more is ``TooLarge``."""

    max_pages: int = 200
    """Pages of a PDF."""
    max_bytes: int = 50 * 1024 * 1024
    """Bytes as given; a DOCX may unpack to four times as many."""


@dataclass(frozen=True, slots=True)
class Source:
    """One letter that was asked for, not yet opened. Exactly one of ``path``, ``data`` and ``text`` is set."""

    name: str
    """File name without its folder, or ``<stdin>``, ``<data>``, ``<text>``."""
    path: Path | None = None
    """The file."""
    data: bytes | None = None
    """The file's bytes."""
    text: str | None = None
    """The letter's words, not yet normalized."""

    def __post_init__(self) -> None:
        """Hold the invariant.

        Raises:
            ValueError: not exactly one of ``path``, ``data`` and ``text`` is given.
        """
        if sum(part is not None for part in (self.path, self.data, self.text)) != 1:
            raise ValueError("a source has exactly one of path, data and text")

    @property
    def light(self) -> bool:
        """Whether it is a path, and the letter itself still where it was."""
        return self.path is not None

    @classmethod
    def from_path(cls, path: str | Path) -> Source:
        """The file at ``path``, looked at only when it is opened."""
        path = Path(path)
        return cls(name=path.name or str(path), path=path)

    @classmethod
    def from_data(cls, data: bytes, name: str = "<data>") -> Source:
        """Bytes of a PDF, DOCX or text file; ``name`` may be the file name they came with."""
        return cls(name=name, data=data)

    @classmethod
    def from_text(cls, text: str, name: str = "<text>") -> Source:
        """A letter's words as a string."""
        return cls(name=name, text=text)

    @classmethod
    def from_stdin(cls, stream: BinaryIO | None = None, limits: Limits = Limits()) -> Source:
        """The bytes on standard input (or ``stream``), read now and at most one past the limit."""
        stream = sys.stdin.buffer if stream is None else stream
        return cls(name="<stdin>", data=stream.read(limits.max_bytes + 1))

    def read(self, limits: Limits) -> bytes:
        """The bytes of ``path`` or ``data``.

        Raises:
            NotFound: there is no such file, it is a folder, or it may not be read.
            EmptyInput: there are no bytes.
            TooLarge: there are more bytes than ``limits`` allow.
            ValueError: the source is a string.
        """
        if self.text is not None:
            raise ValueError("a string has no bytes to read")
        data = self.data if self.data is not None else self._read_file(limits)
        if not data:
            raise EmptyInput(self.name, "the file has no bytes", "check that it was copied whole")
        if len(data) > limits.max_bytes:
            raise too_many_bytes(self.name, limits)
        return data

    def _read_file(self, limits: Limits) -> bytes:
        """The file's bytes, at most one past the limit."""
        assert self.path is not None
        try:
            with self.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > limits.max_bytes:
                    raise too_many_bytes(self.name, limits)
                # A pipe says 0. Asking for no more than there is spares the room for the most there may be.
                return file.read(size or limits.max_bytes + 1)
        except FileNotFoundError as error:
            raise NotFound(self.name, "there is no such file", "check the path") from error
        except IsADirectoryError as error:
            raise NotFound(self.name, "this is a folder, not a file", "name a file in it") from error
        except PermissionError as error:
            raise NotFound(self.name, "the file may not be read", "check its permissions") from error
        except (OSError, ValueError) as error:
            what = f"the file cannot be read ({getattr(error, 'strerror', None) or 'not a valid path'})"
            raise NotFound(self.name, what, "check the path and the disk") from error


def too_many_bytes(name: str, limits: Limits) -> TooLarge:
    """The error for a letter of more bytes than ``limits`` allow."""
    megabytes = limits.max_bytes / 1024 / 1024
    return TooLarge(name, f"larger than {megabytes:g} MB", "check that it is one letter, or raise the limit")


def discover(paths: Iterable[str | Path]) -> list[Source]:
    """One source for each file given and for each letter found in a folder given, in that order.

    A file is taken whatever it is called. A folder is searched with all folders below it for PDF, text and DOCX
    files, sorted by path; hidden files and folders, and the lock files of a word processor, are passed over.

    Raises:
        NotFound: there is no such file or folder, or a folder may not be read.
        EmptyInput: a folder holds no letters.
    """
    sources: list[Source] = []
    for path in map(Path, paths):
        if path.is_dir():
            found = _search(path)
            if not found:
                raise EmptyInput(str(path), "the folder has no PDF, DOCX or text files", "check the path")
            sources.extend(map(Source.from_path, found))
        elif path.exists():
            sources.append(Source.from_path(path))
        else:
            raise NotFound(str(path), "there is no such file or folder", "check the path")
    return sources


def _search(folder: Path) -> list[Path]:
    """Letters in ``folder`` and below it, sorted by path."""

    def refuse(error: OSError) -> None:
        raise NotFound(str(error.filename), "the folder may not be read", "check its permissions") from error

    found: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(
            Path(parent, name)
            for name in files
            if not name.startswith((".", "~$")) and os.path.splitext(name)[1].lower() in LETTER_SUFFIXES  # noqa: PTH122
        )
    return sorted(found)
