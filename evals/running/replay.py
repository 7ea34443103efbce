"""Answers that a run used, written to a file beside its letters, and runs that get their answers from there alone.

A replayed run sends nothing, needs no key and does not wait. It finds each answer by the very key under which the
cache keeps it (``summarizer.llm.answer_key``): a changed prompt, schema, letter or setting asks another question,
to which there is no recorded answer. The recording's first line holds the settings that go into that key, the
server's address among them, so that a run that was recorded against one server replays where there is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.errors import AnswersMissing, RunError
from evals.gold import dotted
from evals.run_file import Run, write_whole
from summarizer.engine import Engine
from summarizer.errors import AnswerUnusable
from summarizer.llm.cache import AnswerCache, StoredAnswer, open_cache
from summarizer.llm.connection import Connection
from summarizer.llm.prompts import prompt_for
from summarizer.llm.settings import NO_KEY, ModelSettings, Shape, bare_address
from summarizer.pipeline import Summarizer

RECORDING_VERSION: Final = 1
"""Version of the shape of recordings; another one is refused."""
NOT_RECORDED: Final = "no answer to a question about this letter is recorded"
"""What a letter of a replayed run fails with where a recorded answer is missing or no longer holds."""
_ANEW: Final = "record anew with imr eval run --record"
_NAMED: Final = 8
"""Letters named in one message."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asked(_Strict):
    """A recording's first line: all settings that an answer depends on."""

    recording: int = RECORDING_VERSION
    """Version of this shape."""
    engine: Engine
    """Engine of the recorded run."""
    model: str
    """Name of the model, as it was asked for."""
    base_url: str
    """Address of its server; a replayed run does not connect to it."""
    shape: Shape
    """How answers were asked for."""
    prompt: str
    """Prompt with its version."""
    temperature: float | None = None
    """As it was sent."""
    reasoning_effort: str | None = None
    """As it was sent."""
    max_output_tokens: int | None = None
    """Room for an answer."""
    window_tokens: int | None = None
    """Tokens that fit the model, where they were given."""
    max_reasks: int = 2
    """Times the model was told what was wrong with its answer."""
    unanswered: tuple[str, ...] = ()
    """Letters, as gold set and stem, to which a question was left without a whole answer; the rules judged these."""


class _Line(_Strict):
    """Every other line: an answer and what it cost."""

    key: str
    model: str
    prompt: str
    answer: str
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """What a run was asked with, and the answers that it used."""

    asked: Asked
    """The settings."""
    answers: Mapping[str, StoredAnswer]
    """Answers by their key."""
    file: str = ""
    """The file it stands in."""

    def settings(self, *, model: str | None = None, prompt: str | None = None) -> ModelSettings:
        """The recorded run's settings, without a key; a ``model`` or ``prompt`` given takes their place."""
        asked = self.asked
        return ModelSettings(
            model=model or asked.model,
            base_url=asked.base_url,
            api_key=NO_KEY,
            shape=asked.shape,
            prompt=prompt or asked.prompt,
            temperature=asked.temperature,
            reasoning_effort=asked.reasoning_effort,
            max_output_tokens=asked.max_output_tokens,
            window_tokens=asked.window_tokens,
            max_reasks=asked.max_reasks,
        )


