"""Words of test letters, which are scored and not read."""

from __future__ import annotations

import pytest

from evals.changes import HELD_BACK
from evals.compare import Kind, compare
from evals.gold import Split
from evals.metrics.measured import Difference
from evals.report.page import report
from evals.run_file import Run
from evals.tables import changes_list
from tests.evals.runs import attempt, letter, run
from tests.evals.test_tables import shown

WORDS = "gabapentin 300 mg"


def of(split: Split, *, wrong: bool) -> Run:
    found = Difference(("treatment",), "items[0].treatment", (WORDS,), ("gabapentin",))
    tallies = {"treatment": (0 if wrong else 1, 1, 1)}
    read = attempt(
        tallies=tallies, differences=[found] if wrong else [], summaries={"case_summary": f"{WORDS} {wrong}"}
    )
    return run(letter("one", read, split=split), name="new" if wrong else "base")


@pytest.mark.parametrize("split", list(Split))
@pytest.mark.parametrize("show_test", [False, True])
def test_words_of_test_letters_are_shown_only_where_asked_for(split: Split, show_test: bool) -> None:
    base, new = of(split, wrong=False), of(split, wrong=True)
    found = compare(base, new, show_test=show_test)
    hidden = split is Split.TEST and not show_test
    assert [change.kind for change in found.changes] == [Kind.REGRESSED]
    assert (found.changes[0].gold == HELD_BACK) is hidden
    pages = report(new, show_test=show_test), report(new, base, show_test=show_test), shown(changes_list(found))
    assert [WORDS.split()[0] in page for page in pages] == [not hidden] * 3
    assert ("--show-test shows them" in pages[2]) is hidden


def test_a_letter_that_was_not_read_had_no_proofs_to_lose() -> None:
    lost = Difference(("evidence",), "provenance[items[0].outcome]", ("proven",), ("unverified",))
    failed, unproven = attempt(failed=True, failure="none"), attempt(differences=[lost])
    assert not compare(run(letter("one", failed)), run(letter("one", unproven))).changes
    assert not compare(run(letter("one", unproven)), run(letter("one", failed))).changes
    assert len(compare(run(letter("one", attempt())), run(letter("one", unproven))).changes) == 1
