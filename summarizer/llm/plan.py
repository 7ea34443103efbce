"""What reading a letter would send and cost, before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final, TypeAlias, cast

from schemas.judgement import Answer, LetterJudgement
from schemas.outline import LetterOutline
from summarizer.document import Document
from summarizer.engine import Engine
from summarizer.llm.cost import TOKENS_OF_A_SHAPE, cost_of, prices_of, tokens_in, tokens_needed, window_of
from summarizer.llm.letter import Asked, groups_of
from summarizer.llm.lines import lines_of
from summarizer.llm.outline import PROMPT, question_of
from summarizer.llm.prompts import load_prompt, prompt_for
from summarizer.llm.question import Question
from summarizer.llm.settings import ModelSettings, shown_server
from summarizer.llm.tariff import Tariff
from summarizer.reading import Reading

Either: TypeAlias = Question[LetterOutline] | Question[LetterJudgement]

_TOKENS_OF_AN_ANSWER: Final = (250, 170)
"""Tokens of an answer without its items, and of each item, about; thinking not counted."""
_TOKENS_OF_AN_OUTLINE: Final = (100, 80)
"""Likewise of an outline."""
_ITEMS: Final = 2
"""Items of a letter in which none was found yet: 225 in 99 letters of 2013 to 2017."""
_SHOWN_OF_A_LETTER: Final = 0.6
"""Part of a letter's tokens that a judgement is asked about with: 0.47 to 0.77, in the mean 0.61, of 40 letters."""
_CACHED_FROM: Final = 1024
"""Tokens from which a provider's cache keeps what requests begin with; https://openai.com/index/api-prompt-caching/."""
_CACHED_BY: Final = 128
"""Tokens by which that grows."""


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request as it would be sent."""

    prompt: str
    """Name and version of its prompt."""
    body: Mapping[str, object]
    """The JSON body, exactly."""
    input_tokens: int
    """Estimate of the tokens sent."""
    output_tokens: int
    """Most tokens of the answer."""
    cost_usd: float | None
    """Dollars at most, by the estimate; ``None`` where the price is unknown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The first requests of a letter."""

    model: str
    """Model that would be asked."""
    server: str
    """Host it is on."""
    requests: tuple[PlannedRequest, ...]
    """In order; empty where nothing needs a model."""
    more_follow: bool
    """Whether further requests depend on the answer to these."""


def plan_of(settings: ModelSettings, document: Document, asked: Asked | None, reading: Reading | None) -> Plan:
    """The requests about a letter whose structure is known, else the one that asks for its structure."""
    # Here, because they import the client, which an estimate needs not and which takes a second.
    from anyio.from_thread import start_blocking_portal

    from summarizer.llm.ask import request_of

    questions = _questions(document, asked, reading)
    with start_blocking_portal("asyncio") as portal:
        bodies = [
            portal.call(partial(request_of, settings, cast("Question[Answer]", question))) for question in questions
        ]
    return Plan(
        settings.model,
        shown_server(settings),
        tuple(_planned(settings, question, body) for question, body in zip(questions, bodies, strict=True)),
        more_follow=asked is None,
    )


def _questions(document: Document, asked: Asked | None, reading: Reading | None) -> list[Either]:
    if asked is None or reading is None:
        return [question_of(document, lines_of(document), load_prompt(PROMPT))]
    return [asked.question(reading, items)[0] for items in groups_of(asked, reading)]


def _planned(settings: ModelSettings, question: Either, body: dict[str, object]) -> PlannedRequest:
    sent = tokens_in(json.dumps(body, ensure_ascii=False))
    prices = prices_of(settings)
    cost = cost_of(prices, input_tokens=sent, cached_input_tokens=0, output_tokens=question.room)
    return PlannedRequest(question.prompt, body, sent, question.room, cost)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a letter may be expected to cost. What is asked again is not counted, nor is thinking."""

    engine: Engine
    """Who is to judge it."""
    model: str
    """Model that is asked."""
    server: str
    """Host it is on."""
    cost_usd: float | None
    """Dollars, as a rule; ``None`` where the price is unknown."""
    requests: int = 0
    """Requests, those that follow on the first one's answer included."""
    input_tokens: int = 0
    """Tokens sent."""
    output_tokens: int = 0
    """Tokens received."""
    cached_cost_usd: float | None = None
    """Dollars where the provider has the beginning that all letters share cached; ``None``: no such price is known."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A request and its answer, by their tokens."""

    shared: int
    """Sent with every letter, before the letter itself."""
    letter: int
    """Of this letter."""
    received: int
    """Of the answer."""

    @property
    def sent(self) -> int:
        """All that is sent."""
        return self.shared + self.letter

    @property
    def cached(self) -> int:
        """Of what is sent, what a provider may have cached."""
        return 0 if self.sent < _CACHED_FROM else self.shared // _CACHED_BY * _CACHED_BY


