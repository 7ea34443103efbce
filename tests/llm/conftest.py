"""How requests to the local model are recorded (``make cassettes``) and played back: see ``recordings.py``."""

from __future__ import annotations

from typing import Any

import pytest
from vcr import VCR

from tests.llm import recordings


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Requests are the same by method, address and body; nothing of this machine is written."""
    return {
        "match_on": ["method", "scheme", "host", "port", "path", "query", "same_body"],
        "before_record_request": recordings.neutral_request,
        "before_record_response": recordings.neutral_response,
        "decode_compressed_response": True,
    }


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    vcr.register_matcher("same_body", recordings.same_body)
    vcr.register_serializer("yaml", recordings)
