"""A ledger with letters in it, and runs over it by batches."""

from __future__ import annotations

import json
import os
import signal
import ssl
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from schemas import Determination
from summarizer.backfill.batch import collecting, preparing, run
from summarizer.backfill.batch.preparing import Room
from summarizer.backfill.input import Input
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.failures import failure_kinds, retry
from summarizer.backfill.ledger.letters import letters
from summarizer.backfill.ledger.opening import Ledger, open_ledger
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.recipe import recipe_of
from summarizer.backfill.run.job import Brake, Job, Standing
from summarizer.engine import Engine
from summarizer.errors import InputError
from summarizer.llm.connection import Waits
from summarizer.llm.settings import ModelSettings
from summarizer.loading.source import Limits
from tests.backfill.batch.server import providing
from tests.forms import LetterItem, letter
from tests.llm.asking import settings_for
from tests.llm.sound import sound

S = TypeVar("S")
R = TypeVar("R")

WAITS = Waits(0.005, 0.02)


def in_this_process(
    function: Callable[[S], R], sources: Iterable[S], workers: int, **_: Any
) -> Generator[tuple[S, R | InputError]]:
    """Letters opened without processes: how those are run has tests of its own, and starting them takes long."""
    for source in sources:
        try:
            yield source, function(source)
        except InputError as error:
            yield source, error


def written(folder: Path, number: int, text: str | None = None) -> Input:
    """A letter in a file, different from all others unless its ``text`` is given."""
    path = folder / f"{number}.txt"
    text = text or letter(LetterItem(heading=f"MRI of the lumbar spine, series {number}"))
    path.write_text(text, encoding="utf-8")
    return Input(str(path), f"stamp {hash(text)}")


@dataclass
class Desk:
    """Runs over one ledger."""

    folder: Path
    settings: ModelSettings
    engine: Engine = Engine.HYBRID
    stores: list[Ledger] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        if not self.stores:
            self.stores.append(open_ledger(str(self.folder / "store.db")))
        return self.stores[0]

    @property
    def recipe(self) -> int:
        return recipe_id(self.ledger, recipe_of(self.engine, Limits(), self.settings))

    def enlist(self, *inputs: Input) -> None:
        enlist(self.ledger, self.recipe, inputs)

    def run(
        self, brake: Brake | None = None, tell: Callable[[Standing], object] = lambda _: None, **options: Any
    ) -> str | None:
        """A run to its end; why it ended early."""
        brake = brake or Brake()
        job = Job(self.engine, Limits(), 1, settings=self.settings, most=options.pop("most", None))
        told = {"poll_seconds": 0.01, "waits": WAITS, **options}
        self.standing = run.submit_and_collect(self.ledger, self.recipe, job, brake, tell, **told)
        return brake.why

    def retry(self) -> int:
        return retry(self.ledger, self.recipe)

    def read(self) -> list[Determination]:
        return [one.determination for one in letters(self.ledger, self.recipe)]

    def states(self) -> dict[str, int]:
        return {state.value: number for state, number in self.standing.states.items() if number}

    def failures(self) -> dict[str, int]:
        return failure_kinds(self.ledger, self.recipe)

    def close(self) -> None:
        for store in self.stores:
            store.close()


def desk_at(folder: Path, url: str, count: int = 0, **given: Any) -> Desk:
    """A desk with ``count`` different letters."""
    engine = given.pop("engine", Engine.HYBRID)
    desk = Desk(folder, settings_for(url, **{"cache": folder / "answers.sqlite3", **given}), engine)
    if count:
        desk.enlist(*(written(folder, number) for number in range(count)))
    return desk


_DEATHS: dict[str, Any] = {
    "begin_batch": preparing,
    "hold": preparing,
    "seal": preparing,
    "uploaded": run,
    "submitted": run,
    "take_lines": collecting,
    "collected": run,
    "reclaim": preparing,
    "use_up": preparing,
}


def die_in(folder: str, url: str, after: str) -> None:
    """Run in a process of its own, and die as by SIGKILL ``after`` a step, or when the server says so."""
    if after:
        module = _DEATHS[after]
        step = getattr(module, after)

        def last(*given: Any, **named: Any) -> object:
            done = step(*given, **named)
            if after != "reclaim" or done:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        setattr(module, after, last)
    desk_at(Path(folder), url).run(room=Room(requests=2))


def bodies_of(paid: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    return [json.dumps(body, sort_keys=True) for _, body in paid]


def main() -> None:
    """Make a process for each run that is asked for; tell its number, and, once it was let begin, how it ended."""
    certificates = ssl.create_default_context()
    ssl.create_default_context = lambda *_, **__: certificates
    preparing.run_isolated = in_this_process  # type: ignore[assignment]
    # One run before all others, so that what it loads is loaded for all of them.
    with (
        TemporaryDirectory() as folder,
        providing(sound) as provider,
        closing(desk_at(Path(folder), provider.url, 1)) as one,
    ):
        one.run()
    while line := sys.stdin.readline():
        folder, url, after = json.loads(line)
        child = os.fork()
        if not child:
            sys.stdin.readline()
            die_in(folder, url, after)
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) * -1, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