def estimate_of(
    engine: Engine, settings: ModelSettings, document: Document, asked: Asked | None, reading: Reading | None
) -> Estimate:
    """What a letter may be expected to cost, without a cache's help; quicker than a ``Plan``.

    Of a letter whose structure a model has to say, the judgement after that is estimated by the letter's length.
    """
    prices = prices_of(settings)
    if asked is None or reading is None:
        exchanges = _outline_first(settings, document, reading)
    else:
        exchanges = _judgement(asked, reading)
    return Estimate(
        engine,
        settings.model,
        shown_server(settings),
        _cost(prices, exchanges, cached=False),
        len(exchanges),
        sum(one.sent for one in exchanges),
        sum(one.received for one in exchanges),
        _cost(prices, exchanges, cached=True) if _has_cached_price(prices) else None,
    )


def _judgement(asked: Asked, reading: Reading) -> list[_Exchange]:
    """The requests about a letter whose structure is known; an item that does not fit the window is never sent."""
    exchanges = []
    for items in groups_of(asked, reading):
        question, _ = asked.question(reading, items)
        if len(items) > 1 or asked.window is None or tokens_needed(question) <= asked.window:
            exchanges.append(
                _Exchange(_shared(question.instructions), tokens_in(question.letter), _received(len(items)))
            )
    return exchanges


def _outline_first(settings: ModelSettings, document: Document, reading: Reading | None) -> list[_Exchange]:
    """The request for the outline, where the letter fits the window, and the judgement that follows."""
    question = question_of(document, lines_of(document), load_prompt(PROMPT))
    window = window_of(settings)
    if window is not None and tokens_needed(question) > window:
        return []
    items = len(reading.items) if reading is not None and reading.items else _ITEMS
    letter = tokens_in(question.letter)
    outline = _TOKENS_OF_AN_OUTLINE[0] + _TOKENS_OF_AN_OUTLINE[1] * items
    judged = _shared(prompt_for(settings.prompt, "LetterJudgement").text)
    return [
        _Exchange(_shared(question.instructions), letter, outline),
        _Exchange(judged, round(_SHOWN_OF_A_LETTER * letter), _received(items)),
    ]


@lru_cache(maxsize=8)
def _shared(instructions: str) -> int:
    return tokens_in(instructions) + TOKENS_OF_A_SHAPE


def _received(items: int) -> int:
    return _TOKENS_OF_AN_ANSWER[0] + _TOKENS_OF_AN_ANSWER[1] * items


def _cost(prices: Tariff | None, exchanges: list[_Exchange], *, cached: bool) -> float | None:
    if prices is None:
        return None
    costs = (
        prices.cost(input_tokens=one.sent, cached_input_tokens=one.cached if cached else 0, output_tokens=one.received)
        for one in exchanges
    )
    return sum(costs, 0.0)


def _has_cached_price(prices: Tariff | None) -> bool:
    """Whether a cached token is cheaper."""
    if prices is None:
        return False
    plain, cached = (
        prices.cost(input_tokens=_CACHED_FROM, cached_input_tokens=found, output_tokens=0)
        for found in (0, _CACHED_FROM)
    )
    return cached < plain
