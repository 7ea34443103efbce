"""How a model is set up here, and whether it answers: the facts that ``imr doctor`` shows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.errors import ModelMisconfigured
from summarizer.llm.cache import CacheError, open_cache, size_of
from summarizer.llm.modes import shape_for
from summarizer.llm.settings import ModelSettings, Shape, found_file, shown_server

if TYPE_CHECKING:
    from summarizer.llm.probe import ProbeReport


@dataclass(frozen=True, slots=True)
class Kept:
    """The answers kept from earlier runs."""

    place: str
    """Their file."""
    answers: int
    """How many there are."""
    size: int
    """Bytes on disk."""
    problem: str | None = None
    """Why they cannot be used; ``None`` where they can."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A model as it would be asked. Holds no key, and of an address host and port alone."""

    model: str
    """Name as the server knows it."""
    server: str
    """Host, and port where the address names one."""
    shape: Shape
    """How an answer would be asked for: as a probe found, else as most servers can."""
    kept: Kept | None
    """Answers of earlier runs; ``None`` where none are kept."""


def inspect_setup(settings: ModelSettings) -> Setup:
    """Look at ``settings`` and at the files they name; sends nothing and makes no file."""
    return Setup(settings.model, shown_server(settings), shape_for(settings, found_file(settings)), _kept(settings))


def try_out(settings: ModelSettings) -> ProbeReport:
    """Ask the model a tiny question in each shape, and keep which one works.

    Raises:
        ModelMisconfigured: nothing can be sent with these settings.
        CacheError: what was found cannot be kept.
    """
    from summarizer.llm.probe import probe

    try:
        return asyncio.run(probe(settings))
    except OSError as error:
        place = found_file(settings)
        what = f"what was found cannot be kept there ({error.strerror or type(error).__name__})"
        raise CacheError(str(place), what, "name a file in another folder in IMR_CACHE") from None


def price_words(settings: ModelSettings) -> str:
    """What the model's tokens cost, for people: ``$0.25 a million tokens in, $2 out``, or that it is not known."""
    from summarizer.llm.cost import prices_of

    try:
        prices = prices_of(settings)
    except ModelMisconfigured:
        prices = None
    if prices is None:
        return "not known; give --price INPUT/OUTPUT in dollars a million tokens"
    sent = prices.cost(input_tokens=1_000_000, cached_input_tokens=0, output_tokens=0)
    found = prices.cost(input_tokens=1_000_000, cached_input_tokens=1_000_000, output_tokens=0)
    received = prices.cost(input_tokens=0, cached_input_tokens=0, output_tokens=1_000_000)
    return f"${sent:g} a million tokens in (${found:g} cached), ${received:g} out"


def _kept(settings: ModelSettings) -> Kept | None:
    path = settings.cache
    if path is None:
        return None
    if not path.exists():
        return Kept(str(path), 0, 0)
    try:
        with open_cache(path) as cache:
            return Kept(str(path), len(cache), size_of(path))
    except CacheError as error:
        return Kept(str(path), 0, size_of(path), f"{error.what}; {error.remedy}")
