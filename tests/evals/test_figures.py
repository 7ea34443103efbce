"""Figures of a run: intervals by the right method, groups, repeats."""

from __future__ import annotations

import pytest

from evals.figures import Facet, Figure, Method, figures_by, figures_of
from evals.gold import Split
from evals.metrics.metric import Kind
from evals.run_file import Letter, Run
from evals.statistics.proportion import clustered_wilson, wilson
from tests.evals.runs import attempt, judged, letter, run, wrong

RIGHT = ("upheld", "upheld")
WRONG = ("upheld", "modified")


def by_name(run: Run) -> dict[str, Figure]:
    return {figure.metric.name: figure for figure in figures_of(run)}


def counted(stem: str, **tallies: tuple[float, float, float]) -> Letter:
    return letter(stem, attempt(tallies))


def test_a_share_has_wilsons_interval() -> None:
    found = by_name(run(*(judged(f"{n}", RIGHT) for n in range(30))))["outcome"]
    assert (found.value, found.units, found.letters, found.method) == (1.0, 30, 30, Method.WILSON)
    assert (found.low, found.high) == pytest.approx(wilson(30, 30))


def test_items_of_one_letter_are_not_independent() -> None:
    found = by_name(run(*(judged(f"{n}", *[RIGHT if n % 2 else WRONG] * 5) for n in range(40))))["outcome"]
    assert (found.low, found.high) == pytest.approx(clustered_wilson([5, 0] * 20, [5] * 40))
    assert found.low == pytest.approx(wilson(20, 40).low, abs=0.01)


def test_an_f1_is_drawn_by_letter() -> None:
    found = by_name(run(*(counted(f"{n}", diagnoses=(n % 3, 2, 2)) for n in range(30))))["diagnoses_f1"]
    assert (found.value, found.method) == (0.5, Method.BOOTSTRAP)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.5 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * (2 / 3) ** 0.5 / 2 / 30**0.5, rel=0.1)


def test_an_f1_of_1_is_no_more_certain_than_a_share_of_1() -> None:
    found = by_name(run(*(counted(f"{n}", diagnoses=(2, 2, 2)) for n in range(30))))["diagnoses_f1"]
    assert (found.low, found.high) == pytest.approx(clustered_wilson([2] * 30, [2] * 30))
    assert found.method is Method.WILSON


def test_one_letter() -> None:
    found = by_name(
        run(letter("a", attempt({"outcome": (2, 2, 2), "cost_usd": (0.25, 1, 1), "key_quotes": (0.4, 1, 1)})))
    )
    assert (found["outcome"].low, found["outcome"].high) == pytest.approx(clustered_wilson([2], [2]))
    assert (found["cost_usd"].value, found["cost_usd"].low, found["cost_usd"].method) == (0.25, None, Method.NONE)
    assert found["key_quotes_f1"].low is None
    assert found["outcome"].detectable is None


def test_an_amount_that_never_varies_is_no_share() -> None:
    found = by_name(run(*(counted(f"{n}", requests=(1, 1, 1)) for n in range(9))))["requests"]
    assert (found.value, found.low, found.high, found.method) == (1.0, None, None, Method.NONE)


def test_metrics_with_nothing_to_count_are_left_out() -> None:
    assert figures_of(run()) == ()
    assert figures_of(run(letter("a"))) == ()
    assert list(by_name(run(counted("a", outcome=(1, 1, 1)), letter("b")))) == ["outcome"]
    assert by_name(run(counted("a", outcome=(1, 1, 1)), letter("b")))["outcome"].letters == 1


def test_a_precision_is_over_what_was_read() -> None:
    found = by_name(run(counted("a", spans=(4, 5, 8)), counted("b", spans=(1, 5, 2))))
    assert (found["spans_precision"].value, found["spans_precision"].units) == (0.5, 10)
    assert (found["spans_recall"].value, found["spans_recall"].units) == (0.5, 10)


def test_a_users_own_score() -> None:
    scored = run(*(counted(f"{n}", politeness=(n / 10, 1, 1)) for n in range(11)), own_metrics=("politeness",))
    found = by_name(scored)["politeness"]
    assert (found.value, found.metric.family, found.metric.kind) == (pytest.approx(0.5), "own", Kind.MEAN)


def test_the_same_run_has_the_same_figures() -> None:
    scored = run(*(counted(f"{n}", diagnoses=(n % 3, 2, 2)) for n in range(30)))
    assert figures_of(scored) == figures_of(scored)
    assert figures_of(scored) != figures_of(scored, seed=1)


def test_every_value_lies_in_its_interval() -> None:
    letters = [judged(f"{n}", RIGHT, WRONG if n % 3 else ("overturned", "overturned")) for n in range(12)]
    for figure in figures_of(run(*letters)):
        assert figure.low is not None
        assert figure.high is not None
        assert 0 <= figure.low <= figure.value <= figure.high <= 1, figure.metric.name


