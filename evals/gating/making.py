"""How runs are made: asking as told, with the answers recorded, or replayed from recorded ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic_evals.evaluators import Evaluator

from evals.gating.gate_file import Rule
from evals.gold import GOLDSET, Labeled, load_gold, only
from evals.judging.judge import SummaryJudge, agreement, load_rated
from evals.run_file import Run
from evals.running.harness import Evaluation, Tell, evaluation
from evals.running.replay import (
    Recorder,
    Recording,
    kept_apart,
    load_recording,
    refuse_missing,
    save_recording,
    send_nothing,
)
from summarizer.engine import Engine
from summarizer.llm.run import ModelRun
from summarizer.llm.settings import ModelSettings
from summarizer.pipeline import Summarizer


def judged(settings: ModelSettings, evaluate: Callable[[SummaryJudge], Evaluation]) -> Evaluation:
    """What ``evaluate`` makes with a judge of summaries among its evaluators, and how far that judge can be believed.

    ``settings`` say which model judges. It is asked about the summaries rated by hand as well, whatever letters are
    evaluated. Raises ``GoldError`` where there are none.
    """
    rated, letters = load_rated(), load_gold(GOLDSET)
    run = ModelRun(settings)
    try:
        judge = SummaryJudge(run)
        found = evaluate(judge)
        agreed = agreement(run, letters, rated, judge.prompt, judge.meter)
    finally:
        run.close()
    return replace(found, run=found.run.model_copy(update={"judge": judge.values(agreed)}))


def recorded(
    letters: Sequence[Labeled],
    summarizer: Summarizer,
    file: Path,
    *,
    evaluators: Sequence[Evaluator[Any, Any, Any]] = (),
    name: str | None = None,
    tell: Tell = lambda _done, _total: None,
) -> Evaluation:
    """Evaluate and write the answers that were used to ``file``. Raises as ``harness.evaluation`` does."""
    with Recorder() as recorder:
        recorder.prepare(summarizer)
        found = evaluation(letters, summarizer, evaluators=evaluators, name=name, tell=tell)
        save_recording(recorder.recording(found.run), file)
    return found


def replayed(
    letters: Sequence[Labeled],
    recording: Recording,
    *,
    engine: Engine | None = None,
    model: str | None = None,
    prompt: str | None = None,
    evaluators: Sequence[Evaluator[Any, Any, Any]] = (),
    name: str | None = None,
    tell: Tell = lambda _done, _total: None,
) -> Evaluation:
    """Evaluate with recorded answers alone; ``engine``, ``model`` and ``prompt`` take the place of the recorded ones.

    Raises as ``harness.evaluation`` does, and ``AnswersMissing``.
    """
    with (
        kept_apart(recording, recording.settings(model=model, prompt=prompt)) as settings,
        Summarizer(engine or recording.asked.engine, model=settings) as summarizer,
    ):
        send_nothing(summarizer)
        found = evaluation(letters, summarizer, evaluators=evaluators, name=name, tell=tell)
    refuse_missing(found.run, recording)
    return found


def made_by(rule: Rule, letters: Sequence[Labeled], home: Path, tell: Tell = lambda _done, _total: None) -> Run:
    """The run that a gate's ``rule`` describes, over those of ``letters`` that it is for; paths are from ``home``.

    Raises as ``replayed`` does, and ``RunError`` where recorded answers cannot be read.
    """
    chosen = tuple(only(letters, rule.split))
    if rule.replay is None:
        with Summarizer(rule.engine) as summarizer:
            return evaluation(chosen, summarizer, name=rule.name, tell=tell).run
    recording = load_recording(home / rule.replay)
    return replayed(
        chosen, recording, engine=rule.engine, model=rule.model, prompt=rule.prompt, name=rule.name, tell=tell
    ).run
