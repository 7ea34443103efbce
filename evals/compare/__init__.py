"""Two runs over the same letters: what each metric gained or lost, whether that is luck, and what changed."""

from evals.changes import Change, FailureChange, FlagChange, Kind, Often, SummaryChange
from evals.compare.compared import Compared, Comparison, Test, Verdict
from evals.compare.comparing import compare

__all__ = [
    "Change",
    "Compared",
    "Comparison",
    "FailureChange",
    "FlagChange",
    "Kind",
    "Often",
    "SummaryChange",
    "Test",
    "Verdict",
    "compare",
]
