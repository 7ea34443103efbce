"""How a model is reached and asked, and what it may cost."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypedDict, Unpack
from urllib.parse import SplitResult, urlsplit

from summarizer.errors import ModelMisconfigured
from summarizer.llm.tariff import Prices, parse_prices, tariff_for

DEFAULT_MODEL = "gpt-5-mini"
OPENAI_BASE_URL = "https://api.openai.com/v1"
OPENAI_HOST = "api.openai.com"
NO_KEY = "none"
"""What the client sends as a key to a server of one's own that asks for none; the client insists on one."""

_OFF = frozenset({"", "off"})
"""Values of ``IMR_CACHE`` that mean no cache."""


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
class Timeouts:
    """Seconds that a request may take."""

    connect: float = 10.0
    """To open a connection."""
    silence: float = 180.0
    """Between two pieces of an answer, the first included: most servers send nothing until all of it is ready."""
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
    reasoning_effort: str | None = None
    """How long a reasoning model thinks, in its own word, such as ``low``; sent where given, others refuse it."""
    max_output_tokens: int | None = None
    """Room for the first attempt at an answer; ``None``: by the number of items. One that is cut off gets more."""
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


class Given(TypedDict, total=False):
    """What a caller chooses over the environment; ``None`` is not chosen."""

    model: str | None
    """Name as the server knows it."""
    base_url: str | None
    """Address of an OpenAI-compatible interface."""
    api_key: str | None
    """Key for that server."""
    shape: Shape | None
    """How a structured answer is asked for."""
    prompt: str | None
    """Prompt name, with ``@vN`` for one version."""
    temperature: float | None
    """From 0."""
    reasoning_effort: str | None
    """How long a reasoning model thinks: a word of lower-case letters."""
    max_output_tokens: int | None
    """Room for an answer."""
    window_tokens: int | None
    """Tokens that fit the model."""
    concurrency: int | None
    """Requests under way at once."""
    requests_per_minute: float | None
    """Limit of requests."""
    tokens_per_minute: float | None
    """Limit of tokens."""
    max_cost_usd: float | None
    """Dollars of a run."""
    prices: Prices | str | None
    """Dollars for a million tokens, or the words for them: ``0.25/2`` or ``0.25/0.025/2``."""
    timeouts: Timeouts | None
    """Seconds."""
    max_attempts: int | None
    """Attempts at a request."""
    max_reasks: int | None
    """Times a model is told what was wrong."""
    max_answer_bytes: int | None
    """Bytes of a response."""
    cache: Path | str | None
    """File of the kept answers; an empty string or ``off``: none."""


_AT_LEAST = {
    "temperature": 0,
    "max_output_tokens": 1,
    "window_tokens": 1,
    "concurrency": 1,
    "requests_per_minute": 0.001,
    "tokens_per_minute": 1,
    "max_cost_usd": 0,
    "max_attempts": 1,
    "max_reasks": 0,
    "max_answer_bytes": 1,
}
"""The least that makes sense of a setting."""


def settings_from(environ: Mapping[str, str] = os.environ, **given: Unpack[Given]) -> ModelSettings:
    """Settings from the environment; ``given`` wins where not ``None``.

    The variables are ``OPENAI_API_KEY``, ``OPENAI_BASE_URL``, ``IMR_MODEL``, ``IMR_REASONING_EFFORT``, ``IMR_PRICE``
    and ``IMR_CACHE`` (empty or ``off``: no cache; not set: the user's cache folder). A key is required by OpenAI's
    own address alone; anywhere else a missing one becomes ``NO_KEY``.

    Raises:
        ModelMisconfigured: no key for OpenAI's own address, a key or an address that is none, a number out of
            range, an effort that is no word, a price that cannot be read, or a limit of dollars without a known price.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    model = str(chosen.pop("model", None) or environ.get("IMR_MODEL") or DEFAULT_MODEL).strip()
    address = str(chosen.pop("base_url", None) or environ.get("OPENAI_BASE_URL") or OPENAI_BASE_URL).strip()
    key = str(chosen.pop("api_key", None) or environ.get("OPENAI_API_KEY") or "").strip()
    kept = chosen.pop("cache", environ.get("IMR_CACHE"))
    price = chosen.pop("prices", environ.get("IMR_PRICE") or None)
    effort = str(chosen.pop("reasoning_effort", None) or environ.get("IMR_REASONING_EFFORT") or "").strip()
    _check_numbers(model, chosen)
    host = _parts(model, address).hostname
    if not key and host == OPENAI_HOST:
        raise ModelMisconfigured(
            model, "there is no key for OpenAI", "set OPENAI_API_KEY, or OPENAI_BASE_URL to a server of your own"
        )
    settings = ModelSettings(
        model=model,
        base_url=address.rstrip("/"),
        api_key=key or NO_KEY,
        reasoning_effort=_effort(model, effort),
        cache=cache_file(kept if isinstance(kept, str | Path) else None),
        prices=_prices(price),
    )
    check_settings(settings)
    return _affordable(replace(settings, **chosen))  # type: ignore[arg-type]  # the names are Given's


def check_settings(settings: ModelSettings) -> None:
    """Find what could not be sent before a letter is under way. Raises ``ModelMisconfigured``."""
    if not settings.api_key.isascii() or any(letter <= " " or letter == "\x7f" for letter in settings.api_key):
        what = "the key holds characters that no key has"
        raise ModelMisconfigured(settings.model, what, "check OPENAI_API_KEY for quotes, spaces and line ends")
    shown_server(settings)


def shown_server(settings: ModelSettings) -> str:
    """Host of the server, and its port where the address names one: all of the address that people are shown."""
    parts = _parts(settings.model, settings.base_url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def bare_address(settings: ModelSettings) -> str:
    """The server's address in one writing: no user and password, host in lower case, no slash at the end."""
    parts = urlsplit(settings.base_url)
    host = parts.netloc.rpartition("@")[2].lower()
    return parts._replace(netloc=host, path=parts.path.rstrip("/")).geturl()


