"""What a run keeps of a reading that did not go as asked."""

from __future__ import annotations

from pathlib import Path

from evals.gold import load_gold
from evals.run_file import NOT_LOADED, NOT_RECOGNIZED
from evals.running.reading import failed, read
from evals.running.runs import attempt_of, letter_of
from summarizer.errors import ModelUnreachable
from summarizer.llm.settings import ModelSettings
from summarizer.pipeline import Summarizer
from tests.evals.goldsets import gold_set

MODEL = ModelSettings(model="m", base_url="http://models.example:8123/v1", api_key="no-key")


def test_a_failure_of_the_model_is_kept_without_its_address() -> None:
    error = ModelUnreachable("m", "no connection to models.example:8123 (tried 3 times)", "check OPENAI_BASE_URL")
    found = failed(error, MODEL)
    assert found.failure == "model_unreachable: no connection to the server (tried 3 times)"
    assert found.asked
    assert not failed(error).asked


def test_a_letter_that_is_none_has_its_words_all_the_same(tmp_path: Path) -> None:
    home = gold_set(tmp_path / "set")
    (labeled, *_) = load_gold(home)
    labeled.letter.write_text("A bill for three visits.", encoding="utf-8")
    found = read(Summarizer(), labeled.letter)
    letter = letter_of(labeled, found, [attempt_of(labeled, found, [])])
    assert (letter.layout, letter.words) == (NOT_RECOGNIZED, 5)
    assert letter.attempts[0].failed
    labeled.letter.write_bytes(b"")
    letter = letter_of(labeled, read(Summarizer(), labeled.letter), letter.attempts)
    assert (letter.layout, letter.words) == (NOT_LOADED, 0)
