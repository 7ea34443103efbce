"""The judge of summaries: a model that rates each one against its letter, and how far it agrees with ratings by hand.

One summary is asked about at a time, after the whole letter in numbered lines, whatever its form: so a summary is
rated here on the very way on which the hand-rated ones are, and providers cache the letter, which comes first. A
judge that fails leaves a letter without a score and never ends a run. Its scores are shown beside its agreement only,
and ask another model than the one that wrote the summaries: the ratings by hand cannot show that it likes its own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import fmean
from typing import Any, Final

from pydantic_evals.evaluators import Evaluator, EvaluatorContext

from evals.errors import GoldError
from evals.gold import Labeled
from evals.judging.rated import COVERAGE, FAITHFULNESS, RATED, Agreement, HandRated, agreement_of, load_rated, may_gate
from evals.metrics.measured import Reading
from schemas import Determination
from schemas.summary_rating import BEST, SCALE, SummaryRating
from summarizer.document import Document
from summarizer.errors import ModelError
from summarizer.folding import comparable
from summarizer.llm.ask import ask
from summarizer.llm.connection import Connection
from summarizer.llm.cost import tokens_needed, window_of
from summarizer.llm.fence import one_line
from summarizer.llm.letter import fingerprint_of
from summarizer.llm.lines import NumberedLines, lines_of
from summarizer.llm.prompts import Prompt, prompt_for
from summarizer.llm.question import Meter, Question
from summarizer.llm.run import ModelRun
from summarizer.llm.settings import ModelSettings
from summarizer.loading import open_letter
from summarizer.loading.source import Source

__all__ = [
    "COVERAGE",
    "FAITHFULNESS",
    "PROMPT",
    "Agreement",
    "Judged",
    "SummaryJudge",
    "Written",
    "agreement",
    "judge",
    "judge_prompt",
    "load_rated",
    "may_gate",
    "summaries_of",
]

PROMPT: Final = "judge_summary"
"""Prompt that asks for a rating; its newest version where none is named."""
_CASE: Final = "case_summary"
_ITEM: Final = re.compile(r"items\[(\d+)\]\.rationale_summary")
_ROOM: Final = (600, 4000)
"""Tokens of a rating at its longest, and what it gets where the window allows, since models may think in it first."""
_EDGES: Final = " .,;:\"'"


@dataclass(frozen=True, slots=True)
class Written:
    """A summary to be rated."""

    field: str
    """Its path in the Determination."""
    words: str
    """What it says."""
    about: str
    """The treatment that it is about, or that it is about the whole case."""
    which: str
    """What kind it is, and of which item."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter and one of its summaries as the judge sees them. A ``schemas.summary_rating.ShownSummary``."""

    lines: NumberedLines
    """The letter."""
    written: Written
    """The summary."""

    @property
    def text(self) -> str:
        """What is sent: nothing of letter or summary begins a line."""
        about, words = one_line(self.written.about), one_line(self.written.words)
        return f"{self.lines.text}\nRATE: {self.written.which}\nABOUT| {about}\nSUMMARY| {words}"

    def words_of(self, number: int) -> str | None:
        """Folded words of the line with this number; ``None`` where there is none."""
        return self.lines.words_of(number)

    def says(self, words: str) -> bool:
        """Whether ``words`` stand in the summary, whole words only, whatever their letter case."""
        wanted = comparable(one_line(words)).strip(_EDGES)
        within = comparable(one_line(self.written.words))
        return bool(wanted and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", within, re.IGNORECASE))


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of asking about the summaries of one letter."""

    ratings: Mapping[str, SummaryRating]
    """By field path, those that were rated."""
    failure: ModelError | None = None
    """Why one is not rated."""

    def scores(self) -> dict[str, float]:
        """Means over the letter's summaries, from 0 (all are worst) to 1; none unless all were rated."""
        if self.failure is not None or not self.ratings:
            return {}
        given = self.ratings.values()
        return {
            FAITHFULNESS: fmean(_share(rating.faithfulness) for rating in given),
            COVERAGE: fmean(_share(rating.coverage) for rating in given),
        }


def judge_prompt(name: str = PROMPT) -> Prompt:
    """The prompt that asks for ratings. Raises ``PromptError``."""
    return prompt_for(name, SummaryRating.__name__)


@dataclass(repr=False)
class SummaryJudge(Evaluator[Any, Any, Any]):
    """Rates the summaries of each reading: scores ``judge_faithfulness`` and ``judge_coverage``, from 0 to 1.

    A letter whose summaries are not all rated has none, and is counted in ``unjudged``.
    """

    run: ModelRun
    """Where the judge is asked; close it after the evaluation."""
    prompt: Prompt = field(default_factory=judge_prompt)
    """What it is asked."""
    meter: Meter = field(default_factory=Meter)
    """What its answers cost, and what those from the cache had cost."""
    unjudged: list[str] = field(default_factory=list)
    """Names of the cases left without a score because the judge failed, one an attempt."""

    async def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> dict[str, float]:
        """Scores of one reading; none where it has no summaries or the judge fails."""
        reading: Reading = ctx.output
        if reading.document is None:
            return {}
        written = summaries_of(reading.determination)
        work = partial(judge, prompt=self.prompt, document=reading.document, written=written, meter=self.meter)
        judged = await asyncio.wrap_future(self.run.start(work))
        if judged.failure is not None:
            self.unjudged.append(ctx.name or "")
        return judged.scores()

    def values(self, agreement: Agreement) -> dict[str, float | str]:
        """What ``Run.judge`` holds after the evaluation: the agreement, the letters without a score, the cost."""
        spent, told = self.meter.spent + self.meter.saved, agreement.values()
        cost = {} if spent.cost_usd is None else {"cost_usd": spent.cost_usd}
        return {**told, "letters_unjudged": float(len(self.unjudged)), "requests": float(spent.requests), **cost}

    def build_serialization_arguments(self) -> dict[str, Any]:
        """What reports keep of it: the prompt's name, and nothing of the connection."""
        return {"prompt": self.prompt.label}

    def get_evaluator_version(self) -> str:
        """The prompt's name and version."""
        return self.prompt.label


def summaries_of(determination: Determination) -> tuple[Written, ...]:
    """Every summary that a Determination has: the case's, then the items' in order."""
    fields = (_CASE, *(f"items[{place}].rationale_summary" for place in range(len(determination.items))))
    every = (written_for(determination, path) for path in fields)
    return tuple(written for written in every if written.words)


def written_for(determination: Determination, path: str, words: str | None = None) -> Written:
    """The summary at ``path``, or ``words`` in its place. Raises ``IndexError`` where there is no such item."""
    found = _ITEM.fullmatch(path)
    if found is None:
        return Written(path, words or determination.case_summary or "", "the whole case", "case summary")
    place, count = int(found[1]), len(determination.items)
    item = determination.items[place]
    which = f"rationale summary of item {place + 1} of {count}"
    return Written(path, words or item.rationale_summary or "", item.treatment, which)


def question_of(
    prompt: Prompt, document: Document, written: Written, settings: ModelSettings
) -> Question[SummaryRating]:
    """The request for one rating; its answer gets what room the window has."""
    shown = Shown(lines_of(document), written)
    asked = Question(
        prompt=prompt.label,
        instructions=prompt.text,
        letter=shown.text,
        shape=SummaryRating,
        room=_ROOM[0],
        context={"shown": shown},
        fingerprint=fingerprint_of(document),
    )
    window = window_of(settings)
    room = _ROOM[1] if window is None else min(_ROOM[1], window - tokens_needed(asked) + _ROOM[0])
    return replace(asked, room=max(_ROOM[0], room))


async def judge(
    connection: Connection, prompt: Prompt, document: Document, written: Sequence[Written], meter: Meter
) -> Judged:
    """Ask about each summary of one letter; ``meter`` counts what it costs. Errors of the model are in the answer."""
    failures: list[ModelError] = []

    async def rate(one: Written) -> SummaryRating | None:
        try:
            return (await ask(connection, question_of(prompt, document, one, connection.settings), meter)).value
        except ModelError as error:
            failures.append(error)
            return None

    given = await asyncio.gather(*map(rate, written))
    ratings = {one.field: rating for one, rating in zip(written, given, strict=True) if rating is not None}
    return Judged(ratings, failures[0] if failures else None)


def agreement(
    run: ModelRun,
    letters: Sequence[Labeled],
    rated: Sequence[HandRated],
    prompt: Prompt | None = None,
    meter: Meter | None = None,
) -> Agreement:
    """Ask the judge about every summary that was rated by hand, and compare.

    ``letters`` are those that ``rated`` names; others are left aside. A summary that the judge fails at is a
    disagreement. Raises ``GoldError`` for a letter or an item that is not there.
    """
    prompt, meter = prompt or judge_prompt(), meter or Meter()
    by_stem = {labeled.stem: labeled for labeled in letters}
    documents: dict[str, Document] = {}
    work: list[Callable[[Connection], Awaitable[Judged]]] = []
    for number, one in enumerate(rated, 1):
        labeled = by_stem.get(one.letter)
        if labeled is None:
            raise GoldError(RATED.name, f"summary {number}: letter", "no such labeled letter", "name its gold set")
        if one.letter not in documents:
            with open_letter(Source.from_path(labeled.letter)) as opened:
                documents[one.letter] = opened.document
        try:
            written = written_for(labeled.label, one.field, one.summary)
        except IndexError:
            raise GoldError(RATED.name, f"summary {number}: field", "the label has no such item", "mend it") from None
        work.append(partial(judge, prompt=prompt, document=documents[one.letter], written=(written,), meter=meter))

    async def all_of(connection: Connection) -> list[Judged]:
        return list(await asyncio.gather(*(each(connection) for each in work)))

    judged = run.wait(all_of)
    ratings = [each.ratings.get(one.field) for each, one in zip(judged, rated, strict=True)]
    return agreement_of(rated, ratings, prompt.label, run.connection.settings.model)


def _share(rating: int) -> float:
    """A rating from 0, the worst, to 1."""
    return (rating - SCALE[0]) / (BEST - SCALE[0])
