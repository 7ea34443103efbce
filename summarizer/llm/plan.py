"""What reading a letter would send and cost, before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, cast

from anyio.from_thread import start_blocking_portal

from schemas.judgement import Answer, LetterJudgement
from schemas.outline import LetterOutline
from summarizer.document import Document
from summarizer.engine import Engine
from summarizer.llm.ask import request_of
from summarizer.llm.cost import TOKENS_OF_A_SHAPE, cost_of, prices_of, tokens_in
from summarizer.llm.letter import Asked, groups_of
from summarizer.llm.lines import lines_of
from summarizer.llm.outline import PROMPT, question_of
from summarizer.llm.prompts import load_prompt
from summarizer.llm.question import Question
from summarizer.llm.settings import ModelSettings, shown_server
from summarizer.reading import Reading

Either: TypeAlias = Question[LetterOutline] | Question[LetterJudgement]

_TOKENS_OF_AN_ANSWER = (250, 170)
"""Tokens of an answer without its items, and of each item, about; thinking not counted."""


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
    """What a letter may be expected to cost."""

    engine: Engine
    """Who is to judge it."""
    model: str
    """Model that is asked."""
    server: str
    """Host it is on."""
    cost_usd: float | None
    """Dollars, as a rule; ``None`` where the price is unknown."""


def estimate_of(
    engine: Engine, settings: ModelSettings, document: Document, asked: Asked | None, reading: Reading | None
) -> Estimate:
    """What a letter may be expected to cost, without a cache's help; quicker than a ``Plan``."""
    questions = _questions(document, asked, reading)
    items = len(reading.items) if asked and reading else 1
    sent = sum(tokens_in(one.instructions) + tokens_in(one.letter) + TOKENS_OF_A_SHAPE for one in questions)
    received = _TOKENS_OF_AN_ANSWER[0] * len(questions) + _TOKENS_OF_AN_ANSWER[1] * items
    cost = cost_of(prices_of(settings), input_tokens=sent, cached_input_tokens=0, output_tokens=received)
    return Estimate(engine, settings.model, shown_server(settings), cost)
