"""Tables for a terminal: what they show reads without color and at any width."""

from __future__ import annotations

import pytest
from rich.console import Console, RenderableType

from evals.compare import compare
from evals.figures import figures_of
from evals.run_file import Run
from evals.tables import changes_list, comparison_table, figures_table, marked
from tests.evals.runs import attempt, judged, letter, raised, run, wrong

RIGHT = ("upheld", "upheld")
WRONG = ("upheld", "modified")


def shown(part: RenderableType, width: int = 140) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(part)
    return capture.get()


def lines(part: RenderableType, width: int = 140) -> list[str]:
    return [" ".join(line.split()) for line in shown(part, width).splitlines()]


def outcomes(name: str, broken: int) -> Run:
    return run(*(judged(f"l{n:02}", WRONG if n < broken else RIGHT) for n in range(48)), name=name)


def test_a_run_by_family() -> None:
    scored = run(
        *(judged(f"l{n:02}", RIGHT) for n in range(30)), name="[b]mine", engine="hybrid", model="m", prompt="p@v2"
    )
    found = lines(figures_table(scored, figures_of(scored)))
    assert found[0] == "[b]mine: hybrid (m, p@v2), 30 letters"
    assert "letters read 1.000 0.886 to 1.000 30 letters 30" in found
    assert found.index("items") < found.index("judgement")
    assert not any("sex" in line for line in found), "nothing to count"
    assert any(line.startswith("shares, where all changes go one way: letters 0.2") for line in found)


def test_failed_letters_and_repeats_are_told() -> None:
    scored = run(
        letter("a", *(attempt({"outcome": (n, 1, 1)}, failed=not n) for n in (0, 1))),
        letter("b", *(attempt({"outcome": (1, 1, 1)}) for _ in range(2))),
    )
    found = lines(figures_table(scored, figures_of(scored)))
    assert found[0] == "base: rules, 2 letters, each read 2 times; 1 of 4 readings failed"
    assert any("0.500 to 1.000, SD 0.354" in line for line in found)


def test_letters_that_the_rules_judged_instead_are_told() -> None:
    scored = run(letter("a", attempt(failure="Refused")), letter("b", attempt(failed=True)), letter("c"))
    found = " ".join(lines(figures_table(scored, ())))
    assert found.startswith("base: rules, 3 letters; 1 failed; 1 judged by the rules")
    late = run(letter("a", attempt(), attempt(failed=True)), letter("b", attempt(), attempt(failure="Refused")))
    found = " ".join(lines(figures_table(late, ())))
    assert "; 1 of 4 readings failed; 1 of 4 readings judged by the rules" in found


def test_what_is_worse_comes_first_and_the_unchanged_are_one_line() -> None:
    found = lines(comparison_table(compare(outcomes("base", 0), outcomes("new", 12))))
    assert found[:2] == ["Metrics: 3 significantly worse, 1 not tested, 2 unchanged.", "new against base"]
    assert [line.split()[-1] for line in found if line.startswith(("outcome", "wrong outcome"))] == ["WORSE"] * 3 + [
        "tested"
    ]
    assert "Counts unchanged in every letter (2 metrics): letters read, items." in found
    assert any("12 regressed, 0 changed, 0 improved, in 12 letters" in line for line in found)


def test_what_is_not_significant_says_so() -> None:
    found = lines(comparison_table(compare(outcomes("base", 0), outcomes("new", 4))))
    row = next(line for line in found if line.startswith("outcome 1.000"))
    assert row.startswith("outcome 1.000 0.917 -0.083 [")
    assert row.endswith("worse, not shown")


@pytest.mark.parametrize("broken", [4, 12])
@pytest.mark.parametrize("width", [72, 80, 100])
def test_a_narrow_terminal_loses_nothing(width: int, broken: int) -> None:
    found = compare(outcomes("base", 0), outcomes("new", broken))
    for part in (comparison_table(found), figures_table(outcomes("new", broken), figures_of(outcomes("new", broken)))):
        whole, narrow = shown(part), shown(part, width)
        assert max(map(len, narrow.splitlines())) <= width
        assert "…" not in narrow
        assert sorted("".join(whole.replace("─", "").split())) == sorted("".join(narrow.replace("─", "").split()))


def test_equal_runs_have_no_table() -> None:
    found = compare(outcomes("base", 3), outcomes("new", 3))
    headline, unchanged, *_ = lines(comparison_table(found))
    assert headline == "Metrics: 6 unchanged."
    assert unchanged.startswith("Counts unchanged in every letter (6 metrics)")
    assert lines(changes_list(found)) == ["No letter was read otherwise."]


def test_fields_that_moved_within_letters_are_told() -> None:
    base = run(letter("a", attempt({"treatment": (1, 2, 2)}, differences=[wrong("items[0].treatment", "x", "y")])))
    new = run(letter("a", attempt({"treatment": (1, 2, 2)}, differences=[wrong("items[1].treatment", "x", "y")])))
    found = lines(comparison_table(compare(base, new)))
    assert found[1:3] == [
        "Counts unchanged in every letter (1 metrics): treatment.",
        "Fields changed all the same in: treatment.",
    ]


