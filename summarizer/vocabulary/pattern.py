"""Regular expressions that are compiled when a letter first needs them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

_Look = Callable[..., re.Match[str] | None]


class Pattern:
    """A regular expression with the methods of ``re.Pattern``, compiled at its first use.

    Most letters need a part of the patterns only, and compiling all of them takes longer than
    reading a letter. After its first use a method is that of the compiled pattern itself.
    """

    def __init__(self, expression: str, flags: int = 0) -> None:
        """Keep ``expression`` and the ``flags`` of ``re``; a wrong one raises ``re.error`` at its first use."""
        self.pattern = expression
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern, self._flags)

    @cached_property
    def search(self) -> _Look:
        """``re.Pattern.search``."""
        return self.compiled.search

    @cached_property
    def match(self) -> _Look:
        """``re.Pattern.match``."""
        return self.compiled.match

    @cached_property
    def fullmatch(self) -> _Look:
        """``re.Pattern.fullmatch``."""
        return self.compiled.fullmatch

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        """``re.Pattern.finditer``."""
        return self.compiled.finditer

    @cached_property
    def findall(self) -> Callable[..., list[str]]:
        """``re.Pattern.findall``, of a pattern with at most one group."""
        return self.compiled.findall

    @cached_property
    def split(self) -> Callable[..., list[str]]:
        """``re.Pattern.split``, of a pattern without groups."""
        return self.compiled.split

    @cached_property
    def sub(self) -> Callable[..., str]:
        """``re.Pattern.sub``."""
        return self.compiled.sub
