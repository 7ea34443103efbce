"""What a server can do: one tiny question in each shape."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

import httpx2
import openai

from schemas.judgement import Answer
from summarizer.errors import ModelError
from summarizer.llm.ask import answered, sending_of
from summarizer.llm.connection import Connection, HttpRefused, Waits
from summarizer.llm.cost import window_of
from summarizer.llm.headers import Announcement, announced
from summarizer.llm.modes import PREFERRED, keep_shape
from summarizer.llm.question import Meter, Question, Spent
from summarizer.llm.settings import ModelSettings, Shape, found_file
from summarizer.llm.silence import quiet

_WINDOW_NAMES: Final = ("max_model_len", "context_length", "context_window", "n_ctx", "n_ctx_train")
"""Where servers write the window in their list of models: vLLM, OpenRouter, Groq, llama.cpp."""
_ROOM: Final = 2000
"""Tokens: a reasoning model thinks before it answers."""


class Sum(Answer):
    """The sum of the two numbers."""

    total: int
    """The sum."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of asking in one shape."""

    shape: Shape
    """The shape."""
    error: ModelError | None
    """Why it does not work; ``None`` where it does."""
    seconds: float
    """From question to answer."""
    model: str | None
    """Name of the model as the server gives it."""
    usage_reported: bool
    """Whether the server counts tokens; where it does not, cost stays unknown."""
    limits: Announcement
    """Limits that the server announces."""


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What a server can do."""

    tried: tuple[Tried, ...]
    """Each shape that was tried."""
    shape: Shape | None
    """The one that is taken from now on; ``None`` where none works."""
    window_tokens: int | None
    """Tokens that fit the model, as set, or as the price table or the server's list says."""
    spent: Spent
    """What the questions cost."""

    @property
    def error(self) -> ModelError | None:
        """Why no shape works; ``None`` where one does."""
        return self.tried[0].error if self.shape is None else None


async def probe(settings: ModelSettings) -> ProbeReport:
    """Ask a tiny question in each shape and take the first that works, in the order of ``modes.PREFERRED``.

    The shape taken is kept in ``settings.found_file``. An error that concerns all requests ends the probe; the report
    holds it.

    Raises:
        ModelMisconfigured: nothing can be sent with these settings.
        OSError: that file cannot be written.
    """
    meter = Meter()
    tried: list[Tried] = []
    for shape in PREFERRED:
        tried.append(await _try(replace(settings, shape=shape, cache=None, max_attempts=2, max_reasks=0), meter))
        error = tried[-1].error
        if error is not None and error.concerns_all and error.code != "unknown_model":
            break
    works = next((one.shape for one in tried if one.error is None), None)
    if works is not None:
        keep_shape(settings, works, found_file(settings))
    window = window_of(settings) or await _window_listed(settings)
    return ProbeReport(tuple(tried), works, window, meter.spent)


async def _try(settings: ModelSettings, meter: Meter) -> Tried:
    question = Question(prompt="probe", instructions="Add the two numbers.", letter="2 and 3", shape=Sum, room=_ROOM)
    sending = sending_of(settings, question, meter)
    begun = time.monotonic()
    async with Connection(settings, waits=Waits(0.2, 2.0)) as connection:
        answer = await answered(connection, question, sending)
    seconds = time.monotonic() - begun
    error = answer if isinstance(answer, ModelError) else None
    counted = sending.spent.input_tokens > 0
    return Tried(settings.shape, error, seconds, sending.model, counted, announced(sending.headers))


async def _window_listed(settings: ModelSettings) -> int | None:
    """The model's window as the server's list of models has it."""
    async with Connection(replace(settings, cache=None)) as connection:
        with quiet():
            try:
                listed = await connection.client.models.list()
            except (openai.OpenAIError, HttpRefused, httpx2.HTTPError, ValueError):
                return None
    for model in listed.data or ():
        if model.id != settings.model:
            continue
        told = model.model_extra or {}
        meta = told.get("meta")
        numbers = [*map(told.get, _WINDOW_NAMES), *(map(meta.get, _WINDOW_NAMES) if isinstance(meta, dict) else ())]
        return next((number for number in numbers if isinstance(number, int) and number > 0), None)
    return None
