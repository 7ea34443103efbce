"""What servers announce about their limits, in every spelling, and what must not disturb."""

from __future__ import annotations

import pytest

from summarizer.llm.headers import NOTHING, Allowance, announced, seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12.0),
        ("1.5", 1.5),
        ("1s", 1.0),
        ("200ms", 0.2),
        ("6m0s", 360.0),
        ("7m12s", 432.0),
        ("1h2m3.5s", 3723.5),
        ("2m59.56s", 179.56),
        ("0", 0.0),
        (" 4 ", 4.0),
    ],
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["1700000030", "1700000030000", "2023-11-14T22:13:50Z", "2023-11-14T22:13:50"])
def test_moments_become_seconds_from_now(text: str) -> None:
    assert seconds(text, lambda: 1_700_000_000.0) == pytest.approx(30.0)


def test_a_moment_that_is_over_is_now() -> None:
    assert seconds("1700000000", lambda: 1_700_000_100.0) == 0.0


@pytest.mark.parametrize(
    "text", ["", "soon", "-3", "1e9999", "nan", "inf", "12 s", "s", "6m 0s", "9" * 400, "1-2", "٣", "5m!", "2023-99-99"]
)
def test_malformed_durations_are_nothing(text: str) -> None:
    assert seconds(text) is None


def test_openai_names_in_any_case() -> None:
    said = announced(
        {
            "X-RateLimit-Limit-Requests": "500",
            "X-RateLimit-Remaining-Requests": "499",
            "X-RateLimit-Reset-Requests": "120ms",
            "x-ratelimit-limit-tokens": "200000",
            "x-ratelimit-remaining-tokens": "150000",
            "x-ratelimit-reset-tokens": "15s",
        }
    )
    assert said.requests == Allowance(500, 499, 0.12)
    assert said.tokens == Allowance(200000, 150000, 15.0)


def test_anthropic_names() -> None:
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "20",
        "anthropic-ratelimit-requests-reset": "2023-11-14T22:13:50Z",
    }
    assert announced(headers, lambda: 1_700_000_000.0).requests == Allowance(50, 20, 30.0)


def test_names_of_the_draft_with_policies_after_the_number() -> None:
    said = announced({"RateLimit-Limit": "100, 100;w=60", "RateLimit-Remaining": "7", "RateLimit-Reset": "9"})
    assert said.requests == Allowance(100, 7, 9.0)
    assert said.tokens is None


@pytest.mark.parametrize("limit", ["", "none", "-1", "0", "nan", "inf"])
def test_a_limit_that_makes_no_sense_is_left_out(limit: str) -> None:
    headers = {"x-ratelimit-limit-requests": limit, "x-ratelimit-remaining-requests": "5"}
    assert announced(headers).requests is None


def test_a_broken_reset_leaves_the_rest() -> None:
    headers = {
        "x-ratelimit-limit-requests": "10",
        "x-ratelimit-remaining-requests": "3",
        "x-ratelimit-reset-requests": "later",
    }
    assert announced(headers).requests == Allowance(10, 3, None)


def test_more_remaining_than_the_limit_is_the_limit() -> None:
    headers = {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "30"}
    assert announced(headers).requests == Allowance(10, 10, None)


def test_other_headers_say_nothing() -> None:
    assert announced({"content-type": "application/json", "retry-after": "3"}) is NOTHING
