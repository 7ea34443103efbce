"""How a model is reached and asked, and what it may cost."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from summarizer.errors import ModelMisconfigured

DEFAULT_MODEL = "gpt-5-mini"
OPENAI_BASE_URL = "https://api.openai.com/v1"


class Shape(StrEnum):
    """How an answer of a given schema is asked for; which of them a server honors differs."""

    AUTO = "auto"
    """What a probe of this server found, else ``tools``."""
    TOOLS = "tools"
    """A forced tool call."""
    JSON_SCHEMA = "json_schema"
    """``response_format`` with a JSON Schema."""
    RESPONSES = "responses"
    """A forced tool call of the Responses interface."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars for a million tokens."""

    input: float
    """Sent."""
    output: float
    """Received."""
    cached_input: float | None = None
    """Sent and found in the provider's cache; ``None``: as any sent."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that a request may take."""

    connect: float = 10.0
    """To open a connection."""
    silence: float = 60.0
    """Between two pieces of an answer, the first included."""
    attempt: float = 180.0
    """For one attempt as a whole, however steadily it drips in."""
    give_up: float = 600.0
    """From the first attempt at a request on; no retry begins after it."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A model, the server it is on, and the limits of a run."""

    model: str = DEFAULT_MODEL
    """Name as the server knows it."""
    base_url: str = OPENAI_BASE_URL
    """Address of an OpenAI-compatible interface."""
    api_key: str = field(default="", repr=False)
    """Never part of a message, a log, a cache key or this object's ``repr``."""
    shape: Shape = Shape.AUTO
    """How a structured answer is asked for."""
    prompt: str = "read_determination"
    """Prompt name, with ``@vN`` for one version; else the newest."""
    temperature: float | None = None
    """Sent where given; reasoning models refuse it."""
    max_output_tokens: int | None = None
    """Room for an answer; ``None``: by the number of items."""
    window_tokens: int | None = None
    """Tokens that fit the model, letter and answer together; ``None``: as the price table says, else tried."""
    concurrency: int = 16
    """Requests under way at once, at most."""
    requests_per_minute: float | None = None
    """Limit of requests; ``None``: what the server announces or refuses."""
    tokens_per_minute: float | None = None
    """Limit of tokens; ``None``: likewise."""
    max_cost_usd: float | None = None
    """Dollars of a run; no request is sent that could pass it."""
    prices: Prices | None = None
    """For models that the price table does not know; they win over the table."""
    timeouts: Timeouts = Timeouts()
    """Seconds."""
    max_attempts: int = 6
    """Attempts at a request that fails for reasons of transport other than 429."""
    max_reasks: int = 2
    """Times a model is told what was wrong with its answer."""
    max_answer_bytes: int = 4_000_000
    """Bytes of a response that are read before it is given up."""
    cache: Path | None = None
    """File of the answers kept from earlier runs; ``None``: none is kept or used."""


def settings_from(environ: Mapping[str, str] = os.environ, **given: object) -> ModelSettings:
    """Settings from ``OPENAI_API_KEY``, ``OPENAI_BASE_URL`` and ``IMR_MODEL``; ``given`` wins where not ``None``.

    Raises:
        ModelMisconfigured: no key for OpenAI's own address, or an address that is none.
    """
    raise NotImplementedError


__all__ = ["DEFAULT_MODEL", "ModelMisconfigured", "ModelSettings", "Prices", "Shape", "Timeouts", "settings_from"]
