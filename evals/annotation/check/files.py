"""Files of labels and whole gold sets: each held against the schema, the codebook and the letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evals.annotation.check.codebook import codebook_problems
from evals.annotation.check.doubts import doubts
from evals.annotation.check.problem import Problem
from evals.annotation.check.schema import schema_problems
from evals.annotation.check.words import contradiction_problems, foreign_quotes, foreign_words, out_of_order
from evals.errors import GoldError
from evals.gold import (
    Labeled,
    Split,
    contradictions_beside,
    letter_beside,
    load_contradictions,
    load_gold,
    only,
    read_json,
    strays,
)
from schemas import Determination
from summarizer.errors import InputError
from summarizer.loading import open_letter
from summarizer.loading.source import Source


def label_problems(label: Determination, text: str | None = None) -> tuple[Problem, ...]:
    """What of ``label`` breaks the codebook; with the letter's ``text`` also what does not stand in it."""
    found = [*codebook_problems(label), *foreign_quotes(label)]
    if text is not None:
        found += [*foreign_words(label, text), *out_of_order(label.items, text)]
    return tuple(found)


def check_file(label: Path, letters: Path | None, contradictions: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of the label at ``label`` and of the contradictions of the same stem.

    ``letters`` is the folder of letters; without it nothing is held against a letter.
    """
    try:
        values = read_json(label)
    except GoldError as error:
        return (_as_problem(error),)
    if found := schema_problems(values):
        return tuple(replace(one, file=str(label)) for one in found)
    made = Determination.model_validate(values)
    text: str | None = None
    problems: list[Problem] = []
    if letters is not None:
        try:
            letter = letter_beside(label, letters)
            text = _text_of(letter)
            problems += doubts(made, letter)
        except GoldError as error:
            problems.append(_as_problem(error))
        except InputError as error:
            problems.append(Problem(None, error.what, error.remedy, file=str(label)))
    problems = [replace(one, file=str(label)) for one in (*problems, *label_problems(made, text))]
    pairs = None if contradictions is None else contradictions / label.name
    if pairs is not None and pairs.exists():
        try:
            found = contradiction_problems(load_contradictions(pairs), len(made.items), text)
        except GoldError as error:
            found = (_as_problem(error),)
        problems += [replace(one, file=str(pairs)) for one in found]
    return tuple(problems)


def check_set(home: Path, letters: Path | None) -> tuple[Problem, ...]:
    """What in a gold set, or a folder of labels, belongs to no label: contradictions, splits, unlabeled letters.

    ``letters`` is the folder of letters; where it is none, only what needs no letter is looked at.
    """
    labels = home / "labels" if (home / "labels").is_dir() else home
    return tuple(map(_as_problem, strays(labels, letters, contradictions_beside(home), home / "splits.toml")))


def checked_gold(homes: Sequence[Path], documents: Path | None, split: Split | None = None) -> tuple[Labeled, ...]:
    """The labeled letters of several gold sets, none of whose labels says what its letter does not.

    ``documents`` is where the letters of those of ``homes`` are that have no folder ``letters`` of their own.

    Raises:
        GoldError: two sets have one name, a set has no letters, a label breaks the schema, its letter is missing or
            cannot be read, or a verbatim field or quote does not stand where it should.
    """
    found: dict[str, tuple[Labeled, ...]] = {}
    for home in map(Path.resolve, homes):
        own = (home / "labels").is_dir()
        if not own and documents is None and home.is_dir():
            raise GoldError(str(home), None, "has no folder of letters", "name it with --documents")
        if home.name in found:
            raise GoldError(str(home), None, "another gold set has this name", "give each set a name of its own")
        found[home.name] = tuple(only(load_gold(home, None if own else documents), split))
    letters = tuple(labeled for letters in found.values() for labeled in letters)
    if not letters:
        of = f" of the split {split}" if split else ""
        raise GoldError(str(homes[0]), None, f"there are no labeled letters{of}", "name another folder with --gold")
    for labeled in letters:
        _refuse_foreign_words(labeled)
    return letters


def _as_problem(error: GoldError) -> Problem:
    return Problem(error.field, error.what, error.remedy, file=error.file)


def _refuse_foreign_words(labeled: Labeled) -> None:
    """Raise ``GoldError`` where a label's words are not its letter's: such a label cannot be scored against."""
    name = f"{labeled.gold_set}/{labeled.stem}"
    try:
        text = _text_of(labeled.letter)
    except InputError as error:
        raise GoldError(name, None, f"its letter cannot be read: {error.what}", error.remedy) from None
    for problem in (*foreign_words(labeled.label, text), *foreign_quotes(labeled.label)):
        raise GoldError(name, problem.field, problem.what, problem.remedy)
    for problem in contradiction_problems(labeled.contradictions or (), len(labeled.label.items), text):
        raise GoldError(f"{name}, contradictions", problem.field, problem.what, problem.remedy)


def _text_of(letter: Path) -> str:
    with open_letter(Source.from_path(letter)) as opened:
        return opened.document.text
