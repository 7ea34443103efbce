"""The stages of a letter's way: begun from its file, judged by a model where one is asked, proven.

The first stage needs the file and no network, the second the network and no file. So a letter may be
begun in one process, where a damaged PDF harms nobody else, and finished in another that waits for answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from schemas import Outcome, ReviewCode
from summarizer.document import Document, OpenLetter, Span
from summarizer.engine import Engine
from summarizer.errors import EmptyInput, ModelError, NotADetermination
from summarizer.layouts import WEAK, Structure, recognize
from summarizer.loading import open_letter
from summarizer.loading.source import Limits, Source
from summarizer.reading import Doubt, Reading
from summarizer.rules.letter import read_by_rules
from summarizer.verify.assembly import Plain, leaves_of
from summarizer.verify.facts import unsupported_facts
from summarizer.verify.letter import doubts_of_the_letter, prove

if TYPE_CHECKING:
    from schemas import Determination
    from summarizer.llm.connection import Connection
    from summarizer.llm.letter import Ask, Asked
    from summarizer.llm.question import Meter, Spent
    from summarizer.llm.settings import ModelSettings


@dataclass(frozen=True, slots=True)
class Summary:
    """A Determination together with the text it was read from, as renderers need both."""

    determination: Determination
    """What was read."""
    document: Document
    """The letter's text and pages; offsets of the evidence point into it."""
    failure: ModelError | None = None
    """Why the judgement, or a part of it, is the rules' although a model was asked."""
    saved: Spent | None = None
    """What answers from the cache had cost when they were asked; ``None`` where no model is asked."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All of a Determination but its validation: plain values, quick to send from one process to another."""

    values: Plain
    """The Determination's fields by name."""
    document: Document
    """The letter's text and pages."""
    failure: ModelError | None = None
    """Why the judgement, or a part of it, is the rules' although a model was asked."""
    partly: bool = False
    """Whether a part of the judgement is the model's in spite of ``failure``."""
    saved: Spent | None = None
    """What answers from the cache had cost when they were asked; ``None`` where no model is asked."""

    def summary(self) -> Summary:
        """The values as a validated Determination."""
        from schemas import Determination  # imports pydantic, which a process that only reads does not need

        return Summary(Determination.model_validate(self.values), self.document, self.failure, self.saved)


@dataclass(frozen=True, slots=True)
class Begun:
    """A letter read by rules and closed again, before a model is asked about it."""

    letter: OpenLetter
    """The document, with the boxes that may be needed taken along."""
    structure: Structure | None
    """Where its sections and items are; ``None`` where a model has to say."""
    reading: Reading | None
    """What the rules read; ``None`` where there is no structure."""
    doubts: tuple[Doubt, ...]
    """What is doubtful about the letter itself, whoever judges it."""
    seconds: float
    """Time it took."""

    @property
    def needs_outline(self) -> bool:
        """Whether a model has to say where the items are: no layout knows the form, nor was it read whole."""
        if self.structure is None or self.reading is None:
            return True
        items = self.reading.items
        return self.structure.confidence < WEAK and (not items or any(item.rationale is None for item in items))


def read_alone(limits: Limits, source: Source) -> Draft:
    """A whole letter by the rules, without any model. Raises ``InputError`` where it cannot be read."""
    began = time.perf_counter()
    with open_letter(source, limits) as letter:
        document = letter.document
        structure = _recognized(document)
        if structure is None:
            raise _no_determination(document)
        values = prove(letter, read_by_rules(document, structure))
    values["usage"] = {"seconds": round(time.perf_counter() - began, 6)}
    return Draft(values, document)


def begin(engine: Engine, limits: Limits, source: Source) -> Begun:
    """Read all that needs no model. Raises ``InputError`` where it cannot be read."""
    began = time.perf_counter()
    with open_letter(source, limits) as letter:
        document = letter.document
        structure = _recognized(document)
        if engine is Engine.LLM or structure is None:
            whole = Span(0, len(document.text))
            return Begun(_carried(letter, (), [whole]), None, None, (), time.perf_counter() - began)
        reading = read_by_rules(document, structure)
        doubts = doubts_of_the_letter(document, reading)
        spans = {span for leaf in leaves_of(reading) for span in leaf.found.spans}
        spans.update(span for doubt in (*reading.doubts, *doubts) for span in doubt.spans)
        begun = Begun(letter, structure, reading, doubts, 0.0)
        if begun.needs_outline:
            anywhere = [Span(0, len(document.text))]
        else:
            spans.update(_shown(document, reading), (item.region for item in reading.items))
            anywhere = [item.treatment.spans[0] for item in reading.items]
            anywhere += [reading.clinical_summary] if reading.clinical_summary else []
        return replace(begun, letter=_carried(letter, spans, anywhere), seconds=time.perf_counter() - began)


async def finish(begun: Begun, connection: Connection) -> Draft:
    """Ask a model about a letter, and prove what comes of it.

    Raises:
        NotADetermination: by the model's reading it is none.
        ModelError: no model answered, and without one nothing can be read.
    """
    from summarizer.llm.ask import ask
    from summarizer.llm.question import Meter

    meter = Meter()
    return await finish_by(partial(ask, connection, meter=meter), meter, connection.settings, begun)


