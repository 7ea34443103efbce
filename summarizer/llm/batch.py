"""A provider's batch interface over the wire: files, and batches made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Final, TypeVar

from summarizer.errors import AnswerUnusable, FileGone, ModelError, ModelUnreachable, NoBatchInterface, QueueFull
from summarizer.llm.batch_calls import QUEUE_FULL, called
from summarizer.llm.connection import Connection

if TYPE_CHECKING:
    from openai.types import Batch

T = TypeVar("T")

OURS: Final = "imr_batch"
"""Name of the metadata that tells our batches apart; its value is the batch's own number, made before it was sent."""
_LISTED: Final = 1_000
"""Batches that are looked through for one of ours, the newest first."""


class Status(StrEnum):
    """How far a batch is."""

    VALIDATING = "validating"
    """Its file is being looked at."""
    IN_PROGRESS = "in_progress"
    """It is being worked on."""
    FINALIZING = "finalizing"
    """Its answers are being written."""
    CANCELLING = "cancelling"
    """It is being ended."""
    COMPLETED = "completed"
    """All is done."""
    FAILED = "failed"
    """Its file was refused; nothing was worked on."""
    EXPIRED = "expired"
    """The time is over; what was done is there."""
    CANCELLED = "cancelled"
    """Somebody ended it; what was done is there."""

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self in (Status.COMPLETED, Status.FAILED, Status.EXPIRED, Status.CANCELLED)


