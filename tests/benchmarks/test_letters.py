from __future__ import annotations

import sys

import pytest

from benchmarks.letters import peak_megabytes
from tests.house.project import ROOT


@pytest.mark.skipif(sys.platform != "linux", reason="told exactly on Linux only")
def test_peak_memory_is_the_reading_process_s_own() -> None:
    alone = peak_megabytes([ROOT / "examples" / "overturned.pdf"], 1)
    held = bytearray(b"x" * (300 << 20))
    assert peak_megabytes([ROOT / "examples" / "overturned.pdf"], 1) < alone + 30
    assert held
