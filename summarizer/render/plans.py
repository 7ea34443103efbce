"""What reading a letter would send and cost, for people and machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from summarizer.render.spending import dollars
from summarizer.render.words import count

if TYPE_CHECKING:
    from summarizer.llm.plan import Estimate, Plan


def plan_json(source: str, plan: Plan) -> str:
    """The requests with their exact bodies as one JSON object, indented, with a line feed at its end."""
    return json.dumps({"source": source, **asdict(plan)}, ensure_ascii=False, indent=2) + "\n"


def plan_line(plan: Plan) -> str:
    """What would be sent and cost, in one line.

    Such as ``1 request to gpt-5-mini at api.openai.com: about 2,310 tokens in, room for 1,160 out, up to $0.0029 for
    one answer; re-asks cost more; nothing was sent``.
    """
    if not plan.requests:
        return "nothing in it needs a model"
    sent = sum(request.input_tokens for request in plan.requests)
    room = sum(request.output_tokens for request in plan.requests)
    costs = [request.cost_usd for request in plan.requests]
    each = "one answer" if len(plan.requests) == 1 else "one answer each"
    known = sum(cost for cost in costs if cost is not None)
    # No maximum: an answer that is cut off is asked for again with more room, one that does not hold is objected to.
    cost = dollars(None) if None in costs else f"up to {dollars(known)} for {each}; re-asks cost more"
    later = "; the requests after its answer are not counted" if plan.more_follow else ""
    asked = f"{count(len(plan.requests), 'request')} to {plan.model} at {plan.server}"
    return f"{asked}: about {sent:,} tokens in, room for {room:,} out, {cost}{later}; nothing was sent"


def estimate_line(estimate: Estimate, letters: int) -> str:
    """``hybrid, gpt-5-mini at api.openai.com, about $0.0021; --engine rules asks no model``."""
    if estimate.cost_usd is None:
        cost = "cost unknown (give --price)"
    else:
        cost = f"about {dollars(estimate.cost_usd * letters)}"
        if letters > 1:
            cost += f" for {count(letters, 'letter')} like the first"
    return f"{estimate.engine.value}, {estimate.model} at {estimate.server}, {cost}; --engine rules asks no model"
