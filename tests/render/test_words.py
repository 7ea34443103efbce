"""Every code has words, and every field a name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schemas import Determination, Item
from schemas.taxonomy import (
    Category,
    Code,
    DrugClass,
    MistakeKind,
    Outcome,
    Priority,
    Reason,
    ReviewCode,
    Status,
    TextFrom,
)
from summarizer.render import words


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (Outcome, words.OUTCOMES),
        (Status, words.STATUSES),
        (Category, words.CATEGORIES),
        (DrugClass, words.DRUG_CLASSES),
        (Reason, words.REASONS),
        (Priority, words.PRIORITIES),
        (ReviewCode, words.REVIEW_CODES),
        (MistakeKind, words.MISTAKES),
        (TextFrom, words.TEXT_FROM),
    ],
)
def test_every_code_has_words(codes: type[Code], said: Mapping[Code, object]) -> None:
    assert list(said) == list(codes)


def test_signs_differ_in_symbol_and_word() -> None:
    for signs in (words.OUTCOMES.values(), words.STATUSES.values()):
        for part in ("symbol", "plain", "word"):
            assert len({getattr(sign, part) for sign in signs}) == len(signs)
        assert all(sign.plain.isascii() for sign in signs)


def test_every_field_of_a_determination_and_an_item_has_a_name() -> None:
    outside = {"schema_version", "document", "provenance", "review", "usage"}
    assert {*Determination.model_fields, *Item.model_fields} - outside <= set(words.FIELDS)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (None, "whole letter"),
        ("date_of_injury", "date of injury"),
        ("items", "disputed items"),
        ("items[1].key_quotes[0]", "item 2, key quotes"),
        ("items[0].medication.strength", "item 1, medication"),
        ("injured_worker.age", "worker"),
    ],
)
def test_of_field(path: str | None, name: str) -> None:
    assert words.of_field(path) == name


def test_count() -> None:
    assert [words.count(number, "item") for number in (0, 1, 2, 100_000)] == [
        "0 items",
        "1 item",
        "2 items",
        "100,000 items",
    ]
