"""The letters that two runs have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evals.errors import RunsDiffer
from evals.run_file import Letter, Run

_NAMED: Final = 3
"""Letters that an error names before it counts the rest."""


def paired(
    base: Run, new: Run, common: bool, files: tuple[str, str]
) -> tuple[tuple[Letter, ...], tuple[Letter, ...], tuple[str, ...]]:
    """The letters of both runs in one order, and those left out. Raises ``RunsDiffer``."""
    ours = {letter.key: letter for letter in base.letters}
    theirs = {letter.key: letter for letter in new.letters}
    remedy = "compare runs over the same letters, or only those in common (--common)"
    gone, added = [key for key in ours if key not in theirs], [key for key in theirs if key not in ours]
    shared = [key for key in ours if key in theirs]
    relabeled = [key for key in shared if ours[key].fingerprint != theirs[key].fingerprint]
    if not common:
        for keys, file, what in (
            (gone, files[1], f"not in this run, but in {files[0]}"),
            (added, files[1], f"not in {files[0]}"),
            (relabeled, files[1], f"its letter, label or contradictions changed since {files[0]}"),
        ):
            if keys:
                raise RunsDiffer(file, _few(keys), what, remedy)
    shared = [key for key in shared if key not in relabeled]
    if not shared:
        raise RunsDiffer(files[1], None, f"no letter in common with {files[0]}", "compare runs over the same letters")
    left_out = tuple(sorted((*gone, *added, *relabeled)))
    return tuple(ours[key] for key in shared), tuple(theirs[key] for key in shared), left_out


def _few(keys: Sequence[str]) -> str:
    rest = len(keys) - _NAMED
    return ", ".join(keys[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
