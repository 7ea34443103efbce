from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest

from evals.errors import RunsDiffer
from evals.figures import figures_of
from evals.figures.numbers import interval, number
from evals.gold import Split
from evals.judging.judge import COVERAGE, FAITHFULNESS
from evals.report import changed
from evals.report.page import report
from evals.report.table import JUDGED
from evals.run_file import Letter, Run
from tests.evals.report.reader import Page
from tests.evals.runs import attempt, judged, letter, raised, run, wrong

HOSTILE = (
    '</desc></svg><script>alert(1)</script> {{7*7}} {% raw %} "><img src=x onerror=alert(1)> \x00\u202e&amp; \ud800'
)
UP = ("upheld", "upheld")
OFF = ("upheld", "modified")


def fields(stem: str, right: int, *, gold: str = "a cane", read: str = "a crane", **more: object) -> Letter:
    """A letter of one item with a treatment that is read right or not."""
    tallies = {"letters_read": (1, 1, 1), "items": (1, 1, 1), "treatment": (right, 1, 1), "case_number": (1, 1, 1)}
    differences = [] if right else [wrong("items[0].treatment", gold, read)]
    return letter(stem, attempt(tallies, [("category", "surgery", "surgery")], differences), **more)  # type: ignore[arg-type]


def priced(name: str, dollars: float | None, right: int = 1, tokens: int = 0) -> Run:
    """A run whose letters cost so much; ``None`` is not known."""
    tallies = {"items": (right, 1, 1), "category": (right, 1, 1), "requests": (1, 1, 1)}
    tallies |= {"input_tokens": (tokens, 1, 1), "output_tokens": (tokens, 1, 1)}
    tallies |= {} if dollars is None else {"cost_usd": (dollars, 1, 1)}  # type: ignore[dict-item]
    return run(*(letter(f"l{at}", attempt(tallies)) for at in range(4)), name=name)


@pytest.fixture(scope="module")
def compared() -> Page:
    """Thirty letters, of which twelve broke and one was mended."""
    base = run(*(judged(f"l{at:02}", UP, OFF if at == 20 else UP) for at in range(30)), name="old rules")
    new = run(*(judged(f"l{at:02}", OFF if at < 12 else UP, UP) for at in range(30)), name="new rules")
    return Page(report(new, base))


def svgs(text: str) -> list[str]:
    return re.findall(r"<figure.*?(<svg.*?</svg>)", text, flags=re.DOTALL)


def test_the_verdict_names_what_is_worse_and_how_many_letters_changed(compared: Page) -> None:
    assert "Against old rules, new rules is significantly worse in" in compared.text
    assert "13 of 30 letters changed; fields: 12 regressed, 0 changed, 1 improved." in compared.text
    verdict = compared.row("outcome")
    assert verdict[6] == "▼ worse"


def test_regressions_come_first(compared: Page) -> None:
    headings = [text.strip() for path, text in compared.texts if path[-1:] == ("h3",)]
    assert headings == [f"invented/l{at:02}" for at in (*range(12), 20)]
    kinds = [text for text in compared.said("span") if text.startswith(("▼ ", "▲ ")) and text.endswith("ed")]
    assert kinds == ["▼ regressed"] * 12 + ["▲ improved"]


def test_changed_words_are_marked_by_element_and_by_printed_sign() -> None:
    page = Page(report(run(fields("a", 0)), run(fields("a", 1), name="base")))
    assert "".join(page.said("ins")) == "{+so+}{+crane+}"
    assert "".join(page.said("del")) == "[-so-][-cane-]"
    ((_, gold, base, new),) = [row for row in page.rows if "items[0].treatment" in row[0]]
    assert (gold, base, new) == ("a cane", "a [-cane-]", "a {+crane+}")


@pytest.mark.parametrize("base", [None, "base"])
def test_the_table_has_the_figures_of_the_run(base: str | None) -> None:
    new = run(*(judged(f"l{at}", OFF if at < 3 else UP, UP) for at in range(12)))
    old = run(*(judged(f"l{at}", UP, UP) for at in range(12))) if base else None
    page = Page(report(new, old))
    for figure in figures_of(new):
        cells = page.row(figure.metric.title)
        value, reach = number(figure.metric, figure.value), interval(figure.metric, figure.low, figure.high)
        assert (cells[2] == value + reach) if base else (cells[1:3] == [value, reach])


