from __future__ import annotations

from datetime import date

import pytest

from schemas import Category, Determination, Item, Medication, Outcome, Reason
from schemas.taxonomy import DrugClass
from summarizer.backfill.export.columns import TABLES, in_batches
from summarizer.backfill.export.tables import Value
from summarizer.backfill.kept import State, Stored
from summarizer.errors import StoreError
from tests.backfill.export.letters import BARE, FULL, LONG, SCAN, STORED, stored


def rows_of(*letters: Stored) -> dict[str, list[dict[str, Value]]]:
    tables: dict[str, list[dict[str, Value]]] = {table.name: [] for table in TABLES}
    for batch in in_batches(letters):
        for table, rows in zip(TABLES, batch, strict=True):
            tables[table.name] += [dict(zip((one.name for one in table.columns), row, strict=True)) for row in rows]
    return tables


def test_a_letter_has_all_its_facts() -> None:
    (row,) = rows_of(STORED[0])["letters"]
    assert row == {
        "letter": STORED[0].sha256,
        "address": "/letters/a.pdf",
        "copies": 3,
        "state": "needs_review",
        "case_number": "CM16-0900001",
        "decision_date": date(2017, 1, 6),
        "date_assigned": date(2016, 11, 30),
        "application_received": date(2016, 11, 21),
        "ur_denial_date": date(2016, 11, 4),
        "date_of_injury": date(2014, 2, 28),
        "priority": "expedited",
        "worker_age": 41,
        "worker_sex": "female",
        "reviewer_states": ["Oregon", "California"],
        "reviewer_specialties": ["Hand Surgery"],
        "diagnoses": ["lumbar strain", "sciatica"],
        "case_summary": "A 41-year-old woman, Zoë, fell.",
        "items_total": 2,
        "items_upheld": 1,
        "items_overturned": 0,
        "items_modified": 1,
        "review_flags": 4,
        "review_codes": ["unverified_field", "possible_mistake_of_fact"],
        "review_messages": ["Check the outcome.", "Two sides.", "Two ages.", "Another item's."],
        "possible_mistakes": 2,
        "material_mistakes": 1,
        "layout": "imr",
        "text_from": "text_layer",
        "pages": 4,
        "requests": 2,
        "input_tokens": 900,
        "cached_input_tokens": 100,
        "output_tokens": 50,
        "cost_usd": 0.25,
        "seconds": 1.5,
        "schema_version": FULL.schema_version,
    }


def test_an_item_says_what_was_decided_why_and_how_well_that_is_proven() -> None:
    drug, scan = rows_of(STORED[0])["items"]
    assert drug == {
        "letter": STORED[0].sha256,
        "item": 1,
        "case_number": "CM16-0900001",
        "treatment": "Norvalin 10/325 mg #60",
        "original_request": "Norvalin 10/325 mg #90",
        "authorized_portion": "Norvalin 10/325 mg #30",
        "outcome": "modified",
        "category": "pharmaceutical",
        "drug_name": "Norvalin",
        "drug_strength": "10/325 mg",
        "drug_quantity": 60.0,
        "drug_class": "opioid",
        "primary_reason": "safety_need",
        "rationale": "A taper is called for.\nThirty tablets are enough.",
        "rationale_summary": "A taper is called for.",
        "key_quotes": ["A taper is called for.", "Thirty tablets are enough."],
        "page": 3,
        "treatment_status": "verified",
        "outcome_status": "verified",
        "reason_status": "cited",
        "judged_by": "model",
        "model": "gpt-x",
        "prompt": "read@v1",
        "review_codes": ["possible_mistake_of_fact"],
    }
    assert (scan["item"], scan["judged_by"], scan["model"], scan["outcome_status"]) == (2, "rules", None, "unverified")
    assert scan["review_codes"] == ["unverified_field", "possible_mistake_of_fact"]
    assert [scan[name] for name in ("drug_name", "drug_quantity", "page", "rationale", "primary_reason")] == [None] * 5


def test_citations_name_the_side_and_count_within_it() -> None:
    rows = rows_of(STORED[0])["citations"]
    assert [(row["item"], row["side"], row["number"], row["title"], row["title_status"]) for row in rows] == [
        (1, "claims_administrator", 1, "Chronic Pain", None),
        (1, "claims_administrator", 2, "ODG, Pain", None),
        (1, "reviewer", 1, "Chronic Pain", "verified"),
    ]
    assert rows[0] | {"letter": "", "title_status": ""} == {
        "letter": "",
        "item": 1,
        "side": "claims_administrator",
        "number": 1,
        "source": "MTUS",
        "title": "Chronic Pain",
        "year": 2009,
        "sections": "Opioids",
        "pages": "74-95",
        "title_status": "",
    }