_CALLED_OFF: Final = (Status.CANCELLING, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an input file was refused."""

    code: str
    """Kind of the problem."""
    line: int | None
    """The line, from 1; ``None`` where it is no line's."""


@dataclass(frozen=True, slots=True)
class ProviderBatch:
    """A batch as the provider tells of it."""

    id: str
    """Its name there."""
    status: Status
    """How far it is."""
    ours: str | None
    """Our number of it."""
    created: int
    """When it was made, in seconds since 1970 by the provider's clock."""
    completed: int
    """Requests with an answer."""
    output_file: str | None
    """File of the answers."""
    error_file: str | None
    """File of the requests that got none."""
    problems: tuple[Problem, ...]
    """Why its file was refused."""

    @property
    def queue_was_full(self) -> bool:
        """Whether it was refused for what else waits."""
        return self.status is Status.FAILED and any(problem.code in QUEUE_FULL for problem in self.problems)


async def upload(connection: Connection, name: str, file: IO[bytes]) -> str:
    """Upload an input file and return the provider's name of it. It is streamed. Raises ``ModelError``."""

    async def once() -> str:
        file.seek(0)
        told = await connection.client.files.create(file=(name, file, "application/jsonl"), purpose="batch")
        return _named(told.id)

    return await called(connection, once)


async def create(connection: Connection, file: str, endpoint: str, number: str, store: str) -> ProviderBatch:
    """Make a batch of an uploaded file; one that was made already, its answer lost, is found by its ``number``.

    Raises:
        QueueFull: too much waits already.
        FileGone: the file is not there any more.
        ModelUnreachable: it may have been made: look for it with ``find`` before anything else.
        ModelError: it was not made.
    """
    body: dict[str, object] = {
        "input_file_id": file,
        "endpoint": endpoint,
        "completion_window": "24h",
        "metadata": {OURS: number, "imr_store": store},
    }
    tried = 0

    async def once() -> ProviderBatch:
        nonlocal tried
        tried += 1
        if tried > 1 and (found := await _look(connection, number)):
            return found
        return _read(await connection.client.post("/batches", body=body, cast_to=_batch()))

    try:
        made = await called(connection, once)
    except (QueueFull, FileGone, ModelUnreachable):
        raise
    except ModelError as error:
        if tried == 1 and not isinstance(error, AnswerUnusable):
            raise
        # Whatever was said last: an attempt before, or the one that was not understood, may have been carried out.
        raise ModelUnreachable(error.model, error.what, error.remedy) from None
    if tried > 1:
        # One whose answer came late would be worked on, and paid, beside the one that we know of.
        for other in await _all_ours(connection, number):
            if other.id != made.id and not other.status.ended:
                await cancel(connection, other.id)
    return made


async def find(connection: Connection, number: str) -> ProviderBatch | None:
    """Our batch ``number``, where the provider has one that was not refused. Raises ``ModelError``."""

    async def once() -> ProviderBatch | None:
        return await _look(connection, number)

    return await called(connection, once)


async def retrieve(connection: Connection, batch: str) -> ProviderBatch:
    """How far a batch is. Raises ``ModelError``."""

    async def once() -> ProviderBatch:
        return _read(await connection.client.batches.retrieve(batch))

    return await called(connection, once)


async def cancel(connection: Connection, batch: str) -> None:
    """End a batch. Raises ``ModelError``."""

    async def once() -> None:
        await connection.client.batches.cancel(batch)

    await called(connection, once)


async def delete_file(connection: Connection, file: str) -> None:
    """Delete a file, so that no batch can be made of it any more. Raises ``ModelError``."""

    async def once() -> None:
        await connection.client.files.delete(file)

    try:
        await called(connection, once)
    except (FileGone, NoBatchInterface):
        return


async def read_lines(connection: Connection, file: str, take: Callable[[list[bytes]], object], at_once: int) -> None:
    """Give ``take`` the lines of a file, ``at_once`` at a time; where it breaks off it is read from its beginning.

    The whole file is never in memory. Raises ``FileGone`` and other ``ModelError``.
    """

    async def once() -> None:
        lines: list[bytes] = []
        async for line in _lines(connection, file):
            lines.append(line)
            if len(lines) >= at_once:
                take(lines)
                lines = []
        if lines:
            take(lines)

    await called(connection, once)


async def _lines(connection: Connection, file: str) -> AsyncIterator[bytes]:
    """Lines by line feeds alone: the client's own would break at signs that may stand in an answer."""
    rest = b""
    async with connection.client.files.with_streaming_response.content(file) as response:
        async for piece in response.iter_bytes():
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                if line.strip():
                    yield line
    if rest.strip():
        yield rest


async def _look(connection: Connection, number: str) -> ProviderBatch | None:
    """The oldest of our batches of this number that was not refused, rather one that nobody ended."""
    alive = [one for one in await _all_ours(connection, number) if one.status is not Status.FAILED]
    return min(alive, key=lambda one: (one.status in _CALLED_OFF, one.created), default=None)


async def _all_ours(connection: Connection, number: str) -> list[ProviderBatch]:
    found, seen = [], 0
    page = await connection.client.batches.list(limit=100)
    if not isinstance(page.data, list):  # the client takes any answer, and one that is no list for an empty one
        raise TypeError("no list")
    async for one in page:
        seen += 1
        if (one.metadata or {}).get(OURS) == number:
            found.append(_read(one))
        if seen >= _LISTED:
            break
    return found


def _batch() -> type[Batch]:
    from openai.types import Batch

    return Batch


def _read(told: Batch) -> ProviderBatch:
    """What we need of a batch; servers that call themselves compatible leave parts out."""
    metadata: Mapping[str, object] = told.metadata or {}
    number = metadata.get(OURS)
    errors = (told.errors.data if told.errors else None) or ()
    try:
        status = Status(str(told.status).lower())
    except ValueError:
        status = Status.IN_PROGRESS
    counts = told.request_counts
    return ProviderBatch(
        _named(told.id),
        status,
        number if isinstance(number, str) else None,
        told.created_at,
        counts.completed if counts else 0,
        told.output_file_id,
        told.error_file_id,
        tuple(Problem(error.code or "refused", error.line) for error in errors),
    )


def _named(name: object) -> str:
    """A name as the provider gives it; the client takes any answer. Raises ``TypeError`` where it is none."""
    if not isinstance(name, str) or not name:
        raise TypeError("no name")
    return name
