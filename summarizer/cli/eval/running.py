"""``imr eval run``."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from summarizer.cli.eval.ending import lacks, show_figures, tell, write
from summarizer.cli.eval.shown import (
    INTERRUPTED,
    SOME_FAILED,
    Documents,
    GoldFolders,
    letters_of,
    need_extra,
)
from summarizer.cli.model import (
    BaseUrl,
    Concurrency,
    Effort,
    MaxCost,
    ModelName,
    ModelOptions,
    Patience,
    Price,
    PromptName,
    RequestsPerMinute,
    Room,
    Temperature,
    TokensPerMinute,
    UseCache,
    Window,
)
from summarizer.cli.output import to_stdout
from summarizer.cli.report import line, notes_of
from summarizer.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_evals.evaluators import Evaluator

    from evals.gold import Labeled
    from evals.running.harness import Evaluation, Tell

EngineName: TypeAlias = Annotated[
    Engine | None,
    typer.Option("--engine", help="Who reads; the rules, which cost nothing, unless a model is named."),
]
SplitName: TypeAlias = Annotated[
    str | None, typer.Option("--split", metavar="dev|test", help="Letters for development, or those held back.")
]


def run(
    engine: EngineName = None,
    gold: GoldFolders = None,
    documents: Documents = None,
    split: SplitName = None,
    repeat: Annotated[int, typer.Option(min=1, help="Readings of each letter, each asked anew.")] = 1,
    name: Annotated[str | None, typer.Option(help="What to call the run in tables.")] = None,
    evaluator: Annotated[
        list[str] | None, typer.Option(metavar="MODULE:CLASS", help="An evaluator of your own; more than once.")
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Have this model rate the summaries; its agreement with people is told."),
    ] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the answers that were used, for --replay.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take answers from this file alone; nothing is sent.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="RUN.json", help="Run file to write, for compare and gate.")
    ] = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    prompt: PromptName = None,
    temperature: Temperature = None,
    concurrency: Concurrency = None,
    rpm: RequestsPerMinute = None,
    tpm: TokensPerMinute = None,
    max_cost: MaxCost = None,
    price: Price = None,
    window: Window = None,
    max_output: Room = None,
    timeout: Patience = None,
    reasoning_effort: Effort = None,
    cache: UseCache = True,
) -> None:
    """Read gold letters and score the readings against their labels.

    The table goes to standard output, the run to the file named with -o.
    No model is asked unless --model, --base-url or --engine names one.

    Exit codes: 0 done, 2 wrong usage, 3 some letters could not be opened or
    were judged without the model, 130 interrupted. A letter that the engine
    finds no determination in is a result: it counts as missed, and ends with 0.
    """
    options = ModelOptions(
        model,
        base_url,
        prompt,
        temperature,
        concurrency,
        rpm,
        tpm,
        max_cost,
        price,
        window,
        max_output,
        timeout,
        reasoning_effort,
        cache,
    )
    chosen = engine or (Engine.HYBRID if options.named else Engine.RULES)
    _refuse(chosen if replay is None else engine, options, repeat, split, record, replay, output)
    if judge is not None and (record is not None or replay is not None):
        raise typer.BadParameter("what a judge answers is neither recorded nor replayed; leave --judge out")
    if chosen is Engine.RULES and replay is None and judge is None and options != ModelOptions():
        raise typer.BadParameter("the rules engine asks no model; name --model, or --engine hybrid or llm")
    if replay is None and chosen is not Engine.RULES:
        options.settings()  # a wrong option is told before a letter is read
    need_extra()
    letters = letters_of(gold, documents, split)
    asked = _Asked(engine, chosen, options, repeat, name, _evaluators(evaluator or ()), record, replay, judge)
    try:
        with notes_of(len(letters) * repeat, quiet=False) as notes:
            found = asked.evaluate(letters, lambda _done, _total: notes.step())
    except KeyboardInterrupt:
        typer.echo(line("interrupted; no run is written, answers that came are kept"), err=True)
        raise typer.Exit(INTERRUPTED) from None
    if output is not None:
        write(found.run, output)  # first: whatever the table makes of it, it is kept
    tell(found)
    show_figures(found.run)
    if agreement := found.run.judge.get("agreement"):
        to_stdout([f"{agreement}\n"])
    if lacks(found):
        raise typer.Exit(SOME_FAILED)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for on the command line."""

    engine: Engine | None
    chosen: Engine
    options: ModelOptions
    repeat: int
    name: str | None
    evaluators: Sequence[Evaluator[Any, Any, Any]]
    record: Path | None
    replay: Path | None
    judge: str | None

    def evaluate(self, letters: Sequence[Labeled], tell: Tell) -> Evaluation:
        """Make the run, judged where a judge is named."""
        if self.judge is None:
            return self._evaluate(letters, tell, ())
        from evals.gating.making import judged

        settings = replace(self.options, model=self.judge, prompt=None).settings()
        return judged(settings, lambda judge: self._evaluate(letters, tell, (judge,)))

    def _evaluate(
        self, letters: Sequence[Labeled], tell: Tell, judges: Sequence[Evaluator[Any, Any, Any]]
    ) -> Evaluation:
        from evals.running.harness import evaluation
        from summarizer.pipeline import Summarizer

        own = [*self.evaluators, *judges]
        if self.replay is not None:
            from evals.gating.making import replayed
            from evals.running.replay import load_recording

            return replayed(
                letters,
                load_recording(self.replay),
                engine=self.engine,
                model=self.options.model,
                prompt=self.options.prompt,
                evaluators=own,
                name=self.name,
                tell=tell,
            )
        settings = None if self.chosen is Engine.RULES else self.options.settings()
        with Summarizer(self.chosen, model=settings) as summarizer:
            if self.record is not None:
                from evals.gating.making import recorded

                return recorded(letters, summarizer, self.record, evaluators=own, name=self.name, tell=tell)
            return evaluation(letters, summarizer, evaluators=own, repeat=self.repeat, name=self.name, tell=tell)


