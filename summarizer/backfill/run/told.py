"""How far a store or a run is, in a reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from summarizer.backfill.kept import State
from summarizer.render.spending import dollars
from summarizer.render.words import count, duration

if TYPE_CHECKING:
    from summarizer.backfill.ledger.rows import Enlisted
    from summarizer.backfill.run.job import Standing
    from summarizer.llm.question import Spent

_WORDS = {
    State.DONE: "done",
    State.NEEDS_REVIEW: "need review",
    State.FAILED: "failed",
    State.DUPLICATE: "duplicates",
    State.RUNNING: "claimed by a run",
    State.PENDING: "pending",
}
_ALWAYS = (State.DONE, State.NEEDS_REVIEW, State.FAILED)


def standing_line(standing: Standing) -> str:
    """``9,120 done, 880 need review, 12 failed, 92.1/s, 1.2M tokens, $3.41, 6 min left``."""
    parts = [states_line(standing.states, open_too=False)]
    parts.append(f"{standing.rate:,.1f}/s")
    spent = standing.spent
    if spent.requests:
        parts += [f"{short(spent.input_tokens + spent.output_tokens)} tokens", cost_of(spent)]
    if standing.ahead and standing.seconds_left is not None:
        parts.append(f"{duration(standing.seconds_left)} left")
    return ", ".join(parts)


def states_line(states: Mapping[State, int], *, open_too: bool = True) -> str:
    """``9 done, 2 need review, 1 failed, 3 duplicates, 4 pending``: those that are none left out but the first."""
    shown = [
        f"{states[state]:,} {words.removesuffix('s') if state is State.DUPLICATE and states[state] == 1 else words}"
        for state, words in _WORDS.items()
        if state in _ALWAYS or (states[state] and (open_too or state is State.DUPLICATE))
    ]
    return ", ".join(shown)


def spent_line(spent: Spent) -> str:
    """``9 requests, 20,790 tokens in (17,280 cached), 2,160 out, $0.0189``; empty where nothing was sent."""
    if not spent.requests:
        return ""
    cached = f" ({spent.cached_input_tokens:,} cached)" if spent.cached_input_tokens else ""
    told = f"{count(spent.requests, 'request')}, {count(spent.input_tokens, 'token')} in{cached}"
    return f"{told}, {spent.output_tokens:,} out, {cost_of(spent)}"


def cost_of(spent: Spent) -> str:
    """Dollars; where some requests have no known cost, at least those of the others."""
    if spent.unpriced and spent.known_usd:
        return f"at least {dollars(spent.known_usd)}"
    return dollars(spent.cost_usd)


def enlisted_line(found: Enlisted) -> str:
    """``1,204 inputs listed: 1,200 new, 4 changed``."""
    parts = [f"{number:,} {word}" for number, word in ((found.new, "new"), (found.changed, "changed")) if number]
    total = found.new + found.changed + found.known
    return f"{count(total, 'input')} listed: {', '.join(parts) or 'all known'}"


def ended_lines(standing: Standing, why: str | None, command: str) -> Iterator[str]:
    """What a run brought, why it ended early where it did, and the ``command`` that goes on."""
    yield f"{count(standing.taken, 'input')} in {duration(standing.seconds)}; the store: {states_line(standing.states)}"
    if line := spent_line(standing.spent):
        yield line
    if why:
        yield why
    if standing.states[State.RUNNING]:
        yield f"{count(standing.states[State.RUNNING], 'input')} with another run, or in a batch"
    if standing.states[State.PENDING]:
        yield f"{count(standing.states[State.PENDING], 'input')} to do; go on with: {command}"
    if standing.states[State.FAILED]:
        yield f"{count(standing.states[State.FAILED], 'input')} failed; see imr backfill failures, then retry"


def short(number: int) -> str:
    """``950``, ``12.3k``, ``1.2M``, ``3.4G``."""
    value = float(number)
    for unit in ("", "k", "M"):
        if value < 1000:
            return f"{value:.0f}" if not unit else f"{value:.1f}{unit}"
        value /= 1000
    return f"{value:.1f}G"
