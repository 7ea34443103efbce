"""Someone who works on a ledger, in few words, and the rules that hold after each step."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import select

from summarizer.backfill.input import Input
from summarizer.backfill.kept import Failure, Kept, State, Stored
from summarizer.backfill.ledger.claims import claim
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.letters import letters as stored_letters
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.ledger.rows import Claim, Enlisted, Result, Runner
from summarizer.backfill.ledger.runners import register
from summarizer.backfill.ledger.tables import inputs, letters, runners, work
from summarizer.backfill.recipe import Recipe

GONE = Failure("not_found", "a.pdf: it is gone; look for it")
UNREACHABLE = Failure("model_unreachable", "model: no answer; try again")


def recipe(name: str) -> Recipe:
    return Recipe(name, {"engine": name})


def hash_of(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def kept(content: str, *, needs_review: bool = False, cost: float | None = 0.25) -> Kept:
    """What is read from a letter of this content."""
    return Kept(content.encode(), needs_review, 2, 100, 10, 5, cost)


@dataclass
class Desk:
    """One runner of one recipe."""

    ledger: Ledger
    recipe: int = field(default=0)
    runner: Runner = field(default_factory=lambda: Runner(0))

    def __post_init__(self) -> None:
        self.recipe = self.recipe or recipe_id(self.ledger, recipe("rules"))
        self.runner = register(self.ledger)

    def other(self, recipe_name: str = "rules") -> Desk:
        """Another runner on the same ledger."""
        return Desk(self.ledger, recipe_id(self.ledger, recipe(recipe_name)))

    def enlist(self, *names: str, stamp: str = "1") -> Enlisted:
        return enlist(self.ledger, self.recipe, [Input(name, stamp, 9) for name in names])

    def take(self, most: int = 100) -> list[Claim]:
        return claim(self.ledger, self.runner, self.recipe, most)

    def read(self, contents: dict[str, str]) -> dict[str, State]:
        """Claim everything and record what is in it; an input without content is gone."""
        claims = self.take()
        states = record(self.ledger, self.runner, [result(one, contents.get(one.address)) for one in claims])
        check(self.ledger)
        return {one.address: state for one, state in zip(claims, states, strict=True)}

    def states(self) -> dict[str, State]:
        asked = select(inputs.c.address, work.c.state).join(work).where(work.c.recipe_id == self.recipe)
        with self.ledger.reading() as connection:
            return {address: State(state) for address, state in connection.execute(asked)}

    def letters(self) -> list[Stored]:
        return list(stored_letters(self.ledger, self.recipe))


def result(one: Claim, content: str | None, failure: Failure = GONE) -> Result:
    """What comes of a claim whose file has this content."""
    if content is None:
        return Result(one.work, None, failure=failure)
    return Result(one.work, hash_of(content), kept(content))


def check(ledger: Ledger) -> None:
    """See that the ledger does not contradict itself."""
    with ledger.reading() as connection:
        columns = (*work.c, inputs.c.sha256.label("bytes"))
        works = {row.id: row for row in connection.execute(select(*columns).join(inputs))}
        rows = connection.execute(select(letters)).all()
        alive = set(connection.execute(select(runners.c.id)).scalars())
    standing = {row.work_id: row for row in rows if row.work_id is not None}
    by_hash = {(row.sha256, row.recipe_id): row for row in rows}
    for row in rows:
        assert (row.packed is None) == (row.finished is None)
        assert row.work_id is not None or row.finished is not None, "nobody waits for these bytes"
    for number, letter in standing.items():
        one = works[number]
        assert (one.recipe_id, one.bytes) == (letter.recipe_id, letter.sha256)
        answered = {State.NEEDS_REVIEW if letter.needs_review else State.DONE}
        assert one.state in (answered if letter.finished else {State.PENDING, State.RUNNING, State.FAILED})
    for number, one in works.items():
        assert (one.state == State.RUNNING) == (one.runner_id is not None or one.held_by_batch is not None)
        assert one.runner_id is None or one.runner_id in alive
        assert not one.outdated or one.state == State.RUNNING
        assert (one.state == State.FAILED) == (one.code is not None)
        if one.state in (State.DONE, State.NEEDS_REVIEW):
            assert standing[number].finished is not None
        if one.state == State.DUPLICATE:
            assert by_hash[one.bytes, one.recipe_id].work_id not in (None, number)
