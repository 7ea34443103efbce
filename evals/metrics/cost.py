"""Cost: dollars, requests, tokens, seconds. What is not known is left out, never counted as nothing."""

from __future__ import annotations

from evals.gold import Labeled
from evals.metrics.counting import Counting
from evals.metrics.measured import Measured, Reading
from evals.metrics.tally import Tally
from schemas import Usage


def cost(labeled: Labeled, reading: Reading) -> Measured:  # noqa: ARG001 - every family takes both
    """Count what the reading cost; nothing of a letter that failed, since nobody knows."""
    counting = Counting()
    if reading.failed:
        return counting.measured()
    spent = spent_on(reading)
    if spent.cost_usd is not None:
        counting.add("cost_usd", Tally(spent.cost_usd, 1, 1))
    counting.add("requests", Tally(spent.requests, 1, 1))
    if spent.input_tokens or not spent.requests:  # a server may not say
        counting.add("input_tokens", Tally(spent.input_tokens, 1, 1))
        counting.add("output_tokens", Tally(spent.output_tokens, 1, 1))
    if not from_cache(reading):
        counting.add("seconds", Tally(spent.seconds, 1, 1))
    return counting.measured()


def spent_on(reading: Reading) -> Usage:
    """What a reading costs whose answers all have to be asked for: its usage and what the cache saved."""
    usage, saved = reading.determination.usage, reading.saved
    known = usage.cost_usd is not None and ("cost_usd" in saved or not from_cache(reading))
    return usage.model_copy(
        update={
            "requests": usage.requests + int(saved.get("requests", 0)),
            "input_tokens": usage.input_tokens + int(saved.get("input_tokens", 0)),
            "output_tokens": usage.output_tokens + int(saved.get("output_tokens", 0)),
            "cost_usd": (usage.cost_usd or 0.0) + saved.get("cost_usd", 0.0) if known else None,
        }
    )


def from_cache(reading: Reading) -> bool:
    """Whether an answer came from a cache, so that seconds say nothing about the model."""
    return reading.saved.get("requests", 0) > 0
