"""``imr schema``."""

from __future__ import annotations

import typer

from schemas.publish import json_schema


def schema() -> None:
    """Print the JSON Schema of a determination: every field described, every code with its rule."""
    typer.echo(json_schema(), nl=False)
