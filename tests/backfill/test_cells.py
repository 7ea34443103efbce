from __future__ import annotations

import pytest

from summarizer.backfill.cells import safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r",
        " =1",
        "\n\n@x",
        '"=1',
        "'=1",
        "\ufeff=1",
        "\u00a0-2",
        "\x00=1",
        "＝1",
        " \u200b+1",
    ],
)
def test_what_may_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "12 visits", "'quoted'", "(-1)", "7.5-325mg", "Müller", " two"])
def test_other_text_stays(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'a", "a"])
def test_the_text_can_be_had_back(text: str) -> None:
    cell = safe_cell(text)
    without = cell[1:] if cell.startswith("'") else cell
    assert (without if safe_cell(without) == cell else cell) == text
