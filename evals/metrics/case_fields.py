"""The fields of the case: header, reviewer, worker, diagnoses."""

from __future__ import annotations

from typing import Final

from evals.metrics.tally import Tally, overlap, same
from schemas import Determination
from summarizer.folding import comparable

HEADER: Final = (
    "case_number",
    "date_assigned",
    "date_of_injury",
    "decision_date",
    "ur_denial_date",
    "application_received",
    "priority",
)
"""Header fields, each scored by itself."""


def case_fields(label: Determination, read: Determination) -> dict[str, Tally]:
    """Tallies of the case fields of one letter."""
    header = sum((same(getattr(label, name), getattr(read, name)) for name in HEADER), Tally())
    worker = same(label.injured_worker.age, read.injured_worker.age) + same(
        label.injured_worker.sex, read.injured_worker.sex
    )
    reviewer = same(label.reviewer.licensure_states, read.reviewer.licensure_states) + same(
        label.reviewer.specialties, read.reviewer.specialties
    )
    diagnoses = overlap(map(comparable, label.diagnoses), map(comparable, read.diagnoses))
    return {"header, reviewer, worker": header + reviewer + worker, "diagnoses (F1)": diagnoses}