def cache_file(named: str | Path | None) -> Path | None:
    """The file that ``IMR_CACHE`` or a caller names; the user's own by default, ``None`` for ``off`` or nothing."""
    if isinstance(named, str) and named.strip().lower() in _OFF:
        return None
    if named is not None:
        return Path(named).expanduser()
    return _own_folder() / "answers.sqlite3"


def found_file(settings: ModelSettings) -> Path:
    """Where the shapes that probes found are kept: beside the answers, in the user's cache folder without those."""
    return (settings.cache.parent if settings.cache else _own_folder()) / "servers.json"


def _own_folder() -> Path:
    """The user's cache folder of this project."""
    from platformdirs import user_cache_path

    return user_cache_path("imr-summarizer", appauthor=False)


def _parts(model: str, address: str) -> SplitResult:
    """The parts of ``address``.

    Raises ``ModelMisconfigured``, whose message holds nothing of it: some addresses hold keys.
    """
    remedy = "give one such as http://127.0.0.1:8000/v1 in OPENAI_BASE_URL"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(letter.isspace() for letter in address):
        raise ModelMisconfigured(model, "the server's address is no http or https address", remedy)
    if parts.username is not None or parts.password is not None:
        raise ModelMisconfigured(
            model, "the server's address holds a user name or password", "take it out; a key goes into OPENAI_API_KEY"
        )
    if parts.query or parts.fragment:
        raise ModelMisconfigured(model, "the server's address goes on after its path", f"end it there; {remedy}")
    return parts


def _check_numbers(model: str, chosen: Mapping[str, object]) -> None:
    """Raise ``ModelMisconfigured`` for a number that makes no sense."""
    if not model or not model.isprintable():
        raise ModelMisconfigured("model", "its name is empty or cannot be printed", "give --model or IMR_MODEL a name")
    for name, least in _AT_LEAST.items():
        value = chosen.get(name)
        # Written so that "not a number" is refused too.
        if isinstance(value, int | float) and not least <= value < float("inf"):
            raise ModelMisconfigured(model, f"{name} is {value:g}", f"give a number of at least {least:g}")


def _effort(model: str, effort: str) -> str | None:
    """The word for an effort; which ones a model knows differs and changes. Raises ``ModelMisconfigured``."""
    if effort and not (effort.isascii() and effort.isalpha() and effort.islower()):
        what = "the reasoning effort is no word of lower-case letters"
        raise ModelMisconfigured(model, what, "give IMR_REASONING_EFFORT one that the model knows, such as low")
    return effort or None


def _prices(price: object) -> Prices | None:
    """Prices as given, or read from their words."""
    if price is None or isinstance(price, Prices):
        return price
    return parse_prices(str(price))


def _affordable(settings: ModelSettings) -> ModelSettings:
    """``settings``; raises ``ModelMisconfigured`` where a limit of dollars could not be kept."""
    if settings.max_cost_usd is None or settings.prices is not None:
        return settings
    if tariff_for(settings.model, settings.base_url, None, timedelta(0)) is None:
        raise ModelMisconfigured(
            settings.model,
            f"a limit of dollars is set, and its price at {shown_server(settings)} is not known",
            "give --price INPUT/OUTPUT in dollars a million tokens",
        )
    return settings


__all__ = [
    "DEFAULT_MODEL",
    "NO_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_HOST",
    "Given",
    "ModelMisconfigured",
    "ModelSettings",
    "Prices",
    "Shape",
    "Timeouts",
    "bare_address",
    "cache_file",
    "check_settings",
    "found_file",
    "settings_from",
    "shown_server",
]
