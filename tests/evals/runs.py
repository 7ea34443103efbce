"""Small invented runs for tests: ``run(letter("a", attempt(...)), letter("b", ...))``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from evals.gold import Split
from evals.metrics.measured import Difference, Pair
from evals.metrics.tally import Tally
from evals.run_file import Attempt, Letter, Raised, Run
from schemas import Usage

MADE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def run(
    *letters: Letter,
    name: str = "base",
    engine: str = "rules",
    model: str | None = None,
    prompt: str | None = None,
    own_metrics: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
    judge: Mapping[str, float | str] | None = None,
) -> Run:
    """A run over ``letters``, by gold set and stem; ``repeat`` is the number of attempts of the first."""
    return Run(
        name=name,
        made=MADE,
        program="0.0.0",
        engine=engine,
        model=model,
        prompt=prompt,
        settings=dict(settings or {}),
        repeat=len(letters[0].attempts) if letters else 1,
        own_metrics=own_metrics,
        judge=dict(judge or {}),
        letters=tuple(sorted(letters, key=lambda letter: (letter.gold_set, letter.stem))),
    )


def letter(
    stem: str,
    *attempts: Attempt,
    gold_set: str = "invented",
    split: Split = Split.DEV,
    fingerprint: str | None = None,
    layout: str = "final_determination",
    words: int = 600,
    categories: tuple[str, ...] = ("pharmaceutical",),
) -> Letter:
    """A letter read once or more; without ``attempts`` once, with nothing counted."""
    return Letter(
        stem=stem,
        gold_set=gold_set,
        split=split,
        fingerprint=fingerprint or hashlib.sha256(stem.encode()).hexdigest(),
        layout=layout,
        words=words,
        categories=categories,
        attempts=attempts or (attempt(),),
    )


def attempt(
    tallies: Mapping[str, Sequence[float]] | None = None,
    pairs: Iterable[tuple[str, str | None, str | None]] = (),
    differences: Iterable[Difference] = (),
    *,
    failed: bool = False,
    failure: str | None = None,
    flags: Iterable[Raised] = (),
    summaries: Mapping[str, str] | None = None,
    usage: Usage | None = None,
    from_cache: bool = False,
) -> Attempt:
    """One reading: ``tallies`` by counts key as ``(right, labeled, read)``, ``pairs`` as ``(field, gold, read)``."""
    return Attempt(
        failure=failure,
        failed=failed,
        tallies={name: Tally(*counts) for name, counts in (tallies or {}).items()},
        pairs=tuple(Pair(*pair) for pair in pairs),
        differences=tuple(differences),
        flags=tuple(flags),
        summaries=dict(summaries or {}),
        usage=usage or Usage(),
        from_cache=from_cache,
    )


def wrong(
    field: str,
    gold: str | tuple[str, ...] = (),
    read: str | tuple[str, ...] = (),
    *metrics: str,
    score: float | None = None,
) -> Difference:
    """A difference at ``field``; it is an error in ``metrics``, else in the counts of the field's last name."""
    counts = metrics or (field.rsplit(".", 1)[-1],)
    return Difference(counts, field, _values(gold), _values(read), score)


def raised(code: str, field: str | None = None, material: bool | None = None) -> Raised:
    """A review flag."""
    return Raised(code=code, field=field, material=material)


def _values(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def judged(stem: str, *outcomes: tuple[str, str], **more: object) -> Letter:
    """A letter whose items have an outcome: ``("upheld", "modified")`` is a label upheld and read modified."""
    right = sum(gold == read for gold, read in outcomes)
    differences = [
        wrong(f"items[{index}].outcome", gold, read, "outcome", "wrong_outcome")
        for index, (gold, read) in enumerate(outcomes)
        if gold != read
    ]
    count = len(outcomes)
    return letter(
        stem,
        attempt(
            {
                "letters_read": (1, 1, 1),
                "items": (count, count, count),
                "outcome": (right, count, count),
                "wrong_outcome": (count - right, count, count),
            },
            [("outcome", gold, read) for gold, read in outcomes],
            differences,
        ),
        categories=("other",) * count,
        **more,  # type: ignore[arg-type]
    )
