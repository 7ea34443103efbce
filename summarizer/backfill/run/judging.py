"""Letters on their way through a model, wherever they run: what ends a letter, what ends the run, what waits."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from summarizer.backfill.kept import Kept, packed
from summarizer.errors import InputError, ModelError, ModelUnreachable, RunEnding, SummarizerError
from summarizer.stages import Begun, Draft
from summarizer.workers import Given, defect_in

if TYPE_CHECKING:
    from summarizer.backfill.ledger.rows import Claim
    from summarizer.backfill.run.job import Brake
    from summarizer.backfill.run.reading import Opened
    from summarizer.llm.run import ModelRun

_GONE_AFTER: Final = 2
"""Times as many letters as may be under way at once that find the server gone, one after the other, end a run."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A claim on its way through the model."""

    claim: Claim
    """What was claimed."""
    sha256: str | None = None
    """SHA-256 of its bytes, in hexadecimal; ``None`` where they could not be had."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.claim.name

    @property
    def light(self) -> bool:
        """As the claim."""
        return self.claim.light


class Copy(SummarizerError):
    """Another input with the same bytes is judged, or was."""


End: TypeAlias = Draft | InputError | ModelError | Copy | None
"""What came of a letter: the model's reading, never the rules' in its place; why there is none; ``None`` where it was
not asked about, or in vain for a reason that concerns all letters: it waits for another run."""


def judged(
    run: ModelRun,
    opened: Generator[tuple[Claim, Opened | InputError]],
    admitted: Callable[[Claim, str], bool],
    brake: Brake,
    meanwhile: Callable[[], object],
    dismiss: Callable[[], None] = lambda: None,
) -> Generator[tuple[Letter, End]]:
    """Each of the letters ``opened`` with what came of it, as soon as it came.

    ``admitted`` tells whether a claim's bytes are to be judged; ``meanwhile`` and ``dismiss`` are those of
    ``finish_many``. Pulls the ``brake`` where the model cannot be asked any more, and heeds it.
    """
    from summarizer.many import finish_many

    connection = run.connection

    def attend() -> None:
        connection.ending = brake.pulled
        meanwhile()

    most = _GONE_AFTER * connection.settings.concurrency
    in_vain = 0
    with closing(finish_many(run, _begun(opened, admitted), dismiss, in_order=False, meanwhile=attend)) as ends:
        for letter, end in ends:
            failure = end.failure if isinstance(end, Draft) else end
            in_vain = in_vain + 1 if isinstance(failure, ModelUnreachable) else 0 if isinstance(end, Draft) else in_vain
            if (stopped := connection.stopped) is not None:
                brake.pull(str(stopped))
            elif in_vain >= most:
                brake.pull(str(failure))
            connection.ending = brake.pulled
            yield letter, _end(end, failure)


def kept_of(letter: Given, draft: Draft) -> Kept | InputError:
    """``draft`` as a store keeps it; what cannot be validated or written down costs its letter and not the run."""
    try:
        return packed(draft.summary().determination)
    except Exception as error:  # noqa: BLE001  # a defect in one letter's reading costs one, as where it is begun
        return defect_in(error, letter)


def _end(end: Draft | SummarizerError, failure: SummarizerError | None) -> End:
    if isinstance(failure, ModelError) and (failure.concerns_all or isinstance(failure, RunEnding)):
        return None
    assert failure is None or isinstance(failure, InputError | ModelError | Copy)
    assert failure is not None or isinstance(end, Draft)
    return failure or end  # type: ignore[return-value]  # without a failure it is a Draft


def _begun(
    opened: Generator[tuple[Claim, Opened | InputError]], admitted: Callable[[Claim, str], bool]
) -> Generator[tuple[Letter, Begun | SummarizerError]]:
    """The letters to judge; a copy of one is told apart before it is paid for."""
    with closing(opened):
        for claim, one in opened:
            if isinstance(one, InputError):
                yield Letter(claim), one
            elif isinstance(one.begun, Begun) and not admitted(claim, one.sha256):
                yield Letter(claim, one.sha256), Copy()
            else:
                yield Letter(claim, one.sha256), one.begun
