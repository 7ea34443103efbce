from __future__ import annotations

import shutil
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from summarizer.backfill.kept import State
from summarizer.backfill.ledger import upgrading
from summarizer.backfill.ledger.opening import open_ledger
from summarizer.backfill.ledger.recipes import known_recipes
from summarizer.backfill.ledger.tables import METADATA, work
from tests.backfill.ledger.desk import Desk

LATER = '''
"""A step that makes anew a table which others refer to."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    with op.batch_alter_table("work") as table:
        table.alter_column("attempts", server_default="1")
        table.add_column(sa.Column("shelf", sa.Integer, nullable=False, server_default="7"))
'''


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Steps of this release and one more, to be used from when it is called."""
    folder = tmp_path / "steps"
    shutil.copytree(upgrading.MIGRATIONS, folder)
    before = upgrading.newest_revision()
    revision = f"{int(before) + 1:04}"
    (folder / "versions" / f"{revision}_shelf.py").write_text(LATER.format(revision=revision, before=before))
    return lambda: monkeypatch.setattr(upgrading, "MIGRATIONS", folder)


def test_the_steps_end_in_the_tables_that_the_code_knows(ledger) -> None:
    with ledger.reading() as connection:
        options = {"version_table": upgrading.VERSION_TABLE, "compare_type": True, "compare_server_default": False}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_each_step_follows_on_the_one_before_and_its_file_is_named_for_it() -> None:
    steps = list(ScriptDirectory(str(upgrading.MIGRATIONS)).walk_revisions())
    numbers = [step.revision for step in steps]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] == upgrading.newest_revision()
    assert [step.down_revision for step in steps] == [*numbers[1:], None]
    assert all(step.path.rpartition("/")[2].startswith(step.revision + "_") for step in steps)


def test_an_older_store_is_brought_up_to_date_and_keeps_its_rows(address, later) -> None:
    with open_ledger(address) as ledger:
        desk = Desk(ledger)
        desk.enlist("a", "b", "c")
        desk.read({"a": "one", "b": "one"})
    later()
    with open_ledger(address) as ledger:
        desk = Desk(ledger)
        assert desk.states() == {"a": State.DONE, "b": State.DUPLICATE, "c": State.FAILED}
        assert [letter.address for letter in desk.letters()] == ["a"]
        with ledger.reading() as connection:
            assert connection.execute(select(text("shelf")).select_from(work)).scalars().all() == [7, 7, 7]
            if connection.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_a_step_that_fails_leaves_the_store_as_it_was(address, later, tmp_path) -> None:
    with open_ledger(address) as ledger:
        Desk(ledger).enlist("a")
    later()
    [step] = (tmp_path / "steps" / "versions").glob("*_shelf.py")
    step.write_text(step.read_text() + "    raise ZeroDivisionError\n")
    with pytest.raises(ZeroDivisionError):
        open_ledger(address)
    step.write_text(step.read_text().replace("raise ZeroDivisionError", "pass"))
    with open_ledger(address) as ledger:
        assert known_recipes(ledger)[0].states[State.PENDING] == 1


def test_what_is_up_to_date_opens_without_alembic(address, monkeypatch) -> None:
    open_ledger(address).close()
    monkeypatch.setitem(sys.modules, "alembic", None)
    open_ledger(address).close()