def test_a_hostile_letter_is_text_everywhere() -> None:
    def one(read: str) -> Run:
        held = wrong(f"items[0].{HOSTILE}", (HOSTILE, "gold"), (HOSTILE, read), HOSTILE)
        flags, spoken = (raised(HOSTILE, HOSTILE),) if read == "one" else (), {HOSTILE: f"{HOSTILE} {read}"}
        tallies = {"letters_read": (0, 1, 1), "category": (0, 1, 1), HOSTILE: (0.5, 1, 1), "cost_usd": (1, 1, 1)}
        pairs = [("category", HOSTILE, read)]
        tried = attempt(tallies, pairs, [held], failure=f"{HOSTILE} {read}", flags=flags, summaries=spoken)
        told = letter("l" + HOSTILE, tried, layout=HOSTILE, gold_set=HOSTILE, categories=(HOSTILE,), fingerprint="f")
        names = {"name": HOSTILE, "engine": HOSTILE, "model": HOSTILE, "prompt": HOSTILE}
        return run(told, own_metrics=(HOSTILE,), settings={HOSTILE: HOSTILE}, judge={"agreement": HOSTILE}, **names)

    for text in (report(one("one"), one("two"), [one("three")]), report(one("one"))):
        page = Page(text)
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"script", "img", "a:"}
        assert tags & {"svg", "desc"}
        assert not any(name.startswith("on") for _, held in page.elements for name in held)
        assert "{{7*7}}" in page.text
        assert "49" not in page.text
        assert not re.search("[\x00\u202e\ud800]", text)
        assert page.open == []
        text.encode("utf-8")


def test_nothing_is_asked_of_the_network_and_nothing_runs(compared: Page) -> None:
    text = report(priced("new", 0.02), priced("base", 0.01), [priced("third", 0.5)])
    assert not re.search(r"https?:|@import|src=|xlink|javascript:|<script|style=", text)
    assert set(re.findall(r"url\((.)", text)) <= {"#"}
    links = [held["href"] for held in (*compared.of("a"), *compared.of("link")) if "href" in held]
    assert links
    assert all(link.startswith("#") for link in links)


def test_the_policy_allows_this_style_alone(compared: Page) -> None:
    text = report(run(fields("a", 1)))
    policy = next(held["content"] for held in Page(text).of("meta") if held.get("http-equiv"))
    (style,) = re.findall("<style>(.*?)</style>", text, flags=re.DOTALL)
    assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_every_chart_says_what_it_shows(compared: Page) -> None:
    figures = len(compared.of("figure"))
    charts = [held for held in compared.of("svg") if held.get("role") == "img"]
    assert figures == len(charts) > 5
    ids = [held["id"] for _, held in compared.elements if "id" in held]
    assert len(ids) == len(set(ids))
    for chart in charts:
        assert set(chart["aria-labelledby"].split()) <= set(ids)
    told = compared.said("desc")
    assert len(told) == len(compared.said("title")) - 1 == figures
    assert any("upheld read as modified: 12" in words for words in told)
    rest = [held for held in compared.of("svg") if held.get("role") != "img"]
    assert all(held.get("aria-hidden") == "true" for held in rest)


def test_matrix_cells_have_printed_counts_and_changes() -> None:
    base = run(*(judged(f"l{at}", UP) for at in range(5)), name="base")
    new = run(*(judged(f"l{at}", OFF if at < 2 else UP) for at in range(5)), name="new")
    (chart,) = [svg for svg in svgs(report(new, base)) if "confusion-outcome-title" in svg]
    printed = re.findall(r"<text[^>]*>([^<]*)</text>", chart)
    assert {"3", "-2", "2", "+2"} <= set(printed)


def test_headings_and_tables_have_a_structure(compared: Page) -> None:
    levels = [int(tag[1]) for tag, _ in compared.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(held.get("scope") in {"col", "row", "rowgroup"} for held in compared.of("th"))
    assert len(compared.of("caption")) == len(compared.of("table"))
    assert compared.of("html") == [{"lang": "en"}]
    targets = {held["href"].removeprefix("#") for held in compared.of("a")}
    assert targets <= {held["id"] for held in compared.of("section")}


def test_a_run_alone_shows_its_differences_from_the_labels() -> None:
    page = Page(report(run(fields("a", 1), fields("b", 0, split=Split.TEST)), show_test=True))
    assert "1 of 2 letters differ from their labels." in page.text
    assert "1 of 4 labeled fields are wrong (25.0%)." in page.text
    ((_, gold, read),) = [row for row in page.rows if "items[0].treatment" in row[0]]
    assert (gold, read) == ("a [-cane-]", "a {+crane+}")
    assert "invented/b test, " in page.text
    assert "verdict" not in [cell for row in page.rows for cell in row]


def test_a_run_without_letters_or_counts_is_a_page() -> None:
    for one in (run(), run(letter("a"))):
        page = Page(report(one))
        assert "Nothing was counted." in page.text
        assert "All letters are read as they are labeled." in page.text


def test_one_letter_against_itself() -> None:
    page = Page(report(run(fields("a", 1)), run(fields("a", 1))))
    assert "No field of the 1 letter changed." in page.text
    assert "No letter was read otherwise." in page.text


def test_21_items_and_many_changed_fields_are_counted_not_cut_silently() -> None:
    pairs = [OFF] * 21
    differences = [wrong(f"items[{at}].{name}", "x", "y") for at in range(21) for name in ("treatment", "rationale")]
    one = letter("a", attempt({"items": (21, 21, 21)}, differences=differences), categories=("other",) * 21)
    page = Page(report(run(judged("b", *pairs), one)))
    assert "42 fields differ" in page.text
    assert f"… and {42 - changed.MOST_FIELDS} more fields." in page.text
    assert "7 or more items · 2 letters" in page.text


def test_letters_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed, "MOST", 2)
    page = Page(report(run(*(fields(f"l{at}", 0) for at in range(5)))))
    assert len(page.of("article")) == 2
    assert "… and 3 more letters." in page.text


