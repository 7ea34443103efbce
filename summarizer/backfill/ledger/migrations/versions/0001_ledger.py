"""Recipes, inputs, runners, work and letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "recipes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("last_used", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recipes"),
        sa.UniqueConstraint("fingerprint", name="uq_recipes_fingerprint"),
    )
    op.create_table(
        "inputs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("lot", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("seen", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inputs"),
        sa.UniqueConstraint("address", name="uq_inputs_address"),
    )
    op.create_index("ix_inputs_lot", "inputs", ["lot"])
    op.create_index("ix_inputs_sha256", "inputs", ["sha256"])
    op.create_table(
        "runners",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("boot", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started", sa.Text, nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
        sa.Column("renewed", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runners"),
        sqlite_autoincrement=True,
    )
    _make_work()
    _make_letters()


def _make_work() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("input_id", sa.Integer, nullable=False),
        sa.Column("recipe_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("runner_id", sa.Integer),
        sa.Column("held_by_batch", sa.Integer),
        sa.Column("outdated", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("code", sa.String(64)),
        sa.Column("message", sa.Text),
        sa.Column("finished", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.ForeignKeyConstraint(["input_id"], ["inputs.id"], name="fk_work_input_id"),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name="fk_work_recipe_id"),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"], name="fk_work_runner_id"),
        sa.UniqueConstraint("recipe_id", "input_id", name="uq_work_recipe_id_input_id"),
    )
    op.create_index("ix_work_recipe_id_state_input_id", "work", ["recipe_id", "state", "input_id"])
    held = sa.text("runner_id IS NOT NULL")
    op.create_index("ix_work_runner_id", "work", ["runner_id"], sqlite_where=held, postgresql_where=held)


def _make_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("recipe_id", sa.Integer, nullable=False),
        sa.Column("work_id", sa.Integer),
        sa.Column("needs_review", sa.Boolean, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("cached_input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("cost_usd", sa.Double),
        sa.Column("finished", sa.Double),
        sa.Column("packed", sa.LargeBinary),
        sa.PrimaryKeyConstraint("sha256", "recipe_id", name="pk_letters"),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name="fk_letters_recipe_id"),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name="fk_letters_work_id"),
        sa.UniqueConstraint("work_id", name="uq_letters_work_id"),
    )
