"""The Summarizer of each attempt, and what a run says of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from schemas.judgement import LetterJudgement
from summarizer import __version__
from summarizer.engine import Engine
from summarizer.llm.outline import PROMPT as OUTLINE
from summarizer.llm.prompts import load_prompt, prompt_for
from summarizer.llm.settings import ModelSettings
from summarizer.pipeline import Summarizer


def settings_for_attempt(settings: ModelSettings, attempt: int) -> ModelSettings:
    """The settings of the ``attempt``-th reading, from 0: each further one keeps its answers in a file of its own."""
    if settings.cache is None or attempt == 0:
        return settings
    return replace(settings, cache=settings.cache.with_stem(f"{settings.cache.stem}-{attempt + 1}"))


@contextmanager
def summarizer_for(summarizer: Summarizer, attempt: int, spent_usd: float = 0.0) -> Iterator[Summarizer]:
    """The Summarizer of the ``attempt``-th reading: the given one first, then one with a file of answers of its own.

    A limit of dollars holds for all attempts together; ``spent_usd`` is what those before it took.
    """
    if attempt == 0 or summarizer.engine is Engine.RULES:
        yield summarizer
        return
    settings = settings_for_attempt(summarizer.settings, attempt)
    if settings.max_cost_usd is not None:
        settings = replace(settings, max_cost_usd=max(0.0, settings.max_cost_usd - spent_usd))
    with Summarizer(summarizer.engine, summarizer.limits, settings) as own:
        yield own


def described(summarizer: Summarizer) -> dict[str, Any]:
    """Fields of a ``Run``: the program, the engine, and of a model everything that shapes its answers.

    Raises ``SummarizerError`` where the prompt or the settings of the model are wrong.
    """
    made_by = {"program": __version__, "engine": summarizer.engine.value}
    if summarizer.engine is Engine.RULES:
        return made_by
    asked = summarizer.settings
    prompt = prompt_for(asked.prompt, LetterJudgement.__name__)
    values = {
        "prompt_sha256": prompt.text_sha256,
        "outline_sha256": load_prompt(OUTLINE).text_sha256,
        "shape": asked.shape.value,
        "temperature": asked.temperature,
        "reasoning_effort": asked.reasoning_effort,
        "max_output_tokens": asked.max_output_tokens,
        "max_reasks": asked.max_reasks,
    }
    settings = {name: str(value) for name, value in values.items() if value is not None}
    return {**made_by, "model": asked.model, "prompt": prompt.label, "settings": settings}
