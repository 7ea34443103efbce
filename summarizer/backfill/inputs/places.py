"""Where letters far away are: whatever fsspec finds by an address, and what goes wrong there.

What fsspec opens belongs to one process: after a fork it makes everything anew (``fsspec.asyn`` and ``fsspec.spec``
register what does so), and nothing of it is kept here.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final, Protocol, cast
from urllib.parse import quote

from summarizer.backfill.inputs.addresses import in_lower_case, on_the_web, protocol_of, shown
from summarizer.errors import InputError, InputUnreachable, MissingExtra, NotFound, SummarizerError
from summarizer.extras import command_for

Info = Mapping[str, object]
"""What a listing says of one file or folder: ``name``, ``type``, ``size`` and what the place calls its stamps."""

_REFUSED: Final = (401, 403, 407)
_LATER: Final = (408, 425, 429)
_SAFE_IN_URL: Final = "%/:=&?~#+!$,;'@()*[]"
_PATIENCE: Final = 60.0
"""Seconds without a byte after which a web server is given up."""


class FileSystem(Protocol):
    """What is used of fsspec's file systems, which have no types of their own."""

    async_impl: bool

    def ls(self, path: str, *, detail: bool) -> list[Info]:
        """What is in a folder."""

    def info(self, path: str) -> Info:
        """What is known of a file or folder."""

    def open(self, path: str, mode: str, **options: object) -> IO[bytes]:
        """A file to read from."""

    def cat_file(self, path: str, *, end: int) -> bytes:
        """The first bytes of a file. By name: some systems have other parameters between."""

    def invalidate_cache(self, path: str) -> None:
        """Forget what was listed."""

    def unstrip_protocol(self, name: str) -> str:
        """The address of a path."""


@dataclass(frozen=True)
class Place:
    """A file system, and a path in it."""

    system: FileSystem
    """What reads it."""
    path: str
    """As the system calls it; of the web the whole address."""
    lead: str
    """What stands before a path of the same host; empty where the protocol alone does."""

    def address(self, path: str | None = None) -> str:
        """The one address of ``path``, by default this place's own, however it was spelled."""
        path = self.path if path is None else path
        return self.lead + path if self.lead else self.system.unstrip_protocol(path)

    def open(self) -> IO[bytes]:
        """The file here, to read parts of; errors as they come, for a caller within ``told``."""
        return self.system.open(self.path, "rb")


def place_of(address: str) -> Place:
    """Where ``address`` is.

    Raises:
        NotFound: nobody knows the protocol.
        MissingExtra: a package that reads it is not installed.
        InputUnreachable: the place does not answer.
    """
    address = in_lower_case(address)
    if on_the_web(address):
        address = web_address(address)
    kind = _kind_of(address)
    with told(address):
        options = kind._get_kwargs_from_urls(address)
        path = kind._strip_protocol(address)
        lead = ""
        if options.get("host"):
            lead = address.rpartition(path)[0] if path.strip("/") else address.rstrip("/")
        if on_the_web(address):
            options = {"client_kwargs": _web_client()}
        return Place(kind(**options), path, lead)


def web_address(address: str) -> str:
    """An address of HTTP as servers want it, without a fragment."""
    return quote(address.partition("#")[0], safe=_SAFE_IN_URL)


def _web_client() -> dict[str, object]:
    """How web servers are talked to: by the system's proxies and ``.netrc``, and not for ever."""
    from aiohttp import ClientTimeout

    return {"trust_env": True, "timeout": ClientTimeout(total=None, sock_connect=_PATIENCE / 2, sock_read=_PATIENCE)}


class _Kind(Protocol):
    """A class of file systems."""

    def __call__(self, **options: object) -> FileSystem: ...

    def _get_kwargs_from_urls(self, address: str) -> dict[str, object]: ...

    def _strip_protocol(self, address: str) -> str: ...


def _kind_of(address: str) -> _Kind:
    protocol = protocol_of(address)
    try:
        from fsspec import get_filesystem_class
    except ImportError as error:
        what = f"{shown(address)}: to read from there takes the extra backfill"
        raise MissingExtra(f"{what}; run: {command_for('backfill')}") from error
    try:
        return cast(_Kind, get_filesystem_class(protocol))
    except ValueError as error:
        raise NotFound(shown(address), f"{protocol}:// is no known protocol", "check the address") from error
    except ImportError as error:
        raise MissingExtra(f"{shown(address)}: {_needed(str(error))}") from error


def _needed(said: str) -> str:
    """What to do, from what fsspec says of a package it misses, as in ``Install s3fs to access S3``."""
    packages = re.findall(r"[Ii]nstall '?([\w.\[\]-]+)", said) or re.findall(r'"([\w.-]+)"', said)
    if not packages:
        return f"a package is needed to read from there; fsspec says: {said}"
    command = shlex.join([sys.executable, "-m", "pip", "install", *packages])
    return f"to read from there takes the package {' and '.join(packages)}; run: {command}"


@contextmanager
def told(address: str, *passing: type[Exception]) -> Iterator[None]:
    """Make what goes wrong far away an ``InputError``, but for errors that are ``passing``; nothing for a path here.

    What the errors say stays unsaid: it may hold the query of an address, and that a key.
    """
    try:
        yield
    except Exception as error:
        if protocol_of(address) is None or isinstance(error, (SummarizerError, *passing)):
            raise
        raise _explained(error, address) from None


def _explained(error: BaseException, address: str) -> InputError:
    """Whether it is worth another try, and why not: by the server's own number where there is one."""
    name = shown(address)
    reasons = [one for one in (error, error.__cause__) if one is not None]
    numbers = (getattr(one, "status", None) for one in reasons)
    status = next((number for number in numbers if isinstance(number, int)), None)
    if isinstance(error, PermissionError) or status in _REFUSED:
        return NotFound(name, "it may not be read", "check the address and the credentials")
    if status is not None and 400 <= status < 500 and status not in _LATER:
        gone = status in (404, 410)
        what = "there is no such file or folder" if gone else f"the server refuses it (HTTP {status})"
        return NotFound(name, what, "check the address")
    # Of a web server that does not answer fsspec says that the file is not there.
    missing = isinstance(error, FileNotFoundError | IsADirectoryError | NotADirectoryError)
    if missing and not (on_the_web(address) and error.__cause__):
        return NotFound(name, "there is no such file or folder", "check the address")
    what = f"HTTP {status}" if status else type(reasons[-1]).__name__
    remedy = "check the address, the credentials and the connection, then try again"
    return InputUnreachable(name, f"it cannot be reached ({what})", remedy)
