"""The case: header, reviewer, worker, diagnoses."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from evals.gold import Labeled
from evals.metrics.counting import NOT_READ, Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.tally import overlap
from summarizer.folding import comparable

FIELDS: Final = {
    "case_number": "case_number",
    "date_assigned": "date_assigned",
    "date_of_injury": "date_of_injury",
    "decision_date": "decision_date",
    "ur_denial_date": "ur_denial_date",
    "application_received": "application_received",
    "priority": "priority",
    "licensure_states": "reviewer.licensure_states",
    "specialties": "reviewer.specialties",
    "age": "injured_worker.age",
    "sex": "injured_worker.sex",
}
"""Path of each field by its counts, each scored by itself."""


def case(labeled: Labeled, reading: Reading) -> Measured:
    """Count the fields of the case. An absent value is right where the label has none, unless the letter failed."""
    label, read = labeled.label, reading.determination
    counting = Counting()
    for name, path in FIELDS.items():
        get = attrgetter(path)
        gold, mine = get(label), get(read)
        right = gold == mine and not reading.failed
        counting.same((name, "header"), right)
        if not right:
            counting.differ((name, "header"), path, gold, NOT_READ if gold == mine else mine)
    diagnoses = overlap(map(comparable, label.diagnoses), map(comparable, read.diagnoses))
    counting.add("diagnoses", diagnoses)
    if not diagnoses.right == diagnoses.labeled == diagnoses.read:
        counting.differ(("diagnoses",), "diagnoses", label.diagnoses, read.diagnoses)
    return counting.measured()
