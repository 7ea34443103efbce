"""Batches at a provider, and the requests in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("recipe_id", sa.Integer, nullable=False),
        sa.Column("uuid", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("runner_id", sa.Integer),
        sa.Column("input_file_id", sa.Text),
        sa.Column("provider_batch_id", sa.Text),
        sa.Column("requests", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("at_most_usd", sa.Double),
        sa.Column("code", sa.String(64)),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("submitted", sa.Double),
        sa.Column("collected", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name="fk_batches_recipe_id"),
        sa.UniqueConstraint("uuid", name="uq_batches_uuid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_batches_recipe_id_state", "batches", ["recipe_id", "state"])
    op.create_table(
        "batch_requests",
        sa.Column("custom_id", sa.String(64), nullable=False),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("recipe_id", sa.Integer, nullable=False),
        sa.Column("work_id", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("series", sa.Integer, nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("code", sa.String(64)),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("input_tokens", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("cached_input_tokens", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("output_tokens", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("cost_usd", sa.Double),
        sa.PrimaryKeyConstraint("custom_id", name="pk_batch_requests"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_batch_requests_batch_id"),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name="fk_batch_requests_recipe_id"),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name="fk_batch_requests_work_id"),
    )
    op.create_index("ix_batch_requests_recipe_id_sha256", "batch_requests", ["recipe_id", "sha256"])
    op.create_index("ix_batch_requests_batch_id_state", "batch_requests", ["batch_id", "state"])
    held = sa.text("held_by_batch IS NOT NULL")
    op.create_index("ix_work_held_by_batch", "work", ["held_by_batch"], sqlite_where=held, postgresql_where=held)
