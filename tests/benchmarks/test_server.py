"""The server that benchmarks ask: a letter is judged through it, and its limit is announced and kept."""

from __future__ import annotations

import httpx2

from benchmarks.server import served
from summarizer import Summarizer
from tests.forms import letter
from tests.llm.asking import settings_for


def test_a_letter_is_judged_through_it_and_counted() -> None:
    with served() as server, Summarizer("hybrid", model=settings_for(server.url)) as summarizer:
        determination = summarizer.summarize(text=letter())
        stats = server.stats()
    assert determination.provenance["items[0].primary_reason"].model
    assert (stats.requests, stats.refused) == (1, 0)
    assert stats.received > 1000


def test_a_limit_is_announced_and_what_passes_it_refused() -> None:
    body = {"model": "m", "messages": [{"role": "system", "content": ""}, {"role": "user", "content": "1| One line."}]}
    with served(rate=0.001, burst=2, announces=True) as server:
        answers = [httpx2.post(f"{server.url}/chat/completions", json=body) for _ in range(3)]
        stats = server.stats()
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["x-ratelimit-remaining-requests"] for answer in answers] == ["1", "0", "0"]
    assert (stats.requests, stats.refused) == (3, 1)
