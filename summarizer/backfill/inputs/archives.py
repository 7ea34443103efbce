"""Letters in zip archives, here or far away: listed by the archive's directory, unpacked one at a time in memory."""

from __future__ import annotations

import lzma
import os
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from summarizer.backfill.input import Input
from summarizer.backfill.inputs.addresses import member_address, protocol_of, shown, shown_name, split_member
from summarizer.backfill.inputs.patterns import EVERY_LETTER, Pattern
from summarizer.errors import DamagedFile, EmptyInput, NotFound, PasswordNeeded
from summarizer.loading.source import Limits, too_many_bytes

_KEPT_OPEN: Final = 8
"""Archives a process keeps open: to read the directory of a large one takes longer than a letter in it."""
_STEP: Final = 8192
"""Packed bytes that are unpacked at a time: what a step unpacks to is held before it can be found too large."""
_ENCRYPTED: Final = 0x1
_NO_ZIP: Final = (BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, IndexError)


def letters_in(archive: str, pattern: Pattern = EVERY_LETTER) -> Iterator[Input]:
    """The members that ``pattern`` takes of the archive at ``archive``; archives in it are not looked into.

    Raises:
        NotFound: there is no such archive, or it may not be read.
        InputUnreachable: it is far away, and did not answer.
        DamagedFile: it is no zip archive, or cut off.
    """
    opened = _archive(archive)
    for info in opened.infolist():
        # Of two members by one name the later one replaces the earlier one.
        if not info.is_dir() and opened.NameToInfo.get(info.filename) is info and _takes(pattern, info.filename):
            yield _listed(info, archive)


def letter_in(member: str, archive: str) -> Input:
    """The member called ``member`` of the archive at ``archive``, there or not; raises what ``letters_in`` does."""
    info = _archive(archive).NameToInfo.get(member)
    return Input(member_address(member, archive), "") if info is None else _listed(info, archive)


def _listed(info: ZipInfo, archive: str) -> Input:
    return Input(member_address(info.filename, archive), f"{info.CRC:08x}-{info.file_size}", info.file_size)


def _takes(pattern: Pattern, member: str) -> bool:
    """Whether ``pattern`` takes ``member``, wherever its name says that it should be unpacked to."""
    *folders, name = (part for part in member.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    places = pattern.start
    for folder in folders:
        places = pattern.into(places, folder)
    return bool(places) and pattern.takes(places, name)


def read_member(address: str, limits: Limits) -> bytes:
    """The bytes of the archive's member at ``address``, of which no more is unpacked than ``limits`` allow.

    Raises:
        NotFound, InputUnreachable, DamagedFile: as ``letters_in``; ``NotFound`` where it has no such member too.
        PasswordNeeded: the member is encrypted.
        EmptyInput: it has no bytes.
        TooLarge: it has more than ``limits`` allow.
    """
    member, archive = split_member(address)
    name = shown_name(address)
    opened = _archive(archive)
    info = opened.NameToInfo.get(member)
    if info is None:
        raise NotFound(name, f"there is no such file in {shown(archive)}", "check the address")
    if info.flag_bits & _ENCRYPTED:
        raise PasswordNeeded(name, f"encrypted in {shown(archive)}", "unpack it with its password, and name the file")
    if info.file_size > limits.max_bytes:
        raise too_many_bytes(name, limits)
    if not (data := _unpacked(opened, info, address)):
        raise EmptyInput(name, "the file has no bytes", "check that it was copied whole")
    return data


def _unpacked(opened: ZipFile, info: ZipInfo, address: str) -> bytes:
    """All bytes of a member: never more than its directory entry says, whatever is packed in it."""
    from summarizer.backfill.inputs.places import told

    archive = split_member(address)[1]
    try:
        with told(archive, *_NO_ZIP), opened.open(info) as member:
            return b"".join(iter(lambda: member.read(_STEP), b""))
    except _NO_ZIP as error:
        raise _damaged_member(address) from error
    except OSError as error:
        if error.errno is None:  # what the bz2 module says of damaged data
            raise _damaged_member(address) from error
        what = f"{shown(archive)} cannot be read ({error.strerror})"
        raise NotFound(shown_name(address), what, "check the path and the disk") from error


def _damaged_member(address: str) -> DamagedFile:
    what = f"damaged in {shown(split_member(address)[1])}, or packed in an uncommon way"
    return DamagedFile(shown_name(address), what, "pack the archive again, or name the files unpacked")


def _archive(archive: str) -> ZipFile:
    """The archive at ``archive``, its directory read.

    Another process must not use what this one opened: both would read on from wherever the other one stopped.
    """
    stamp = (0, 0)
    if protocol_of(archive) is None:
        try:
            status = Path(archive).stat()
        except (OSError, ValueError) as error:
            what = f"the archive cannot be read ({getattr(error, 'strerror', None) or 'not a valid path'})"
            raise NotFound(shown(archive), what, "check the path and its permissions") from error
        stamp = (status.st_size, status.st_mtime_ns)
    return _opened(archive, stamp, os.getpid())


@lru_cache(maxsize=_KEPT_OPEN)
def _opened(archive: str, _stamp: tuple[int, int], _process: int) -> ZipFile:
    """The archive as it was at ``_stamp``, for one process; closed when it is forgotten."""
    from summarizer.backfill.inputs.places import place_of, told

    damaged = DamagedFile(shown(archive), "this is no zip archive, or it is cut off", "check that it was copied whole")
    try:
        if protocol_of(archive) is None:
            return ZipFile(archive)
        with told(archive, *_NO_ZIP, ValueError):
            return ZipFile(place_of(archive).open())
    except _NO_ZIP as error:
        raise damaged from error
    except ValueError:  # says what of the address may be a key
        what = "the archive cannot be read in parts where it is"
        raise NotFound(shown(archive), what, "check the address, or download the archive and name that") from None
    except OSError as error:
        if error.errno is None:
            raise damaged from error
        what = f"the archive cannot be read ({error.strerror})"
        raise NotFound(shown(archive), what, "check the path and its permissions") from error
