"""Review flags: whether they catch what is really wrong.

An error is a value unlike the label's in items, case, verbatim fields (after folding), citations or judgement, key
quotes left out: two good readers quote differently. Missing proof, summaries and possible mistakes of fact are no
errors here; they are scored by themselves. A letter that failed is neither flagged nor silently wrong, and not counted.
"""

from __future__ import annotations

import re
from typing import Final

from evals.alignment import Row, in_label, item_of, side_by_side
from evals.gold import Labeled
from evals.metrics.case import case
from evals.metrics.citations import citations
from evals.metrics.counting import Counting
from evals.metrics.items import items
from evals.metrics.judgement import judgement
from evals.metrics.measured import Measured, Reading
from evals.metrics.tally import Tally
from evals.metrics.verbatim import words
from schemas import ReviewCode

_COMPARED: Final = (items, case, words, citations, judgement)
_NO_ERROR: Final = frozenset({"key_quotes", "treatment_exact", "rationale_exact", "partly_authorized_exact"})
"""Counts whose differences are no errors."""
_NOT_COMPARED: Final = frozenset({"case_summary", "rationale_summary", "key_quotes"})
"""Fields without an error that a flag could catch."""
_FIELD: Final = re.compile(r"((?:items\[\+?\d+\]\.)?[a-z_]+(?:\.[a-z_]+)?)")


def flags(labeled: Labeled, reading: Reading) -> Measured:
    """Count the letter, and the fields that a flag names, against what is unlike the label."""
    counting = Counting()
    if reading.failed:
        return counting.measured()
    rows = side_by_side(labeled.label, reading.determination)
    raised = [flag for flag in reading.determination.review if flag.code is not ReviewCode.POSSIBLE_MISTAKE_OF_FACT]
    wrong = errors(labeled, reading)
    flagged, held = float(bool(raised)), float(bool(wrong))
    counting.add("letters_flagged", Tally(flagged, 1, 1))
    counting.add("flags", Tally(flagged * held, held, flagged))
    fields = {named for flag in raised if flag.field for named in (field_of(in_label(flag.field, rows)),) if named}
    wrong_fields = {path for path in wrong if not _of_missing(path, rows)}
    counting.add("flagged_fields", Tally(len(fields & wrong_fields), len(wrong_fields), len(fields)))
    return counting.measured()


def errors(labeled: Labeled, reading: Reading) -> frozenset[str]:
    """Paths, in the label, of the fields that are wrong."""
    return frozenset(
        difference.field
        for family in _COMPARED
        for difference in family(labeled, reading).differences
        if not _NO_ERROR.issuperset(difference.metrics)
    )


def field_of(path: str) -> str | None:
    """The field that is compared as one and that ``path`` names or lies in; ``None`` where it names none.

    An entry of a list belongs to the list: ``items[0].reviewer_guidelines[1].title`` to
    ``items[0].reviewer_guidelines``. The whole letter, ``items`` and one item are no field.
    """
    found = _FIELD.match(path)
    if found is None or found[1] == "items" or found[1].rsplit(".", 1)[-1] in _NOT_COMPARED:
        return None
    return found[1]


def _of_missing(path: str, rows: tuple[Row, ...]) -> bool:
    """Whether a field belongs to an item that only one side has: the item itself is the error, once."""
    item = item_of(path)
    missed = item is not None and rows[item].read is None
    return "." in path and (missed or path.startswith("items[+"))
