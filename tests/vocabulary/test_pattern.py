from __future__ import annotations

import re

import pytest

from summarizer.vocabulary.pattern import Pattern

TEXT = "Knee brace, knee sleeve"


def test_methods_are_those_of_the_compiled_pattern() -> None:
    pattern = Pattern(r"knee \w+", re.IGNORECASE)
    plain = re.compile(r"knee \w+", re.IGNORECASE)
    assert [found.span() for found in pattern.finditer(TEXT)] == [found.span() for found in plain.finditer(TEXT)]
    assert pattern.findall(TEXT, 1) == ["knee sleeve"]
    assert pattern.sub("-", TEXT) == "-, -"
    assert Pattern(r",\s*").split(TEXT) == ["Knee brace", "knee sleeve"]
    search, match, fullmatch = pattern.search(TEXT, 1), pattern.match(TEXT), pattern.fullmatch(TEXT, 0, 10)
    assert [found and found.span() for found in (search, match, fullmatch)] == [(12, 23), (0, 10), (0, 10)]


def test_nothing_is_compiled_before_the_first_use() -> None:
    wrong = Pattern("(")
    assert wrong.pattern == "("
    with pytest.raises(re.error):
        wrong.search(TEXT)
