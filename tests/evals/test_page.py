"""The page of metrics and the catalog say the same."""

from __future__ import annotations

from evals.metrics.catalog import METRICS
from evals.metrics.measures import MEASURES
from evals.metrics.page import PAGE, page


def test_the_page_is_the_one_that_the_catalog_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m evals.metrics.page"


def test_every_metric_has_one_row_and_its_formula() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [metric.name for metric in METRICS]
    assert all(metric.formula in row for metric, row in zip(METRICS, rows, strict=True))
    assert all(row.count("|") == 8 for row in rows)


def test_every_family_of_the_catalog_is_measured() -> None:
    assert list(dict.fromkeys(metric.family for metric in METRICS)) == list(MEASURES)
