"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from summarizer.errors import SummarizerError


class CannotExport(SummarizerError):
    """An export cannot be written to the place that was asked for; what was there before still is."""

    def __init__(self, place: Path, why: str, remedy: str = "choose another place with -o") -> None:
        """Build the one-line message ``place: cannot be written (why); remedy``."""
        super().__init__(f"{place}: cannot be written ({why}); {remedy}")


@dataclass(frozen=True, slots=True)
class Written:
    """One file of an export."""

    path: Path
    """Where it is."""
    rows: tuple[tuple[str, int], ...]
    """Each table in it, with its number of rows."""


def one_a_table(target: Path, table: str) -> Path:
    """The file of ``table`` where ``target`` names the whole export: ``out.csv`` gives ``out.letters.csv``."""
    return target.with_name(f"{target.stem}.{table}{target.suffix}")


@contextmanager
def written_whole(*targets: Path) -> Iterator[Sequence[Path]]:
    """A path to write to for each of ``targets``, beside it; all are moved there in the end.

    An error or Ctrl-C within leaves every target as it was. A link is followed, permissions of a file that is
    replaced are kept. Raises ``CannotExport`` for any ``OSError``.
    """
    folders: dict[Path, Path] = {}
    try:
        finals = [_final(target) for target in targets]
        for final in finals:
            if final.parent not in folders:
                folders[final.parent] = Path(tempfile.mkdtemp(prefix=".imr-", dir=final.parent))
        drafts = [folders[final.parent] / final.name for final in finals]
        yield drafts
        for draft, final in zip(drafts, finals, strict=True):
            _settle(draft, final)
        for draft, final in zip(drafts, finals, strict=True):
            draft.replace(final)
    except OSError as error:
        raise CannotExport(targets[0], error.strerror or type(error).__name__) from error
    finally:
        for folder in folders.values():
            shutil.rmtree(folder, ignore_errors=True)


def _final(target: Path) -> Path:
    """Where ``target`` really is. Raises ``CannotExport`` where something stands there that is no file."""
    final = target.resolve()
    if final.exists() and not final.is_file():
        raise CannotExport(target, "a folder or a device stands there")
    return final


def _settle(draft: Path, final: Path) -> None:
    """Have ``draft`` on the disk, with the permissions of the file that it replaces."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    if final.exists():
        shutil.copymode(final, draft)
