"""An outline that no letter, or not the letter shown, can have is refused, all that is wrong with it at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.outline import LONGEST_HEADING, LetterOutline, Lines


@dataclass(frozen=True)
class Shown:
    """Twenty lines; the third has no letters, the fourth is as long as two headings."""

    count: int = 20

    def words_of(self, number: int) -> str | None:
        if not 1 <= number <= self.count:
            return None
        return {3: "1234 --", 4: "word " * (LONGEST_HEADING // 4)}.get(number, f"line {number}")


def lines(first: int, last: int | None = None) -> dict[str, int]:
    return {"first": first, "last": last or first}


def item(heading: int = 6, rationale: tuple[int, int] | None = (8, 9), **changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"heading": lines(heading), "outcome": "upheld", "outcome_at": heading + 1}
    if rationale:
        values["rationale"] = lines(*rationale)
    return values | changed


def checked(*items: dict[str, Any], **sections: dict[str, int]) -> LetterOutline:
    return LetterOutline.model_validate_json(json.dumps({"items": items, **sections}), context={"lines": Shown()})


def problems(*items: dict[str, Any], **sections: dict[str, int]) -> str:
    with pytest.raises(ValidationError) as caught:
        checked(*items, **sections)
    assert caught.value.error_count() == 1
    return str(caught.value.errors(include_url=False, include_context=False)[0]["msg"])


def test_a_right_one() -> None:
    outline = checked(
        item(6, (8, 9), claims_administrator=lines(10), reviewer=lines(11, 12)),
        item(13, (15, 16)),
        header=lines(1, 2),
        clinical_summary=lines(5),
        reviewer=lines(20),
    )
    assert outline.items[0].reviewer == Lines(first=11, last=12)
    assert [name for name, _ in outline.items[0].parts()] == [
        "heading",
        "claims_administrator",
        "reviewer",
        "rationale",
    ]
    assert checked().items == ()


def test_what_items_may_share() -> None:
    shared = [item(heading, (10, 12), outcome_at=12) for heading in (6, 7, 8)]
    assert len(checked(*shared).items) == 3
    assert checked(item(6, (8, 9), outcome_at=18), item(13, (15, 16), outcome_at=18))
    assert checked(item(6, (8, 9), outcome_at=9), item(13, (15, 16), outcome_at=13))


def test_a_rationale_may_stand_above_its_heading_where_all_do() -> None:
    assert checked(item(9, (6, 8)), item(14, (11, 13)))


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ((item(6, (8, 21)),), "item 1 rationale: there is no line 21; lines are numbered 1 to 20"),
        ((item(outcome_at=40),), "item 1 outcome_at: there is no line 40; lines are numbered 1 to 20"),
        ((item(6, (9, 8)),), "item 1 rationale: last (8) stands before first (9); give the lines from top to bottom"),
        (
            (item(13, (15, 16)), item(6, (8, 9))),
            "item 2 heading (line 6) stands above that of item 1 (line 13); list the items from top to bottom",
        ),
        ((item(6, (6, 9)),), "item 1 rationale (lines 6 to 9) and item 1 heading (line 6) have lines in common"),
        ((item(6, (8, 13)), item(13, (15, 16))), "item 2 heading (line 13) and item 1 rationale (lines 8 to 13)"),
        ((item(6, (8, 10)), item(13, (10, 16))), "item 2 rationale (lines 10 to 16) and item 1 rationale (lines 8 to 10)"),
        ((item(6, (8, 9)), item(6, (12, 13))), "item 2 heading (line 6) and item 1 heading (line 6) have lines in common"),
        ((item(6, (8, 9)), item(13, (10, 11))), "item 2: the rationale stands above the heading, but other items"),
        ((item(6, (8, 9)), item(13, (15, 16), outcome_at=9)), "item 2 outcome_at: line 9 is in the rationale of item 1"),
        ((item(3, (8, 9)),), "item 1 heading: line 3 holds no words; give the line that names what is disputed"),
        ((item(4, (8, 9)),), "give only the lines that name what is disputed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_would_be_right(items: tuple[dict[str, Any], ...], message: str) -> None:
    assert message in problems(*items)


def test_sections_do_not_reach_into_items() -> None:
    assert "item 1 heading (line 6) and clinical_summary (lines 2 to 6)" in problems(
        item(), clinical_summary=lines(2, 6)
    )
    assert "header: there is no line 21" in problems(header=lines(1, 21))


def test_all_problems_come_in_one_error() -> None:
    said = problems(item(6, (8, 21)), item(30, (15, 14)))
    assert said.count("; ") >= 3
    for part in ("item 1 rationale", "item 2 heading", "item 2 outcome_at", "item 2 rationale"):
        assert part in said


def test_no_words_of_a_letter_are_in_an_error() -> None:
    assert "word word" not in problems(item(4, (8, 9)))


def test_without_a_letter_only_the_shape_counts() -> None:
    assert LetterOutline.model_validate({"items": (item(600, (700, 800)),)}).items
    with pytest.raises(ValidationError, match="stands before first"):
        LetterOutline.model_validate({"header": lines(5, 4)})
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        LetterOutline.model_validate({"header": {"first": 0, "last": 4}})
    with pytest.raises(ValidationError, match="not permitted"):
        LetterOutline.model_validate({"items": (), "title": "x"})
