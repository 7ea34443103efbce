from __future__ import annotations

import re

from evals.compare import compare
from evals.markdown import comparison_markdown
from tests.evals.runs import attempt, judged, letter, run, wrong

RIGHT, WRONG = ("upheld", "upheld"), ("upheld", "modified")


def test_worse_metrics_come_first_and_unchanged_ones_are_counted() -> None:
    base = run(*(judged(f"l{number:02}", RIGHT, RIGHT) for number in range(40)))
    new = run(*(judged(f"l{number:02}", WRONG if number < 12 else RIGHT, RIGHT) for number in range(40)), name="new")
    page = comparison_markdown(compare(base, new))
    assert "**Significantly worse: " in page
    rows = [line for line in page.splitlines() if line.startswith("| ") and "🔻" in line]
    assert any("outcome" in row and "| 1.000 | 0.850 | -0.150 (" in row for row in rows)
    assert page.count("| regressed | ") == 12
    assert "2 metrics count the same in every letter. Verdicts" in page


def test_nothing_in_a_letter_becomes_markup_or_calls_somebody() -> None:
    hostile = "| @team </details> `x` [a](http://b) <img src=x> **bold** #1\nnext"
    base, new = run(letter("a")), run(letter("a", attempt(differences=[wrong("treatment", "MRI", hostile)])))
    page = comparison_markdown(compare(base, new))
    (row,) = (line for line in page.splitlines() if "regressed | invented" in line)
    assert not re.search(r"[@<>`\[\]*]|\(http", row)
    assert row.count("|") == 7
    assert page.count("</details>") == 1


def test_no_sign_turns_the_text_or_commands_a_terminal() -> None:
    hostile = "n\x1b[31m\u202eevil\u2028x"
    base = run(letter("a", attempt({hostile: (1, 1, 1)})), own_metrics=(hostile,))
    new = run(
        letter("a", attempt({hostile: (0, 1, 1)}, failure=hostile, differences=[wrong(f"x{hostile}", hostile)])),
        name=hostile,
        own_metrics=(hostile,),
    )
    page = comparison_markdown(compare(base, new))
    assert "evil" in page
    assert all(sign.isprintable() or sign == "\n" for sign in page)


def test_fields_that_moved_within_letters_are_told() -> None:
    base = run(letter("a", attempt({"treatment": (1, 2, 2)}, differences=[wrong("items[0].treatment", "x", "y")])))
    new = run(letter("a", attempt({"treatment": (1, 2, 2)}, differences=[wrong("items[1].treatment", "x", "y")])))
    page = comparison_markdown(compare(base, new))
    assert "1 metrics count the same in every letter, though fields changed in treatment." in page


def test_how_often_a_field_is_wrong_is_told_of_repeats() -> None:
    bad = attempt(differences=[wrong("sex", "male", "female")], failure="Refused")
    page = comparison_markdown(compare(run(letter("a", *[attempt()] * 3)), run(letter("a", bad, bad, attempt()))))
    assert "| regressed (wrong in 2 of 3, was 0 of 3) |" in page
    assert "- invented/a more often falls back on the rules in 2 of 3, was 0 of 3" in page


def test_it_fits_a_comment_and_counts_what_is_left_out() -> None:
    long = "word " * 500
    base = run(*(letter(f"l{number:04}") for number in range(400)))
    new = run(
        *(letter(f"l{number:04}", attempt(differences=[wrong("treatment", "MRI", long)])) for number in range(400))
    )
    page = comparison_markdown(compare(base, new))
    assert len(page) <= 60_000
    shown = page.count("| regressed | ")
    assert 0 < shown < 400
    assert f"... and {400 - shown} more." in page
    assert page.count("<details>") == page.count("</details>") == 1


def test_equal_runs_say_so() -> None:
    one = run(judged("a", RIGHT))
    page = comparison_markdown(compare(one, one))
    assert "No metric is significantly better or worse." in page
    assert "<details>" not in page
