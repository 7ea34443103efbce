"""The dollars that a run may put into batches."""

from __future__ import annotations

from collections.abc import Iterable

from summarizer.backfill.batch.batches import BatchRow
from summarizer.errors import ModelMisconfigured


class Purse:
    """Lets a request into a batch only where the limit cannot be passed, all at its most and at a batch's price.

    What a run has collected counts with its real cost, and batches under way with their most, those of an earlier
    run included: what they cost is known only when they are collected.
    """

    def __init__(self, most_usd: float | None, model: str) -> None:
        """``most_usd``: the limit, ``None`` for none; ``model``: its name, for messages."""
        self.most_usd = most_usd
        self._model = model
        self._held = 0.0
        self.empty = False
        """Whether a request had to be left out."""

    def count(self, spent_usd: float, under_way: Iterable[BatchRow]) -> None:
        """Begin anew with what is spent, and what is under way."""
        self._held = spent_usd + sum(batch.at_most_usd or 0.0 for batch in under_way)
        self.empty = False

    def hold(self, at_most_usd: float | None) -> bool:
        """Hold dollars; ``False`` where they could pass the limit. Raises ``ModelMisconfigured`` without a price."""
        if self.most_usd is None:
            return True
        if at_most_usd is None:
            raise ModelMisconfigured(
                self._model, "a limit of cost needs the model's price, which is not known", "give it with --price"
            )
        if self._held + at_most_usd > self.most_usd:
            self.empty = True
            return False
        self._held += at_most_usd
        return True

    def why(self, spent_usd: float) -> str:
        """Why nothing more is asked."""
        return (
            f"{self._model}: the limit of ${self.most_usd or 0:g} is reached: ${spent_usd:.4f} are spent, and the "
            "next request could pass it even at half price; what is done is kept, raise --max-cost to go on"
        )
