"""Who makes the judgements."""

from __future__ import annotations

from enum import StrEnum


class Engine(StrEnum):
    """An engine by name."""

    RULES = "rules"
    """The rules alone: no model, nothing sent anywhere."""
