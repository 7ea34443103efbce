"""What a process that reads letters runs; it imports nothing of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from summarizer.document import Document
    from summarizer.engine import Engine
    from summarizer.llm.plan import Plan
    from summarizer.llm.settings import ModelSettings
    from summarizer.loading.source import Limits, Source

Values: TypeAlias = "tuple[dict[str, object], Document]"
"""A letter as it was read: the fields of its Determination, not yet validated, and its text."""


def prepare() -> None:
    """Import what most letters need, before it is known which letter comes."""
    import summarizer.loading.pdf
    import summarizer.pipeline  # noqa: F401


def draft(engine: Engine, limits: Limits, source: Source) -> Values:
    """Read one letter. Raises ``InputError`` where it cannot be read as a determination."""
    from summarizer.pipeline import Summarizer

    read = Summarizer(engine, limits).draft(source)
    return read.values, read.document


def plan(engine: Engine, limits: Limits, settings: ModelSettings, source: Source) -> Plan:
    """What reading one letter would send. Raises ``InputError`` where it cannot be read."""
    from summarizer.pipeline import Summarizer

    return Summarizer(engine, limits, settings).plan(source)
