"""An evaluation run: gold letters as a Dataset of pydantic-evals, a Summarizer as the task, families as Evaluators.

``evaluate(letters, Summarizer())`` gives a ``Run``. A user's own Evaluator drops in with one line:
``evaluate(letters, Summarizer(), evaluators=[Mine()])``. It sees the letter (``ctx.inputs``), its label
(``ctx.expected_output``, a ``Labeled``), the reading (``ctx.output``, a ``Reading``) and what the families counted
(``ctx.attributes``, a copy); its numbers and booleans become metrics of the run. What it does wrong ends no run.

How letters are read: PDFium is not thread-safe, so that letters are opened one after another in the event loop. A
model's answers are waited for in the loop of the Summarizer's own run (``Summarizer.submit``), as many letters at
once as it may send requests: an interrupt ends all of it at once, where a thread for each letter could not be stopped.

Repeats: each further reading of a letter has a file of kept answers of its own beside the first one's
(``answers.sqlite3``, ``answers-2.sqlite3`` ...), so that it is really asked again, and the same command once more
costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import logfire_api
from anyio.from_thread import start_blocking_portal
from pydantic_evals import Dataset
from pydantic_evals.evaluators import Evaluator

from evals.errors import EvaluationError, GoldError
from evals.gold import Labeled
from evals.metrics.measured import Reading
from evals.run_file import Run
from evals.running.analyses import ANALYSES
from evals.running.engines import described, summarizer_for
from evals.running.evaluators import Guarded, guarded
from evals.running.families import FAMILIES, Facets, Inputs, case_of, key_of
from evals.running.reading import failed, model_of, reading_of
from evals.running.runs import Complaint, Report, complaints_of, defects_of, letters_of, own_names
from summarizer import __version__
from summarizer.engine import Engine
from summarizer.errors import NotADetermination, SummarizerError
from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer
from summarizer.workers import defect_in

Tell: TypeAlias = Callable[[int, int], object]
"""Hears how many readings are done and how many there are; called from another thread."""
Task: TypeAlias = Callable[[Inputs], Awaitable[Reading]]
"""Reads one letter."""
_AHEAD: Final = 2
"""Letters under way for each request that may be, so that a free place is taken at once."""
_ONE_BY_ONE: Final = 1
_BESIDE: Final = 16
"""Letters that users' evaluators may be busy with at once."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run, and all that pydantic-evals reported on the way."""

    run: Run
    """What is kept."""
    reports: tuple[Report, ...]
    """One a repeat, with the analyses of the whole set."""
    complaints: tuple[Complaint, ...]
    """What users' own evaluators did wrong."""
    not_recognized: tuple[str, ...] = ()
    """Letters, as gold set and stem, that were opened and are no determination to the engine: a result, and scored so.
    """


def evaluate(
    letters: Sequence[Labeled],
    summarizer: Summarizer,
    *,
    evaluators: Sequence[Evaluator[Any, Any, Any]] = (),
    repeat: int = 1,
    name: str | None = None,
    tell: Tell = lambda _done, _total: None,
) -> Run:
    """Read every gold letter ``repeat`` times and score it; complaints about ``evaluators`` go to the log.

    An error of one letter is a failed reading of it. Raises as ``evaluation`` does.
    """
    found = evaluation(letters, summarizer, evaluators=evaluators, repeat=repeat, name=name, tell=tell)
    for complaint in found.complaints:
        _log.warning("%s", complaint)
    return found.run


def evaluation(
    letters: Sequence[Labeled],
    summarizer: Summarizer,
    *,
    evaluators: Sequence[Evaluator[Any, Any, Any]] = (),
    repeat: int = 1,
    name: str | None = None,
    tell: Tell = lambda _done, _total: None,
) -> Evaluation:
    """``evaluate``, with the reports and the complaints beside the run.

    Raises:
        GoldError: there is no letter, or two have the same name.
        EvaluationError: ``repeat`` is below 1, or evaluators have the same name or none that can be told.
        SummarizerError: the prompt or the settings of the model are wrong.
    """
    guards = _checked(letters, evaluators, repeat)
    made_by = described(summarizer)
    errors: dict[Path, list[SummarizerError]] = defaultdict(list)
    total, reports, spent_usd = len(letters) * repeat, list[Report](), 0.0
    for attempt in range(repeat):
        with summarizer_for(summarizer, attempt, spent_usd) as own:
            task = _counted(_task(own, errors), partial(_add, tell, attempt * len(letters), total))
            reports.append(_pass(letters, task, guards, _at_once(own, guards)))
            spent_usd += own.spent.known_usd
    run = Run(name=name or summarizer.engine.value, made=datetime.now(UTC), repeat=repeat, **made_by, letters=())
    unknown = {path for path, found in errors.items() if all(isinstance(one, NotADetermination) for one in found)}
    evaluated = _evaluation(reports, run, guards)
    return replace(evaluated, not_recognized=tuple(key_of(one) for one in letters if one.letter in unknown))