async def finish_by(asking: Ask, meter: Meter, settings: ModelSettings, begun: Begun) -> Draft:
    """``finish``, by whatever way ``asking`` comes by its answers; what they cost is what ``meter`` says in the end.

    Raises as ``finish`` does, and what else ``asking`` raises.
    """
    from summarizer.llm.letter import read_by_model, unjudged

    began = time.perf_counter()
    failure: ModelError | None = None
    if begun.needs_outline:
        begun, failure = await _outlined(begun, asking, settings)
    reading = begun.reading
    assert reading is not None
    partly = False
    if failure is None or not failure.concerns_all:
        judged = await read_by_model(asking, asked_about(begun, settings), reading)
        reading, failure, partly = judged.reading, judged.failure or failure, judged.judged
    else:
        reading = unjudged(reading, failure)
    values = prove(begun.letter, reading, begun.doubts)
    seconds = begun.seconds + time.perf_counter() - began
    spent = meter.spent
    values["usage"] = {
        "requests": spent.requests,
        "input_tokens": spent.input_tokens,
        "cached_input_tokens": spent.cached_input_tokens,
        "output_tokens": spent.output_tokens,
        "cost_usd": spent.cost_usd,
        "seconds": round(seconds, 6),
    }
    return Draft(values, begun.letter.document, failure, partly, meter.saved)


async def _outlined(begun: Begun, asking: Ask, settings: ModelSettings) -> tuple[Begun, ModelError | None]:
    """The letter with sections and items where a model finds them; as the rules found them where it gives no answer.

    Raises:
        NotADetermination: neither finds an item.
        ModelError: no answer, and the rules found nothing either.
    """
    from summarizer.llm.cost import window_of
    from summarizer.llm.outline import PROMPT, located, read_outline
    from summarizer.llm.prompts import load_prompt

    document = begun.letter.document
    try:
        outlined = await read_outline(asking, document, load_prompt(PROMPT), settings.model, window_of(settings))
    except ModelError as error:
        if begun.reading is None:
            raise
        return _as_before(begun, ReviewCode.MODEL_FAILED, f"The model gave no usable answer ({error.what})"), error
    except NotADetermination:
        if begun.reading is None or not begun.reading.items:
            raise
        return _as_before(begun, ReviewCode.ENGINES_DISAGREE, "The model found no disputed item in this letter"), None
    if begun.reading is not None and len(outlined.structure.items) < len(begun.reading.items):
        what = f"The model found only {len(outlined.structure.items)} disputed items in this letter"
        return _as_before(begun, ReviewCode.ENGINES_DISAGREE, what), None
    reading = located(read_by_rules(document, outlined.structure), outlined.prompt)
    found = (*outlined.doubts, *_unlike_the_form(document, outlined.structure))
    reading = replace(reading, model=outlined.model, doubts=(*reading.doubts, *found))
    doubts = doubts_of_the_letter(document, reading)
    return replace(begun, structure=outlined.structure, reading=reading, doubts=doubts), None


def _unlike_the_form(document: Document, outlined: Structure) -> tuple[Doubt, ...]:
    """A doubt where a layout that knows the letter's form reads other outcomes in it than the model."""
    known = recognize(document.text)
    if known is None or known.confidence < WEAK:
        return ()
    by_form, by_model = ([item.outcome for item in one.items] for one in (known, outlined))
    if by_form == by_model:
        return ()
    what = f"This form prints {_counted(by_form)}, the model read {_counted(by_model)}; check every item."
    return (Doubt(ReviewCode.ENGINES_DISAGREE, what, "items"),)


def _counted(outcomes: list[Outcome]) -> str:
    return ", ".join(outcome.value for outcome in outcomes) or "no item"


def _as_before(begun: Begun, code: ReviewCode, what: str) -> Begun:
    """The letter as the rules read it, with a doubt that says why it stays so."""
    assert begun.reading is not None
    doubt = Doubt(code, f"{what}; sections and items are those that the rules found, check them.", "items")
    return replace(begun, reading=replace(begun.reading, doubts=(*begun.reading.doubts, doubt)))


def asked_about(begun: Begun, settings: ModelSettings) -> Asked:
    """What a model is asked about a letter whose structure is known."""
    from summarizer.llm.cost import window_of
    from summarizer.llm.letter import Asked
    from summarizer.llm.prompts import prompt_for

    assert begun.structure is not None
    assert begun.reading is not None
    document = begun.letter.document
    counts = range(len(begun.reading.items) + 1)
    return Asked(
        document,
        begun.structure,
        prompt_for(settings.prompt, "LetterJudgement"),
        lambda summary: unsupported_facts(summary, document.text, counts),
        window_of(settings),
        settings.max_output_tokens,
        settings.max_reasks,
        settings.model,
    )


def _shown(document: Document, reading: Reading) -> tuple[Span, ...]:
    """The sentences that a model may name."""
    from summarizer.llm.view import view_of

    return tuple(sentence.span for sentence in view_of(document, reading, lambda _: ()).sentences)


def _carried(letter: OpenLetter, passages: Iterable[Span], anywhere: Iterable[Span]) -> OpenLetter:
    from summarizer.loading.carried import carry

    return carry(letter, passages, anywhere)


def _recognized(document: Document) -> Structure | None:
    """The letter's structure by the layouts; ``EmptyInput`` where it has no words."""
    if not document.text.strip():
        raise EmptyInput(document.source, "there is no text in it", "give a letter with words in it")
    return recognize(document.text)


def _no_determination(document: Document) -> NotADetermination:
    return NotADetermination(
        document.source,
        "no section heading and no outcome of a determination was found",
        "check that this is an Independent Medical Review final determination",
    )
