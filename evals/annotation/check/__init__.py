"""Labels held against the codebook and their letters: every problem with its field and what to do about it."""

from evals.annotation.check.files import check_file, check_set, checked_gold, label_problems
from evals.annotation.check.problem import Problem
from evals.annotation.check.schema import schema_problems

__all__ = ["Problem", "check_file", "check_set", "checked_gold", "label_problems", "schema_problems"]
