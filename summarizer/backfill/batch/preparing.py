"""Letters read as far as there are answers; what they still want becomes the lines of input files."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from summarizer.backfill.batch.batches import (
    BatchRow,
    begin_batch,
    let_go,
    put_back,
    reclaim,
    settled_elsewhere,
)
from summarizer.backfill.batch.requests import Held, custom_id_of, hold, hold_by_another, seal, told_of, use_up
from summarizer.backfill.kept import Failure, Kept
from summarizer.backfill.ledger.claims import release
from summarizer.backfill.ledger.rows import Claim, Result
from summarizer.backfill.run.judging import kept_of
from summarizer.backfill.run.reading import Opened, open_letter_of
from summarizer.errors import InputError, ModelError, SummarizerError
from summarizer.isolation import run_isolated
from summarizer.llm.batch_lines import MOST_BYTES, MOST_REQUESTS, at_most_usd, endpoint_of, line_of
from summarizer.stages import Begun, Draft, finish_by
from summarizer.workers import defect_in

if TYPE_CHECKING:
    from summarizer.backfill.batch.purse import Purse
    from summarizer.backfill.run.job import Job
    from summarizer.backfill.run.shift import Shift
    from summarizer.llm.replay import Replay

_AT_ONCE: Final = 64
"""Letters held, reclaimed or let go of in one transaction."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a file may hold."""

    requests: int = MOST_REQUESTS
    """Lines."""
    size: int = MOST_BYTES
    """Bytes."""


@dataclass(slots=True)
class Round:
    """An input file on its way to the provider, and the batch that it is of. Close it."""

    batch: BatchRow
    """The batch."""
    file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    """Its lines; gone with the process, since it holds letters."""
    requests: int = 0
    """Lines."""
    size: int = 0
    """Bytes."""
    at_most_usd: float | None = 0.0
    """Most dollars; ``None`` where the price is not known."""
    unheld: list[Held] = field(default_factory=list)
    """Letters whose lines are written and that the ledger does not know of yet."""

    def fits(self, room: Room, lines: list[bytes]) -> bool:
        """Whether ``lines`` find room."""
        return self.requests + len(lines) <= room.requests and self.size + sum(map(len, lines)) <= room.size

    def add(self, held: Held, lines: list[bytes], usd: float | None) -> None:
        """Write the lines of one letter."""
        for line in lines:
            self.file.write(line)
            self.size += len(line)
        self.requests += len(lines)
        self.at_most_usd = None if usd is None or self.at_most_usd is None else self.at_most_usd + usd
        self.unheld.append(held)