def _evaluators(named: Sequence[str]) -> list[Evaluator[Any, Any, Any]]:
    """The evaluators of these names. Raises ``typer.BadParameter``."""
    if not named:
        return []
    from evals.errors import EvaluationError
    from evals.running.evaluators import evaluator_of, guarded

    sys.path.append(str(Path.cwd()))  # last, so that nothing there takes the place of our own
    try:
        found = [evaluator_of(one) for one in named]
        guarded(found)
    except EvaluationError as error:
        raise typer.BadParameter(str(error), param_hint="--evaluator") from None
    return found


def _refuse(
    engine: Engine | None,
    options: ModelOptions,
    repeat: int,
    split: str | None,
    record: Path | None,
    replay: Path | None,
    output: Path | None,
) -> None:
    """Raise ``typer.BadParameter`` where options cannot go together; without ``engine`` it is the recording's."""
    if split not in (None, "dev", "test"):
        raise typer.BadParameter(f"{split}: no split; use dev or test", param_hint="--split")
    if engine is Engine.RULES:
        if options.prompt is not None or options.named:
            raise typer.BadParameter("the rules engine asks no model; name --model, or --engine hybrid or llm")
        if record is not None or replay is not None:
            raise typer.BadParameter("the rules engine has no answers to record or replay; name --model or --engine")
    if record is not None and replay is not None:
        raise typer.BadParameter("give --record or --replay, not both")
    if replay is not None and replace(options, model=None, prompt=None) != ModelOptions():
        raise typer.BadParameter("a replayed run has the recorded settings; only --model and --prompt may differ")
    if repeat > 1 and (record is not None or replay is not None):
        raise typer.BadParameter("a recording holds one answer to a question: --repeat must be 1")
    for place in (output, record):
        if place is not None and not place.absolute().parent.is_dir():
            raise typer.BadParameter(f"{place}: there is no such folder; make it first")
