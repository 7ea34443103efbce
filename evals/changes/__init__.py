"""What changed between two runs, letter by letter: fields, flags, failures, summaries.

Where letters were read more than once, all readings count: something is worse where it goes wrong in a larger share of
the readings than before.
"""

from evals.changes.changed import Change, FailureChange, FlagChange, Kind, Often, SummaryChange
from evals.changes.fields import changes_of
from evals.changes.held_back import HELD_BACK, held_back_of, summaries_without_words, without_words
from evals.changes.told import failure_changes_of, flag_changes_of, summary_changes_of

__all__ = [
    "HELD_BACK",
    "Change",
    "FailureChange",
    "FlagChange",
    "Kind",
    "Often",
    "SummaryChange",
    "changes_of",
    "failure_changes_of",
    "flag_changes_of",
    "held_back_of",
    "summaries_without_words",
    "summary_changes_of",
    "without_words",
]
