"""What the process apart is asked to do in tests; imported there, so it is in no test file."""

from __future__ import annotations

import os
import time

from summarizer.backfill.ledger.rows import Claim
from summarizer.errors import EmptyInput


def act(claim: Claim) -> tuple[str, int]:
    """Do what the address says; the address, and which process did it."""
    match claim.name:
        case "abort":
            os.abort()
        case "hang":
            time.sleep(600)
        case "refuse":
            raise EmptyInput(claim.name, "no words", "give some")
    return claim.name, os.getpid()
