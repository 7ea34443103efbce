"""The one place that all workers of a run ask: for places and dollars, and who judges which letter.

An actor of Ray with one event loop, so that `Pace` and `Budget` are what they are in a run on one machine. It knows
a worker by its *life*: one process of an actor. A life that ends without a word gives its places back, and what it
had reserved counts as spent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from summarizer.backfill.kept import State
from summarizer.errors import ModelError, SummarizerError
from summarizer.llm.question import Spent

if TYPE_CHECKING:
    from summarizer.llm.budget import Reservation
    from summarizer.llm.pace import Slot
    from summarizer.llm.settings import ModelSettings

BEAT: Final = 1.0
"""Seconds between two words of a worker."""
SILENCE: Final = 15.0
"""Seconds without a word after which a life is taken to have ended."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a request, for the pace."""

    kind: str
    """``answered``, ``refused`` or ``lost``."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer."""
    number: float | None = None
    """Tokens used, or the seconds that the server asks to wait."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a worker wrote to the store."""

    states: Mapping[State, int]
    """Inputs by state."""
    sha256s: tuple[str, ...]
    """Of letters that were judged: nobody need judge them again."""


@dataclass(frozen=True, slots=True)
class News:
    """How far the run is."""

    states: Mapping[State, int]
    """Inputs brought to an end, by state."""
    spent: Spent
    """What the run has cost."""
    why: str | None
    """Why the run is ending; ``None`` while it goes on."""
    error: SummarizerError | None
    """What ends it with an error."""
    lives: int
    """Workers at work."""


@dataclass(slots=True)
class _Life:
    """One process of a worker."""

    worker: str
    heard: float
    ended: bool = False


