"""``imr summarize`` against a running model, from end to end: skipped unless ``IMR_LIVE_MODEL`` is its address.

``python -m evals.local_model -- pytest tests/llm/test_live_model.py`` serves the small local model meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evals.local_model import LIVE, MODEL
from schemas import Determination, Origin, ReviewCode
from summarizer import summarize
from tests.llm.local_letters import PLAIN, printed

pytestmark = [
    pytest.mark.live_model,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(LIVE not in os.environ, reason=f"{LIVE} is not set"),
]


def test_a_letter_is_read_whatever_the_model_answers(tmp_path: Path) -> None:
    place = tmp_path / "letter.txt"
    place.write_text(PLAIN, encoding="utf-8")
    named = [*"--engine hybrid --no-cache --temperature 0 --window 8192 --model".split(), MODEL]
    ran = subprocess.run(
        [sys.executable, "-m", "summarizer.cli.app", "summarize", str(place), "--format", "json", *named],
        env={**os.environ, "OPENAI_BASE_URL": os.environ[LIVE], "OPENAI_API_KEY": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    determination, rules = Determination.model_validate_json(ran.stdout), summarize(text=PLAIN)
    assert printed(determination) == printed(rules)
    by_rules_alone = ReviewCode.MODEL_FAILED in {flag.code for flag in determination.review}
    assert ran.returncode == (3 if by_rules_alone else 0), ran.stderr
    assert ("judged by the rules" in ran.stderr) == by_rules_alone
    origins = {told.origin for told in determination.provenance.values()}
    assert origins == ({Origin.RULES} if by_rules_alone else {Origin.RULES, Origin.MODEL})
    usage = determination.usage
    assert usage.requests >= 1
    assert usage.input_tokens > 0
    assert usage.output_tokens > 0
    assert usage.cost_usd is None, "nobody stated a price"
    # Shown by `pytest -rA`.
    sys.stdout.write(f"exit code {ran.returncode}\n{ran.stderr}{usage!r}\n")
