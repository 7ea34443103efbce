"""A process that reads what a ledger holds, for tests that need several or one that dies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reading(address: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that claims all there is; with ``hold`` it says so and keeps what it has until it is ended."""
    command = [sys.executable, "-m", "tests.backfill.ledger.readers", address, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def main(address: str, *arguments: str) -> None:
    """Read everything, seven at a time, and print the addresses; their folder is taken for their content."""
    from summarizer.backfill.ledger.opening import open_ledger
    from summarizer.backfill.ledger.outcomes import record
    from tests.backfill.ledger.desk import Desk, result

    with open_ledger(address) as ledger:
        desk = Desk(ledger)
        while claims := desk.take(7):
            sys.stdout.write(" ".join(one.address for one in claims) + "\n")
            sys.stdout.flush()
            if "hold" in arguments:
                sys.stdin.read()
            record(ledger, desk.runner, [result(one, one.address.partition("/")[0]) for one in claims])


if __name__ == "__main__":
    main(*sys.argv[1:])
