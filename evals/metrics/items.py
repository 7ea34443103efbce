"""Items: which of the label's were found, which were missed, invented, or found with another outcome."""

from __future__ import annotations

from evals.alignment import side_by_side
from evals.gold import Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.tally import Tally


def items(labeled: Labeled, reading: Reading) -> Measured:
    """Count the letter and its items; missed, invented and wrong outcome are three things.

    Where a model was asked, whether it judged throughout is counted too; a letter that failed was not judged.
    """
    label, read = labeled.label, reading.determination
    rows = side_by_side(label, read)
    aligned = [row for row in rows if row.gold and row.read]
    wrong = sum(row.gold.outcome is not row.read.outcome for row in aligned if row.gold and row.read)
    counting = Counting()
    counting.same(("letters_read",), not reading.failed)
    if reading.failed:
        counting.differ(("letters_read",), "letter", "read", reading.failure or "not read")
    if reading.asked:
        counting.same(("judged_by_model",), not reading.failed and reading.failure is None)
    gold, mine = len(label.items), len(read.items)
    counting.add("items", Tally(len(aligned), gold, mine))
    counting.add("items_missed", Tally(gold - len(aligned), gold, gold))
    counting.add("items_invented", Tally(mine - len(aligned), mine, mine))
    counting.add("wrong_outcome", Tally(wrong, len(aligned), len(aligned)))
    for row in rows:
        if row.gold is None or row.read is None:
            names = ("items", "items_missed") if row.gold else ("items", "items_invented")
            counting.differ(names, row.field, row.gold and row.gold.treatment, row.read and row.read.treatment)
    return counting.measured()
