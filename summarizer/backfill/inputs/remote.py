"""Letters far away: listed folder by folder, and read."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Final, cast
from urllib.parse import unquote

from summarizer.backfill.input import Input
from summarizer.backfill.inputs.addresses import bare, on_the_web, shown, shown_name
from summarizer.backfill.inputs.patterns import EVERY_LETTER, Pattern
from summarizer.backfill.inputs.places import FileSystem, Info, Place, place_of, told, web_address
from summarizer.errors import EmptyInput, InputUnreachable, NotFound
from summarizer.loading.source import Limits, too_many_bytes

_AT_ONCE: Final = 64
"""Files that are asked about at a time, where a listing does not say enough."""
_A_DOT: Final = re.compile(r"/\.(?=/)")
_DEEPEST: Final = 64
"""Folders within each other, after which a link back to an outer one is taken for the reason."""
_CHECKSUMS: Final = ("ETag", "etag", "md5Hash", "md5", "content_md5", "Content-MD5", "crc32c", "Digest")
_TIMES: Final = ("mtime", "LastModified", "Last-Modified", "last_modified", "updated", "modified", "modify", "created")


def letters_below(place: Place, pattern: Pattern = EVERY_LETTER) -> Iterator[Input]:
    """The files that ``pattern`` takes in the folder at ``place`` and below it, folder by folder.

    Raises:
        NotFound: there is no such folder, it may not be read, or folders lie in each other without end.
        InputUnreachable: the place does not answer.
    """
    yield from _stamped(place, _taken(place, pattern))


def _taken(place: Place, pattern: Pattern) -> Iterator[Info]:
    folders = [(pattern.start, place.path, iter(_listed(place, place.path)))]
    while folders:
        places, folder, entries = folders[-1]
        info = next(entries, None)
        if info is None:
            folders.pop()
            continue
        *between, name = _parts(folder, info)
        for one in between:
            places = pattern.into(places, one)
        if not name or not places:
            continue
        if info["type"] != "directory":
            if pattern.takes(places, name):
                yield info
        elif inner := pattern.into(places, name):
            if len(folders) == _DEEPEST:
                what = f"more than {_DEEPEST} folders lie in each other"
                raise NotFound(shown(place.address(folder)), what, "look for a link back, and name the folders meant")
            path = str(info["name"]).rstrip("/")
            folders.append((inner, path, iter(_listed(place, path))))


def _listed(place: Place, folder: str) -> list[Info]:
    """What is in ``folder``, sorted by name; nothing of it stays in fsspec's memory."""
    web = on_the_web(folder)
    with told(place.address(folder)):
        place.system.invalidate_cache(folder)
        found = place.system.ls(folder.rstrip("/") + "/" if web else folder, detail=True)
        place.system.invalidate_cache(folder)
    if web:
        found = [{**one, "name": web_address(_A_DOT.sub("", html.unescape(str(one["name"]))))} for one in found]
    return sorted(found, key=lambda one: str(one["name"]))


def _parts(folder: str, info: Info) -> list[str]:
    """The names that lead from ``folder`` to the file or folder of ``info``; an empty one where they lead elsewhere."""
    name = str(info["name"])
    if on_the_web(name):
        name, folder = unquote(bare(name)), unquote(bare(folder))
    outer = folder.strip("/") + "/" if folder.strip("/") else ""
    inner = name.strip("/")
    parts = [part for part in inner[len(outer) :].split("/") if part != "."]
    return parts if inner.startswith(outer) and parts and ".." not in parts else [""]


def _stamped(place: Place, infos: Iterable[Info]) -> Iterator[Input]:
    """Each of ``infos`` as an input; those without a stamp are asked about, many at a time."""
    waiting = iter(infos)
    while some := list(islice(waiting, _AT_ONCE)):
        bare_names = [str(info["name"]) for info in some if not _mark(info)]
        asked = dict(zip(bare_names, asked_about(place.system, bare_names), strict=True))
        for info in some:
            name = str(info["name"])
            yield input_of(place.address(name), asked.get(name, info))


def letters_at(addresses: Sequence[str]) -> Iterator[Input]:
    """The files at ``addresses``, there or not.

    Raises:
        NotFound, MissingExtra, InputUnreachable: as ``place_of``.
    """
    for _, places in groupby(map(place_of, addresses), lambda place: id(place.system)):
        group = list(places)
        for place, info in zip(group, asked_about(group[0].system, [one.path for one in group]), strict=True):
            yield input_of(place.address(), info)


def asked_about(system: FileSystem, paths: Sequence[str]) -> list[Info | BaseException]:
    """What is known of each file, or why nothing is; all at the same time where ``system`` can."""
    if not paths:
        return []
    if not system.async_impl:
        return [_or_why(system.info, path) for path in paths]
    from fsspec.asyn import sync

    async def all_of_them() -> list[Info | BaseException]:
        return await asyncio.gather(*(system._info(path) for path in paths), return_exceptions=True)  # type: ignore[attr-defined]

    return cast("list[Info | BaseException]", sync(system.loop, all_of_them))  # type: ignore[attr-defined]


def _or_why(ask: Callable[[str], Info], path: str) -> Info | Exception:
    try:
        return ask(path)
    except Exception as error:  # noqa: BLE001  # every protocol has errors of its own
        return error


def input_of(address: str, info: Info | BaseException) -> Input:
    """The file at ``address``; where nothing is known of it, reading it will tell why."""
    if isinstance(info, BaseException):
        return Input(address, "")
    size = info.get("size")
    mark = _mark(info)
    known = size if isinstance(size, int) else None
    return Input(address, mark if known is None else f"{known}-{mark}", known)


def _mark(info: Info) -> str:
    """A checksum, else a time of change; empty where ``info`` has neither."""
    for key in (*_CHECKSUMS, *_TIMES):
        if value := info.get(key):
            return str(value.timestamp()) if isinstance(value, datetime) else str(value).strip('"')
    return ""


def read_remote(address: str, limits: Limits) -> bytes:
    """The bytes of the file at ``address``, of which not many more are fetched than ``limits`` allow.

    Raises:
        NotFound: there is no such file, or it may not be read.
        InputUnreachable: the place does not answer, or broke off.
        EmptyInput: there are no bytes.
        TooLarge: there are more than ``limits`` allow.
        MissingExtra: a package that reads it is not installed.
    """
    place = place_of(address)
    try:
        with told(address):
            data = (_streamed if on_the_web(address) else _ranged)(place, limits.max_bytes + 1)
    except InputUnreachable:
        if on_the_web(address) or not _is_empty(place):
            raise
        data = b""  # to ask for a part of nothing is refused
    if not data:
        raise EmptyInput(shown_name(address), "the file has no bytes", "check that it was copied whole")
    if len(data) > limits.max_bytes:
        raise too_many_bytes(shown_name(address), limits)
    return data


def _ranged(place: Place, most: int) -> bytes:
    return place.system.cat_file(place.path, end=most)


def _streamed(place: Place, most: int) -> bytes:
    """One request, broken off after ``most`` bytes: a web server may give the whole file where a part is asked for."""
    parts: list[bytes] = []
    # With a size given it is not asked for; without blocks the file is read as it comes.
    with place.system.open(place.path, "rb", block_size=0, size=1) as file:
        while most > 0 and (part := file.read(most)):
            parts.append(part)
            most -= len(part)
    return b"".join(parts)


def _is_empty(place: Place) -> bool:
    info = _or_why(place.system.info, place.path)
    return not isinstance(info, Exception) and info.get("size") == 0 and info.get("type") == "file"
