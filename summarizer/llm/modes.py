"""How an answer of a given schema is asked for, and what a probe found out about a server."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from summarizer.llm.settings import ModelSettings, Shape, bare_address, shown_server

if TYPE_CHECKING:
    from instructor import Mode

PREFERRED: Final = (Shape.TOOLS, Shape.JSON_SCHEMA, Shape.RESPONSES)
"""Shapes in the order in which the first that works is taken."""


def mode_of(shape: Shape) -> Mode:
    """The instructor mode that asks in ``shape``; ``auto`` is asked for as ``tools``."""
    from instructor import Mode

    return {Shape.JSON_SCHEMA: Mode.JSON_SCHEMA, Shape.RESPONSES: Mode.RESPONSES_TOOLS}.get(shape, Mode.TOOLS)


def shape_for(settings: ModelSettings, found: Path | None) -> Shape:
    """The shape to ask in: as set, else as a probe found and ``found`` keeps, else ``tools``."""
    if settings.shape is not Shape.AUTO:
        return settings.shape
    kept = _kept(found).get(_server(settings)) if found is not None else None
    return next((shape for shape in PREFERRED if shape == kept), Shape.TOOLS)


def keep_shape(settings: ModelSettings, shape: Shape, found: Path) -> None:
    """Remember that this model on this server honors ``shape``, in a file that its owner alone can read.

    Raises ``OSError`` where it cannot be written.
    """
    kept = {**_kept(found), _server(settings): shape.value}
    found.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written beside and moved, so that another process never reads half a file.
    beside = found.with_name(f"{found.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")
    beside.replace(found)


def _kept(found: Path) -> dict[str, object]:
    """What the file holds; a file that is none counts as empty."""
    try:
        kept = json.loads(found.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _server(settings: ModelSettings) -> str:
    """Host and model for people, and what tells them from others: the path of an address may hold a token."""
    whole = f"{bare_address(settings)} {settings.model}"
    return f"{shown_server(settings)} {settings.model} {sha256(whole.encode('utf-8', 'replace')).hexdigest()[:16]}"
