"""Labels held against the codebook and their letters: every problem with its field and what to do about it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from evals.errors import GoldError
from evals.gold import SUFFIXES, Contradiction, Labeled, Split, dotted, load_contradictions, load_gold, only
from schemas import Category, Citation, CitationSource, Determination, Item
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS
from summarizer.errors import InputError
from summarizer.folding import comparable
from summarizer.loading import open_letter
from summarizer.loading.source import Source

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MOST_QUOTES: Final = 3
"""Key quotes of an item, at most."""
OF_A_READING: Final = ("document", "provenance", "review", "usage")
"""Fields of a Determination that say how it was read; a label has none of them."""
_CODE: Final = re.compile(r"[\w ./-]{1,40}")
_SEEN: Final = "copy the words from the letter as they are printed, line breaks as single spaces"
_YEAR_AT_END: Final = re.compile(r"\b(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a label."""

    field: str | None
    """Path in the label, such as ``items[2].outcome``; ``None`` where it is the whole file."""
    what: str
    """What is wrong."""
    remedy: str
    """What to do."""
    warning: bool = False
    """Whether it may be right all the same, and only deserves a second look."""
    file: str = ""
    """The file it was found in."""

    def __str__(self) -> str:
        """One line: ``file: field: what; remedy``."""
        said = f"{self.what}; {self.remedy}"
        return ": ".join(part for part in (self.file, self.field, "warning" if self.warning else None, said) if part)


def schema_problems(values: object) -> tuple[Problem, ...]:
    """What keeps ``values`` from being a Determination: every field at once, an unknown code with those like it."""
    try:
        Determination.model_validate(values)
    except ValidationError as error:
        return tuple(map(_of_schema, error.errors(include_url=False)))
    return ()


def label_problems(label: Determination, text: str | None = None) -> tuple[Problem, ...]:
    """What of ``label`` breaks the codebook; with the letter's ``text`` also what does not stand in it."""
    found = [
        *_of_a_reading(label),
        *_too_long("case_summary", label.case_summary, CASE_SUMMARY_WORDS),
        *_repeated("diagnoses", map(comparable, label.diagnoses)),
    ]
    if not label.items:
        found.append(Problem("items", "there are none", "add one for each disputed item"))
    for index, item in enumerate(label.items):
        found += [replace(one, field=f"items[{index}].{one.field}") for one in _of_item(item)]
    if text is not None:
        folded = comparable(text)
        found += [
            Problem(field, "does not stand in the letter", _SEEN)
            for field, words in verbatim(label)
            if not words.strip() or comparable(words) not in folded
        ]
        found += _out_of_order(label.items, folded)
    return tuple(found)


