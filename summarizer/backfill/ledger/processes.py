"""Which process is which: a number alone is given again to a later one."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_ENDED: Final = frozenset({"Z", "X", "x"})
"""States of Linux's processes that have ended and were not yet taken note of."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process, told from every other there was or will be."""

    host: str
    """Name of the machine."""
    boot: str
    """The machine's present start; on Linux with the room in which process numbers hold, as containers have one."""
    pid: int
    """Its number."""
    started: str
    """When it started, as the system counts."""


def this_process() -> Process:
    """The process that asks."""
    pid = os.getpid()
    return Process(socket.gethostname(), _boot(), pid, _started(pid) or "")


def has_ended(process: Process) -> bool:
    """Whether it is known to have ended; of another machine, or behind a wall, nothing is known."""
    if (process.host, process.boot) != (socket.gethostname(), _boot()):
        return False
    try:
        started = _started(process.pid)
    except ProcessLookupError:
        return True
    return started is not None and started != process.started


def lives(process: Process) -> bool:
    """Whether it is known to be there, be it hung; of another machine nothing is known."""
    return (process.host, process.boot) == (socket.gethostname(), _boot()) and not has_ended(process)


def _started(pid: int) -> str | None:
    """When the process started; ``None`` where it lives and is hidden, ``ProcessLookupError`` where it has ended."""
    if sys.platform != "linux":
        return _started_elsewhere(pid)
    with suppress(PermissionError):  # there is one, of another user
        os.kill(pid, 0)
    try:
        # The name, in parentheses, may hold anything.
        state, *rest = (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None  # systems may hide the processes of other users
    if state in _ENDED:
        raise ProcessLookupError
    return rest[18]


def _started_elsewhere(pid: int) -> str | None:
    import psutil

    try:
        return str(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        raise ProcessLookupError from None
    except psutil.AccessDenied:
        return None


@cache
def _boot() -> str:
    """The machine's present start, and where process numbers hold."""
    if sys.platform != "linux":
        import psutil

        return str(int(psutil.boot_time()))
    boot = room = ""
    with suppress(OSError):
        room = (_PROC / "self/ns/pid").readlink().name
    with suppress(OSError):  # sandboxes such as gVisor have none
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    return f"{boot} {room}".strip()