def test_a_metric_that_lost_letters_says_so() -> None:
    def polite(letters: int) -> Run:
        own = [attempt({"politeness": (0.5, 1, 1)} if n < letters else {}) for n in range(10)]
        return run(*(letter(f"{n}", one) for n, one in enumerate(own)), own_metrics=("politeness",))

    assert "Letters counted in: politeness 10, now 1." in lines(comparison_table(compare(polite(10), polite(1))))
    assert not any("Letters counted" in line for line in lines(comparison_table(compare(polite(10), polite(10)))))


def test_too_few_draws_are_told() -> None:
    base = run(*(letter(f"{n:02}", attempt({"diagnoses": (2, 2, 2)})) for n in range(40)))
    new = run(*(letter(f"{n:02}", attempt({"diagnoses": (1, 2, 2)})) for n in range(40)))
    found = lines(comparison_table(compare(base, new, alpha=1e-9)))
    assert any("100,000 draws are too few for this level" in line for line in found)
    assert not any("too few" in line for line in lines(comparison_table(compare(base, new))))


def test_left_out_letters_are_counted() -> None:
    found = compare(run(judged("a", RIGHT), judged("b", RIGHT)), run(judged("a", RIGHT)), common=True)
    assert any(line.startswith("1 letter; 1 letter left out.") for line in lines(comparison_table(found)))


def test_changed_words_are_marked_without_color() -> None:
    old, new = marked(("the left knee is stable",), ("the right knee is not stable",))
    assert old.plain == "the [-left-] knee is stable"
    assert new.plain == "the {+right+} knee is {+not+} stable"
    assert [text.plain for text in marked((), ("a", "b"))] == ["(nothing)", "{+a ; b+}"]


def test_long_shared_passages_are_cut() -> None:
    words = " ".join(f"w{n}" for n in range(100))
    old, new = marked((f"{words} old",), (f"{words} new {words}",))
    assert old.plain == "... w92 w93 w94 w95 w96 w97 w98 w99 [-old-]"
    assert len(new.plain.split()) < 120


def test_changes_stand_side_by_side() -> None:
    base = run(
        letter("a", attempt(summaries={"case_summary": "A short one."})),
        letter("b", attempt(differences=[wrong("sex", "male", "female")])),
        letter("c", attempt(flags=[raised("low_confidence", "sex")])),
    )
    new = run(
        letter("a", attempt(differences=[wrong("age", "40", "41")], summaries={"case_summary": "A long one."})),
        letter("b"),
        letter("c", attempt(failed=True, failure="NoText")),
        name="new",
    )
    assert lines(changes_list(compare(base, new))) == [
        "Failures (1)",
        "now fails invented/c: NoText",
        "Fields (2)",
        "regressed invented/a age (age)",
        "gold 40",
        "base [-40-]",
        "new {+41+}",
        "improved invented/b sex (sex)",
        "gold male",
        "base [-female-]",
        "new {+male+}",
        "Flags (1)",
        "dropped invented/c sex: low_confidence",
        "Summaries (1)",
        "invented/a case_summary",
        "base A [-short-] one.",
        "new A {+long+} one.",
    ]
    assert "... and 1 more" in lines(changes_list(compare(base, new), most=1))


def test_how_often_something_changed_is_told_of_repeats() -> None:
    bad = attempt(differences=[wrong("sex", "male", "female")], failure="Refused", flags=[raised("low_confidence")])
    found = compare(run(letter("a", *[attempt()] * 3)), run(letter("a", bad, attempt(), bad)))
    shown_lines = lines(changes_list(found))
    assert "more often falls back on the rules invented/a: Refused, in 2 of 3, was 0 of 3" in shown_lines
    assert "regressed invented/a sex (sex): wrong in 2 of 3, was 0 of 3" in shown_lines
    assert "raised invented/a: low_confidence, in 2 of 3, was 0 of 3" in shown_lines


def test_names_and_failures_command_no_terminal() -> None:
    hostile = "n\x1b[31m\u202eevil"
    own = attempt(
        {hostile: (0, 1, 1)}, failure=hostile, differences=[wrong(f"x{hostile}", "a")], flags=[raised(hostile)]
    )
    base = run(letter("a", attempt({hostile: (1, 1, 1)})), own_metrics=(hostile,))
    new = run(letter("a", own), name=hostile, own_metrics=(hostile,), engine=hostile)
    found = compare(base, new)
    for part in (comparison_table(found), changes_list(found), figures_table(new, figures_of(new))):
        page = shown(part)
        assert "evil" in page
        assert all(sign.isprintable() or sign == "\n" for sign in page)


def test_words_of_a_letter_command_neither_rich_nor_the_terminal() -> None:
    base = run(letter("a"))
    new = run(letter("a", attempt(differences=[wrong("treatment", "[red]x[/red]", "\x1b[2Jgone [/]")])), name="new")
    found = shown(changes_list(compare(base, new)))
    assert "[red]x[/red]" in found
    assert "\x1b" not in found
    assert "gone [/]" in found
