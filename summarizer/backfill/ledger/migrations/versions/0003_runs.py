"""What runs have spent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("recipe_id", sa.Integer, nullable=False),
        sa.Column("began", sa.Double, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("input_tokens", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("cached_input_tokens", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("output_tokens", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("known_usd", sa.Double, nullable=False, server_default=sa.text("0")),
        sa.Column("unpriced", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name="fk_runs_recipe_id"),
    )
    op.create_index("ix_runs_recipe_id", "runs", ["recipe_id"])
