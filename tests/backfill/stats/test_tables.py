"""The tables of the dozen against counts made by hand."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date

import pytest

from schemas import Determination, DrugClass, Outcome, Reason
from summarizer.backfill.kept import State, Stored
from summarizer.backfill.stats.about import About
from summarizer.backfill.stats.facts import facts_of
from summarizer.backfill.stats.periods import rows_of, together
from summarizer.backfill.stats.shares import Share, wilson
from summarizer.backfill.stats.table import Part, Rate, Table, printed
from summarizer.backfill.stats.tables import tables
from summarizer.backfill.stats.tallies import By, Tallies, tally
from summarizer.errors import StoreError
from tests.backfill.stats.letters import all_stored, dozen, drug, letter, stored, tallied


def table(name: str, tallies: Tallies | None = None) -> Table:
    (found,) = [one for one in tables(tallies or tallied()) if one.name == name]
    return found


def rows(name: str, tallies: Tallies | None = None) -> dict[object, dict[str, object]]:
    """First cell of a row to its other cells by column."""
    found = table(name, tallies)
    return {
        row[0]: {column.name: cell for column, cell in zip(found.columns[1:], row[1:], strict=True)}
        for row in found.rows
    }


def counts(name: str, *columns: str, by: By = By.MONTH) -> list[tuple[object, ...]]:
    return [(first, *(cells[column] for column in columns)) for first, cells in rows(name, tallied(by)).items()]


def test_months_are_in_order_with_the_empty_ones_and_no_letter_is_missing() -> None:
    found = counts("by_month", "letters", "items", "upheld", "overturned", "modified")
    assert found == [
        ("2016-01", 3, 4, 2, 1, 1),
        ("2016-02", 2, 3, 1, 2, 0),
        ("2016-03", 0, 0, 0, 0, 0),
        ("2016-04", 0, 0, 0, 0, 0),
        ("2016-05", 3, 5, 4, 1, 0),
        *((f"2016-{month:02}", 0, 0, 0, 0, 0) for month in range(6, 13)),
        ("2017-01", 2, 1, 1, 0, 0),
        ("no date", 2, 3, 3, 0, 0),
        ("all", 12, 16, 11, 4, 1),
    ]


def test_by_year() -> None:
    assert counts("by_year", "letters", "items", by=By.YEAR) == [
        ("2016", 8, 12),
        ("2017", 2, 1),
        ("no date", 2, 3),
        ("all", 12, 16),
    ]


def test_the_rate_counts_modified_items_too() -> None:
    rate = rows("by_month")["2016-01"]["overturn rate"]
    held = Share()
    for letter_ in ((0, 1), (1, 1), (1, 2)):
        held.add(*letter_)
    assert held.interval is not None
    assert rate == Rate(0.5, *held.interval)
    assert "overturned and modified" in table("by_month").note
    assert rows("by_month")["2016-03"]["overturn rate"] is None


def test_categories() -> None:
    found = counts("by_category", "letters", "items", "share", "upheld", "overturned", "modified")
    assert found == [
        ("diagnostic testing", 3, 5, Part(5, 16), 3, 2, 0),
        ("pharmaceutical", 3, 5, Part(5, 16), 4, 1, 0),
        ("rehabilitation", 4, 5, Part(5, 16), 3, 1, 1),
        ("surgery", 1, 1, Part(1, 16), 1, 0, 0),
        ("all", 11, 16, Part(16, 16), 11, 4, 1),
    ]
    surgery = rows("by_category")["surgery"]["overturn rate"]
    assert surgery == Rate(0.0, *wilson(0, 1))


def test_drug_classes_add_up_to_the_pharmaceutical_items() -> None:
    assert counts("by_drug_class", "items", "upheld", "overturned") == [
        ("NSAID", 2, 1, 1),
        ("opioid", 2, 2, 0),
        ("no drug read", 1, 1, 0),
        ("all", 5, 4, 1),
    ]


def test_letters_by_outcome() -> None:
    assert counts("letters_by_outcome", "letters") == [
        ("all items upheld", 7),
        ("overturned in part", 2),
        ("all items overturned", 2),
        ("no item was found", 1),
    ]


def test_categories_by_year() -> None:
    found = rows("categories_by_year")
    assert found["pharmaceutical"] == {"2016": Part(5, 12), "2017": Part(0, 1), "no date": Part(0, 3)}
    assert found["items"] == {"2016": 12, "2017": 1, "no date": 3}


def test_days() -> None:
    found = rows("days")
    # 10, 20, 30, 0, 30, 30 days; one decided before it was assigned; five lack a date.
    assert found["assignment"] == {
        "letters": 6,
        "mean": 20.0,
        "25 %": 12.5,
        "median": 25.0,
        "75 %": 30.0,
        "90 %": 30.0,
        "longest": 30,
        "lacks a date": 5,
        "negative": 1,
    }
    assert [found[name]["lacks a date"] for name in found] == [5, 3, 1, 1, 11]
    assert found["receipt of the application"]["median"] == 30.0


def test_days_by_month() -> None:
    found = counts("days_by_month", "letters", "median", "lacks a date", "negative")
    assert found[:3] == [("2016-01", 3, 20.0, 0, 0), ("2016-02", 2, 15.0, 0, 0), ("2016-03", 0, None, 0, 0)]
    assert found[-2:] == [("2017-01", 0, None, 2, 0), ("no date", 0, None, 2, 0)]


def test_reasons() -> None:
    assert counts("reasons", "argues for", "items", "first of all", "overturned") == [
        ("exceeds limits", "upheld", 6, Part(6, 16), Part(1, 6)),
        ("criteria met", "overturned", 5, Part(4, 16), Part(5, 5)),
        ("no objective findings", "upheld", 4, Part(4, 16), Part(0, 4)),
        ("none given", "", 2, Part(2, 16), Part(0, 2)),
    ]


def test_reasons_by_category() -> None:
    found = rows("reasons_by_category")
    assert found["exceeds limits"] == {
        "all": Part(6, 16),
        "diagnostic testing": Part(0, 5),
        "pharmaceutical": Part(2, 5),
        "rehabilitation": Part(4, 5),
        "surgery": Part(0, 1),
    }
    assert found["items"]["rehabilitation"] == 5


def test_guidelines_count_items_once_whatever_they_cite_twice() -> None:
    assert counts("guidelines", "claims administrator: items", "reviewer: items") == [
        ("MTUS", 1, 1),
        ("ODG", 1, 1),
        ("other works", 0, 1),
        ("nothing", 14, 14),
    ]
    assert counts("titles_claims_administrator", "items", "share") == [
        ("Knee Complaints", 1, Part(1, 16)),
        ("Official Disability Guidelines (ODG), Knee", 1, Part(1, 16)),
    ]
    assert "Müller, Rückenschmerz" in rows("titles_reviewer")


def test_forms_and_doubts() -> None:
    assert counts("forms", "letters", "needs review") == [
        ("imr form 2014", 10, 1),
        ("not stated", 1, 1),
        ("generic", 1, 1),
    ]
    assert counts("review", "letters") == [("missing field", 2), ("weak layout", 2)]


def test_what_was_read_is_told_with_what_was_not() -> None:
    states = {State.FAILED: 3, State.PENDING: 1, State.DONE: 9}
    about = About("postgresql://imr:pass@word@host/store?password=x", "hybrid, a model, read@v1", "ab" * 32, states)
    assert about.lines(tallied()) == (
        "12 letters with 16 items from postgresql://host/store; 4 duplicates left out; 3 need review.",
        "Not counted, since they are not read: 3 failed, 1 waiting.",
        "Read by: hybrid, a model, read@v1 (recipe abababababab). Readings are counted, not the letters themselves.",
    )


def test_facts_are_those_of_the_determination() -> None:
    for held, determination in zip(all_stored(), dozen(), strict=True):
        facts = facts_of(held)
        assert facts.decision_date == determination.decision_date
        assert facts.copies == held.copies
        assert facts.needs_review == bool(determination.review)
        assert [item.outcome for item in facts.items] == [item.outcome for item in determination.items]
        for one, item in zip(facts.items, determination.items, strict=True):
            assert one.reasons == item.reasons
            cited = [(c.source, c.title) for c in item.reviewer_guidelines]
            assert [(c.source, c.title) for c in one.reviewer_guidelines] == cited


@pytest.mark.parametrize("packed", [b"no zlib", zlib.compress(b'{"items": [{"outcome": "a letter\'s words"}]}')])
def test_a_damaged_answer_is_a_typed_error_without_its_words(packed: bytes) -> None:
    with pytest.raises(StoreError) as raised:
        facts_of(Stored("0" * 64, "/somewhere/a.pdf", 1, State.DONE, packed))
    assert str(raised.value).startswith("a.pdf: its stored answer cannot be read")
    assert "words" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_an_empty_store_has_tables_without_rows() -> None:
    assert [one.rows for one in tables(tally([]))] == [()] * 14
    assert (
        About("imr.db", "rules").lines(tally([]))[0]
        == "0 letters with 0 items from imr.db; no duplicates; 0 need review."
    )


def test_one_letter_without_an_item() -> None:
    tallies = tally([facts_of(stored(Determination()))])
    assert rows("by_month", tallies)["no date"]["items"] == 0
    assert rows("letters_by_outcome", tallies)["no item was found"]["letters"] == 1
    assert table("by_category", tallies).rows == ()


def test_a_long_gap_is_one_row() -> None:
    letters = {date(1917, 1, 1): 1, date(2016, 1, 1): 5, date(2016, 3, 1): 2, None: 1}
    assert [label for label, _ in rows_of(By.MONTH, letters)] == [
        "1917-01",
        "1917-02 to 2015-12",
        "2016-01",
        "2016-02",
        "2016-03",
        "no date",
    ]
    assert together(By.MONTH, letters) == ([date(2016, 1, 1), date(2016, 3, 1)], 1)
    assert together(By.MONTH, {None: 1}) == ([], 0)


def test_periods_of_the_first_years_of_the_calendar_have_a_successor() -> None:
    assert By.MONTH.next(date(2016, 12, 1)) == date(2017, 1, 1)
    assert By.YEAR.next(date(2016, 1, 1)) == date(2017, 1, 1)


def test_a_reading_that_names_no_reason_first_still_counts_its_reasons() -> None:
    unranked = drug(Outcome.UPHELD, DrugClass.OPIOID).model_copy(update={"reasons": (Reason.EXCEEDS_LIMITS,)})
    found = rows("reasons", tally([facts_of(stored(letter(None, unranked)))]))
    assert list(found) == ["exceeds limits"]
    assert found["exceeds limits"]["first of all"] == Part(0, 1)


def test_cells_are_printed_for_people() -> None:
    cells = (None, "x", 1234567, 26.04, Part(1, 3), Part(0, 0), Rate(0.127, 0.1, 0.15))
    assert [printed(cell) for cell in cells] == ["–", "x", "1,234,567", "26.0", "33.3%", "–", "12.7% (10.0–15.0)"]


def test_copies_do_not_change_what_is_counted() -> None:
    once = tally(replace(facts_of(one), copies=1) for one in all_stored())
    assert once.duplicates == 0
    assert tables(once) == tables(tallied())
