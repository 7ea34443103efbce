"""The key of a kept answer: everything that can change it, and nothing else."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from summarizer.llm.settings import bare_address

if TYPE_CHECKING:
    from schemas.judgement import Answer
    from summarizer.llm.question import Question
    from summarizer.llm.settings import ModelSettings

READING_VERSION: Final = 1
"""Goes up by one with a change after which an answer kept before should be asked for again though it still validates.

Such a change is one to what an answer means or to how it is laid over a reading. By hand, and neither a hash of our
sources nor the release: the request stands in the key word for word and every kept answer is validated anew, so
that few changes matter, and neither a comment nor a release must cost a user the price of all letters.
"""


def key_of(settings: ModelSettings, question: Question[Answer], schema: str) -> str:
    """SHA-256, in hexadecimal, over all that can change the answer to ``question``.

    ``schema`` is the response schema as it is sent. Give the settings with the shape that is really used: ``auto``
    may come to mean another. Limits, prices, time-outs and the key change no answer and are left out.
    """
    parts = (
        settings.model,
        bare_address(settings),
        settings.shape.value,
        None if settings.temperature is None else float(settings.temperature),
        settings.reasoning_effort,
        settings.max_output_tokens,
        question.room,
        question.prompt,
        question.instructions,
        question.letter,
        question.shape.__name__,
        schema,
        question.fingerprint,
        reading_version(),
    )
    # A list in JSON, so that no two different lists look alike; ASCII, so that lone surrogates pass.
    return sha256(json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")).hexdigest()


def reading_version() -> str:
    """What of our side, beside the request itself, an answer depends on."""
    return str(READING_VERSION)
