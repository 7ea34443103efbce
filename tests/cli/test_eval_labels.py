"""``imr eval label`` and ``agree``."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from schemas import Determination
from tests.cli.running import Run, ran
from tests.evals.goldsets import LETTERS, gold_set, label_of, write
from tests.forms import letter


@pytest.fixture
def imr(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    return partial(ran, capfdbinary, "eval")


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "one.txt"
    path.write_text(letter(), encoding="utf-8")
    return path


def said(words: str) -> str:
    """What a box of the command line says, on one line."""
    return " ".join(words.replace("│", " ").split())


def test_a_label_starts_from_the_reading(imr: Run, one: Path) -> None:
    told = imr("label", one)
    assert told.code == 0
    label = Determination.model_validate_json(told.out)
    assert label.items[0].treatment == "MRI of the lumbar spine"
    assert label.provenance == {}


def test_a_blank_one_does_not_lead(imr: Run, one: Path) -> None:
    label = json.loads(imr("label", "--blank", one).out)
    assert label["case_number"] == "CM16-0900001"
    assert label["items"][0]["treatment"] is None


def test_a_letter_that_no_rule_knows_can_be_labeled_too(imr: Run, tmp_path: Path) -> None:
    memo = tmp_path / "memo.txt"
    memo.write_text("On the request for a cane the panel sees no ground to object. It may be had.", encoding="utf-8")
    assert imr("label", memo).code == 3
    told = imr("label", "--blank", memo)
    assert told.code == 0
    assert json.loads(told.out)["items"] == []


def test_labels_go_to_a_folder_and_are_never_overwritten(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "gold")
    out = tmp_path / "out"
    assert imr("label", home / "letters", "-o", out).code == 0
    assert {path.stem for path in out.iterdir()} == LETTERS.keys()
    write(out / "one.json", {"mine": True})
    told = imr("label", home / "letters", "-o", out)
    assert told.code == 2
    assert "--force overwrites it" in said(told.err)
    assert json.loads((out / "one.json").read_text(encoding="utf-8")) == {"mine": True}
    assert imr("label", home / "letters", "-o", out, "--force").code == 0
    assert "items" in json.loads((out / "one.json").read_text(encoding="utf-8"))


def test_a_letter_that_cannot_be_read_leaves_the_others(imr: Run, one: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "out").mkdir()
    told = imr("label", one, tmp_path / "empty.txt", "-o", tmp_path / "out")
    assert told.code == 3
    assert "empty.txt" in told.err
    assert (tmp_path / "out" / "one.json").exists()


@pytest.mark.parametrize("missing", ["nowhere.txt"])
def test_wrong_usage_of_label_is_2(imr: Run, one: Path, tmp_path: Path, missing: str) -> None:
    assert imr("label", tmp_path / missing).code == 2
    assert imr("label", "--check", "--blank", one).code == 2
    two = gold_set(tmp_path / "gold") / "letters"
    assert "name a folder for their labels with -o" in said(imr("label", two).err)


def test_sound_labels_pass_the_check(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "gold")
    for place in (home, home / "labels", home / "labels" / "one.json"):
        told = imr("label", "--check", place)
        assert (told.code, told.out) == (0, "")
    assert "1 label checked, 0 wrong" in told.err


def test_a_wrong_label_is_told_with_file_field_and_remedy(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "gold")
    label = label_of(LETTERS["one"])
    label["items"][0]["outcome"] = "uphold"
    path = write(home / "labels" / "one.json", label)
    told = imr("label", "--check", home)
    assert told.code == 1
    assert told.out == f"{path}: items[0].outcome: is the unknown code 'uphold'; use upheld\n"
    assert "3 labels checked, 1 wrong" in told.err


def test_contradictions_are_checked_too(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "gold")
    pair = {"kind": "date", "item": 7, "a": "sciatica", "b": "lumbar strain", "material": False}
    write(home / "contradictions" / "one.json", [pair])
    told = imr("label", "--check", home / "labels")
    assert told.code == 1
    assert "contradictions/one.json: [0].item: there is no item 7" in told.out


def test_what_belongs_to_no_label_is_wrong_too(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "gold")
    write(home / "contradictions" / "ghost.json", [])
    told = imr("label", "--check", home)
    assert told.code == 1
    assert "ghost.json: there is no label of this name" in told.out
    assert imr("label", "--check", home / "labels" / "one.json").code == 0


def test_contradictions_beside_a_flat_folder_of_labels_are_checked_too(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set")
    (home / "labels").rename(home / "gold")
    pair = {"kind": "date", "item": 7, "a": "sciatica", "b": "lumbar strain", "material": False}
    write(home / "contradictions" / "one.json", [pair])
    there_is_none = "contradictions/one.json: [0].item: there is no item 7"
    for place in (home / "gold", home / "gold" / "one.json"):
        told = imr("label", "--check", place, "--documents", home / "letters")
        assert told.code == 1
        assert there_is_none in told.out
    assert there_is_none in imr("agree", home / "gold", home / "gold", "--documents", home / "letters").err


def test_a_warning_alone_does_not_fail(imr: Run, tmp_path: Path) -> None:
    def against(stem: str, label: dict[str, object]) -> None:
        label["items"][0].update(primary_reason="criteria_met", reasons=["criteria_met"])  # type: ignore[index]

    home = gold_set(tmp_path / "gold", {"one": LETTERS["one"]}, against)
    told = imr("label", "--check", home)
    assert told.code == 0
    assert "warning: criteria_met argues against the outcome upheld" in told.out


def test_labels_without_letters_ask_for_the_folder(imr: Run, tmp_path: Path) -> None:
    home = gold_set(tmp_path / "gold")
    (home / "labels").rename(tmp_path / "second")
    told = imr("label", "--check", tmp_path / "second")
    assert told.code == 2
    assert "Name the folder with --documents" in said(told.err)
    assert imr("label", "--check", tmp_path / "second", "--documents", home / "letters").code == 0


def test_two_annotators_and_what_they_have_to_settle(imr: Run, tmp_path: Path) -> None:
    a = gold_set(tmp_path / "a")
    b = tmp_path / "b"
    b.mkdir()
    for stem in ("one", "two"):
        label = label_of(LETTERS[stem])
        label["items"][0]["category"] = "other"
        write(b / f"{stem}.json", label)
    told = imr("agree", a / "labels", b, "--documents", a / "letters")
    assert told.code == 0
    assert "Cohen's kappa" in told.out
    assert "To settle: 2" in told.out
    assert "items[0].category" in told.out
    assert "left out: three" in told.err


def test_folders_without_a_common_letter_are_3(imr: Run, tmp_path: Path) -> None:
    a = gold_set(tmp_path / "a", {"one": LETTERS["one"]})
    b = gold_set(tmp_path / "b", {"two": LETTERS["two"]})
    told = imr("agree", a, b)
    assert told.code == 3
    assert "have no label of the same name" in told.err
