"""Who makes the judgements."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum


class Engine(StrEnum):
    """An engine by name."""

    RULES = "rules"
    """The rules alone: no model, nothing sent anywhere."""
    HYBRID = "hybrid"
    """The rules for what is printed, a model for what needs judgement."""
    LLM = "llm"
    """The model for the letter's structure too; for unknown forms and for measuring."""


def engine_by_default(environ: Mapping[str, str] = os.environ) -> Engine:
    """The engine where none is named: ``hybrid`` only where a key is set.

    An address alone is no consent to send a letter there: a server that needs no key is asked where
    the engine or a model is named.
    """
    return Engine.HYBRID if environ.get("OPENAI_API_KEY", "").strip() else Engine.RULES
