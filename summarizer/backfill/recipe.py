"""What produces an answer: a store keeps one answer a letter and recipe, so that a new prompt makes new rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import schemas
import summarizer
from schemas.determination import SCHEMA_VERSION
from summarizer import __version__
from summarizer.engine import Engine

if TYPE_CHECKING:
    from summarizer.llm.settings import ModelSettings
    from summarizer.loading.source import Limits

_READING: Final = (
    "document.py folding.py reading.py sentences.py stages.py layouts loading rules verify vocabulary".split()
)
"""Of this package, what a reading by rules depends on."""
_SOURCES: Final = frozenset({".py", ".toml", ".txt"})
"""Endings of the files that are ours: an editor's and a system's own stand beside them."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that can change what is read from a letter, and nothing else."""

    label: str
    """For people: the engine, and the model and prompt where one is asked."""
    parts: Mapping[str, str]
    """Name to value of each part."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the parts, in hexadecimal."""
        return sha256(json.dumps(dict(self.parts), sort_keys=True, ensure_ascii=True).encode("ascii")).hexdigest()


def recipe_of(engine: Engine, limits: Limits, settings: ModelSettings | None = None) -> Recipe:
    """The recipe of readings by ``engine``; with a model its ``settings`` are needed.

    By rules, the sources of the rules are a part: reading again costs time alone. With a model the release is, and
    not the sources: a comment must not cost the price of all letters. Raises ``PromptError``.
    """
    parts = {
        "engine": engine.value,
        "schema_version": SCHEMA_VERSION,
        "max_pages": str(limits.max_pages),
        "max_bytes": str(limits.max_bytes),
    }
    if engine is Engine.RULES:
        return Recipe(engine.value, {**parts, "rules": _sources_sha256(), "pdf": version("pypdfium2")})
    assert settings is not None
    return Recipe(*_asked(engine, settings, parts))


def _asked(engine: Engine, settings: ModelSettings, parts: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Label and parts of a recipe with a model; limits, prices, time-outs and the key change no answer."""
    from summarizer.llm.answer_key import reading_version
    from summarizer.llm.modes import shape_for
    from summarizer.llm.outline import PROMPT as OUTLINE
    from summarizer.llm.prompts import load_prompt, prompt_for
    from summarizer.llm.settings import bare_address, found_file

    prompt = prompt_for(settings.prompt, "LetterJudgement")
    values = {
        "program": __version__,
        "reading_version": reading_version(),
        "model": settings.model,
        "server": bare_address(settings),
        "prompt": prompt.label,
        "prompt_sha256": prompt.text_sha256,
        "outline_sha256": load_prompt(OUTLINE).text_sha256,
        "shape": shape_for(settings, found_file(settings)).value,
        "temperature": settings.temperature,
        "reasoning_effort": settings.reasoning_effort,
        "max_output_tokens": settings.max_output_tokens,
        "window_tokens": settings.window_tokens,
        "max_reasks": settings.max_reasks,
    }
    told = {name: str(value) for name, value in values.items() if value is not None}
    return f"{engine.value}, {settings.model}, {prompt.label}", {**parts, **told}


def _sources_sha256() -> str:
    """SHA-256 over the sources and word lists that a reading by rules depends on."""
    ours = Path(summarizer.__file__).parent
    roots = [ours / name for name in _READING]
    roots.append(Path(schemas.__file__).parent)
    digest = sha256()
    for root in roots:
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.is_file() and path.suffix in _SOURCES:
                digest.update(path.relative_to(root.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
