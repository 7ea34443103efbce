"""What changed between two runs, letter by letter: fields, flags, failures, summaries.

Where letters were read more than once, all readings count: something is worse where it goes wrong in a larger share of
the readings than before.
"""

from evals.changes.changed import Change, FailureChange, FlagChange, Kind, Often, SummaryChange
from evals.changes.fields import changes_of
from evals.changes.told import failure_changes_of, flag_changes_of, summary_changes_of

__all__ = [
    "Change",
    "FailureChange",
    "FlagChange",
    "Kind",
    "Often",
    "SummaryChange",
    "changes_of",
    "failure_changes_of",
    "flag_changes_of",
    "summary_changes_of",
]