def test_runs_of_one_name_are_told_apart() -> None:
    page = Page(report(run(fields("a", 1), name="rules"), run(fields("a", 0), name="rules")))
    assert "rules (2) against rules" in page.text
    assert "base: rules " in page.text
    assert "new: rules (2)" in page.text


def test_a_base_over_other_letters_is_refused() -> None:
    with pytest.raises(RunsDiffer, match=r"base \(2\): invented/a: not in this run, but in base"):
        report(run(fields("b", 1)), run(fields("a", 1)))


def test_cost_against_accuracy_in_dollars() -> None:
    page = Page(report(priced("new", 0.02), priced("base", 0.01), [priced("third", 0.5, 0)]))
    (told,) = [words for words in page.said("desc") if "at cost" in words]
    assert "category, third: 0.000 (0.000 to 0.490) at cost 0.5" in told
    assert "dollars a letter across" in page.text


def test_cost_in_tokens_where_a_price_is_not_known() -> None:
    page = Page(report(priced("new", None, tokens=100), None, [priced("other", 0.5, tokens=40)]))
    assert "tokens a letter across" in page.text
    (told,) = [words for words in page.said("desc") if "at cost" in words]
    assert "at cost 200" in told
    assert "at cost 80" in told


def test_no_cost_no_picture() -> None:
    page = Page(report(priced("new", None), None, [priced("other", 0.5)]))
    assert "at cost" not in page.text
    assert "Neither the dollars nor the tokens of all runs are known." in page.text
    assert "Cost: dollars not known" in page.text


def test_other_runs_over_other_letters_are_left_out_and_named() -> None:
    page = Page(report(priced("new", 0.1), priced("base", 0.2), [run(fields("else", 1), name="stray")]))
    assert "Left out, as they are over other letters or labels: stray." in page.text
    assert not any("stray" in words for words in page.said("desc"))


def test_a_judges_score_stands_only_beside_its_agreement() -> None:
    assert {FAITHFULNESS, COVERAGE} == JUDGED
    one = letter("a", attempt({FAITHFULNESS: (0.5, 1, 1)}))
    assert FAITHFULNESS not in Page(report(run(one, own_metrics=(FAITHFULNESS,)))).text
    told = Page(report(run(one, own_metrics=(FAITHFULNESS,), judge={"agreement": "judge m: kappa 0.41"})))
    assert told.row(FAITHFULNESS)[1] == "0.500"
    assert "judge m: kappa 0.41." in told.text


def test_repeats_show_their_scatter() -> None:
    def read(*right: int) -> Letter:
        return letter(f"l{right}", *(attempt({"category": (one, 1, 1)}) for one in right))

    page = Page(report(run(read(1, 1, 0), read(1, 0, 0))))
    (told,) = [words for words in page.said("desc") if "reading 1" in words]
    assert "category, reading 1: 1.000" in told
    assert "category, reading 3: 0.000" in told
    assert page.row("category")[4] == "0.000 to 1.000, SD 0.500"


def test_failures_and_flags_stand_with_their_letter() -> None:
    base = run(letter("a", attempt({"items": (1, 1, 1)}, flags=[raised("weak_layout")])), name="base")
    failed = attempt(
        {"items": (0, 1, 0)}, failed=True, failure="no text", flags=[raised("missing_field", "age"), raised("x", "sex")]
    )
    page = Page(report(run(letter("a", failed), name="new"), base))
    assert page.said("li")[-3:] == [
        "now not read: no text",
        "raised: missing_field at age; x at sex",
        "dropped: weak_layout",
    ]


def test_summaries_in_other_words_are_shown() -> None:
    base = run(letter("a", attempt(summaries={"case_summary": "Denied for lack of notes."})), name="base")
    new = run(letter("a", attempt(summaries={"case_summary": "Denied for want of notes."})), name="new")
    (row,) = [cells for cells in Page(report(new, base)).rows if "case_summary" in cells[0]]
    assert row[1:] == ["Denied for [-lack-] of notes.", "Denied for {+want+} of notes."]


def test_a_large_page_stays_small() -> None:
    rng = [f"word{at % 97}" for at in range(400)]
    long = " ".join(rng)
    other = " ".join("other" if at % 40 == 0 else word for at, word in enumerate(rng))

    def made(name: str, read: str) -> Run:
        return run(*(fields(f"l{at:03}", 0, gold=long, read=f"{read} {at}") for at in range(100)), name=name)

    assert len(report(made("new", other), made("base", long)).encode()) < 3_000_000
