"""The aligner against permuted, split, merged, duplicated and missing items."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.alignment import align, in_label, side_by_side, token_f1
from schemas import Determination, Outcome
from tests.evals.labels import item

KNEE, CANE, MASSAGE, THERAPY = "MRI of the left knee", "Cane", "Massage, six sessions", "Physical therapy, 12 visits"


def aligned(label: list[str], read: list[str]) -> list[tuple[int, int]]:
    return align([item(words) for words in label], [item(words) for words in read])


def test_token_f1_by_hand() -> None:
    assert token_f1("no red flags", "no red flags noted") == pytest.approx(6 / 7)
    assert token_f1("a", "b") == 0
    assert token_f1("", "") == 1
    assert token_f1("right- sided Brace", "right-sided\nbrace") == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_permuted_items_are_found_again(order: tuple[int, ...]) -> None:
    label = [KNEE, CANE, MASSAGE, THERAPY]
    assert aligned(label, [label[place] for place in order]) == [(place, order.index(place)) for place in range(4)]


def test_a_missing_item_leaves_the_others_alone() -> None:
    assert aligned([KNEE, CANE, MASSAGE], [MASSAGE, KNEE]) == [(0, 1), (2, 0)]
    assert aligned([KNEE], []) == aligned([], [KNEE]) == []


def test_a_different_treatment_is_no_match() -> None:
    assert aligned([KNEE], ["Home aide"]) == []


def test_a_duplicated_item_is_found_once() -> None:
    # Nothing tells which of the two it is; the one beside its neighbor is taken.
    assert aligned([KNEE, CANE], [KNEE, KNEE, CANE]) == [(0, 1), (1, 2)]
    assert aligned([CANE, KNEE], [CANE, KNEE, KNEE]) == [(0, 0), (1, 1)]


def test_the_same_treatment_twice_keeps_its_order() -> None:
    assert aligned([CANE, CANE], [CANE, CANE]) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("label", "read", "pairs"),
    [
        ([CANE, KNEE, CANE], [KNEE, CANE], [(1, 0), (2, 1)]),
        ([CANE, KNEE, CANE], [CANE, KNEE], [(0, 0), (1, 1)]),
        ([MASSAGE, CANE, KNEE, CANE], [CANE, KNEE, CANE], [(1, 0), (2, 1), (3, 2)]),
        ([CANE, KNEE, CANE, MASSAGE], [MASSAGE, CANE, KNEE, CANE], [(0, 1), (1, 2), (2, 3), (3, 0)]),
    ],
)
def test_of_the_same_treatment_twice_the_one_beside_its_neighbor_is_it(
    label: list[str], read: list[str], pairs: list[tuple[int, int]]
) -> None:
    assert aligned(label, read) == pairs


def test_of_a_heading_split_in_two_one_part_is_it() -> None:
    whole = "Physical therapy 12 visits for the low back and MRI of the left knee"
    parts = ["Physical therapy 12 visits for the low back", "MRI of the left knee"]
    assert aligned([CANE, whole], [CANE, *parts]) == [(0, 0), (1, 1)]


def test_of_two_merged_headings_one_is_found() -> None:
    parts = ["Physical therapy 12 visits for the low back", "MRI of the left knee"]
    assert aligned([*parts, CANE], [" and ".join(parts), CANE]) == [(0, 0), (2, 1)]


def test_pairs_that_are_none_do_not_outweigh_one_that_is() -> None:
    # Likeness 0.6 and 0 against 0.4 and 0.4: the larger sum is of pairs that are no items at all.
    label, read = ["a b c d e", "a b x y z"], ["a b c v w", "p q d e r"]
    assert aligned(label, read) == [(0, 0)]


def test_outcomes_decide_nothing() -> None:
    label = [item(CANE), item(CANE, outcome=Outcome.OVERTURNED)]
    assert align(label, label[::-1]) == [(0, 0), (1, 1)]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=8, unique=True), st.integers())
def test_any_order_of_different_items_is_found_whole(names: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample(names, len(names))
    assert [(names[i], shuffled[j]) for i, j in aligned(names, shuffled)] == [(name, name) for name in names]


@given(st.lists(st.sampled_from(["a", "a b", "a b c", "d", "d e"]), max_size=7), st.data())
def test_each_item_has_one_partner_at_most(names: list[str], data: st.DataObject) -> None:
    read = data.draw(st.lists(st.sampled_from(["a", "a b", "a b c", "d", "d e"]), max_size=7))
    pairs = aligned(names, read)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert pairs == sorted(pairs)
    assert len(aligned(names, names)) == len(names)


def test_sides_stand_in_the_label_s_order_then_what_was_invented() -> None:
    label = Determination(items=(item(KNEE), item(CANE)))
    read = Determination(items=(item("Home aide"), item(CANE), item(MASSAGE)))
    rows = side_by_side(label, read)
    assert [(row.field, row.place) for row in rows] == [
        ("items[0]", None),
        ("items[1]", 1),
        ("items[+0]", 0),
        ("items[+1]", 2),
    ]
    assert in_label("items[1].outcome", rows) == "items[1].outcome"
    assert in_label("items[2].reasons[0]", rows) == "items[+1].reasons[0]"
    assert in_label("case_number", rows) == "case_number"
