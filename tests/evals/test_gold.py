"""Gold sets: what belongs to no label is told by file and field, and changes of a letter are seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evals.annotation.check import check_file, check_set, checked_gold
from evals.errors import GoldError
from evals.gold import contradictions_beside, load_gold
from tests.evals.goldsets import LETTERS, gold_set, write

WHOLE = 'dev = ["one", "two"]\ntest = ["three"]\n'
PAIR = {"kind": "date", "item": None, "a": "nowhere", "b": "not here", "material": True}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return gold_set(tmp_path / "set")


def flat(home: Path) -> Path:
    """The same set with its three folders side by side, as labels are often kept."""
    (home / "labels").rename(home / "gold")
    return home / "gold"


def test_contradictions_stand_beside_the_folder_of_the_labels(home: Path) -> None:
    beside = home.resolve() / "contradictions"
    for place in (home, home / "labels", home / "labels" / "one.json"):
        assert contradictions_beside(place) == beside
    labels = flat(home)
    assert contradictions_beside(labels) == contradictions_beside(labels / "one.json") == beside
    write(beside / "one.json", [PAIR])
    assert [len(each.contradictions or ()) for each in load_gold(labels, home / "letters")] == [1, 0, 0]
    beside.rename(home / "elsewhere")
    assert contradictions_beside(labels) is None


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        (b"dev = [", r"splits\.toml: is no TOML in UTF-8"),
        (b'dev = ["\xff"]', r"splits\.toml: is no TOML in UTF-8"),
        (b"dev = 3", r"splits\.toml: dev: is no list of stems"),
        (b'dev = "one"', r"splits\.toml: dev: is no list of stems"),
        (b"dev = [1]", r"splits\.toml: dev: is no list of stems"),
        (b"[dev]\none = 1", r"splits\.toml: dev: is no list of stems"),
        (b'train = ["one"]', r"splits\.toml: train: is no split"),
        (b'dev = ["one", "two"]\ntest = ["three", "one"]', r"splits\.toml: test: one: is named twice"),
        (b'dev = ["one", "two", "three", "ghost"]', r"splits\.toml: dev: ghost: there is no label of this name"),
        (b'dev = ["one", "two"]', r"three\.json: splits\.toml does not name it"),
    ],
)
def test_splits_name_every_label_once(home: Path, splits: bytes, said: str) -> None:
    (home / "splits.toml").write_bytes(splits)
    with pytest.raises(GoldError, match=said):
        load_gold(home)
    assert [str(one) for one in check_set(home, home / "letters") if one.file and one.what]


def test_a_letter_without_a_label_is_told_where_there_are_splits(home: Path) -> None:
    (home / "letters" / "four.txt").write_text(LETTERS["one"], encoding="utf-8")
    assert len(load_gold(home)) == 3
    (home / "splits.toml").write_text(WHOLE, encoding="utf-8")
    with pytest.raises(GoldError, match=r"four\.txt: has no label"):
        load_gold(home)
    assert [Path(one.file).name for one in check_set(home, home / "letters")] == ["four.txt"]
    (home / "letters" / "four.txt").unlink()
    assert check_set(home, home / "letters") == ()


def test_contradictions_of_no_label_are_told(home: Path) -> None:
    write(home / "contradictions" / "ghost.json", [])
    with pytest.raises(GoldError, match=r"ghost\.json: there is no label of this name"):
        load_gold(home)
    assert [Path(one.file).name for one in check_set(flat(home), home / "letters")] == ["ghost.json"]


def _twice(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8")[:-1] + ', "case_number": null}', encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_twice, r"one\.json: case_number: stands there 2 times"),
        (lambda path: path.write_text("[" * 100_000, encoding="utf-8"), r"one\.json: is no JSON"),
        (lambda path: path.write_bytes(b"\xff\xfe"), r"one\.json: is no JSON"),
    ],
)
def test_a_file_of_which_not_all_would_be_seen_is_refused(home: Path, spoil: Callable[[Path], None], said: str) -> None:
    spoil(home / "labels" / "one.json")
    with pytest.raises(GoldError, match=said):
        load_gold(home)
    assert len(check_file(home / "labels" / "one.json", home / "letters")) == 1


@pytest.mark.parametrize("field", ["treatment", "key_quotes"])
def test_words_that_are_none_are_no_words_of_the_letter(tmp_path: Path, field: str) -> None:
    nothing: dict[str, object] = {"treatment": "", "key_quotes": [" "]}
    home = gold_set(tmp_path / "set", change=lambda _, label: label["items"][0].update({field: nothing[field]}))
    with pytest.raises(GoldError, match=rf"set/one: items\[0\]\.{field}.*does not stand"):
        checked_gold([home], None)


def test_not_looked_for_and_none_found_are_two_labels(home: Path) -> None:
    looked = load_gold(home)[0]
    assert looked.contradictions == ()
    assert looked.fingerprint != replace(looked, contradictions=None).fingerprint
    assert looked.fingerprint == looked.fingerprint_with(looked.letter.read_bytes())