@dataclass(slots=True)
class Recorder:
    """Notes which answers a run uses, be they asked or from the cache. Use it in a ``with``."""

    answers: dict[str, StoredAnswer] = field(default_factory=dict)
    """Answers so far, by key."""
    _settings: ModelSettings | None = None
    _folder: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Recorder:
        """Make room for the answers of a run without a cache."""
        self._folder = TemporaryDirectory(prefix="imr-record-", ignore_cleanup_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it."""
        if self._folder is not None:
            self._folder.cleanup()

    def prepare(self, summarizer: Summarizer) -> None:
        """Watch the answers of ``summarizer``; before its first letter."""
        summarizer.run.wait(self._watch)
        self._settings = summarizer.run.connection.settings

    def recording(self, run: Run) -> Recording:
        """What was noted, for the ``run`` that came of it. ``ValueError`` where no model was watched."""
        if self._settings is None:
            raise ValueError("no model was asked")
        settings = self._settings
        prompt = prompt_for(settings.prompt, "LetterJudgement")
        asked = Asked(
            engine=Engine(run.engine),
            model=settings.model,
            base_url=bare_address(settings),
            shape=settings.shape,
            prompt=prompt.label,
            temperature=settings.temperature,
            reasoning_effort=settings.reasoning_effort,
            max_output_tokens=settings.max_output_tokens,
            window_tokens=settings.window_tokens,
            max_reasks=settings.max_reasks,
            unanswered=tuple(letter.key for letter in run.letters if any(one.failure for one in letter.attempts)),
        )
        return Recording(asked, dict(self.answers))

    async def _watch(self, connection: Connection) -> None:
        """Put a cache that notes in the place of the one that is open; in the loop, whose thread owns it."""
        assert self._folder is not None
        path = connection.settings.cache or Path(self._folder.name) / "answers.sqlite3"
        if connection.cache is not None:
            connection.cache.close()
        connection.cache = _Noting(path, self.answers)


class _Noting(AnswerCache):
    """A cache that notes what is taken from it and put into it."""

    def __init__(self, path: Path, answers: dict[str, StoredAnswer]) -> None:
        super().__init__(path)
        self._answers = answers

    def get(self, key: str) -> StoredAnswer | None:
        stored = super().get(key)
        if stored is not None:
            self._answers[key] = stored
        return stored

    def put(self, key: str, stored: StoredAnswer) -> None:
        self._answers[key] = stored
        super().put(key, stored)


@contextmanager
def kept_apart(recording: Recording, settings: ModelSettings) -> Iterator[ModelSettings]:
    """``settings`` with a cache of their own that holds the recorded answers and nothing else."""
    with TemporaryDirectory(prefix="imr-replay-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "answers.sqlite3"
        with open_cache(path) as cache:
            for key, stored in recording.answers.items():
                cache.put(key, stored)
        yield replace(settings, cache=path)


def send_nothing(summarizer: Summarizer) -> None:
    """Let ``summarizer`` answer from its cache alone: every other question ends at once, unsent."""
    connection = summarizer.run.connection
    connection.stopped = AnswerUnusable(connection.settings.model, NOT_RECORDED, _ANEW)


def refuse_missing(run: Run, recording: Recording) -> None:
    """Raise ``AnswersMissing`` where a letter of a replayed ``run`` fails that was answered when recorded.

    Whatever it fails with: what was recorded for it is not what it would be judged by.
    """
    lacking = [
        letter.key
        for letter in run.letters
        if letter.key not in recording.asked.unanswered and any(one.failure for one in letter.attempts)
    ]
    if lacking:
        more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
        what = f"no recorded answer holds for {', '.join(lacking[:_NAMED])}{more}: {_why(run, recording.asked)}"
        raise AnswersMissing(recording.file or "recording", None, what, _ANEW)


def _why(run: Run, asked: Asked) -> str:
    """Why recorded answers do not hold, as far as the settings tell."""
    pairs = (("prompt", asked.prompt, run.prompt), ("model", asked.model, run.model))
    told = [f"{name} {was} was recorded, {now} is asked" for name, was, now in pairs if now not in (None, was)]
    return "; ".join(told) or "the prompt, the schema, the settings or a letter changed"


def save_recording(recording: Recording, path: Path) -> None:
    """Write ``recording`` as JSON lines, answers by key, whole or not at all. Raises ``RunError``."""
    lines = [recording.asked.model_dump_json(exclude_defaults=False)]
    for key, stored in sorted(recording.answers.items()):
        values = {"key": key, **asdict(stored)}
        values.pop("created")
        lines.append(json.dumps(values, ensure_ascii=False))
    try:
        write_whole(path, "\n".join(lines) + "\n")
    except OSError as error:
        raise RunError(str(path), None, f"cannot be written ({error.strerror})", "choose another place") from None


def load_recording(path: Path) -> Recording:
    """Read a recording. Raises ``RunError`` where it is none, or of another version."""
    remedy = "name a file that imr eval run --record wrote"
    try:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line]
    except OSError as error:
        raise RunError(str(path), None, f"cannot be read ({error.strerror})", remedy) from None
    except ValueError:
        raise RunError(str(path), None, "is no text in UTF-8", remedy) from None
    if not lines:
        raise RunError(str(path), None, "is empty", remedy)
    number = 1
    try:
        _refuse_other_version(path, lines[0])
        asked = Asked.model_validate_json(lines[0])
        answers = {}
        for number, line in enumerate(lines[1:], 2):  # noqa: B007  # the error names it
            told = _Line.model_validate_json(line)
            answers[told.key] = StoredAnswer(**told.model_dump(exclude={"key"}))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ", ".join(part for part in (f"line {number}", dotted(first["loc"])) if part)
        raise RunError(str(path), place, first["msg"], remedy) from None
    return Recording(asked, answers, str(path))


def _refuse_other_version(path: Path, line: str) -> None:
    try:
        version = json.loads(line).get("recording", RECORDING_VERSION)
    except (ValueError, AttributeError, RecursionError):  # told where the line is read
        return
    if version != RECORDING_VERSION:
        raise RunError(str(path), "recording", f"is {version!r}, this program writes {RECORDING_VERSION}", _ANEW)
