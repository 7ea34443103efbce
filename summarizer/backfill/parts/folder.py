"""A folder that is here or far away, whose files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, cast

from summarizer.backfill.inputs.addresses import (
    expect_no_password,
    local_path,
    path_of_file_address,
    protocol_of,
    shown,
)
from summarizer.errors import InputError, MissingExtra, StoreError, StoreFull, SummarizerError
from summarizer.extras import command_for

_PUT_WHOLE: Final = frozenset("s3 s3a gs gcs abfs abfss az adl oci oss r2 memory".split())
"""Protocols under which a file appears when all of it is there; under others it grows while it is written."""
_REMEDY: Final = "check the address and that you may write there"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


class Folder:
    """A folder; paths in it are relative, with slashes."""

    def __init__(self, address: str) -> None:
        """Nothing is made yet. Raises ``StoreError`` where nobody knows the address, ``MissingExtra``."""
        self.address = absolute(address)
        """Where it is: an absolute path or an fsspec address; opens the same folder anywhere."""
        self.name = shown(self.address)
        """For people."""
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            what = f"{self.name}: a folder as a store takes the extra backfill"
            raise MissingExtra(f"{what}; run: {command_for('backfill')}") from error
        with self._told():
            self._system, self._root = url_to_fs(self.address)
        self._local = protocol_of(self.address) is None

    def make(self, path: str) -> None:
        """Make a folder in it, and those that it is in."""
        with self._told():
            self._system.makedirs(self._at(path), exist_ok=True)

    def names(self, path: str, start: str = "") -> list[str]:
        """The files in a folder whose names begin with ``start``, sorted; none where it is not there."""
        with self._told():
            folder = self._at(path)
            self._system.invalidate_cache(folder)
            try:
                found = self._system.ls(folder, detail=True)
            except (FileNotFoundError, NotADirectoryError):
                return []
        names = (str(one["name"]).rstrip("/").rpartition("/")[2] for one in found if one["type"] == "file")
        return sorted(name for name in names if name.startswith(start) and not name.startswith("."))

    def folders(self, path: str) -> list[str]:
        """The names of the folders in one, sorted; none where it is not there."""
        with self._told():
            folder = self._at(path)
            self._system.invalidate_cache(folder)
            try:
                found = self._system.ls(folder, detail=True)
            except (FileNotFoundError, NotADirectoryError):
                return []
        return sorted(str(one["name"]).rstrip("/").rpartition("/")[2] for one in found if one["type"] == "directory")

    def read(self, path: str) -> bytes:
        """A whole file."""
        with self._told():
            return cast(bytes, self._system.cat_file(self._at(path)))

    @contextmanager
    def opened(self, path: str) -> Iterator[IO[bytes]]:
        """A file to read parts of."""
        with self._told(), self._system.open(self._at(path), "rb") as file:
            yield file

    def write(self, path: str, data: bytes) -> None:
        """Put ``data`` there; whoever looks finds all of it or what was there before, whatever happens meanwhile.

        Raises ``StoreFull`` and ``StoreError``.
        """
        with self._told():
            if self._local:
                _write_here(Path(self._at(path)), data)
            elif protocol_of(self.address) in _PUT_WHOLE:
                self._system.pipe_file(self._at(path), data)
            else:
                self._write_and_move(path, data)

    def take(self, path: str, data: bytes) -> bool:
        """Put ``data`` there unless there is a file; ``False`` where there is one.

        Two at once may both be told yes where the place far away knows no such thing.
        """
        with self._told():
            if not self._local:
                if self._system.exists(self._at(path)):
                    return False
                self.write(path, data)
                return True
            return _take_here(Path(self._at(path)), data)

    def _write_and_move(self, path: str, data: bytes) -> None:
        folder, _, name = path.rpartition("/")
        aside = self._at(f"{folder}/.{name}.{secrets.token_hex(4)}")
        try:
            self._system.pipe_file(aside, data)
            self._system.mv(aside, self._at(path))
        except BaseException:  # an interrupt too
            with suppress(OSError):
                self._system.rm_file(aside)
            raise

    def _at(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}".rstrip("/")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the place as ours; what they say stays unsaid, it may hold a key."""
        try:
            yield
        except SummarizerError:
            raise
        except ImportError as error:
            raise MissingExtra(f"{self.name}: a package that reaches it is not installed; install it") from error
        except OSError as error:
            raise self._explained(error) from None
        except Exception as error:  # every protocol has errors of its own
            if self._local:
                raise
            raise StoreError(self.name, f"it cannot be used ({type(error).__name__})", _REMEDY) from None

    def _explained(self, error: OSError) -> StoreError:
        if error.errno in _NO_ROOM:
            return StoreFull(self.name, "there is no room left", "make room, then run again; what is there stays")
        what = os.strerror(error.errno).lower() if error.errno else type(error).__name__
        return StoreError(self.name, f"it cannot be used ({what})", _REMEDY)


def absolute(address: str) -> str:
    """The one spelling of a store's address that holds in every folder. Raises ``StoreError``."""
    try:
        expect_no_password(address)
    except InputError as error:
        raise StoreError(error.source, error.what, error.remedy) from None
    if protocol_of(address) == "file":
        address = path_of_file_address(address)
    return address.rstrip("/") if protocol_of(address) else local_path(address)


def _write_here(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:  # an interrupt too
        aside.unlink(missing_ok=True)
        raise


def _take_here(path: Path, data: bytes) -> bool:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write_here(aside, data)
        try:
            path.hardlink_to(aside)
        except FileExistsError:
            return False
        except OSError:  # a disk that knows no links
            if path.exists():
                return False
            aside.replace(path)
        return True
    finally:
        aside.unlink(missing_ok=True)
