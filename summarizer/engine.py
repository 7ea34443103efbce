"""Who makes the judgements."""

from __future__ import annotations

from enum import StrEnum


class Engine(StrEnum):
    """An engine by name."""

    RULES = "rules"
    """The rules alone: no model, nothing sent anywhere."""
    HYBRID = "hybrid"
    """The rules for what is printed, a model for what needs judgement."""
    LLM = "llm"
    """The model for the letter's structure too; for unknown forms and for measuring."""
