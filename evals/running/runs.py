"""From what pydantic-evals reports to the run file: attempts, letters, and the scores of users' own evaluators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pydantic_evals.evaluators import EvaluationResult
from pydantic_evals.reporting import EvaluationReport, ReportCase

from evals.alignment import in_label, side_by_side
from evals.gold import Labeled
from evals.metrics.catalog import METRICS
from evals.metrics.cost import from_cache, spent_on
from evals.metrics.measured import Measured, Reading
from evals.metrics.tally import Tally
from evals.run_file import NOT_LOADED, NOT_RECOGNIZED, Attempt, Letter, Raised
from evals.running.families import Facets, Family, Inputs, handed_on, key_of

Report: TypeAlias = EvaluationReport[Inputs, Reading | Labeled, Facets]
"""What one pass over all letters came to."""
_Case: TypeAlias = ReportCase[Inputs, Reading | Labeled, Facets]
_Result: TypeAlias = EvaluationResult[float] | EvaluationResult[int] | EvaluationResult[bool] | EvaluationResult[str]
_TAKEN = frozenset(name for metric in METRICS for name in (metric.name, metric.counts))
"""Names that the catalog uses."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a user's own evaluator did wrong; the run goes on without that score."""

    evaluator: str
    """Its name."""
    letter: str | None
    """Gold set and stem; ``None`` where it is all letters."""
    what: str
    """The kind of error, or what is wrong. Never the error's message: it may hold a letter's words."""

    def __str__(self) -> str:
        """One line."""
        return ": ".join(part for part in (f"evaluator {self.evaluator}", self.letter, self.what) if part)


def letters_of(reports: Sequence[Report], fingerprints: Mapping[str, str] | None = None) -> tuple[Letter, ...]:
    """The letters of a run by gold set and stem, each with one attempt a report.

    ``fingerprints`` are given by ``Letter.key`` where letters are not on disk.
    """
    names = own_names(reports)
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    first: dict[str, tuple[Labeled, Reading]] = {}
    for report in reports:
        for case in report.cases:
            labeled, reading = _sides(case)
            if case.name not in first or first[case.name][1].failed:
                first[case.name] = labeled, reading
            scores = {names[one.source.name, one.name]: float(one.value) for one in _own(case) if _is_score(one)}
            attempts[case.name].append(attempt_of(labeled, reading, handed_on(case.attributes), scores))
    known = fingerprints or {}
    letters = (letter_of(*first[key], attempts[key], known.get(key)) for key in first)
    return tuple(sorted(letters, key=lambda letter: (letter.gold_set, letter.stem)))


def letter_of(
    labeled: Labeled, reading: Reading, attempts: Iterable[Attempt], fingerprint: str | None = None
) -> Letter:
    """A gold letter with its attempts; ``reading`` is the first of them that did not fail, else any."""
    info = reading.determination.document
    return Letter(
        stem=labeled.stem,
        gold_set=labeled.gold_set,
        split=labeled.split,
        fingerprint=labeled.fingerprint if fingerprint is None else fingerprint,
        layout=(info and info.layout) or (NOT_RECOGNIZED if reading.document else NOT_LOADED),
        words=len(reading.document.text.split()) if reading.document else 0,
        categories=tuple(item.category.value for item in labeled.label.items),
        attempts=tuple(attempts),
    )


def attempt_of(
    labeled: Labeled, reading: Reading, measured: Iterable[Measured], own: Mapping[str, float] | None = None
) -> Attempt:
    """One reading, scored; ``own`` are scores of users' evaluators by name. Paths are those of the label."""
    families = tuple(measured)
    rows = side_by_side(labeled.label, reading.determination)
    read = reading.determination
    summaries = {f"items[{place}].rationale_summary": item.rationale_summary for place, item in enumerate(read.items)}
    written = {"case_summary": read.case_summary} | {in_label(path, rows): said for path, said in summaries.items()}
    tallies = {name: tally for family in families for name, tally in family.tallies.items()}
    return Attempt(
        failure=reading.failure,
        failed=reading.failed,
        tallies=tallies | {name: Tally(score, 1, 1) for name, score in (own or {}).items()},
        pairs=tuple(pair for family in families for pair in family.pairs),
        differences=tuple(difference for family in families for difference in family.differences),
        flags=tuple(
            Raised(code=flag.code.value, field=flag.field and in_label(flag.field, rows), material=flag.material)
            for flag in read.review
        ),
        summaries={path: said for path, said in written.items() if said},
        usage=spent_on(reading),
        from_cache=from_cache(reading),
    )


def own_names(reports: Sequence[Report]) -> dict[tuple[str, str], str]:
    """How the run calls each score of users' evaluators, by evaluator and the score's own name.

    It is the score's own name, but where the catalog or another evaluator has the same: then the evaluator's name
    stands before it.
    """
    found = dict.fromkeys(
        (one.source.name, one.name)
        for report in reports
        for case in report.cases
        for one in _own(case)
        if _is_score(one)
    )
    owners: dict[str, set[str]] = defaultdict(set)
    for evaluator, name in found:
        owners[name].add(evaluator)
    ambiguous = {name for name, by in owners.items() if len(by) > 1} | _TAKEN
    return {(by, name): f"{by}.{name}" if name in ambiguous else name for by, name in found}


def complaints_of(reports: Sequence[Report]) -> tuple[Complaint, ...]:
    """What users' evaluators did wrong: raised an error, or gave words where a score is needed."""
    raised = (
        Complaint(failure.name, case.name, failure.error_type or "error")
        for report in reports
        for case in report.cases
        for failure in case.evaluator_failures
        if failure.source.name != Family.get_serialization_name()
    )
    labels = dict.fromkeys(
        (label.source.name, label.name) for report in reports for case in report.cases for label in case.labels.values()
    )
    told = (Complaint(by, None, f"{name} is a word and no score, left out of the run") for by, name in labels)
    return (*dict.fromkeys(raised), *told)


def defects_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """Where our own families or the harness failed: a defect of this program, which no figure may hide."""
    families = (
        f"{case.name}: {failure.name}: {failure.error_type}"
        for report in reports
        for case in report.cases
        for failure in case.evaluator_failures
        if failure.source.name == Family.get_serialization_name()
    )
    tasks = (
        f"{failure.name}: {failure.error_message.partition(':')[0]}"
        for report in reports
        for failure in report.failures
    )
    analyses = (
        f"{failure.name}: {failure.error_type}" for report in reports for failure in report.report_evaluator_failures
    )
    return (*families, *tasks, *analyses)


def fingerprint_of_text(labeled: Labeled, text: str) -> str:
    """The fingerprint of a letter that is not on disk, from its text."""
    return labeled.fingerprint_with(text.encode("utf-8", "surrogatepass"))


def _sides(case: _Case) -> tuple[Labeled, Reading]:
    labeled, reading = case.expected_output, case.output
    assert isinstance(labeled, Labeled)
    assert isinstance(reading, Reading)
    assert case.name == key_of(labeled)
    return labeled, reading


def _own(case: _Case) -> Iterable[_Result]:
    """Results of users' evaluators, scores and assertions."""
    ours = Family.get_serialization_name()
    return (one for one in (*case.scores.values(), *case.assertions.values()) if one.source.name != ours)


def _is_score(one: _Result) -> bool:
    return not isinstance(one.value, str)
