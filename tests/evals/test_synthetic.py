"""Invented cases: what is put into a reading comes out as scores, and judgement at random scores at chance."""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import pytest

from evals.metrics.catalog import BY_NAME
from evals.running.harness import Evaluation, score
from evals.scores import value
from evals.synthetic import Invented, Rates, judged_by_others, perturbed, right, synthetic
from schemas import Item
from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer

NONE = Rates(0, 0, 0, 0, 0, 0, 0)


@cache
def letters() -> tuple[Invented, ...]:
    return synthetic(60, seed=5)


def scored(readings: dict[str, object]) -> Evaluation:
    fingerprints = {each.key: each.fingerprint for each in letters()}
    return score([each.labeled for each in letters()], readings, fingerprints=fingerprints)  # type: ignore[arg-type]


def figure(found: Evaluation, name: str) -> float:
    known = value(BY_NAME[name], found.run.letters)
    assert known is not None
    return known


def test_the_same_seed_invents_the_same() -> None:
    assert synthetic(5, seed=1) == synthetic(5, seed=1) != synthetic(5, seed=2)
    assert perturbed(letters()[0], 1) == perturbed(letters()[0], 1)


def test_letters_are_read_as_they_are_labeled() -> None:
    invented = letters()[0]
    read = Summarizer().read(Source.from_text(invented.document.text)).determination
    label = invented.labeled.label
    assert read.document is not None
    assert read.document.layout == "imr_form_2014"
    assert (read.case_number, read.decision_date) == (label.case_number, label.decision_date)
    printed = [(item.treatment, item.outcome, item.rationale) for item in read.items]
    assert printed == [(item.treatment, item.outcome, item.rationale) for item in label.items]


def test_a_right_reading_has_no_error() -> None:
    found = scored({each.key: right(each) for each in letters()})
    assert [each.key for each in letters()] == [letter.key for letter in found.run.letters]
    assert not [letter.key for letter in found.run.letters for difference in letter.attempts[0].differences]
    for name in ("items_f1", "header", "spans_precision", "spans_recall", "evidence", "reasons_f1", "quote_coverage"):
        assert figure(found, name) == 1


@pytest.mark.parametrize(
    ("rates", "worse", "same"),
    [
        (Rates(1, 0, 0, 0, 0, 0, 0), "items_missed", "header"),
        (Rates(0, 1, 0, 0, 0, 0, 0), "items_invented", "treatment"),
        (Rates(0, 0, 1, 0, 0, 0, 0), "items_invented", "items_missed"),
        (Rates(0, 0, 0, 1, 0, 0, 0), "items_missed", "items_invented"),
        (Rates(0, 0, 0, 0, 0, 1, 0), "wrong_outcome", "items_f1"),
    ],
)
def test_each_kind_of_error_moves_its_own_metric(rates: Rates, worse: str, same: str) -> None:
    before = scored({each.key: right(each) for each in letters()})
    after = scored({each.key: perturbed(each, 1, rates) for each in letters()})
    assert figure(after, worse) > 0.3 > figure(before, worse) == 0
    assert figure(after, same) == figure(before, same)


def test_order_alone_is_no_error() -> None:
    found = scored({each.key: perturbed(each, 1, Rates(0, 0, 0, 0, 1, 0, 0)) for each in letters()})
    assert figure(found, "items_f1") == figure(found, "treatment") == 1


def test_swapped_codes_are_found_at_their_rate() -> None:
    found = scored({each.key: perturbed(each, 3, Rates(0, 0, 0, 0, 0, 0.3, 0)) for each in letters()})
    items = sum(len(each.labeled.label.items) for each in letters())
    for name in ("outcome", "category", "primary_reason"):
        assert abs(figure(found, name) - 0.7) < 4 * sqrt(0.3 * 0.7 / items)


def chance_of(name: str) -> tuple[float, float]:
    """Mean and standard deviation of the share that random order has right, from how often each class occurs.

    Hoeffding (1951), A Combinatorial Central Limit Theorem: of the sum of a[i, p(i)] over a random permutation p,
    the variance is the sum of squares of the doubly centred a over n - 1.
    """
    items: list[Item] = [item for each in letters() for item in each.labeled.label.items]
    codes = np.array([str(getattr(item, name)) for item in items])
    alike = (codes[:, None] == codes[None, :]).astype(float)
    centred = alike - alike.mean(axis=0) - alike.mean(axis=1, keepdims=True) + alike.mean()
    size = len(items)
    return float(alike.sum() / size**2), sqrt(float((centred**2).sum()) / (size - 1)) / size


@pytest.mark.parametrize("name", ["outcome", "category", "primary_reason"])
def test_judgements_of_other_items_score_at_chance(name: str) -> None:
    mean, deviation = chance_of(name)
    found = [figure(scored(judged_by_others(letters(), seed)), name) for seed in range(4)]
    assert all(abs(each - mean) < 4 * deviation for each in found)
    assert abs(np.mean(found) - mean) < 4 * deviation / 2
    assert mean + 4 * deviation < 0.7


def test_readings_of_other_letters_find_nothing_of_the_case() -> None:
    whole = {each.key: right(other) for each, other in zip(letters(), letters()[1:] + letters()[:1], strict=True)}
    found = scored(whole)
    assert figure(found, "case_number") == 0
    assert figure(found, "items_f1") < 0.2
    assert figure(found, "spans_recall") < 0.2
