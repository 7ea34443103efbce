"""Slips of an annotator that the rules can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.annotation.check.doubts import doubts
from schemas import Determination, Outcome
from summarizer import summarize
from tests.forms import LetterItem, letter

TEXT = letter(LetterItem(), LetterItem(heading="Cane", outcome="Overturned"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "one.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_label_that_the_rules_agree_with_raises_no_doubt(file: Path) -> None:
    assert doubts(summarize(file), file) == ()


def test_slips_in_printed_facts_are_warned_of(file: Path) -> None:
    read = summarize(file)
    turned = read.items[1].model_copy(update={"outcome": Outcome.UPHELD})
    slips = {"case_number": "CM16-0000000", "items": (read.items[0], turned)}
    found = doubts(read.model_copy(update=slips), file)
    assert {(one.field, one.what) for one in found} == {
        ("case_number", "the rules read CM16-0900001"),
        ("items[1].outcome", "the rules read overturned"),
    }
    assert all(one.warning for one in found)


def test_a_forgotten_item_is_warned_of(file: Path) -> None:
    read = summarize(file)
    (found,) = doubts(read.model_copy(update={"items": read.items[:1]}), file)
    assert "Cane" in found.what


def test_a_letter_that_no_rule_knows_raises_none(tmp_path: Path) -> None:
    memo = tmp_path / "memo.txt"
    memo.write_text("Dear all, lunch is at noon.", encoding="utf-8")
    assert doubts(Determination(), memo) == ()