def test_repeats_are_pooled_and_their_scatter_stands_apart() -> None:
    letters = [letter(f"{n}", *(attempt({"outcome": (n < right, 1, 1)}) for right in (10, 6, 8))) for n in range(10)]
    found = by_name(run(*letters))["outcome"]
    assert (found.value, found.units) == (pytest.approx(0.8), 10)
    assert found.scatter is not None
    assert (found.scatter.attempts, found.scatter.low, found.scatter.high) == (3, 0.6, 1.0)
    assert found.scatter.deviation == pytest.approx(0.2)
    assert found.low == pytest.approx(wilson(8, 10).low), "three readings of a letter are not three letters"
    assert by_name(run(judged("a", RIGHT)))["outcome"].scatter is None


def test_groups_of_letters() -> None:
    letters = [
        judged("a", RIGHT, layout="old", words=100),
        judged("b", RIGHT, WRONG, words=200, split=Split.TEST),
        judged("c", *[RIGHT] * 4, words=300, gold_set="other"),
        judged("d", *[RIGHT] * 7, words=400),
        letter("e", categories=(), words=500),
        judged("f", *[RIGHT] * 21, words=600),
    ]
    names = {facet: [group.name for group in figures_by(run(*letters), facet)] for facet in Facet}
    assert names == {
        Facet.LAYOUT: ["final_determination", "old"],
        Facet.SPLIT: ["dev", "test"],
        Facet.GOLD_SET: ["invented", "other"],
        Facet.ITEMS: ["none", "1", "2 to 3", "4 to 6", "7 or more"],
        Facet.LENGTH: ["up to 200 words", "up to 400 words", "over 400 words"],
        Facet.CATEGORY: ["other"],
    }
    for facet in set(Facet) - {Facet.CATEGORY}:
        groups = figures_by(run(*letters), facet)
        assert (sum(group.letters for group in groups), sum(group.items for group in groups)) == (6, 35)
    test = figures_by(run(*letters), Facet.SPLIT)[1]
    assert [figure.value for figure in test.figures if figure.metric.name == "outcome"] == [0.5]
    assert test.errors is not None
    assert (test.errors.value, test.errors.units) == (0.5, 2)


def test_letters_that_could_not_be_loaded_have_no_length() -> None:
    found = figures_by(run(judged("a", RIGHT, words=0), judged("b", RIGHT), judged("c", RIGHT)), Facet.LENGTH)
    assert [(group.name, group.letters) for group in found] == [("length not known", 1), ("up to 600 words", 2)]


def test_letters_of_one_length_are_one_group() -> None:
    groups = figures_by(run(judged("a", RIGHT), judged("b", RIGHT), judged("c", RIGHT)), Facet.LENGTH)
    assert [(group.name, group.letters) for group in groups] == [("up to 600 words", 3)]
    assert len(figures_by(run(judged("a", RIGHT)), Facet.LENGTH)) == 1
    assert all(figures_by(run(), facet) == () for facet in Facet)


def test_wrong_fields_count_each_field_once() -> None:
    both = counted(
        "a", header=(10, 11, 11), sex=(0, 1, 1), age=(1, 1, 1), treatment=(1, 2, 2), treatment_exact=(0, 2, 2)
    )
    errors = figures_by(run(both), Facet.SPLIT)[0].errors
    assert errors is not None
    assert (errors.value, errors.units) == (0.5, 4)


def test_errors_by_category_are_those_of_its_items() -> None:
    differing = [
        wrong("items[0].outcome", "upheld", "modified"),
        wrong("items[0].rationale_summary", "a", "b", "quote_coverage"),
        wrong("items[1].treatment", "a", "b", "treatment", "treatment_exact"),
        wrong("items[1].reviewer_guidelines", "a", "b", "citations"),
        wrong("items[+0]", (), "Cane", "items_invented"),
        wrong("sex", "male", "female"),
    ]
    letters = [
        letter("a", attempt(differences=differing), categories=("surgery", "other")),
        letter("b", categories=("surgery", "surgery", "surgery")),
    ]
    found = {group.name: group for group in figures_by(run(*letters), Facet.CATEGORY)}
    assert {name: (group.letters, group.items) for name, group in found.items()} == {"other": (1, 1), "surgery": (2, 4)}
    assert {name: group.errors and group.errors.value for name, group in found.items()} == {
        "other": 2.0,
        "surgery": 0.25,
    }
    twice = run(*(one.model_copy(update={"attempts": one.attempts * 2}) for one in letters))
    errors = {group.name: group.errors for group in figures_by(twice, Facet.CATEGORY)}
    assert {name: one and (one.value, one.units) for name, one in errors.items()} == {
        "other": (2.0, 1),
        "surgery": (0.25, 4),
    }