class Preparing:
    """One pass over the letters that can be read on."""

    def __init__(self, shift: Shift, job: Job, replay: Replay, fingerprint: str, purse: Purse) -> None:
        """``replay`` is opened and closed with the pass; ``fingerprint`` is the recipe's."""
        self._shift = shift
        self._job = job
        self._replay = replay
        self._fingerprint = fingerprint
        self._purse = purse
        self._round: Round | None = None
        self._finished: list[str] = []

    def rounds(self, room: Room) -> Generator[Round]:
        """Files to submit, each as soon as it is full; letters that want nothing more are recorded meanwhile.

        A file that is asked for belongs to the caller. Closing the generator leaves what was not held.
        """
        opening = partial(open_letter_of, self._job.engine, self._job.limits)
        opened = run_isolated(
            opening,
            self._claims(),
            self._job.workers,
            in_order=False,
            meanwhile=self._shift.meanwhile,
            longest=self._job.longest,
        )
        try:
            with closing(opened), asyncio.Runner() as loop:
                replay = loop.run(_entered(self._replay))
                try:
                    for claim, one in opened:
                        yield from self._read(loop, replay, room, claim, one)
                        if self._purse.empty or self._shift.brake.pulled:
                            break
                finally:
                    loop.run(replay.__aexit__(None, None, None))
            yield from self._sealed()
        finally:
            self._drop_round()
            self._shift.meanwhile()
            self._use_up()
            let_go(self._shift.ledger, self._shift.runner)
            release(self._shift.ledger, self._shift.runner)

    def _claims(self) -> Iterator[Claim]:
        """Letters that batches have brought answers for, then those that nobody has read yet."""
        shift = self._shift
        while not shift.brake.pulled and not self._purse.empty:
            claims = reclaim(shift.ledger, shift.runner, shift.recipe, _AT_ONCE)
            if not claims:
                break
            yield from claims
        yield from shift.claims()

    def _read(
        self, loop: asyncio.Runner, replay: Replay, room: Room, claim: Claim, one: Opened | InputError
    ) -> Iterator[Round]:
        """Read one letter on: to an outcome, or until it wants an answer."""
        shift = self._shift
        if isinstance(one, InputError):
            self._take(Result(claim.work, None, failure=Failure.of(one)))
            return
        if isinstance(one.begun, InputError):
            self._take(Result(claim.work, one.sha256, failure=Failure.of(one.begun)))
            return
        if not shift.admitted(claim, one.sha256):
            shift.copied()
            settled_elsewhere(shift.ledger, [claim.work])
            return
        told = told_of(shift.ledger, shift.recipe, one.sha256)
        replay.begin(told.recorded)
        end = loop.run(_end_of(replay, claim, one.begun))
        if not replay.wanted:
            self._settle(claim, one.sha256, end)
            return
        elsewhere = [
            told.waiting[key] for want in replay.wanted if (key := (want.identity, want.attempt)) in told.waiting
        ]
        if elsewhere:
            hold_by_another(shift.ledger, shift.runner, claim.work, elsewhere[0])
            return
        named = [(custom_id_of(one.sha256, self._fingerprint, told.series, want), want) for want in replay.wanted]
        yield from self._add(replay, room, Held(claim.work, one.sha256, told.series, named))

    def _add(self, replay: Replay, room: Room, held: Held) -> Iterator[Round]:
        """Put a letter's requests into the file, or into the next one."""
        endpoint = endpoint_of(replay.settings.shape)
        lines = [line_of(name, endpoint, want.body) for name, want in held.wanted]
        prices = [at_most_usd(replay.prices, want.body, want.room) for _, want in held.wanted]
        known = [price for price in prices if price is not None]
        usd = sum(known) if len(known) == len(prices) else None
        if not self._purse.hold(usd):
            return
        if self._round is not None and self._round.requests and not self._round.fits(room, lines):
            yield from self._sealed()
        if self._round is None:
            self._round = Round(begin_batch(self._shift.ledger, self._shift.runner, self._shift.recipe))
        self._round.add(held, lines, usd)
        if len(self._round.unheld) >= _AT_ONCE:
            self._hold(self._round)

    def _hold(self, one: Round) -> None:
        letters, one.unheld = one.unheld, []
        first = one.requests + 1 - sum(len(letter.wanted) for letter in letters)
        if letters:
            hold(self._shift.ledger, self._shift.runner, one.batch, letters, first)

    def _sealed(self) -> Iterator[Round]:
        """The file as it is, where there is one."""
        one = self._round
        if one is None or self._shift.brake.pulled:
            return
        self._hold(one)
        seal(self._shift.ledger, one.batch, one.requests, one.at_most_usd)
        self._round = None
        yield one

    def _drop_round(self) -> None:
        """Close a file that nobody asked for; its batch is given up by whoever sees to it."""
        if self._round is not None:
            self._round.file.close()
            self._round = None

    def _settle(self, claim: Claim, letter: str, end: Draft | SummarizerError) -> None:
        """Record an outcome. What the rules judged in a model's place is never stored."""
        failure = end.failure if isinstance(end, Draft) else end
        if isinstance(failure, ModelError) and failure.concerns_all:
            use_up(self._shift.ledger, self._shift.recipe, [letter])
            put_back(self._shift.ledger, self._shift.runner, [claim.work])
            self._shift.brake.pull(str(failure))
            return
        kept = kept_of(claim, end) if failure is None and isinstance(end, Draft) else None
        failure = kept if isinstance(kept, InputError) else failure
        if isinstance(failure, InputError | ModelError):
            self._take(Result(claim.work, letter, failure=Failure.of(failure)))
        else:
            assert isinstance(kept, Kept)
            self._take(Result(claim.work, letter, kept=kept))
        self._finished.append(letter)
        if len(self._finished) >= _AT_ONCE:
            self._shift.meanwhile()
            self._use_up()

    def _take(self, result: Result) -> None:
        self._shift.take(result)

    def _use_up(self) -> None:
        """Let go of the answers of letters whose outcome is recorded."""
        letters, self._finished = self._finished, []
        if letters:
            use_up(self._shift.ledger, self._shift.recipe, letters)


async def _entered(replay: Replay) -> Replay:
    await replay.__aenter__()
    return replay


async def _end_of(replay: Replay, claim: Claim, begun: Begun) -> Draft | SummarizerError:
    """One letter's Draft, or why there is none; either means nothing where the letter wants an answer."""
    try:
        return await finish_by(replay.ask, replay.letter, replay.settings, begun)
    except SummarizerError as error:
        return error
    except Exception as error:  # noqa: BLE001  # a defect in one letter's reading costs one, as where it is begun
        return defect_in(error, claim)
