"""Runs the steps in the transaction of whoever opens a ledger."""

from __future__ import annotations

from alembic import context

from summarizer.backfill.ledger.tables import METADATA
from summarizer.backfill.ledger.upgrading import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
