"""A forecast as people and machines read it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from summarizer.backfill.forecast.figures import Amount, Asked, Bound, Forecast
from summarizer.backfill.forecast.text import notes, plain, render, rows
from summarizer.engine import Engine

ASKED = Asked(
    model="some-model",
    server="models.example:8080",
    outlines=Amount(15_000, 4_000, 30_000),
    requests=Amount(1_515_000, 1_504_000, 1_530_000),
    input_tokens=Amount(6e9, 5.8e9, 6.2e9),
    output_tokens=Amount(1.1e9, 1.0e9, 1.2e9),
    cost_usd=Amount(3512.5, 3300, 3700),
    cached_cost_usd=Amount(2512.5, 2300, 2700),
    batch_cost_usd=Amount(1756.25, 1650, 1850),
    batch_rounds=2,
    seconds=Amount(190_000, 180_000, 200_000),
    bound=Bound.TOKENS,
    concurrency=16,
    max_cost_usd=None,
)
FORECAST = Forecast(
    engine=Engine.HYBRID,
    letters=1_600_000,
    done=100_000,
    to_read=1_500_000,
    sampled=200,
    workers=2,
    bytes=Amount.exactly(75_400_000_000),
    copies=Amount(3000, 0, 9000),
    copies_from=200,
    unreadable={"damaged_file": Amount(7500, 400, 41_000)},
    reading_seconds=Amount(7200, 7000, 7400),
    asked=ASKED,
)


def row(forecast: Forecast, label: str) -> tuple[str, str]:
    (found,) = [row for row in rows(forecast) if row.label.strip().startswith(label)]
    return found.expected, found.range


def test_a_table_of_an_archive_fits_80_columns() -> None:
    text = render(FORECAST)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "…" not in text
    assert "6,000,000,000  5,800,000,000 – 6,200,000,000" in " ".join(text.split("Tokens sent")[1].split(" "))
    assert render(FORECAST, symbols=False).isascii()
    assert "\x1b[" in render(FORECAST, styled=True)


def test_amounts_are_told_in_their_own_measure() -> None:
    assert row(FORECAST, "Letters to read") == ("1,500,000", "")
    assert row(FORECAST, "read already") == ("100,000", "")
    assert row(FORECAST, "cannot be read: damaged file") == ("7,500", "400 – 41,000")
    assert row(FORECAST, "Size") == ("75.4 GB", "")
    assert row(FORECAST, "Cost") == ("$3,512.50", "$3,300.00 – $3,700.00")
    assert row(FORECAST, "in batches") == ("$1,756.25", "$1,650.00 – $1,850.00")
    assert row(FORECAST, "Reading, 2 processes") == (
        "2 h 0 min",
        "117 min – 2 h 3 min".replace("117 min", "1 h 57 min"),
    )
    assert row(FORECAST, "Asking, by the limit of tokens") == ("2 d 5 h", "2 d 2 h – 2 d 8 h")
    assert row(FORECAST, "Time") == row(FORECAST, "Asking")


def test_what_is_not_known_is_said_and_what_to_do_about_it() -> None:
    unpriced = replace(ASKED, cost_usd=None, cached_cost_usd=None, batch_cost_usd=None)
    unknown = replace(FORECAST, copies=None, copies_from=0, asked=unpriced)
    assert row(unknown, "copies") == row(unknown, "Cost") == ("unknown", "")
    told = " ".join(notes(unknown))
    assert "--price" in told
    assert "gives no sizes" in told
    assert "half" not in told


def test_notes_say_what_the_figures_leave_out() -> None:
    told = " ".join(notes(FORECAST))
    assert "not counted" in told
    assert "two rounds" in told
    assert "limit of $" not in told
    assert "s an answer" not in told
    guessed = replace(ASKED, bound=Bound.CONCURRENCY, batch_rounds=1, max_cost_usd=100.0)
    told = " ".join(notes(replace(FORECAST, asked=guessed, copies_from=50)))
    assert "10 s an answer" in told
    assert "one round" in told
    assert "limit of $100.00" in told
    assert "of 50 letters of the sample" in told
    assert "--sample" in " ".join(notes(replace(FORECAST, sampled=1)))


def test_rules_tell_of_no_model_and_an_empty_rest_of_nothing() -> None:
    rules = replace(FORECAST, asked=None, unreadable={})
    text = render(rules)
    assert "Cost" not in text
    assert "none of the sample" in text
    nothing = replace(rules, to_read=0, sampled=0, copies=Amount.exactly(0), reading_seconds=Amount.exactly(0))
    assert "nothing is left to read" in render(nothing)
    assert list(notes(nothing)) == []


def test_machines_get_every_figure() -> None:
    told = json.loads(json.dumps(plain(FORECAST)))
    assert told["letters"] == 1_600_000
    assert told["asked"]["cost_usd"] == {"expected": 3512.5, "low": 3300, "high": 3700}
    assert told["asked"]["bound"] == "tokens_per_minute"
    assert told["unreadable"]["damaged_file"]["expected"] == 7500
    assert told["seconds"]["expected"] == 190_000
    assert told["assumed"] == {"seconds_an_answer": 10.0, "batch_price": 0.5, "batch_hours": 24}


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.04, "0.0 s"), (12.4, "12 s"), (300, "5 min"), (5880, "98 min"), (19_200, "5 h 20 min")]
)
def test_times_are_told_as_one_would(seconds: float, shown: str) -> None:
    found = replace(FORECAST, asked=None, reading_seconds=Amount.exactly(seconds))
    assert row(found, "Reading") == (shown, "")
