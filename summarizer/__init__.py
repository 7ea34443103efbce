"""The IMR summarizer: from a final determination letter to a proven Determination."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.engine import Engine
    from summarizer.pipeline import Summarizer, Summary, summarize

__version__ = "0.1.0"
__all__ = ["Engine", "Summarizer", "Summary", "__version__", "summarize"]


def __getattr__(name: str) -> object:
    """Import the pipeline only when it is asked for: the command line starts faster without it."""
    if name in __all__:
        from summarizer import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