def score(
    letters: Sequence[Labeled],
    readings: Mapping[str, Reading],
    *,
    evaluators: Sequence[Evaluator[Any, Any, Any]] = (),
    name: str = "readings",
    engine: str = "readings",
    fingerprints: Mapping[str, str] | None = None,
) -> Evaluation:
    """Score readings that are there already, by ``Letter.key``, on the same way as those of a Summarizer.

    ``fingerprints``, by the same keys, are needed where letters are not on disk. Raises as ``evaluation`` does.
    """
    guards = _checked(letters, evaluators, 1)
    by_inputs = {case_of(labeled).inputs: readings[key_of(labeled)] for labeled in letters}

    async def task(inputs: Inputs) -> Reading:
        return by_inputs[inputs]

    report = _pass(letters, task, guards, _ONE_BY_ONE)
    run = Run(name=name, made=datetime.now(UTC), program=__version__, engine=engine, letters=())
    return _evaluation([report], run, guards, fingerprints)


def _checked(
    letters: Sequence[Labeled], evaluators: Sequence[Evaluator[Any, Any, Any]], repeat: int
) -> tuple[Guarded, ...]:
    """``evaluators`` guarded; what makes no run is found before anything is read. Raises as ``evaluation`` does."""
    if not letters:
        raise GoldError("gold", None, "there is no labeled letter", "name another folder or split")
    twice = [key for key, count in Counter(map(key_of, letters)).items() if count > 1]
    if twice:
        raise GoldError(twice[0], None, "two letters have this name", "give the gold sets folders of different names")
    if repeat < 1:
        raise EvaluationError("run", "repeat", f"is {repeat}", "read each letter at least once")
    return guarded(evaluators)


def _task(summarizer: Summarizer, errors: dict[Path, list[SummarizerError]]) -> Task:
    """Reads one letter with ``summarizer``; an error of the letter or the model is a failed reading.

    ``errors`` gets what each letter failed with.
    """
    model = model_of(summarizer)

    async def read(inputs: Inputs) -> Reading:
        source = Source.from_path(inputs.letter)
        try:
            draft = await asyncio.wrap_future(summarizer.submit(source))
            return reading_of(draft.summary(), model)
        except SummarizerError as error:
            errors[inputs.letter].append(error)
            return failed(error, model, source)
        except Exception as error:  # noqa: BLE001  # a defect in one letter's reading costs one, as in summarizer.many
            errors[inputs.letter].append(defect := defect_in(error, source))
            return failed(defect, model)

    return read


def _at_once(summarizer: Summarizer, evaluators: Sequence[Guarded]) -> int:
    """Letters under way at once: those whose reading or whose users' evaluators may wait for a model.

    However many those are, the rules read one after another in the loop.
    """
    if summarizer.engine is not Engine.RULES:
        return _AHEAD * summarizer.settings.concurrency
    return _BESIDE if evaluators else _ONE_BY_ONE


def _counted(task: Task, done: Callable[[int], object]) -> Task:
    """``task``, after each of which ``done`` hears how many there were."""
    count = 0

    async def counted(inputs: Inputs) -> Reading:
        nonlocal count
        reading = await task(inputs)
        count += 1
        done(count)
        return reading

    return counted


def _add(tell: Tell, before: int, total: int, done: int) -> None:
    tell(before + done, total)


def _pass(letters: Sequence[Labeled], task: Task, evaluators: Sequence[Guarded], at_once: int) -> Report:
    """Read and score every letter once.

    The loop has a thread of its own: the caller may itself run in one, as notebooks do, and an interrupt is heard
    at once.
    """
    dataset = Dataset[Inputs, Reading | Labeled, Facets](
        name="determinations",
        cases=[case_of(labeled) for labeled in letters],
        evaluators=[*FAMILIES, *evaluators],
        report_evaluators=ANALYSES,
    )
    work = partial(dataset.evaluate, task, max_concurrency=at_once, progress=False, task_name="read")
    # Where logfire is set up for another program's sake, letters must not go there.
    with start_blocking_portal("asyncio") as portal:
        future = portal.start_task_soon(partial(_silently, work))
        try:
            return future.result()
        except BaseException:  # an interrupt too
            future.cancel()
            raise


async def _silently(work: Callable[[], Awaitable[Report]]) -> Report:
    """Do ``work`` without any span being recorded."""
    with logfire_api.suppress_instrumentation():
        return await work()


def _evaluation(
    reports: Sequence[Report], run: Run, guards: Sequence[Guarded], fingerprints: Mapping[str, str] | None = None
) -> Evaluation:
    defects = defects_of(reports)
    if defects:
        raise RuntimeError(f"the evaluation itself failed: {'; '.join(defects[:3])}")
    own = tuple(dict.fromkeys(own_names(reports).values()))
    whole = run.model_copy(update={"letters": letters_of(reports, fingerprints), "own_metrics": own})
    complaints = (*(one for guard in guards for one in guard.complaints), *complaints_of(reports))
    return Evaluation(whole, tuple(reports), tuple(dict.fromkeys(complaints)))
