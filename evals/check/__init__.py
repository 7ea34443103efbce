"""Labels held against the codebook and their letters: every problem with its field and what to do about it."""

from evals.check.files import check_file, check_set, checked_gold, label_problems
from evals.check.problem import Problem
from evals.check.schema import schema_problems

__all__ = ["Problem", "check_file", "check_set", "checked_gold", "label_problems", "schema_problems"]
