"""A gold letter read: by a Summarizer as it is, or failed with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.metrics.measured import Reading
from schemas import Determination
from summarizer.engine import Engine
from summarizer.errors import InputError, ModelError, SummarizerError
from summarizer.llm.settings import shown_server
from summarizer.loading import open_letter
from summarizer.loading.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from summarizer.document import Document
    from summarizer.llm.question import Spent
    from summarizer.llm.settings import ModelSettings
    from summarizer.pipeline import Summarizer, Summary


def read(summarizer: Summarizer, letter: Path) -> Reading:
    """Read one letter; an error of the letter or of the model is a failed reading."""
    source, model = Source.from_path(letter), model_of(summarizer)
    try:
        return reading_of(summarizer.read(source), model)
    except SummarizerError as error:
        return failed(error, model, source)


def model_of(summarizer: Summarizer) -> ModelSettings | None:
    """The model that ``summarizer`` asks; ``None`` where it is the rules alone that judge."""
    return None if summarizer.engine is Engine.RULES else summarizer.settings


def reading_of(summary: Summary, model: ModelSettings | None = None) -> Reading:
    """What metrics see of a summary; ``model`` is the one that was asked."""
    failure = None if summary.failure is None else _told(summary.failure, model)
    return Reading(
        summary.determination, summary.document, failure, asked=model is not None, saved=_saved(summary.saved)
    )


def failed(error: SummarizerError, model: ModelSettings | None = None, source: Source | None = None) -> Reading:
    """A letter of which nothing was read; its text is loaded from ``source`` where one is given and can be opened."""
    document = None if source is None else _loaded(source)
    return Reading(Determination(), document, _told(error, model), failed=True, asked=model is not None)


def _told(error: SummarizerError, model: ModelSettings | None) -> str:
    """The error for a run file, which others see: of a model its kind and what was wrong, not the server's address."""
    if not isinstance(error, ModelError):
        return str(error)
    server = shown_server(model) if model is not None else ""
    what = error.what.replace(server, "the server") if server else error.what
    return f"{error.code}: {what}"


def _loaded(source: Source) -> Document | None:
    try:
        with open_letter(source) as opened:
            return opened.document
    except InputError:
        return None


def _saved(saved: Spent | None) -> dict[str, float]:
    """What answers from a cache had cost; empty where there were none."""
    if saved is None or not saved.requests:
        return {}
    known = {} if saved.cost_usd is None else {"cost_usd": saved.cost_usd}
    tokens = {"input_tokens": saved.input_tokens, "output_tokens": saved.output_tokens}
    return {"requests": saved.requests, **tokens, **known}
