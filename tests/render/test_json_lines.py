"""Determinations as JSON."""

from __future__ import annotations

import json

from schemas import Determination
from summarizer.render import json_lines


def test_one_comes_back_equal(determination: Determination) -> None:
    assert Determination.model_validate_json(json_lines.one(determination)) == determination


def test_many_is_a_list_of_none_one_and_two(determination: Determination) -> None:
    for number in range(3):
        text = "".join(json_lines.many([determination] * number))
        assert [Determination.model_validate(one) for one in json.loads(text)] == [determination] * number
        assert text.endswith("]\n")


def test_a_line_is_one_line_for_every_reader(determination: Determination) -> None:
    odd = determination.model_copy(update={"case_summary": "one\u2028two\u2029three\u0085four\nfive"})
    line = json_lines.line(odd)
    assert len(line.splitlines()) == 1
    assert Determination.model_validate_json(line) == odd