class Gate:
    """See the module. Every method is a coroutine; the first argument of most is the life that asks."""

    def __init__(self, silence: float = SILENCE, clock: Callable[[], float] = time.monotonic) -> None:
        """``silence``: seconds after which a life is taken to have ended; ``clock``: never goes back."""
        self._silence = silence
        self._clock = clock
        self._lives: dict[str, _Life] = {}
        self._settings: ModelSettings | None = None
        self._waiting: dict[tuple[str, int], asyncio.Future[object]] = {}
        self._slots: dict[tuple[str, int], Slot] = {}
        self._reserved: dict[tuple[str, int], Reservation] = {}
        self._judging: dict[str, tuple[str, str]] = {}
        """Life and address by the SHA-256 that is being judged."""
        self._judged: set[bytes] = set()
        self._states = dict.fromkeys(State, 0)
        self._spent: dict[str, Spent] = {}
        self._why: str | None = None
        self._error: SummarizerError | None = None
        self._watching: asyncio.Task[None] | None = None

    async def prepare(self, settings: ModelSettings | None) -> None:
        """Begin with the limits of ``settings``; they come in a call of their own, which no list of actors shows."""
        self._settings = settings
        if settings is not None:
            from summarizer.llm.budget import Budget
            from summarizer.llm.pace import Pace

            self._pace = Pace(settings.concurrency, settings.requests_per_minute, settings.tokens_per_minute)
            self._budget = Budget(settings.max_cost_usd, settings.model)

    async def settings(self, life: str) -> ModelSettings | None:
        """The model that is asked."""
        self._hear(life)
        return self._settings

    async def know(self, sha256s: Sequence[str]) -> None:
        """Take note of letters that earlier runs have judged."""
        self._judged.update(map(bytes.fromhex, sha256s))

    async def sign_in(self, life: str, worker: str) -> None:
        """A worker begins a life; the one before, if there was one, has ended."""
        for name, other in tuple(self._lives.items()):
            if other.worker == worker and name != life:
                await self._bury(name)
        self._lives[life] = _Life(worker, self._clock())
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    async def alive(self, life: str, spent: Spent, why: str | None = None) -> str | None:
        """A worker lives, has spent so much so far, and may know ``why`` the run must end. Whether it is ending."""
        self._hear(life)
        self._spent[life] = spent
        self._why = self._why or why
        return self._why

    async def sign_out(self, life: str, spent: Spent) -> None:
        """A worker has come to its end."""
        self._spent[life] = spent
        await self._bury(life)

    async def enter(self, life: str, key: int, tokens: int) -> bool:
        """Wait for a place for a request of about ``tokens``; ``False`` where it was given up meanwhile."""
        self._hear(life)
        slot = self._slots[life, key] = self._pace.slot(tokens)
        return await self._waited((life, key), slot.__aenter__())

    async def leave(self, life: str, key: int, report: Report | None) -> None:
        """Free the place of a request, or give it up that waits for one."""
        self._hear(life)
        self._give_up((life, key))
        slot = self._slots.pop((life, key), None)
        if slot is None:
            return
        if report is not None:
            _tell(slot, report)
        await slot.__aexit__(None, None, None)

    async def reserve(self, life: str, key: int, most_usd: float | None) -> ModelError | bool:
        """Wait for dollars; ``False`` where that was given up, an error where there are none."""
        self._hear(life)
        reservation = self._reserved[life, key] = self._budget.reserve(most_usd)
        try:
            return await self._waited((life, key), reservation.__aenter__())
        except ModelError as error:
            del self._reserved[life, key]
            return error

    async def settle(self, life: str, key: int, cost_usd: float | None) -> None:
        """Replace what was reserved by the cost; ``None``: all of it. Or give it up that waits for dollars."""
        self._hear(life)
        self._give_up((life, key))
        reservation = self._reserved.pop((life, key), None)
        if reservation is not None:
            reservation.settle(cost_usd)

    async def admit(self, life: str, sha256: str, address: str) -> bool:
        """Whether the letter at ``address`` is to be judged, and no other with its bytes is or was."""
        self._hear(life)
        if bytes.fromhex(sha256) in self._judged:
            return False
        return self._judging.setdefault(sha256, (life, address))[1] == address

    async def written(self, life: str, written: Written) -> None:
        """Take note of what a worker wrote to the store."""
        self._hear(life)
        for state, number in written.states.items():
            self._states[state] += number
        self._judged.update(map(bytes.fromhex, written.sha256s))
        for sha256 in written.sha256s:
            self._judging.pop(sha256, None)

    async def end(self, why: str, error: SummarizerError | None = None) -> None:
        """Let all workers finish what is under way."""
        self._why = self._why or why
        self._error = self._error or error

    async def news(self) -> News:
        """How far the run is."""
        return News(dict(self._states), sum(self._spent.values(), Spent()), self._why, self._error, len(self._lives))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(min(BEAT, self._silence / 4))
            now = self._clock()
            for name, life in tuple(self._lives.items()):
                if now - life.heard >= self._silence:
                    await self._bury(name)

    def _hear(self, life: str) -> None:
        """A life that was taken to have ended may only have been slow."""
        self._lives.setdefault(life, _Life(life, 0.0)).heard = self._clock()

    async def _bury(self, life: str) -> None:
        """End a life: its places are free, its dollars spent, its letters anybody's."""
        self._lives.pop(life, None)
        for key in [key for key in self._waiting if key[0] == life]:
            self._give_up(key)
        for key in [key for key in self._slots if key[0] == life]:
            await self._slots.pop(key).__aexit__(None, None, None)
        for key in [key for key in self._reserved if key[0] == life]:
            self._reserved.pop(key).settle(None)
        for sha256 in [sha256 for sha256, (holder, _) in self._judging.items() if holder == life]:
            del self._judging[sha256]

    async def _waited(self, key: tuple[str, int], entering: Awaitable[object]) -> bool:
        """Wait for ``entering``; ``False`` where it is given up meanwhile. Raises what it raises."""
        waiting = self._waiting[key] = asyncio.ensure_future(entering)
        try:
            await asyncio.wait([waiting])
        finally:
            self._waiting.pop(key, None)
        if waiting.cancelled():
            return False
        waiting.result()
        return True

    def _give_up(self, key: tuple[str, int]) -> None:
        waiting = self._waiting.get(key)
        if waiting is not None:
            waiting.cancel()


def _tell(slot: Slot, report: Report) -> None:
    """What became of the request in ``slot``."""
    match report.kind:
        case "answered":
            slot.answered(report.headers, None if report.number is None else int(report.number))
        case "refused":
            slot.refused(report.headers, report.number)
        case _:
            slot.lost()
