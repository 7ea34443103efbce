"""The comparison of two runs, from its parts."""

from __future__ import annotations

from evals.changes import (
    changes_of,
    failure_changes_of,
    flag_changes_of,
    held_back_of,
    summaries_without_words,
    summary_changes_of,
    without_words,
)
from evals.compare.compared import Comparison
from evals.compare.pairing import paired
from evals.compare.testing import compared, counts_in, judged
from evals.run_file import Run
from evals.scores import metrics_of
from evals.statistics.bootstrap import DRAWS, SEED, draws_for, weights_of
from evals.statistics.detectable import ALPHA


def compare(
    base: Run,
    new: Run,
    *,
    common: bool = False,
    show_test: bool = False,
    files: tuple[str, str] | None = None,
    alpha: float = ALPHA,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Comparison:
    """Compare ``new`` with ``base``, letter by letter.

    ``common`` compares only letters that both have with the same label. ``files`` names the runs in errors; without
    them their own names do. Values of test letters are held back unless ``show_test``. ``draws`` are as many as
    ``alpha`` takes, if that is more.

    Raises:
        RunsDiffer: the runs are over different letters, or a letter or its label changed in between; with ``common``,
            they have no letter in common.
    """
    ours, theirs, left_out = paired(base, new, common, files or (base.name, new.name))
    repeated = any(len(letter.attempts) > 1 for letter in (*ours, *theirs))
    counts = [counts_in(metric, ours, theirs, repeated=repeated) for metric in metrics_of(base, new)]
    tests = sum(one.tested for one in counts)
    hidden = held_back_of(theirs, show_test=show_test)
    drawn = draws_for(tests, alpha, len(ours), draws)
    weights = weights_of(len(ours), drawn, seed)
    rows = [row for one in counts if (row := compared(one, weights)) is not None]
    return Comparison(
        base.name,
        new.name,
        len(ours),
        left_out,
        alpha,
        tuple(judged(rows, alpha)),
        without_words(changes_of(ours, theirs), hidden),
        flag_changes_of(ours, theirs),
        failure_changes_of(ours, theirs),
        summaries_without_words(summary_changes_of(ours, theirs), hidden),
        drawn,
        tuple(sorted(hidden)),
    )
