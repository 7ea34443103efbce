"""The tables of a ledger, as the newest migration leaves them.

Times are seconds since 1970 in UTC and for people alone: nothing is decided by comparing them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_ESCAPE: Final = "\uf8fe"
"""Stands before the four hexadecimal digits of a character that a database does not take."""
_NOT_TAKEN: Final = re.compile(f"[\0\ud800-\udfff{_ESCAPE}]")
_TAKEN: Final = re.compile(f"{_ESCAPE}([0-9A-F]{{4}})")


class AnyText(TypeDecorator[str]):
    """Text that may hold what databases refuse: NUL, and the lone surrogates of file names that are no UTF-8."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """As the database takes it."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return _NOT_TAKEN.sub(lambda found: f"{_ESCAPE}{ord(found.group()):04X}", value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """As it was."""
        if value is None or _ESCAPE not in value:
            return value
        return _TAKEN.sub(lambda found: chr(int(found.group(1), 16)), value)


METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

recipes: Final = Table(
    "recipes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("label", AnyText, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("last_used", Double, nullable=False),
)
"""What produces answers. ``last_used`` grows with every use, whatever the clock does."""

inputs: Final = Table(
    "inputs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("address", AnyText, nullable=False, unique=True),
    Column("stamp", AnyText, nullable=False),
    Column("size", BigInteger),
    Column("lot", BigInteger, nullable=False, index=True),
    Column("sha256", String(64), index=True),
    Column("seen", Double, nullable=False),
)
"""Every input from the moment it is listed. ``sha256`` is ``NULL`` until its bytes were read; ``seen`` is when it
was listed first, or first with its present stamp."""

runners: Final = Table(
    "runners",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("host", AnyText, nullable=False),
    Column("boot", AnyText, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", AnyText, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("renewed", Double, nullable=False),
    sqlite_autoincrement=True,
)
"""Processes that work on the ledger. ``beat`` is counted up with every renewal: whether it still changes says
whether the runner lives. Numbers are never given twice: a runner that was taken for dead cannot be mistaken for
a later one."""

work: Final = Table(
    "work",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("input_id", Integer, ForeignKey("inputs.id"), nullable=False),
    Column("recipe_id", Integer, ForeignKey("recipes.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("runner_id", Integer, ForeignKey("runners.id")),
    Column("held_by_batch", Integer),
    Column("outdated", Boolean, nullable=False, server_default=false()),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("code", String(64)),
    Column("message", AnyText),
    Column("finished", Double),
    UniqueConstraint("recipe_id", "input_id"),
    Index(None, "recipe_id", "state", "input_id"),
    Index(
        None,
        "runner_id",
        sqlite_where=text("runner_id IS NOT NULL"),
        postgresql_where=text("runner_id IS NOT NULL"),
    ),
)
"""One input by one recipe. ``outdated`` says that the file changed while a runner had it: what comes of that is
not taken, and it is read again."""

letters: Final = Table(
    "letters",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("recipe_id", Integer, ForeignKey("recipes.id"), primary_key=True),
    Column("work_id", Integer, ForeignKey("work.id"), unique=True),
    Column("needs_review", Boolean, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost_usd", Double),
    Column("finished", Double),
    Column("packed", LargeBinary),
)
"""One row a content hash and recipe. ``work_id`` is the work that stands for these bytes; ``NULL`` where none does
any more and the answer is kept for whoever comes with them again. ``packed`` and ``finished`` are ``NULL`` as long
as there is no answer: then the row reserves the bytes for its work."""

batches: Final = Table(
    "batches",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("recipe_id", Integer, ForeignKey("recipes.id"), nullable=False),
    Column("uuid", String(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("runner_id", Integer),
    Column("input_file_id", Text),
    Column("provider_batch_id", Text),
    Column("requests", Integer, nullable=False, server_default=text("0")),
    Column("at_most_usd", Double),
    Column("code", String(64)),
    Column("created", Double, nullable=False),
    Column("submitted", Double),
    Column("collected", Double),
    Index(None, "recipe_id", "state"),
    sqlite_autoincrement=True,
)
"""Batches at a provider. ``runner_id`` is who sees to it; one that is no runner any more has let go of it, so there
is no reference. ``uuid`` is made before anything is sent and stands in the metadata of the provider's batch."""

batch_requests: Final = Table(
    "batch_requests",
    METADATA,
    Column("custom_id", String(64), primary_key=True),
    Column("batch_id", Integer, ForeignKey("batches.id"), nullable=False),
    Column("recipe_id", Integer, ForeignKey("recipes.id"), nullable=False),
    Column("work_id", Integer, ForeignKey("work.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("series", Integer, nullable=False),
    Column("question", String(64), nullable=False),
    Column("identity", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("status", Integer),
    Column("code", String(64)),
    Column("answer", LargeBinary),
    Column("input_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("cached_input_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("output_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("cost_usd", Double),
    Index(None, "recipe_id", "sha256"),
    Index(None, "batch_id", "state"),
)
"""Requests in batches. ``place`` is the line in the batch's file, from 1. ``answer`` is what came back, compressed by
zlib, until the letter has an outcome; then the request is ``used``, and a later ``series`` asks anew."""

Index(
    "ix_work_held_by_batch",
    work.c.held_by_batch,
    sqlite_where=text("held_by_batch IS NOT NULL"),
    postgresql_where=text("held_by_batch IS NOT NULL"),
)

runs: Final = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("recipe_id", Integer, ForeignKey("recipes.id"), nullable=False, index=True),
    Column("began", Double, nullable=False),
    Column("requests", Integer, nullable=False, server_default=text("0")),
    Column("input_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("cached_input_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("output_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("known_usd", Double, nullable=False, server_default=text("0")),
    Column("unpriced", Integer, nullable=False, server_default=text("0")),
)
"""What each run has spent on requests that were answered at once, failed letters included; those in batches have
what they cost in ``batch_requests``."""
