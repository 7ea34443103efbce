"""The front door: one letter, or one after another, from a source to a proven Determination."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING

from summarizer.engine import Engine
from summarizer.loading.source import Limits, Source
from summarizer.stages import Begun, Draft, Summary, asked_about, begin, finish, read_alone

if TYPE_CHECKING:
    from concurrent.futures import Future

    from schemas import Determination
    from summarizer.llm.letter import Asked
    from summarizer.llm.plan import Estimate, Plan
    from summarizer.llm.question import Spent
    from summarizer.llm.run import ModelRun
    from summarizer.llm.settings import ModelSettings

__all__ = ["Begun", "Draft", "Summarizer", "Summary", "source_of", "summarize"]


class Summarizer:
    """Reads determination letters with one engine, one set of limits and, where the engine asks one, one model.

    The engines ``hybrid`` and ``llm`` keep a connection open: use it in a ``with``, or ``close`` it. Threads may
    share one.
    """

    def __init__(
        self, engine: Engine | str = Engine.RULES, limits: Limits | None = None, model: ModelSettings | None = None
    ) -> None:
        """Choose the ``engine`` (its name will do), the ``limits`` of an input and the ``model``.

        Where the engine asks a model and none is given, it is the one of the environment
        (``summarizer.llm.settings.settings_from``). Raises ``ModelMisconfigured`` where that cannot be asked.
        """
        self.engine = Engine(engine)
        self.limits = limits or Limits()
        self._settings = model
        self._run: ModelRun | None = None
        self._end: Callable[[], object] = lambda: None
        self._opening = RLock()
        self._spent: Spent | None = None
        if model is None and self.engine is not Engine.RULES:
            from summarizer.llm.settings import settings_from

            self._settings = settings_from()

    def __enter__(self) -> Summarizer:
        """Nothing is opened before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection to the model."""
        self.close()

    def close(self) -> None:
        """Close the connection to the model, where one was opened; the next letter opens a new one."""
        with self._opening:
            run, self._run = self._run, None
            if run is not None:
                self._end()
                self._spent = run.spent if self._spent is None else self._spent + run.spent

    @property
    def settings(self) -> ModelSettings:
        """The model, its server and the limits of a run. ``TypeError`` for the rules engine, which asks none."""
        if self._settings is None:
            raise TypeError("the rules engine asks no model; choose the engine hybrid or llm")
        return self._settings

    @property
    def run(self) -> ModelRun:
        """The run of the model: its connection, its limits and what it has spent; begun when first asked for."""
        with self._opening:  # threads that come at once share one, and its limits
            if self._run is None:
                from summarizer.llm.run import ModelRun

                self._run = ModelRun(self.settings)
                # A run that was never closed would keep the interpreter from ending.
                self._end = weakref.finalize(self, self._run.close)
            return self._run

    @property
    def spent(self) -> Spent:
        """What all requests have cost so far, those of connections that are closed included."""
        from summarizer.llm.question import Spent

        with self._opening:
            before = self._spent or Spent()
            return before if self._run is None else before + self._run.spent

    def draft(self, source: Source) -> Draft:
        """Read one letter without validating it.

        Raises:
            InputError: it cannot be read as a determination.
            ModelError: no model answered, and without one nothing can be read.
        """
        if self.engine is Engine.RULES:
            return read_alone(self.limits, source)
        return self.run.wait(partial(finish, begin(self.engine, self.limits, source)))

    def submit(self, source: Source) -> Future[Draft]:
        """Open one letter now and have it judged while the caller goes on, as with several at once; cancel to give up.

        Without a model the future is done. Raises ``InputError`` as ``draft`` does; other errors are the future's.
        """
        if self.engine is not Engine.RULES:
            return self.run.start(partial(finish, begin(self.engine, self.limits, source)))
        from concurrent.futures import Future

        read: Future[Draft] = Future()
        read.set_result(read_alone(self.limits, source))
        return read

    def read(self, source: Source) -> Summary:
        """Read one letter. Raises as ``draft`` does."""
        return self.draft(source).summary()

    def plan(self, source: Source) -> Plan:
        """The first requests that reading this letter would send, and what they may cost; sends nothing."""
        from summarizer.llm.plan import plan_of

        begun = begin(self.engine, self.limits, source)
        return plan_of(self.settings, begun.letter.document, self._asked(begun), begun.reading)

    def estimate(self, begun: Begun) -> Estimate:
        """What a letter that was begun may be expected to cost."""
        from summarizer.llm.plan import estimate_of

        document = begun.letter.document
        return estimate_of(self.engine, self.settings, document, self._asked(begun), begun.reading)

    def _asked(self, begun: Begun) -> Asked | None:
        return None if begun.needs_outline else asked_about(begun, self.settings)

    def summarize(
        self, path: str | PathLike[str] | None = None, *, data: bytes | None = None, text: str | None = None
    ) -> Determination:
        """Read one letter from a ``path``, its bytes or its text; give exactly one of the three."""
        return self.read(source_of(path, data=data, text=text)).determination


def source_of(path: str | PathLike[str] | None = None, *, data: bytes | None = None, text: str | None = None) -> Source:
    """The source that exactly one of ``path``, ``data`` and ``text`` names; else ``TypeError``."""
    given = [value is not None for value in (path, data, text)]
    if sum(given) != 1:
        raise TypeError("give exactly one of path, data and text")
    if data is not None:
        return Source.from_data(data)
    if text is not None:
        return Source.from_text(text)
    assert path is not None
    return Source.from_path(Path(path))


def summarize(
    path: str | PathLike[str] | None = None,
    *,
    data: bytes | None = None,
    text: str | None = None,
    engine: Engine | str = Engine.RULES,
    model: ModelSettings | None = None,
) -> Determination:
    """Read one letter into a Determination; see ``Summarizer`` for more than one."""
    with Summarizer(engine, model=model) as summarizer:
        return summarizer.summarize(path, data=data, text=text)
