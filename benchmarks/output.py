"""What an answer by reference costs beside a whole Determination: characters and requests, counted by a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.server import KEY, MODEL, answer_to
from evals.answer_size import compact, perfect_answer, size_of, view_of_letter
from evals.gold import SUFFIXES, load_contradictions, load_gold
from schemas import Determination
from schemas.judgement import LetterJudgement
from summarizer.engine import Engine
from summarizer.llm.settings import ModelSettings, Shape
from summarizer.loading import open_letter
from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer
from tests.llm.server import Server, Step, serving

_INSTRUCTIONS: Final = "Read this determination letter and fill in every field."


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and its two answers."""

    path: Path
    """Its file."""
    text: str = field(repr=False)
    """What a plain call shows of it."""
    shown: str = field(repr=False)
    """What the product shows of it."""
    answer: str = field(repr=False)
    """Compact JSON of the answer by reference."""
    determination: str = field(repr=False)
    """Compact JSON of the whole Determination."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a server counted over all letters."""

    requests: int
    """Requests for an answer."""
    received: int
    """Characters of their bodies: instructions, letters and schema."""
    sent: int
    """Characters of the answers, without their frames."""


def letters_of(documents: Path, labels: Path, contradictions: Path) -> list[Letter]:
    """The labeled letters of ``documents`` with what a perfect model would answer.

    Where there are no labels, the rules' own reading stands for them.
    """
    if labels.is_dir():
        return [_letter(each.letter, each.label, contradictions) for each in load_gold(labels, documents)]
    with Summarizer() as rules:
        paths = [path for path in sorted(documents.iterdir()) if path.suffix in SUFFIXES[:1]]
        return [_letter(path, rules.summarize(path), contradictions) for path in paths]


def _letter(path: Path, label: Determination, contradictions: Path) -> Letter:
    with open_letter(Source.from_path(path)) as letter:
        document = letter.document
    found = contradictions / f"{path.stem}.json"
    pairs = load_contradictions(found) if found.exists() else ()
    view = view_of_letter(document)
    answer = perfect_answer(view, label, pairs)
    if not size_of(view, label, pairs).fitting:
        # A label that breaks a rule of the answers would be asked for again; the letter's own words never are.
        plain = answer_to({"messages": [{}, {"content": view.text}]})
        answer = LetterJudgement.model_validate_json(json.dumps(plain))
    return Letter(path, document.text, view.text, compact(answer), compact(label))


def counted(letters: list[Letter]) -> tuple[Counted, Counted]:
    """Plain calls that fill a whole Determination, and the product, over the same letters."""
    return (
        _counted({letter.text: letter.determination for letter in letters}, lambda url: _plain(url, letters)),
        _counted({letter.shown: letter.answer for letter in letters}, lambda url: _product(url, letters)),
    )


def _counted(answers: dict[str, str], ask: Callable[[str], None]) -> Counted:
    sent = 0

    def answer(request: dict[str, Any]) -> str:
        nonlocal sent
        told = answers[request["messages"][1]["content"]]
        sent += len(told)
        return told

    with serving(Step(answer=answer)) as server:
        ask(server.url)
        return Counted(server.count, _received(server), sent)


def _received(server: Server) -> int:
    return sum(len(seen.raw.decode()) for seen in server.seen if seen.method == "POST")


def _plain(url: str, letters: list[Letter]) -> None:
    import instructor
    import openai

    async def fill() -> None:
        async with openai.AsyncOpenAI(base_url=url, api_key=KEY, max_retries=0) as client:
            calls = instructor.from_openai(client, mode=instructor.Mode.TOOLS)
            for letter in letters:
                await calls.chat.completions.create(
                    model=MODEL,
                    response_model=Determination,
                    messages=[{"role": "system", "content": _INSTRUCTIONS}, {"role": "user", "content": letter.text}],
                    strict=False,
                )

    asyncio.run(fill())


def _product(url: str, letters: list[Letter]) -> None:
    settings = ModelSettings(MODEL, url, KEY, Shape.TOOLS)
    with Summarizer(Engine.HYBRID, model=settings) as summarizer:
        for letter in letters:
            failure = summarizer.read(Source.from_path(letter.path)).failure
            if failure is not None:
                raise failure