def test_reasons_come_once_each_with_the_primary_one_first() -> None:
    odd = SCAN.model_copy(
        update={"primary_reason": Reason.SAFETY_RISK, "reasons": (Reason.OTHER, Reason.SAFETY_RISK, Reason.OTHER)}
    )
    rows = rows_of(stored(Determination(items=(odd, SCAN))))["reasons"]
    assert [(row["item"], row["number"], row["reason"], row["is_primary"]) for row in rows] == [
        (1, 1, "safety_risk", True),
        (1, 2, "other", False),
    ]


def test_a_primary_reason_that_is_not_among_the_reasons_is_not_lost() -> None:
    lone = SCAN.model_copy(update={"primary_reason": Reason.SAFETY_RISK})
    assert [row["reason"] for row in rows_of(stored(Determination(items=(lone,))))["reasons"]] == ["safety_risk"]


def test_a_letter_without_items_has_a_row_of_its_own_only() -> None:
    tables = rows_of(stored(BARE))
    (row,) = tables.pop("letters")
    assert row["items_total"] == 0
    assert row["state"] == State.DONE
    assert (row["diagnoses"], row["layout"], row["pages"]) == ([], None, None)
    assert list(tables.values()) == [[], [], []]


def test_items_are_numbered_through_a_long_letter_and_an_unknown_price_is_null() -> None:
    tables = rows_of(stored(LONG))
    assert [(row["item"], row["treatment"]) for row in tables["items"]] == [(n, f"Visit {n}") for n in range(1, 22)]
    assert tables["letters"][0]["cost_usd"] is None


def test_keys_are_unique_and_join_and_the_counts_add_up() -> None:
    tables = rows_of(*STORED)
    for table in TABLES:
        keys = [tuple(row[name] for name in table.key) for row in tables[table.name]]
        assert len(set(keys)) == len(keys)
    letters = {row["letter"]: row for row in tables["letters"]}
    for sha256, row in letters.items():
        outcomes = [item["outcome"] for item in tables["items"] if item["letter"] == sha256]
        assert row["items_total"] == len(outcomes)
        assert [row[f"items_{one.value}"] for one in Outcome] == [outcomes.count(one.value) for one in Outcome]
    items = {(row["letter"], row["item"]) for row in tables["items"]}
    assert {letter for letter, _ in items} <= set(letters)
    for name in ("citations", "reasons"):
        assert {(row["letter"], row["item"]) for row in tables[name]} <= items


def test_a_quantity_too_large_for_any_number_is_unknown() -> None:
    drug = Medication(name="X", quantity=10**400, drug_class=DrugClass.OTHER)
    item = Item(treatment="X", outcome=Outcome.UPHELD, category=Category.PHARMACEUTICAL, medication=drug)
    letter = stored(Determination(items=(item,)))
    assert rows_of(letter)["items"][0]["drug_quantity"] is None


def test_batches_hold_every_letter_once_and_in_order() -> None:
    letters = [stored(BARE, f"{number}.pdf") for number in range(501)]
    batches = list(in_batches(iter(letters)))
    assert [len(batch[0]) for batch in batches] == [250, 250, 1]
    assert [row[0] for batch in batches for row in batch[0]] == [letter.sha256 for letter in letters]
    assert [[len(rows) for rows in batch] for batch in in_batches([])] == [[0, 0, 0, 0]]


@pytest.mark.parametrize("damaged", [b"no zlib", stored(FULL).packed[:50]])
def test_a_damaged_determination_is_an_error_that_names_the_letter(damaged: bytes) -> None:
    letter = Stored("ab" * 32, "/letters/a.pdf", 1, State.DONE, damaged)
    with pytest.raises(StoreError, match=r"letter abababababab: .*damaged") as raised:
        rows_of(letter)
    assert raised.value.__suppress_context__


def test_names_of_columns_need_no_quotes_and_are_told_of() -> None:
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        assert all(name.isidentifier() and name == name.lower() for name in names)
        assert all(column.about.endswith(".") and "\n" not in column.about for column in table.columns)
