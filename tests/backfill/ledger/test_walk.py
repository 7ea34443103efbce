"""Long random walks: whatever happens in whatever order, the ledger does not contradict itself and ends right."""

from __future__ import annotations

import random

import pytest

from summarizer.backfill.input import Input
from summarizer.backfill.kept import State
from summarizer.backfill.ledger.claims import admit, release
from summarizer.backfill.ledger.counts import counts, remaining
from summarizer.backfill.ledger.enlisting import enlist
from summarizer.backfill.ledger.failures import retry
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.rows import Claim, Result
from summarizer.backfill.ledger.runners import leave, register
from tests.backfill.ledger.desk import UNREACHABLE, Desk, check, hash_of, result


class Walk:
    """Two recipes, two runners of each, and eight files with few different contents."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.chance = random.Random(seed)
        self.desks = [desk, desk.other(), desk.other("hybrid"), desk.other("hybrid")]
        self.files: dict[str, tuple[str, int]] = {}
        self.in_hand: list[list[tuple[Claim, str | None]]] = [[] for _ in self.desks]
        self.paid: list[tuple[int, str]] = []

    def step(self) -> None:
        desk = self.chance.choice(self.desks)
        acts = [self.change, self.vanish, self.list, self.claim, self.claim, self.bring, self.bring]
        self.chance.choice([*acts, self.give_back, self.die, self.try_again])(desk)
        check(desk.ledger)

    def change(self, desk: Desk) -> None:
        name = self.chance.choice("abcdefgh")
        self.files[name] = (self.chance.choice(["one", "two", "three"]), self.files.get(name, ("", 0))[1] + 1)

    def vanish(self, desk: Desk) -> None:
        self.files.pop(self.chance.choice("abcdefgh"), None)

    def list(self, desk: Desk) -> None:
        listed = [Input(name, f"{content}{stamp}") for name, (content, stamp) in self.files.items()]
        assert enlist(desk.ledger, desk.recipe, listed).new <= len(listed)

    def claim(self, desk: Desk) -> None:
        """Claim, read at once what is there, and answer later."""
        hand = self.in_hand[self.desks.index(desk)]
        for one in desk.take(self.chance.randint(1, 3)):
            content = self.files.get(one.address, (None, 0))[0]
            if content is None or admit(desk.ledger, desk.runner, one, hash_of(content)):
                hand.append((one, content))

    def bring(self, desk: Desk) -> None:
        hand = self.in_hand[self.desks.index(desk)]
        self.chance.shuffle(hand)
        brought = [hand.pop() for _ in range(self.chance.randint(0, len(hand)))]
        results = []
        for one, content in brought:
            broken = content is not None and self.chance.random() < 0.2
            failed = Result(one.work, hash_of(content or ""), failure=UNREACHABLE)
            results.append(failed if broken else result(one, content))
        states = record(desk.ledger, desk.runner, results)
        assert len(states) == len(results)
        for one, state in zip(results, states, strict=True):
            if state is State.DONE and one.kept:
                assert one.sha256 is not None
                self.paid.append((desk.recipe, one.sha256))

    def give_back(self, desk: Desk) -> None:
        self.in_hand[self.desks.index(desk)].clear()
        release(desk.ledger, desk.runner)

    def die(self, desk: Desk) -> None:
        """Its work is free, and what it has in hand comes late or never."""
        leave(desk.ledger, desk.runner)
        desk.runner = register(desk.ledger)
        if self.chance.random() < 0.5:
            self.in_hand[self.desks.index(desk)].clear()

    def try_again(self, desk: Desk) -> None:
        retry(desk.ledger, desk.recipe)

    def finish(self, desk: Desk) -> None:
        """Read what is left, with nothing going wrong."""
        self.list(desk)
        retry(desk.ledger, desk.recipe)
        while remaining(desk.ledger, desk.recipe):
            desk.read({name: content for name, (content, _) in self.files.items()})


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_counts_add_up_and_each_content_is_exported_once(desk, seed) -> None:
    walk = Walk(desk, seed)
    for _ in range(70):
        walk.step()
    assert len(walk.paid) == len(set(walk.paid)), "the same bytes were paid for twice"
    for one in walk.desks:
        walk.give_back(one)
    for one in walk.desks[::2]:
        walk.finish(one)
        stored = {letter.address: letter.packed.decode() for letter in one.letters()}
        there = {name: content for name, (content, _) in walk.files.items()}
        assert {content for name, content in stored.items() if name in there} <= set(there.values())
        assert set(there.values()) <= set(stored.values())
        assert len(stored) == len(set(stored.values()))
        counted = counts(one.ledger, one.recipe)
        assert counted.total == len(one.states())
        assert counted[State.DONE] == len(stored)
        assert counted.total == sum(counted[state] for state in (State.DONE, State.DUPLICATE, State.FAILED))
