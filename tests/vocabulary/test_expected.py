"""Reasons usually given for a treatment."""

import pytest

from schemas import Category, Outcome, Reason
from summarizer.vocabulary.expected import expected_reasons


def usual(treatment: str, category: Category, outcome: Outcome = Outcome.UPHELD) -> Reason:
    shares = expected_reasons(treatment, category)
    return max((reason for reason in shares if reason.supports is outcome), key=lambda reason: shares[reason])


@pytest.mark.parametrize(
    ("treatment", "category", "reason"),
    [
        ("Omeprazole 20mg #60", Category.PHARMACEUTICAL, Reason.CRITERIA_NOT_MET),
        ("Flexeril 7.5 mg #90", Category.PHARMACEUTICAL, Reason.EXCEEDS_LIMITS),
        ("Cyclobenzaprine 2% cream 60 gm", Category.PHARMACEUTICAL, Reason.NOT_RECOMMENDED),
        ("MRI of the right knee", Category.DIAGNOSTIC_TESTING, Reason.NO_OBJECTIVE_FINDINGS),
        ("Post-operative physical therapy, 12 visits", Category.REHABILITATION, Reason.DEPENDS_ON_DENIED_SERVICE),
        ("Zorblatt device", Category.SURGERY, Reason.NO_OBJECTIVE_FINDINGS),
    ],
)
def test_the_first_kind_that_matches_counts_and_else_the_category(
    treatment: str, category: Category, reason: Reason
) -> None:
    assert usual(treatment, category) is reason


@pytest.mark.parametrize("category", Category)
def test_every_category_has_something_usual_for_either_outcome(category: Category) -> None:
    shares = expected_reasons("zorblatt", category)
    for outcome in (Outcome.UPHELD, Outcome.OVERTURNED):
        assert 0.5 < sum(share for reason, share in shares.items() if reason.supports is outcome) <= 1.01
