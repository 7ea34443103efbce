"""What the statistics were read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summarizer.backfill.kept import State
from summarizer.render.phrases import printable
from summarizer.render.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summarizer.backfill.stats.tallies import Tallies

_NOT_COUNTED = {
    State.FAILED: "failed",
    State.PENDING: "waiting",
    State.RUNNING: "being read",
}


@dataclass(frozen=True, slots=True)
class About:
    """Where the letters come from."""

    store: str
    """The store, as it was named."""
    recipe: str
    """What read them: engine, and model and prompt where one was asked."""
    fingerprint: str = ""
    """Fingerprint of it, in hexadecimal."""
    states: Mapping[State, int] = field(default_factory=dict)
    """Inputs by state, where the store counts them."""

    def lines(self, tallies: Tallies) -> tuple[str, ...]:
        """What was counted, what was not, and by whom it was read."""
        store = printable(for_people(self.store))
        told = f"{count(tallies.letters, 'letter')} with {count(tallies.items, 'item')} from {store}"
        duplicates = tallies.duplicates
        told += f"; {count(duplicates, 'duplicate')} left out" if duplicates else "; no duplicates"
        lines = [told + f"; {tallies.needs_review:,} need review."]
        rest = [f"{self.states[state]:,} {word}" for state, word in _NOT_COUNTED.items() if self.states.get(state)]
        if rest:
            lines.append(f"Not counted, since they are not read: {', '.join(rest)}.")
        recipe = f" (recipe {self.fingerprint[:12]})" if self.fingerprint else ""
        lines.append(f"Read by: {printable(self.recipe)}{recipe}. Readings are counted, not the letters themselves.")
        return tuple(lines)


def for_people(address: str) -> str:
    """``address`` of a store without user, password and settings."""
    if "://" not in address:
        return address
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"
