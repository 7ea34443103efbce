"""Users' own evaluators: found by name, and kept from harming a run that may have been paid for."""

from __future__ import annotations

import copy
import inspect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from math import isfinite
from typing import Any, Final, SupportsFloat, TypeAlias

from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext, EvaluatorSpec

from evals.errors import EvaluationError
from evals.running.families import FAMILIES, Family
from evals.running.runs import Complaint

Score: TypeAlias = float | bool | str
"""A number, a boolean, or a word, which is kept out of the run."""
_Given: TypeAlias = dict[str, Score | EvaluationReason]
_BROKEN: Final = (Exception, SystemExit)
"""What code of users may raise; an interrupt is the user's own."""
_NAMED: Final = "write it as package.module:Name"
_OTHER_NAME: Final = "let get_default_evaluation_name give another"


@dataclass(repr=False)
class Guarded(Evaluator[Any, Any, Any]):
    """A user's evaluator, told apart by its evaluation name and not by its class.

    It is given a copy of what the families counted. An error it raises, and whatever is no finite number under a
    name that a file can hold, is a complaint; its other scores stand. Raises ``EvaluationError`` where it cannot even
    tell its name.
    """

    own: Evaluator[Any, Any, Any]
    """The user's."""
    complaints: list[Complaint] = field(default_factory=list)
    """What it did wrong so far."""
    _name: str = field(init=False)
    _version: str | None = field(init=False)
    _source: EvaluatorSpec = field(init=False)

    def __post_init__(self) -> None:
        """Ask it for all that reports call it by, before anything is read."""
        kind = type(self.own).__name__
        try:
            self._name, self._version = self.own.get_default_evaluation_name(), self.own.get_evaluator_version()
            arguments = self.own.as_spec().arguments
        except _BROKEN as error:
            what = f"cannot tell its name and arguments ({type(error).__name__})"
            raise EvaluationError("evaluators", kind, what, "mend it") from None
        if not _is_writable(self._name):
            raise EvaluationError("evaluators", kind, "its evaluation name is no text", _OTHER_NAME)
        # Results are told apart by the name of their source; that of our families stays theirs.
        ours = self._name == Family.get_serialization_name()
        self._source = EvaluatorSpec(name=f"own {self._name}" if ours else self._name, arguments=arguments)

    def get_default_evaluation_name(self) -> str:
        """As the user's evaluator says."""
        return self._name

    def get_evaluator_version(self) -> str | None:
        """As the user's evaluator says."""
        return self._version

    def as_spec(self) -> EvaluatorSpec:
        """Its evaluation name and the user's arguments: two instances of one class are two sources."""
        return self._source

    async def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> _Given:
        """Those of the user's scores that are usable."""
        try:
            given = await self.own.evaluate_async(replace(ctx, attributes=copy.deepcopy(ctx.attributes)))
            scores = given if isinstance(given, Mapping) else {self._name: given}
            return dict(self._usable(scores, ctx.name))
        except _BROKEN as error:  # no run that was paid for is lost to it
            self.complaints.append(Complaint(self._name, ctx.name, type(error).__name__))
            return {}

    def _usable(
        self, scores: Mapping[Any, object], letter: str | None
    ) -> Iterator[tuple[str, Score | EvaluationReason]]:
        for name, value in scores.items():
            if not _is_writable(name):
                self.complaints.append(Complaint(self._name, letter, "the name of a score is no text"))
                continue
            found = _score(value.value if isinstance(value, EvaluationReason) else value)
            if found is None:
                which = "" if name == self._name else f" for {name}"
                self.complaints.append(Complaint(self._name, letter, f"returned no number{which}"))
            else:
                yield name, EvaluationReason(found, value.reason) if isinstance(value, EvaluationReason) else found


def guarded(evaluators: Sequence[Evaluator[Any, Any, Any]]) -> tuple[Guarded, ...]:
    """``evaluators``, each guarded. Raises ``EvaluationError``: two have one name, or one cannot tell its own."""
    guards = tuple(map(Guarded, evaluators))
    names = Counter(one.get_default_evaluation_name() for one in (*FAMILIES, *guards))
    for name, count in names.items():
        if count > 1:
            raise EvaluationError("evaluators", name, "two evaluators have this name", _OTHER_NAME)
    return guards


def evaluator_of(named: str) -> Evaluator[Any, Any, Any]:
    """The evaluator that ``package.module:Name`` names: a class that needs no arguments, or an instance.

    Raises ``EvaluationError``, whatever the module or the class raises.
    """
    module, _, attribute = named.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except _BROKEN as error:
        raise EvaluationError("evaluator", named, f"cannot be imported ({type(error).__name__})", _NAMED) from None
    evaluator = _made(named, found) if isinstance(found, type) else found
    if not isinstance(evaluator, Evaluator):
        raise EvaluationError("evaluator", named, "is no Evaluator of pydantic-evals", _NAMED)
    return evaluator


def _made(named: str, kind: type) -> object:
    """An instance of ``kind``."""
    try:
        inspect.signature(kind).bind()
    except TypeError:
        raise EvaluationError("evaluator", named, "needs arguments", "name an instance instead") from None
    except ValueError:  # a class of C tells no signature
        pass
    try:
        return kind()
    except _BROKEN as error:
        raise EvaluationError("evaluator", named, f"cannot be made ({type(error).__name__})", "mend it") from None


def _score(value: object) -> Score | None:
    """``value`` where it is a finite number, a boolean or a word."""
    if isinstance(value, bool | str):
        return value
    if not isinstance(value, SupportsFloat):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _is_writable(name: object) -> bool:
    """Whether ``name`` is text that UTF-8 can hold."""
    if not isinstance(name, str):
        return False
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return bool(name.strip())
