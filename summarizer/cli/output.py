"""Where results go: standard output, one file written whole, or a folder with one file an input."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from summarizer.errors import SummarizerError
from summarizer.render.formats import Screen

_WIDEST = 120
_SYMBOLS = "✗✓◐≈⚠─═“”…·"


class CannotWrite(SummarizerError):
    """A result cannot be written to the place that was asked for."""

    def __init__(self, place: Path | str, error: OSError) -> None:
        """Build the one-line message ``place: what; what to do``."""
        why = error.strerror or type(error).__name__
        super().__init__(f"{place}: cannot be written ({why}); choose another place with -o")


def screen() -> Screen:
    """What standard output can show: a terminal's own width up to 120 columns, 80 plain ones anywhere else."""
    try:
        _SYMBOLS.encode(sys.stdout.encoding or "ascii")
        symbols = True
    except (LookupError, UnicodeEncodeError):
        symbols = False
    if not sys.stdout.isatty():
        return Screen(symbols=symbols)
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    return Screen(width, styled=os.environ.get("TERM") != "dumb", symbols=symbols)


def to_stdout(pieces: Iterable[str], *, encoding: str | None = None) -> bool:
    """Write ``pieces`` to standard output in ``encoding``, the stream's own by default.

    False where the reader closed the pipe: whoever pipes into ``head`` has seen enough, so the work
    ends there and quietly. Raises ``CannotWrite``.
    """
    out = sys.stdout
    encoding = encoding or out.encoding or "utf-8"
    for piece in pieces:
        try:
            out.buffer.write(piece.encode(encoding, "replace"))
            out.buffer.flush()
        except OSError as error:
            # The interpreter flushes once more when it ends; that must find an open file.
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
            if isinstance(error, BrokenPipeError):
                return False
            raise CannotWrite("standard output", error) from error
    return True


def to_file(path: Path, pieces: Iterable[str]) -> None:
    """Write ``pieces`` in UTF-8 so that ``path`` holds all of them or what it held before.

    A device or pipe is written straight. Raises ``CannotWrite``.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                file.writelines(piece.encode() for piece in pieces)
            return
        descriptor, name = tempfile.mkstemp(prefix=".imr-", dir=target.parent)
    except OSError as error:
        raise CannotWrite(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(target))  # noqa: PTH101
        os.replace(name, target)  # noqa: PTH105
    except OSError as error:
        raise CannotWrite(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def names(folder: Path, suffix: str) -> Callable[[str], Path]:
    """A function from an input's name to its own file in ``folder``: of equal names the later get a number."""
    taken: set[str] = set()

    def name(source: str) -> Path:
        stem = Path(source.strip("<>")).stem
        wanted, number = f"{stem}{suffix}", 1
        # Letter case does not tell files apart everywhere.
        while wanted.casefold() in taken:
            number += 1
            wanted = f"{stem}-{number}{suffix}"
        taken.add(wanted.casefold())
        return folder / wanted

    return name


def _mode(target: Path) -> int:
    """Permissions of a new ``target``: those of the file it replaces, else what this process gives new files."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
