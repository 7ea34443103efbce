"""Tables of the vocabulary's TOML files."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import tomli


def table(name: str) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """The tables of the TOML file ``name`` of this package."""
    return tomli.loads((files("summarizer.vocabulary") / name).read_text(encoding="utf-8"))
