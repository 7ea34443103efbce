"""Comparisons of runs: what is found, what is luck, and what is refused."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.compare import Compared, Comparison, Kind, Test, Verdict, compare
from evals.errors import RunsDiffer
from evals.run_file import Letter, Run
from evals.statistics.mcnemar import mcnemar
from schemas import Usage
from tests.evals.runs import attempt, judged, letter, raised, run, wrong

RIGHT = ("upheld", "upheld")
WRONG = ("upheld", "modified")


def outcomes(name: str, broken: int, letters: int = 48, items: int = 2) -> Run:
    """The first ``broken`` letters have one wrong item."""
    return run(
        *(
            judged(f"l{n:02}", *([WRONG if n < broken and item == 0 else RIGHT for item in range(items)]))
            for n in range(letters)
        ),
        name=name,
    )


def row(comparison: Comparison, name: str) -> Compared:
    return next(found for found in comparison.metrics if found.metric.name == name)


def test_a_field_broken_in_4_of_48_letters_is_found_and_named() -> None:
    found = compare(outcomes("base", 0), outcomes("new", 4))
    assert [(change.letter, change.field, change.kind) for change in found.changes] == [
        (f"invented/l{n:02}", "items[0].outcome", Kind.REGRESSED) for n in range(4)
    ]
    first = found.changes[0]
    assert (first.gold, first.base, first.new) == (("upheld",), ("upheld",), ("modified",))
    assert first.metrics == ("outcome", "wrong_outcome")
    outcome = row(found, "outcome")
    assert (outcome.base, outcome.new, outcome.letters) == (1.0, 1 - 4 / 96, 4)
    assert outcome.leans == row(found, "wrong_outcome").leans == -1
    assert outcome.p == mcnemar(4, 0) == 0.125
    assert outcome.verdict is Verdict.NOT_SHOWN, "four letters may be luck, and are named all the same"
    assert outcome.low is not None
    assert outcome.low < 0 <= (outcome.high or 0)
    assert {found.metric.name for found in found.of(Verdict.UNCHANGED)} == {"letters_read", "items_f1"}


def test_a_field_broken_in_12_of_48_letters_is_significantly_worse() -> None:
    found = compare(outcomes("base", 0), outcomes("new", 12))
    outcome = row(found, "outcome")
    assert (outcome.test, outcome.p, outcome.verdict) == (Test.MCNEMAR, 2 / 2**12, Verdict.WORSE)
    assert outcome.adjusted == pytest.approx(3 * 2 / 2**12)
    assert row(found, "wrong_outcome").verdict is Verdict.WORSE
    back = compare(outcomes("new", 12), outcomes("base", 0))
    assert row(back, "outcome").verdict is row(back, "wrong_outcome").verdict is Verdict.BETTER
    assert {change.kind for change in back.changes} == {Kind.IMPROVED}


def test_a_run_against_itself_is_unchanged() -> None:
    found = compare(outcomes("base", 5), outcomes("new", 5))
    assert {one.verdict for one in found.metrics} == {Verdict.UNCHANGED}
    assert all((one.difference, one.p, one.low, one.letters) == (0.0, None, None, 0) for one in found.metrics)
    assert found.changes == found.flags == found.failures == found.summaries == ()
    assert (found.letters, found.left_out) == (48, ())


def test_shuffled_readings_are_significantly_worse() -> None:
    chance = random.Random(3)
    golds = [chance.choice(["upheld", "overturned", "modified"]) for _ in range(60)]
    reads = chance.sample(golds, len(golds))
    base = run(*(judged(f"l{n:02}", (gold, gold)) for n, gold in enumerate(golds)))
    new = run(*(judged(f"l{n:02}", pair) for n, pair in enumerate(zip(golds, reads, strict=True))), name="shuffled")
    outcome = row(compare(base, new), "outcome")
    assert outcome.verdict is row(compare(base, new), "outcome_macro_f1").verdict is Verdict.WORSE
    alike = sum(golds.count(code) ** 2 for code in set(golds)) / 60**2
    assert outcome.new == pytest.approx(alike, abs=0.2), "at chance"


def test_one_letter_proves_nothing() -> None:
    found = compare(run(judged("a", *[RIGHT] * 21)), run(judged("a", *[WRONG] * 21), name="new"))
    assert {one.verdict for one in found.metrics if one.letters} == {Verdict.NOT_SHOWN, Verdict.NOT_TESTED}
    assert row(found, "outcome").p == row(found, "outcome_macro_f1").p == 1.0
    assert len(found.changes) == 21


def test_one_bad_letter_among_many_is_not_21_independent_errors() -> None:
    rest = [judged(f"l{n}", RIGHT) for n in range(30)]
    found = compare(run(*rest, judged("x", *[RIGHT] * 21)), run(*rest, judged("x", *[WRONG] * 21), name="new"))
    assert row(found, "outcome").p == 1.0
    assert row(found, "outcome").verdict is Verdict.NOT_SHOWN


def test_what_is_not_a_share_is_tested_by_paired_bootstrap() -> None:
    base = run(*(letter(f"{n:02}", attempt({"diagnoses": (2, 2, 2)})) for n in range(40)))
    new = run(*(letter(f"{n:02}", attempt({"diagnoses": (1 + n % 2, 2, 2)})) for n in range(40)), name="new")
    found = row(compare(base, new), "diagnoses_f1")
    assert (found.base, found.new, found.test, found.verdict) == (1.0, 0.75, Test.BOOTSTRAP, Verdict.WORSE)
    assert found.p == 1 / 2001
    error = 0.25 / 40**0.5
    assert (found.low, found.high) == pytest.approx((-0.25 - 1.96 * error, -0.25 + 1.96 * error), abs=0.01)
    assert found.detectable == pytest.approx(2.8016 * error, rel=0.06)


def test_shares_of_other_units_in_each_run_are_no_pairs() -> None:
    base = run(*(letter(f"{n:02}", attempt({"wrong_outcome": (0, 2, 2)})) for n in range(20)))
    new = run(*(letter(f"{n:02}", attempt({"wrong_outcome": (0 if n else 1, 1, 1)})) for n in range(20)), name="new")
    assert row(compare(base, new), "wrong_outcome").test is Test.BOOTSTRAP


def test_repeats_are_compared_by_bootstrap_and_changes_over_all_readings() -> None:
    found = compare(run(read(1, 0)), run(read(1, 1), name="new"))
    assert row(found, "outcome").test is Test.BOOTSTRAP
    (change,) = found.changes
    assert (change.kind, change.base, change.new) == (Kind.IMPROVED, ("modified",), ("upheld",))
    assert str(change.often) == "in 0 of 2, was 1 of 2"
    worse = compare(run(read(1, 1, 1)), run(read(1, 0, 0))).changes
    assert [(one.kind, one.new, str(one.often)) for one in worse] == [
        (Kind.REGRESSED, ("modified",), "in 2 of 3, was 0 of 3")
    ]
    assert compare(run(read(0, 1)), run(read(1, 0))).changes == ()
    assert row(compare(run(read(1)), run(read(1, 1, 1))), "outcome").verdict is Verdict.UNCHANGED
    assert compare(run(read(0)), run(read(0, 0, 0))).changes == ()


def read(*right: int) -> Letter:
    """A letter read once for each, with a right or wrong outcome."""
    bad = wrong("items[0].outcome", "upheld", "modified")
    return letter("a", *(attempt({"outcome": (one, 1, 1)}, differences=[] if one else [bad]) for one in right))


def test_of_several_readings_the_most_frequent_wrong_value_is_shown() -> None:
    def several(*values: str) -> Run:
        differing = [[wrong("sex", "male", value)] if value != "male" else [] for value in values]
        return run(letter("a", *(attempt(differences=one) for one in differing)))

    (change,) = compare(several("male", "male", "x"), several("female", "x", "female", "male")).changes
    assert (change.base, change.new, str(change.often)) == (("x",), ("female",), "in 3 of 4, was 1 of 3")
    assert compare(several("x", "y", "y"), several("y", "x", "y")).changes == ()
    assert [one.kind for one in compare(several("x", "x"), several("y", "y")).changes] == [Kind.CHANGED]


def test_a_field_that_errs_apart_from_its_missed_item_is_named() -> None:
    lost = [wrong("items[1]", "Cane", (), "items_missed"), wrong("items[1].outcome", "upheld")]
    bad = [wrong("items[1].outcome", "upheld", "modified")]

    def several(*readings: list[object]) -> Run:
        return run(letter("a", *(attempt(differences=one) for one in readings)))  # type: ignore[arg-type]

    apart = compare(several([], [], []), several(lost, bad, bad)).changes
    assert [(one.field, str(one.often)) for one in apart] == [
        ("items[1]", "in 1 of 3, was 0 of 3"),
        ("items[1].outcome", "in 3 of 3, was 0 of 3"),
    ]
    together = compare(several([], [], []), several(lost, [], [])).changes
    assert [(one.field, one.metrics) for one in together] == [("items[1]", ("items_missed", "outcome"))]


@pytest.mark.parametrize(
    ("base", "new", "kind"),
    [
        (wrong("key_quotes", "a b c d", "a b", score=0.9), wrong("key_quotes", "a b c d", "z", score=0), "regressed"),
        (wrong("key_quotes", "a b c d", "z", score=0), wrong("key_quotes", "a b c d", "a b", score=0.9), "improved"),
        (wrong("key_quotes", "a b", "a", score=0.5), wrong("key_quotes", "a b", "b", score=0.5), "changed"),
        (
            wrong("case_summary", (), "5 mg", "unsupported_facts", score=1),
            wrong("case_summary", (), ("5 mg", "left"), "unsupported_facts", score=2),
            "regressed",
        ),
        (
            wrong("case_summary", (), ("5 mg", "left"), "unsupported_facts", score=2),
            wrong("case_summary", (), ("5 mg", "70 words"), "unsupported_facts", "summaries_too_long", score=1),
            "changed",
        ),
    ],
)
def test_what_is_graded_is_better_or_worse_by_its_score(base: object, new: object, kind: str) -> None:
    assert [one.kind.value for one in compare(differing("base", base), differing("new", new)).changes] == [kind]


def test_flags_failures_and_summaries_over_all_readings() -> None:
    flagged = attempt(flags=[raised("low_confidence")], failure="Refused", summaries={"case_summary": "One."})
    plain = attempt(summaries={"case_summary": "Two."})
    found = compare(run(letter("a", plain, plain, flagged)), run(letter("a", plain, flagged, flagged), name="new"))
    assert [(one.raised, str(one.often)) for one in found.flags] == [(True, "in 2 of 3, was 1 of 3")]
    assert [(one.newly, one.failed, str(one.often)) for one in found.failures] == [
        (True, False, "in 2 of 3, was 1 of 3")
    ]
    assert [(one.base, one.new) for one in found.summaries] == [("Two.", "One.")]
    same = compare(run(letter("a", plain, flagged)), run(letter("a", flagged, plain), name="new"))
    assert same.flags == same.failures == ()


def test_shown_from_is_the_same_from_both_sides_and_rests_on_the_changed_letters() -> None:
    """Of 164 items 10 in as many letters turn wrong; simulated, 0.052 is shown 4 times in 5."""
    sizes = [3] * 38 + [4] * 11 + [6]

    def broken(name: str, count: int) -> Run:
        return run(
            *(judged(f"l{n:02}", WRONG if n < count else RIGHT, *[RIGHT] * (size - 1)) for n, size in enumerate(sizes)),
            name=name,
        )

    there = row(compare(broken("base", 0), broken("new", 10)), "outcome")
    back = row(compare(broken("new", 10), broken("base", 0)), "outcome")
    assert there.detectable == back.detectable == pytest.approx(0.052, abs=0.004)


@pytest.mark.parametrize("counts", ["outcome", "reasons"])
def test_so_few_changed_letters_can_show_nothing(counts: str) -> None:
    def broken(count: int) -> Run:
        return run(*(letter(f"l{n:02}", attempt({counts: (0 if n < count else 4, 4, 4)})) for n in range(50)))

    found = {count: compare(broken(0), broken(count)).metrics[0] for count in (5, 6)}
    assert (found[5].p or 0) > 0.05 >= (found[6].p or 1)
    assert found[5].detectable is None
    assert found[6].detectable is not None


def test_many_tests_or_a_strict_level_take_more_draws() -> None:
    names = tuple(f"own{n}" for n in range(110))

    def own(more: float) -> Run:
        letters = (letter(f"{n:02}", attempt(dict.fromkeys(names, (1 - more * (n % 7), 1, 1)))) for n in range(60))
        return run(*letters, own_metrics=names)

    found = compare(own(0), own(0.01))
    assert {one.verdict for one in found.metrics} == {Verdict.WORSE}
    assert (found.draws, found.drawn_too_few) == (2200, False)


def test_holm_leaves_out_what_is_not_tested() -> None:
    base = run(*(letter(f"{n:02}", attempt({"seconds": (1, 1, 1), "reasons": (2, 2, 2)})) for n in range(30)))
    new = run(*(letter(f"{n:02}", attempt({"seconds": (2, 1, 1), "reasons": (1, 2, 2)})) for n in range(30)))
    found = compare(base, new)
    assert (row(found, "seconds").adjusted, row(found, "seconds").verdict) == (None, Verdict.NOT_TESTED)
    assert row(found, "reasons_f1").adjusted == row(found, "reasons_f1").p


def test_letters_that_a_metric_lost_are_counted() -> None:
    base = run(*(letter(f"{n}", attempt({"own": (0.5, 1, 1)})) for n in range(10)), own_metrics=("own",))
    new = run(
        *(letter(f"{n}", attempt({"own": (0.5, 1, 1)} if n < 1 else {})) for n in range(10)), own_metrics=("own",)
    )
    found = compare(base, new).metrics[0]
    assert (found.base_letters, found.new_letters, found.letters) == (10, 1, 9)


def test_what_is_only_reported_has_no_verdict() -> None:
    base = run(*(letter(f"{n:02}", attempt({"seconds": (1, 1, 1), "cost_usd": (1, 1, 1)})) for n in range(30)))
    new = run(*(letter(f"{n:02}", attempt({"seconds": (2 + n % 2, 1, 1)})) for n in range(30)), name="new")
    found = compare(base, new)
    slower, unpriced = row(found, "seconds"), row(found, "cost_usd")
    assert (slower.verdict, slower.adjusted, slower.leans, slower.difference) == (Verdict.NOT_TESTED, None, -1, 1.5)
    assert (unpriced.base, unpriced.new, unpriced.difference, unpriced.p) == (1.0, None, None, None)


def test_direction_without_a_better_side() -> None:
    base = run(letter("a", attempt({"letters_flagged": (0, 1, 1)})))
    new = run(letter("a", attempt({"letters_flagged": (1, 1, 1)})))
    assert row(compare(base, new), "letters_flagged").leans == 0


def test_holm_is_over_what_is_tested_and_differs() -> None:
    found = compare(outcomes("base", 0), outcomes("new", 12))
    tested = [one for one in found.metrics if one.adjusted is not None]
    assert {one.metric.name for one in tested} == {"wrong_outcome", "outcome", "outcome_macro_f1"}
    assert row(found, "outcome_micro_f1").adjusted is None
    assert all((one.adjusted or 0) >= (one.p or 0) for one in tested)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_p_does_not_hang_on_the_order_and_turns_with_the_runs(
    read: list[tuple[bool, bool]], chance: random.Random
) -> None:
    def runs(pairs: list[tuple[bool, bool]]) -> tuple[Run, Run]:
        both = [[judged(f"l{n:02}", RIGHT if one[side] else WRONG) for n, one in enumerate(pairs)] for side in (0, 1)]
        return run(*both[0]), run(*both[1], name="new")

    base, new = runs(read)
    shuffled = read.copy()
    chance.shuffle(shuffled)
    there, back = row(compare(base, new, draws=50), "outcome"), row(compare(new, base, draws=50), "outcome")
    assert there.p == back.p == row(compare(*runs(shuffled), draws=50), "outcome").p
    assert there.p is None or 0 < there.p <= 1
    assert there.difference == -(back.difference or 0)
    assert there.leans == -back.leans


def differing(name: str, *differences: object, **more: object) -> Run:
    return run(letter("a", attempt(differences=differences, **more)), name=name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "new", "kind"),
    [
        (wrong("sex", "male", "female"), None, Kind.IMPROVED),
        (None, wrong("sex", "male"), Kind.REGRESSED),
        (wrong("sex", "male", "female"), wrong("sex", "male"), Kind.CHANGED),
        (wrong("reasons", ("a", "b"), "c"), wrong("reasons", ("a", "b"), "a"), Kind.IMPROVED),
        (wrong("reasons", ("a", "b"), "a"), wrong("reasons", ("a", "b"), ("c", "d")), Kind.REGRESSED),
        (
            wrong("treatment", "x y", "x", "treatment_exact"),
            wrong("treatment", "x y", "y", "treatment", "treatment_exact"),
            Kind.REGRESSED,
        ),
        (wrong("items[+0]", (), "Cane"), wrong("items[+0]", (), "Bed"), Kind.REGRESSED),
    ],
)
def test_what_became_of_a_field(base: object, new: object, kind: Kind) -> None:
    found = compare(differing("base", *filter(None, [base])), differing("new", *filter(None, [new]))).changes
    assert found[0].kind is kind


def test_an_invented_item_is_known_by_its_words() -> None:
    base = differing(
        "base", wrong("items[+0]", (), "Cane", "items_invented"), wrong("items[+1]", (), "Bed", "items_invented")
    )
    new = differing("new", wrong("items[+0]", (), "Bed", "items_invented"))
    assert [(one.kind, one.base, one.new) for one in compare(base, new).changes] == [(Kind.IMPROVED, ("Cane",), ())]
    twice = differing("new", *(wrong(f"items[+{n}]", (), "Cane", "items_invented") for n in range(2)))
    once = differing("base", wrong("items[+0]", (), "Cane", "items_invented"))
    assert [one.kind for one in compare(once, twice).changes] == [Kind.REGRESSED]


def test_a_missed_item_is_one_change_that_names_all_it_costs() -> None:
    base = differing("base", wrong("items[1].outcome", "upheld", "modified"))
    new = differing(
        "new",
        wrong("items[1]", "Cane", (), "items", "items_missed"),
        wrong("items[1].outcome", "upheld"),
        wrong("items[1].category", "dmepos"),
        wrong("items[11].category", "dmepos"),
    )
    assert [(one.field, one.kind, one.metrics) for one in compare(base, new).changes] == [
        ("items[1]", Kind.REGRESSED, ("items", "items_missed", "category")),
        ("items[11].category", Kind.REGRESSED, ("category",)),
    ]


def test_a_field_listed_for_several_metrics_is_one_change() -> None:
    base = differing("base")
    new = differing("new", wrong("age", "40", "41", "age"), wrong("age", "40", "41", "header"))
    assert [(one.field, one.metrics) for one in compare(base, new).changes] == [("age", ("age", "header"))]


def test_regressions_come_first_then_the_letters() -> None:
    def read(*differences: str) -> list[Letter]:
        return [letter(stem, attempt(differences=[wrong(f"{field}", "x") for field in differences])) for stem in "ba"]

    found = compare(run(*read("age")), run(*read("sex"), name="new")).changes
    assert [(one.letter[-1], one.field, one.kind.value) for one in found] == [
        ("a", "sex", "regressed"),
        ("b", "sex", "regressed"),
        ("a", "age", "improved"),
        ("b", "age", "improved"),
    ]


def test_flags_failures_and_summaries() -> None:
    old = attempt(
        flags=[raised("low_confidence", "sex"), raised("low_confidence", "sex")],
        summaries={"case_summary": "One.", "items[0].rationale_summary": "Same."},
    )
    now = attempt(
        flags=[raised("low_confidence", "sex"), raised("possible_mistake_of_fact", material=True)],
        summaries={"case_summary": "Two.", "items[0].rationale_summary": "Same."},
    )
    lost, fell = attempt(failed=True, failure="NoText"), attempt(failure="Refused")
    found = compare(
        run(letter("a", old), letter("b"), letter("c"), letter("d", lost)),
        run(letter("a", now), letter("b", fell), letter("c", lost), letter("d"), name="new"),
    )
    assert [(one.flag.code, one.raised) for one in found.flags] == [
        ("possible_mistake_of_fact", True),
        ("low_confidence", False),
    ]
    assert [(one.letter[-1], one.failure, one.failed, one.newly) for one in found.failures] == [
        ("c", "NoText", True, True),
        ("b", "Refused", False, True),
        ("d", "NoText", True, False),
    ]
    assert [(one.field, one.base, one.new) for one in found.summaries] == [("case_summary", "One.", "Two.")]
    assert found.changes == ()


def test_runs_over_different_letters_are_refused_by_name() -> None:
    base, new = run(judged("a", RIGHT), judged("b", RIGHT)), run(judged("a", RIGHT), judged("c", RIGHT), name="new")
    with pytest.raises(RunsDiffer, match=r"new\.json: invented/b: not in this run, but in base\.json") as refused:
        compare(base, new, files=("base.json", "new.json"))
    assert (refused.value.file, refused.value.field) == ("new.json", "invented/b")
    assert "--common" in refused.value.remedy
    found = compare(base, new, common=True)
    assert (found.letters, found.left_out) == (1, ("invented/b", "invented/c"))


def test_many_missing_letters_are_counted() -> None:
    base = run(*(judged(f"l{n}", RIGHT) for n in range(9)))
    with pytest.raises(RunsDiffer, match="invented/l1, invented/l2, invented/l3 and 5 more"):
        compare(base, run(judged("l0", RIGHT)))


def test_a_changed_label_is_refused_by_name() -> None:
    base, new = (
        run(judged("a", RIGHT), judged("b", RIGHT)),
        run(judged("a", RIGHT), judged("b", RIGHT, fingerprint="f")),
    )
    with pytest.raises(RunsDiffer, match="invented/b: its letter, label or contradictions changed since base"):
        compare(base, new)
    assert compare(base, new, common=True).left_out == ("invented/b",)


def test_the_same_stem_of_two_sets_is_two_letters() -> None:
    base = run(judged("a", RIGHT), judged("a", RIGHT, gold_set="other"))
    with pytest.raises(RunsDiffer, match="other/a"):
        compare(base, run(judged("a", RIGHT)))


@pytest.mark.parametrize("common", [False, True])
def test_without_a_common_letter_nothing_is_compared(common: bool) -> None:
    with pytest.raises(RunsDiffer):
        compare(run(judged("a", RIGHT)), run(judged("b", RIGHT)), common=common)
    with pytest.raises(RunsDiffer, match="no letter in common"):
        compare(run(), run(), common=common)


def test_a_users_own_score_is_tested() -> None:
    def polite(name: str, more: float) -> Run:
        letters = [letter(f"{n:02}", attempt({"politeness": (n % 5 / 10 + more, 1, 1)})) for n in range(30)]
        return run(*letters, name=name, own_metrics=("politeness",))

    assert row(compare(polite("base", 0.3), polite("new", 0)), "politeness").verdict is Verdict.WORSE


def test_an_unknown_price_is_not_0() -> None:
    one = run(letter("a", attempt({"outcome": (1, 1, 1)}, usage=Usage(cost_usd=None))))
    assert [found.metric.name for found in compare(one, one).metrics] == ["outcome"]
