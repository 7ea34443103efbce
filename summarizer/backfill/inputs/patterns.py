"""Which files of a tree are letters that were asked for: one way to match names for disks, archives and buckets."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from summarizer.loading.source import LETTER_SUFFIXES

Places = frozenset[int]
"""Where in a pattern a folder is: numbers of the segments that what is in it may match; one more is below the end."""

_DEEP: Final = "**"
_MAGIC: Final = re.compile(r"[*?\[]")
_MAGIC_ON_THE_WEB: Final = re.compile(r"[*\[]")
_LOCK_FILE: Final = "~$"
_PASSED_OVER: Final = (".", _LOCK_FILE)
_SUFFIXES: Final = tuple(LETTER_SUFFIXES)


def has_wildcard(text: str, web: bool = False) -> bool:
    """Whether ``text`` has ``*``, ``?`` or ``[``; on the web ``?`` begins a query."""
    return bool((_MAGIC_ON_THE_WEB if web else _MAGIC).search(text))


def is_letter(name: str) -> bool:
    """Whether a search of folders takes a file called ``name``."""
    return name.lower().endswith(_SUFFIXES) and not name.startswith(_PASSED_OVER)


@dataclass(frozen=True)
class Pattern:
    """Names to match below a folder, segment by segment; no segment stands for all letters in it and below.

    A segment ``**`` stands for any number of folders. A folder that the whole pattern matches is searched as if it
    had been named. A file that it matches is taken whatever it is called where the last segment says how its name
    ends (``*.scan``), else only if it is a letter. A hidden name is matched only where its segment begins with a dot.
    """

    segments: tuple[str, ...] = ()
    """What lies between the slashes."""

    @cached_property
    def _matchers(self) -> Sequence[re.Pattern[str] | None]:
        """For each segment what matches it; ``None`` for any number of folders."""
        flags = re.IGNORECASE if os.name == "nt" else 0
        return [None if one == _DEEP else re.compile(fnmatch.translate(one), flags) for one in self.segments]

    @cached_property
    def _names_an_ending(self) -> bool:
        ending = PurePosixPath(self.segments[-1]).suffix if self.segments else ""
        return bool(ending) and not has_wildcard(ending)

    @cached_property
    def start(self) -> Places:
        """Where the folder is that is searched."""
        return self._settled({0})

    def _settled(self, places: set[int]) -> Places:
        """``places``, and those that are reached through no folder at all."""
        for place in sorted(places):
            after = place
            while after < len(self.segments) and self.segments[after] == _DEEP:
                after += 1
                places.add(after)
        return frozenset(places)

    def into(self, places: Places, folder: str) -> Places:
        """Where the folder called ``folder`` is that lies in one at ``places``; empty where it needs no look."""
        hidden, end = folder.startswith("."), len(self.segments)
        reached: set[int] = set()
        for place in places:
            matcher = self._matchers[place] if place < end else None
            if matcher is None:
                if not hidden:
                    reached.add(place)
            elif self._matches(place, folder):
                reached.add(place + 1)
        return self._settled(reached) if reached else frozenset()

    def takes(self, places: Places, name: str) -> bool:
        """Whether the file called ``name`` in a folder at ``places`` is asked for."""
        end = len(self.segments)
        if end in places and is_letter(name):
            return True
        if end - 1 not in places or self._matchers[end - 1] is None or not self._matches(end - 1, name):
            return False
        if self._names_an_ending:
            return not name.startswith(_LOCK_FILE)
        return is_letter(name.lstrip("."))

    def _matches(self, place: int, name: str) -> bool:
        """Whether ``name`` matches the segment at ``place``."""
        if name.startswith(".") and not self.segments[place].startswith("."):
            return False
        matcher = self._matchers[place]
        return matcher is not None and matcher.match(name) is not None


EVERY_LETTER: Final = Pattern()
"""All letters in a folder and below it."""