def contradiction_problems(pairs: Sequence[Contradiction], items: int, text: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with the contradictions labeled in a letter of so many ``items``."""
    found: list[Problem] = []
    folded = None if text is None else comparable(text)
    for index, pair in enumerate(pairs):
        if pair.item is not None and not 0 <= pair.item < items:
            found.append(
                Problem(f"[{index}].item", f"there is no item {pair.item}", "count items from 0, or give null")
            )
        if comparable(pair.a) == comparable(pair.b):
            found.append(Problem(f"[{index}].b", "is the same passage as a", "give the passage that contradicts it"))
        for side, words in (("a", pair.a), ("b", pair.b)):
            if not words.strip() or (folded is not None and comparable(words) not in folded):
                found.append(Problem(f"[{index}].{side}", "does not stand in the letter", _SEEN))
    return tuple(found)


def verbatim(label: Determination) -> Iterator[tuple[str, str]]:
    """Path and words of every field that is copied from the letter; key quotes are held against their rationale."""
    if label.case_number is not None:
        yield "case_number", label.case_number
    lists = {
        "reviewer.licensure_states": label.reviewer.licensure_states,
        "reviewer.specialties": label.reviewer.specialties,
        "diagnoses": label.diagnoses,
    }
    for name, values in lists.items():
        for index, words in enumerate(values):
            yield f"{name}[{index}]", words
    for index, item in enumerate(label.items):
        for name, words_or_none in _verbatim_of_item(item):
            if words_or_none is not None:
                yield f"items[{index}].{name}", words_or_none


def check_file(label: Path, letters: Path | None, contradictions: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of the label at ``label`` and of the contradictions of the same stem.

    ``letters`` is the folder of letters; without it nothing is held against a letter.
    """
    try:
        values = json.loads(label.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = "cannot be read" if isinstance(error, OSError) else "is no JSON in UTF-8"
        return (Problem(None, why, "mend or remove it", file=str(label)),)
    if found := schema_problems(values):
        return tuple(replace(one, file=str(label)) for one in found)
    made = Determination.model_validate(values)
    text: str | None = None
    nowhere: list[Problem] = []
    if letters is not None:
        try:
            text = _text_of(letters, label.stem)
        except (GoldError, InputError) as error:
            nowhere.append(Problem(None, error.what, error.remedy))
    problems = [replace(one, file=str(label)) for one in (*nowhere, *label_problems(made, text))]
    pairs = None if contradictions is None else contradictions / label.name
    if pairs is not None and pairs.exists():
        try:
            found = contradiction_problems(load_contradictions(pairs), len(made.items), text)
        except GoldError as error:
            found = (Problem(error.field, error.what, error.remedy),)
        problems += [replace(one, file=str(pairs)) for one in found]
    return tuple(problems)


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


def _refuse_foreign_words(labeled: Labeled) -> None:
    """Raise ``GoldError`` where a label's words are not its letter's: such a label cannot be scored against."""
    name = f"{labeled.gold_set}/{labeled.stem}"
    try:
        with open_letter(Source.from_path(labeled.letter)) as opened:
            text = opened.document.text
    except InputError as error:
        raise GoldError(name, None, f"its letter cannot be read: {error.what}", error.remedy) from None
    folded = comparable(text)
    for field, words in verbatim(labeled.label):
        if comparable(words) not in folded:
            raise GoldError(name, field, "does not stand in the letter", _SEEN)
    for index, item in enumerate(labeled.label.items):
        for problem in _quotes_elsewhere(item):
            raise GoldError(name, f"items[{index}].{problem.field}", problem.what, problem.remedy)
    for problem in contradiction_problems(labeled.contradictions or (), len(labeled.label.items), text):
        raise GoldError(f"{name}, contradictions", problem.field, problem.what, problem.remedy)


def _text_of(letters: Path, stem: str) -> str:
    for suffix in SUFFIXES:
        if (path := letters / f"{stem}{suffix}").exists():
            with open_letter(Source.from_path(path)) as opened:
                return opened.document.text
    raise GoldError(stem, None, f"no letter of this name in {letters}", "add the letter or remove the label")


def _of_schema(error: ErrorDetails) -> Problem:
    field, given = dotted(error["loc"]) or None, error["input"]
    if given is None and error["type"] != "missing":
        return Problem(field, "is not filled in", "see the codebook for its values")
    if error["type"] == "missing":
        return Problem(field, "is missing", "add it; see the codebook for its values")
    if error["type"] == "extra_forbidden":
        return Problem(field, "is no field of a label", "remove it, or mend its name")
    if error["type"] == "enum" and isinstance(given, str):
        codes = re.findall(r"'([^']+)'", str(error.get("ctx", {}).get("expected", "")))
        shown = f" {given!r}" if _CODE.fullmatch(given) else ""
        near = get_close_matches(given.lower(), codes, 3, 0.5) or codes
        return Problem(field, f"is the unknown code{shown}", f"use {_either(near)}")
    return Problem(field, error["msg"][:1].lower() + error["msg"][1:], "see the codebook")


def _either(codes: Sequence[str]) -> str:
    return ", ".join(codes[:-1]) + f" or {codes[-1]}" if len(codes) > 1 else "".join(codes) or "one of the codebook"


def _of_a_reading(label: Determination) -> Iterator[Problem]:
    for name in OF_A_READING:
        if getattr(label, name) and name in label.model_fields_set:
            yield Problem(name, "is part of a reading, not of a label", "remove it")


def _of_item(item: Item) -> Iterator[Problem]:
    yield from _unfilled(item)
    yield from _of_medication(item)
    if item.reasons and item.primary_reason not in (None, item.reasons[0]):
        yield Problem("reasons", "the primary reason is not the first of them", "put it first")
    yield from _repeated("reasons", item.reasons)
    yield from _against_outcome(item)
    yield from _too_long("rationale_summary", item.rationale_summary, RATIONALE_SUMMARY_WORDS)
    if len(item.key_quotes) > MOST_QUOTES:
        yield Problem("key_quotes", f"there are {len(item.key_quotes)}", f"keep the {MOST_QUOTES} that decide")
    yield from _repeated("key_quotes", map(comparable, item.key_quotes))
    yield from _quotes_elsewhere(item)
    for name, citations in _sides(item):
        for index, citation in enumerate(citations):
            yield from (replace(one, field=f"{name}[{index}].{one.field}") for one in _of_citation(citation))


def _unfilled(item: Item) -> Iterator[Problem]:
    wanted = {
        "primary_reason": "give the one reason that carries the decision",
        "reasons": "give every reason that the rationale gives, the primary one first",
        "rationale": "copy it from the letter",
        "rationale_summary": f"say in at most {RATIONALE_SUMMARY_WORDS} words why the reviewer decided so",
        "key_quotes": f"copy one to {MOST_QUOTES} sentences or clauses of the rationale that carry the decision",
    }
    for name, remedy in wanted.items():
        if not getattr(item, name):
            yield Problem(name, "is not filled in", remedy)


def _of_medication(item: Item) -> Iterator[Problem]:
    drug = item.category is Category.PHARMACEUTICAL
    if drug and item.medication is None:
        yield Problem("medication", "is not filled in for a pharmaceutical item", "give name and drug class")
    if not drug and item.medication is not None:
        yield Problem("medication", f"is given for the category {item.category}", "give null, or mend the category")


def _against_outcome(item: Item) -> Iterator[Problem]:
    """A rationale may argue against its heading, and is labeled so; more often one of the two codes is a slip."""
    for index, reason in enumerate(item.reasons):
        if reason.supports not in (None, item.outcome) and item.outcome.value != "modified":
            what = f"{reason} argues against the outcome {item.outcome}"
            yield Problem(f"reasons[{index}]", what, "look again; leave it where the rationale really does", True)


def _quotes_elsewhere(item: Item) -> Iterator[Problem]:
    rationale = comparable(item.rationale or "")
    for index, quote in enumerate(item.key_quotes):
        if not quote.strip() or comparable(quote) not in rationale:
            yield Problem(f"key_quotes[{index}]", "does not stand in the rationale of its item", _SEEN)


def _of_citation(citation: Citation) -> Iterator[Problem]:
    mtus = citation.source is CitationSource.MTUS
    if not mtus and citation.year is not None:
        yield Problem("year", f"is given for a {citation.source} citation", "give null: only MTUS has a year")
    if mtus and _YEAR_AT_END.search(citation.title.strip()):
        yield Problem("title", "ends in a year", "put the year into its own field")


def _sides(item: Item) -> tuple[tuple[str, tuple[Citation, ...]], ...]:
    return (
        ("claims_administrator_guidelines", item.claims_administrator_guidelines),
        ("reviewer_guidelines", item.reviewer_guidelines),
    )


def _verbatim_of_item(item: Item) -> Iterator[tuple[str, str | None]]:
    for name in ("treatment", "original_request", "authorized_portion", "rationale"):
        yield name, getattr(item, name)
    if item.medication is not None:
        yield "medication.name", item.medication.name
        yield "medication.strength", item.medication.strength
    for side, citations in _sides(item):
        for index, citation in enumerate(citations):
            for name in ("title", "sections", "pages"):
                yield f"{side}[{index}].{name}", getattr(citation, name)


def _out_of_order(items: Sequence[Item], folded: str) -> Iterator[Problem]:
    """Items whose rationale stands before that of the item above them; equal rationales follow each other."""
    after = 0
    for index, item in enumerate(items):
        words = comparable(item.rationale or "")
        place = folded.find(words, after) if words else -1
        if place >= 0:
            after = place
        elif words and words in folded:
            what = "its rationale stands in the letter before that of the item above"
            yield Problem(f"items[{index}]", what, "put the items in the order of the letter")


def _too_long(field: str, words: str | None, most: int) -> Iterator[Problem]:
    count = len((words or "").split())
    if count > most:
        yield Problem(field, f"has {count} words", f"say it in at most {most}")


def _repeated(field: str, values: Iterable[str | Enum]) -> Iterator[Problem]:
    for value, times in Counter(values).items():
        if times > 1:
            what = f"one of them stands there {times} times" if not isinstance(value, Enum) else f"{value} is repeated"
            yield Problem(field, what, "name it once")
