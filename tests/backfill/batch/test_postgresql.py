"""Batches over a ledger in PostgreSQL."""

from __future__ import annotations

from collections import Counter

from summarizer.backfill.batch.preparing import Room
from summarizer.backfill.ledger.opening import open_ledger
from tests.backfill.batch.conftest import Setting
from tests.backfill.batch.desk import written
from tests.backfill.batch.test_rounds import bad_at_first
from tests.backfill.ledger.databases import postgresql


def test_rounds_over_postgresql(setting: Setting) -> None:
    desk, provider = setting(0, bad_at_first, server={"ends": ["expired"]})
    with postgresql() as address, open_ledger(address) as ledger:
        desk.stores[:] = [ledger]
        desk.enlist(*(written(desk.folder, number) for number in range(4)))
        assert desk.run(wait=False) is None
        assert desk.run(room=Room(requests=3)) is None
        assert len(desk.read()) == 4
        assert Counter(provider.paid_bodies.values()) == {1: 8}
        assert sum(desk.states().values()) == 4
