"""What a worker makes of the letters of one batch: a row each, of those that were brought to an end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from summarizer.backfill.input import Input
from summarizer.backfill.kept import Failure
from summarizer.backfill.ledger.rows import Claim, Result
from summarizer.backfill.parts.part import Row
from summarizer.backfill.run.judging import Copy, judged, kept_of
from summarizer.errors import InputError, ModelError
from summarizer.stages import Draft

if TYPE_CHECKING:
    from summarizer.backfill.beyond.apart import Apart
    from summarizer.backfill.parts.plan import Planned
    from summarizer.backfill.run.job import Brake
    from summarizer.backfill.run.reading import Opened
    from summarizer.llm.run import ModelRun


class Letters:
    """The letters of one batch: claims for those that read them, and where each claim came from."""

    def __init__(self, planned: list[Planned], brake: Brake) -> None:
        """None is begun after the ``brake`` is pulled."""
        self._planned = planned
        self._brake = brake

    def claims(self) -> Iterator[Claim]:
        """One claim a letter; its work is the letter's place in the batch."""
        for place, one in enumerate(self._planned):
            if self._brake.pulled:
                return
            yield Claim(place, one.input.address, one.attempts + 1)

    def input(self, claim: Claim) -> Input:
        """Where ``claim`` came from."""
        return self._planned[claim.work].input

    def row(self, claim: Claim, sha256: str | None, end: Draft | InputError | ModelError | None) -> Row:
        """What came of one letter; ``None`` where it is a copy."""
        address, stamp = self.input(claim).address, self.input(claim).stamp
        if isinstance(end, Draft):
            kept = kept_of(claim, end)
            if not isinstance(kept, InputError):
                return Row(address, stamp, sha256, claim.attempts, kept=kept)
            end = kept
        failure = None if end is None else Failure.of(end)
        return Row(address, stamp, sha256, claim.attempts, failure=failure)


def rows_by_rules(letters: Letters, apart: Apart[Result]) -> Generator[Row]:
    """Letters read by the rules alone."""
    with closing(apart.read(letters.claims())) as answers:
        for claim, answer in answers:
            if isinstance(answer, InputError):
                yield letters.row(claim, None, answer)
                continue
            one = letters.input(claim)
            yield Row(one.address, one.stamp, answer.sha256, claim.attempts, answer.kept, answer.failure)


def rows_by_model(
    letters: Letters,
    apart: Apart[Opened],
    run: ModelRun,
    admitted: Callable[[str, str], bool],
    brake: Brake,
) -> Generator[Row]:
    """Letters judged by a model, as they are finished; one that waits for another run is no row.

    ``admitted`` tells by SHA-256 and address whether a letter is to be judged.
    """
    ends = judged(
        run,
        apart.read(letters.claims()),
        lambda claim, sha256: admitted(sha256, claim.address),
        brake,
        meanwhile=lambda: None,
    )
    with closing(ends):
        for letter, end in ends:
            if end is not None:
                yield letters.row(letter.claim, letter.sha256, None if isinstance(end, Copy) else end)
