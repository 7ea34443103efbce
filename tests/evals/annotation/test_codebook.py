"""The codebook's page."""

from __future__ import annotations

from evals.annotation.codebook import PAGE, page
from schemas import Item, Reason


def test_the_page_is_that_of_the_schemas() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m evals.annotation.codebook"


def test_every_field_and_code_is_there() -> None:
    for name in (*Item.model_fields, *Reason):
        assert f"| `{name}` |" in page()
    assert "provenance" not in page()
