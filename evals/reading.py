"""A gold letter read: by a Summarizer as it is, or failed with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.metrics.measured import Reading
from schemas import Determination
from summarizer.errors import SummarizerError
from summarizer.loading.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from summarizer.llm.question import Spent
    from summarizer.pipeline import Summarizer, Summary


def read(summarizer: Summarizer, letter: Path) -> Reading:
    """Read one letter; an error of the letter or of the model is a failed reading."""
    try:
        return reading_of(summarizer.read(Source.from_path(letter)))
    except SummarizerError as error:
        return failed(error)


def reading_of(summary: Summary) -> Reading:
    """What metrics see of a summary."""
    failure = None if summary.failure is None else str(summary.failure)
    return Reading(summary.determination, summary.document, failure, saved=_saved(summary.saved))


def failed(error: SummarizerError) -> Reading:
    """A letter of which nothing was read."""
    return Reading(Determination(), None, str(error), failed=True)


def _saved(saved: Spent | None) -> dict[str, float]:
    """What answers from a cache had cost; empty where there were none."""
    if saved is None or not saved.requests:
        return {}
    known = {} if saved.cost_usd is None else {"cost_usd": saved.cost_usd}
    tokens = {"input_tokens": saved.input_tokens, "output_tokens": saved.output_tokens}
    return {"requests": saved.requests, **tokens, **known}
