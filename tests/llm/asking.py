"""What the tests of asking share: a small answer with a validator, settings with short waits, and one call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationInfo, field_validator

from schemas.judgement import Answer
from summarizer.errors import ModelError
from summarizer.llm.ask import ask
from summarizer.llm.connection import Connection, Waits
from summarizer.llm.pace import Pace
from summarizer.llm.question import Answered, Meter, Question
from summarizer.llm.settings import ModelSettings, Prices, Shape, Timeouts

KEY = "sk-test-canary-key-4711"
CANARY = "zebra-canary-of-the-letter"
INSTRUCTIONS = "  Name a sentence.\n   \nNothing else.\n"
LETTER = f"   [1] {CANARY} {{{{7*7}}}} {{% x\n   \n   [2] It was denied. {{# no"
PATIENT = Timeouts(connect=5.0, silence=20.0, attempt=40.0, give_up=60.0)
"""So long that a slow machine fails no test."""
QUICK = Timeouts(connect=1.0, silence=0.15, attempt=0.4, give_up=3.0)
"""For servers that fall silent."""
WAITS = Waits(first=0.002, most=0.01)


@dataclass
class Shown:
    """A letter of two sentences, whose second sentence is objected to once."""

    objected: set[str] = field(default_factory=set)

    def words_of(self, number: int) -> str | None:
        return {1: CANARY, 2: "it was denied."}.get(number)

    def objects(self, objection: str) -> bool:
        fresh = objection not in self.objected
        self.objected.add(objection)
        return fresh

    def anew(self) -> Shown:
        return type(self)()


class Cited(Answer):
    """A sentence by its number."""

    at: int
    """Its number."""

    @field_validator("at")
    @classmethod
    def _exists(cls, at: int, info: ValidationInfo) -> int:
        shown = info.context["shown"] if info.context else None
        if shown is None or shown.words_of(at) is None:
            raise ValueError(f"there is no sentence {at}")
        if at == 2 and shown.objects("sentence 2"):
            raise ValueError("look again: is it really sentence 2?")
        return at


def settings_for(url: str, **given: Any) -> ModelSettings:
    known: dict[str, Any] = {
        "model": "some-model",
        "api_key": KEY,
        "shape": Shape.TOOLS,
        "timeouts": PATIENT,
        "max_attempts": 3,
        "concurrency": 4,
        "prices": Prices(input=1.0, output=10.0, cached_input=0.5),
    }
    return ModelSettings(base_url=url, **{**known, **given})


def question(letter: str = LETTER, **context: object) -> Question[Cited]:
    return Question("cite@v1", INSTRUCTIONS, letter, Cited, 200, {"shown": Shown(), **context}, "fingerprint")


@dataclass
class Outcome:
    """What came of one or several questions over one connection."""

    answers: list[Answered[Cited] | ModelError]
    letter: Meter
    run: Meter
    budget_usd: float
    notes: list[str]

    @property
    def answer(self) -> Answered[Cited] | ModelError:
        return self.answers[-1]

    @property
    def name(self) -> str:
        return "answered" if isinstance(self.answer, Answered) else type(self.answer).__name__


class Unpaced:
    """A pace that never waits: how it slows down after refusals has tests of its own."""

    def slot(self, tokens: int) -> Unpaced:
        return self

    async def __aenter__(self) -> Unpaced:
        return self

    async def __aexit__(self, *error: object) -> None:
        return None

    def answered(self, headers: object, tokens: int | None) -> None:
        return None

    refused = answered

    def lost(self) -> None:
        return None


def asked(
    settings: ModelSettings,
    times: int = 1,
    make: Callable[[], Question[Cited]] = question,
    pace: Unpaced | None = None,
) -> Outcome:
    """Ask ``times`` times, one after the other."""

    async def run() -> Outcome:
        letter, answers = Meter(), list[Answered[Cited] | ModelError]()
        async with Connection(settings, waits=WAITS) as connection:
            if pace is not None:
                connection.pace = cast(Pace, pace)
            for _ in range(times):
                try:
                    answers.append(await ask(connection, make(), letter))
                except ModelError as error:
                    answers.append(error)
            return Outcome(answers, letter, connection.meter, connection.budget.spent_usd, connection.notes)

    return asyncio.run(run())
