from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evals.annotation.agree import Agreements, Labels, agree, load_labels
from evals.errors import GoldError
from evals.gold import Contradiction
from schemas import Determination, MistakeKind
from tests.evals.goldsets import LETTERS, Label, gold_set, label_of

FIELDS = {"outcome", "category", "drug class", "primary reason"}


def labels(change: dict[str, Label] | None = None, name: str = "a", **pairs: tuple[Contradiction, ...]) -> Labels:
    """The labels of all letters; ``change`` replaces fields of the first item of some."""
    made = {}
    for stem, text in LETTERS.items():
        label = label_of(text)
        label["items"][0].update((change or {}).get(stem, {}))
        made[stem] = Determination.model_validate(label)
    return Labels(name, made, pairs)


def kappas(found: Agreements) -> dict[str, float | None]:
    return {one.title: one.agreement.kappa for one in found.classes}


def shared(found: Agreements) -> dict[str, float]:
    return {one.title: one.value for one in found.shared}


def pair(a: str, b: str, *, material: bool = True, kind: MistakeKind = MistakeKind.FINDING) -> Contradiction:
    return Contradiction(kind, 0, a, b, material)


def test_one_and_the_same_agree_wholly() -> None:
    found = agree(labels(), labels())
    assert found.letters == ("one", "three", "two")
    assert found.unsettled == ()
    assert kappas(found)["outcome"] == kappas(found)["category"] == kappas(found)["primary reason"] == 1
    # There is one drug only: nothing is left beyond chance.
    assert kappas(found)["drug class"] is None
    assert set(shared(found).values()) == {1.0}


def test_kappa_is_that_of_a_table_by_hand() -> None:
    found = agree(labels(), labels({"one": {"outcome": "overturned"}}))
    (outcome,) = (one for one in found.classes if one.title == "outcome")
    # Six items: a says overturned of two, b of three, they differ in one. po = 5/6, pe = (2*3 + 4*3)/36 = 1/2.
    assert outcome.agreement.units == 6
    assert outcome.agreement.observed == pytest.approx(5 / 6)
    assert outcome.agreement.kappa == pytest.approx((5 / 6 - 1 / 2) / (1 / 2))


def test_what_is_labeled_otherwise_is_listed_with_both_values() -> None:
    found = agree(labels(), labels({"two": {"outcome": "overturned"}, "one": {"reasons": [], "primary_reason": None}}))
    told = {(one.letter, one.field): (one.a, one.b) for one in found.unsettled}
    assert told[("two", "items[0].outcome")] == (("upheld",), ("overturned",))
    assert told[("one", "items[0].reasons")] == (("no_objective_findings",), ())
    assert [one.letter for one in found.unsettled] == sorted(one.letter for one in found.unsettled)


def test_the_order_of_the_annotators_does_not_matter() -> None:
    a, b = labels(), labels({"two": {"outcome": "overturned", "key_quotes": ["The examination"]}})
    one, other = agree(a, b), agree(b, a)
    assert kappas(one) == pytest.approx(kappas(other), nan_ok=True) or kappas(one) == kappas(other)
    assert shared(one) == pytest.approx(shared(other))


def test_items_that_only_one_has_lower_the_agreement_on_quotes_from_either_side() -> None:
    a, b = labels(), labels()
    more = {
        stem: label.model_copy(
            update={"items": (*label.items, label.items[0].model_copy(update={"treatment": "Cane"}))}
        )
        for stem, label in b.labels.items()
    }
    found = [shared(agree(*pair))["key quotes"] for pair in ((a, Labels("b", more, {})), (Labels("b", more, {}), a))]
    assert found[0] == found[1] < 1


def test_letters_that_only_one_labeled_are_told_and_not_compared() -> None:
    a, b = labels(), labels()
    fewer = Labels("b", {stem: b.labels[stem] for stem in ("one", "two")}, {})
    found = agree(a, fewer)
    assert (found.letters, found.only_a, found.only_b) == (("one", "two"), ("three",), ())
    assert agree(fewer, a).only_b == ("three",)


def test_contradictions_are_compared_where_both_looked_for_them() -> None:
    one = pair("The examination shows no red flag", "sciatica")
    same = pair("sciatica.", "shows no red flag", material=False)
    other = pair("fell from a ladder", "ibuprofen")
    found = agree(labels(one=(one, other), two=(), three=()), labels(one=(same,), two=(other,)))
    (units,) = {entry.agreement.units for entry in found.classes if "contradictions" in entry.title}
    assert units == 2
    assert shared(found)["contradictions, pairs"] == pytest.approx(2 * 1 / (2 + 2))
    told = {(entry.letter, entry.field): (entry.a, entry.b) for entry in found.unsettled}
    assert told[("one", "contradictions[0]")][0][2] == "material"
    assert told[("one", "contradictions[1]")][1] == ()
    assert told[("two", "contradictions[+0]")][0] == ()


def test_one_passage_does_not_stand_for_two() -> None:
    found = agree(labels(one=(pair("sciatica", "strain"),)), labels(one=(pair("sciatica", "ibuprofen"),)))
    assert shared(found)["contradictions, pairs"] == 0


def test_nothing_is_said_of_contradictions_that_only_one_looked_for() -> None:
    found = agree(labels(one=()), labels())
    assert {one.title for one in found.classes} == FIELDS
    assert "contradictions, pairs" not in shared(found)


def test_folders_of_labels_load_with_their_own_contradictions(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set")
    for folder in (home, home / "labels"):
        found = load_labels(folder)
        assert found.labels.keys() == LETTERS.keys() == found.contradictions.keys()


def test_contradictions_beside_the_labels_of_both_agree_about_nothing(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set")
    shutil.copytree(home / "labels", home / "second")
    first, second = load_labels(home / "labels"), load_labels(home / "second")
    assert second.contradictions.keys() == LETTERS.keys()
    assert {one.title for one in agree(first, second).classes} == FIELDS


def test_folders_without_common_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="there are no labels in it"):
        load_labels(tmp_path)
    with pytest.raises(GoldError, match="have no label of the same name"):
        agree(labels(), Labels("b", {}, {}))
