from __future__ import annotations

import json

import pytest

from schemas.publish import PUBLISHED
from tests.cli.running import ran


def test_it_prints_the_published_schema_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ran(capsys, "schema")
    assert printed.code == 0
    assert printed.out == PUBLISHED.read_text(encoding="utf-8")
    assert printed.err == ""
    assert json.loads(printed.out)["title"] == "Determination"
