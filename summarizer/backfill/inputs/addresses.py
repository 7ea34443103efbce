"""Addresses of letters: what a name given by a person stands for, and how an address is shown to one.

An address is an absolute path of this machine, ``protocol://...``, or ``zip://member::archive`` with an archive that
is one of the former two.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from summarizer.backfill.input import name_of
from summarizer.errors import NotFound

_PROTOCOL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")  # two characters at least: C:// is a drive
_WEB: Final = ("http", "https")
_ZIP: Final = "zip://"
ARCHIVE_SUFFIX: Final = ".zip"
"""Ending, in lower case, of the archives that are looked into."""


def protocol_of(address: str) -> str | None:
    """The protocol before ``://`` in lower case; ``None`` where ``address`` is a path of this machine."""
    found = _PROTOCOL.match(address)
    return found[1].lower() if found else None


def in_lower_case(address: str) -> str:
    """``address`` with its protocol in lower case."""
    protocol = protocol_of(address)
    return protocol + address[len(protocol) :] if protocol else address


def on_the_web(address: str) -> bool:
    """Whether ``address`` is of HTTP, where ``?`` begins a query and names are percent-encoded."""
    return protocol_of(address) in _WEB


def bare(address: str) -> str:
    """``address`` without the query, which may hold a key, and the fragment of an address of HTTP."""
    if address.startswith(_ZIP):
        member, archive = split_member(address)
        return member_address(member, bare(archive))
    return re.split(r"[?#]", address, maxsplit=1)[0] if on_the_web(address) else address


def shown(address: str) -> str:
    """``address`` for people: on one line, without a query, and without what no terminal can print."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in bare(address))


def shown_name(address: str) -> str:
    """The file's name without where it is, for people; an archive's member by its name in there."""
    return shown(name_of(bare(address)))


def expect_no_password(address: str) -> None:
    """Raise ``NotFound`` where ``address`` holds a password: addresses are kept, shown and exported."""
    found = _PROTOCOL.match(address)
    if not found:
        return
    user, at, host = re.split(r"[/?#]", address[found.end() :], maxsplit=1)[0].rpartition("@")
    if at and (on_the_web(address) or ":" in user):
        what = "an address must not hold a user and password"
        remedy = "leave them out, and give them where the protocol's own tools look, such as ~/.netrc"
        raise NotFound(shown(found[0] + host), what, remedy)


def local_path(name: str) -> str:
    """The absolute path of ``name``, with symbolic links as they are.

    ``..`` is taken off together with the name before it, unless that is a link and something else would be meant.
    """
    path = os.path.abspath(name)  # noqa: PTH100  # Path has no such thing: absolute() keeps .., resolve() follows links
    if ".." in re.split(r"[/\\]", name):
        try:
            same = Path(path).samefile(name)
        except (OSError, ValueError):
            same = not os.path.lexists(path) and not os.path.lexists(name)
        return path if same else os.path.realpath(name)
    return path


def path_of_file_address(address: str) -> str:
    """The path in ``file://...``, percent-encoded or not."""
    path = address.partition("://")[2].removeprefix("localhost")
    if sys.platform == "win32" and re.match(r"/[A-Za-z]:", path):
        path = path[1:]
    return unquote(path) if "%" in path and not os.path.lexists(path) else path


def member_address(member: str, archive: str) -> str:
    """The address of ``member`` in the archive at ``archive``."""
    if ":" in member or "%" in member:
        member = re.sub(r"%(?=25|3A)", "%25", member)
        # Two colons end the member; a third one would be taken for its own.
        member = re.sub(r"::+|:\Z", lambda found: "%3A" * len(found[0]), member)
    return f"{_ZIP}{member}::{archive}"


def split_member(address: str) -> tuple[str, str]:
    """Member and archive in ``zip://member::archive``."""
    escaped, _, archive = address.removeprefix(_ZIP).partition("::")
    return re.sub("%25|%3A", lambda found: unquote(found[0]), escaped), archive
