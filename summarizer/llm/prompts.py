"""Prompts: text files in ``prompts/NAME/vN.md``, front matter first, that are the same for every letter.

A file opens with TOML between two ``+++`` lines (TOML, since the project reads it already) and goes on
as a Jinja template, rendered in a sandbox with the taxonomy alone: codes and rules come from
``schemas``, so that prompt and answer cannot drift apart, and nothing of a letter is ever a template.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from functools import cache
from pathlib import Path

import tomli

import summarizer
from schemas import Category, DrugClass, MistakeKind, Outcome, Reason
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS
from schemas.taxonomy import Code
from summarizer.errors import SummarizerError

_FOLDER = Path(summarizer.__file__).parents[1] / "prompts"
_FILE = re.compile(r"v([1-9]\d*)\.md")
_NAME = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?:@v(?P<version>[1-9]\d*))?")
_PARTS = re.compile(r"\+\+\+\n(?P<front>.*?\n)\+\+\+\n(?P<body>.*)", re.DOTALL)
_KEYS = {"name": str, "version": int, "response": str, "changed": str}


class PromptError(SummarizerError):
    """A prompt is not there, or its file is not written as prompts are."""


class UnknownPrompt(PromptError):
    """There is no prompt of this name, or no such version of it."""


class BadPrompt(PromptError):
    """A prompt's front matter is wrong, or its body is no template."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt."""

    name: str
    """Name, as its folder's."""
    version: int
    """Version from 1, as its file's."""
    response: str
    """Name of the model in ``schemas`` that its answers fit."""
    changed: str
    """What changed from the version before, and why."""
    body: str = field(repr=False)
    """The template as written."""
    text: str = field(repr=False)
    """What is sent: the body with codes and rules filled in; the same for every letter."""
    sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""

    @property
    def label(self) -> str:
        """Name and version, such as ``read_determination@v1``."""
        return f"{self.name}@v{self.version}"

    @property
    def text_sha256(self) -> str:
        """SHA-256 of ``text`` in UTF-8, in hexadecimal: a rule of the taxonomy that changes, changes it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def load_prompt(name: str, folder: Path = _FOLDER) -> Prompt:
    """The prompt ``NAME@vN`` of ``folder``, the newest version of ``NAME`` where none is given.

    Raises:
        UnknownPrompt: it is not there.
        BadPrompt: its file is not written as prompts are.
    """
    wanted = _NAME.fullmatch(name)
    there = versions(wanted["name"], folder) if wanted else ()
    if wanted is None or not there:
        known = ", ".join(prompt_names(folder)) or "none"
        raise UnknownPrompt(f"{name}: there is no such prompt; choose one of: {known}")
    version = int(wanted["version"] or there[-1])
    if version not in there:
        known = ", ".join(f"{wanted['name']}@v{each}" for each in there)
        raise UnknownPrompt(f"{name}: there is no such version; choose one of: {known}")
    return _read(wanted["name"], version, folder)


def prompt_for(name: str, response: str) -> Prompt:
    """The prompt ``name``, whose answers have the shape ``response``.

    Raises:
        UnknownPrompt: it is not there, or it asks for something else.
        BadPrompt: its file is not written as prompts are.
    """
    prompt = load_prompt(name)
    if prompt.response != response:
        fitting = ", ".join(each for each in prompt_names() if load_prompt(each).response == response)
        raise UnknownPrompt(f"{name}: it asks for {prompt.response}, not {response}; choose one of: {fitting}")
    return prompt


def prompt_names(folder: Path = _FOLDER) -> tuple[str, ...]:
    """Names of all prompts, sorted."""
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name) and versions(each.name, folder))
    )


def versions(name: str, folder: Path = _FOLDER) -> tuple[int, ...]:
    """Versions of a prompt, oldest first; empty where there is no such prompt."""
    place = folder / name
    if not place.is_dir():
        return ()
    return tuple(sorted(int(match[1]) for each in place.iterdir() if (match := _FILE.fullmatch(each.name))))


def every_prompt(folder: Path = _FOLDER) -> tuple[Prompt, ...]:
    """Every version of every prompt, by name and version. Raises ``BadPrompt``."""
    return tuple(_read(name, version, folder) for name in prompt_names(folder) for version in versions(name, folder))


def difference(one: Prompt, other: Prompt, *, rendered: bool = False) -> Iterator[str]:
    """Lines of a unified comparison of what is written, or of what is sent where ``rendered``; none where equal."""
    before, after = ((each.text if rendered else each.body).splitlines() for each in (one, other))
    return unified_diff(before, after, one.label, other.label, lineterm="")


@cache
def _read(name: str, version: int, folder: Path) -> Prompt:
    label = f"{name}@v{version}"
    data = (folder / name / f"v{version}.md").read_bytes()
    try:
        # A checkout with other line ends must not send another prompt.
        written = data.replace(b"\r\n", b"\n")
        parts = _PARTS.fullmatch(written.decode("utf-8"))
        front = tomli.loads(parts["front"]) if parts else {}
    except ValueError as error:
        raise BadPrompt(
            f"{label}: its front matter cannot be read ({type(error).__name__}); write TOML in UTF-8"
        ) from error
    if parts is None:
        raise BadPrompt(f"{label}: it has no front matter; begin it with TOML between two lines of +++")
    if {key: type(value) for key, value in front.items()} != _KEYS:
        raise BadPrompt(f"{label}: its front matter is wrong; give name, version (a number), response and changed")
    if (front["name"], front["version"]) != (name, version):
        raise BadPrompt(f"{label}: its front matter names another prompt; file, name and version must agree")
    body = parts["body"].strip()
    return Prompt(
        name,
        version,
        front["response"],
        front["changed"],
        body,
        _rendered(label, body),
        hashlib.sha256(written).hexdigest(),
    )


def _rendered(label: str, body: str) -> str:
    """``body`` with the taxonomy filled in."""
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    try:
        return environment.from_string(body).render(_taxonomy())
    except (TemplateError, ArithmeticError, TypeError) as error:
        raise BadPrompt(
            f"{label}: its body is no template ({error}); see prompts/README.md for what it may name"
        ) from error


def _taxonomy() -> dict[str, object]:
    """What a template may name; lists are of ``code`` and ``rule``."""
    by_side: dict[Outcome | None, list[Reason]] = {Outcome.UPHELD: [], Outcome.OVERTURNED: [], None: []}
    for reason in Reason:
        by_side[reason.supports].append(reason)
    return {
        "outcomes": _rules(Outcome),
        "categories": _rules(Category),
        "drug_classes": _rules(DrugClass),
        "reasons_against": _rules(by_side[Outcome.UPHELD]),
        "reasons_for": _rules(by_side[Outcome.OVERTURNED]),
        "reasons_either": _rules(by_side[None]),
        "mistake_kinds": _rules(MistakeKind),
        "case_summary_words": CASE_SUMMARY_WORDS,
        "rationale_summary_words": RATIONALE_SUMMARY_WORDS,
    }


def _rules(codes: type[Code] | list[Reason]) -> list[dict[str, str]]:
    return [{"code": code.value, "rule": code.rule} for code in codes]
