"""The sheet as Markdown: the same order, the letter's words escaped, one proof a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from summarizer.render import words
from summarizer.render.phrases import quoted
from summarizer.render.sheet import Check, Fact, ItemSheet, Place, Sheet, joined
from summarizer.vocabulary.pattern import Pattern

_SPECIAL = Pattern(
    r"""
    [\\`*_\[\]<>|~$]          # wherever they stand
    | &(?=\#?\w+;)            # a character reference
    | \#(?=\#*\s*$)           # the end of a heading
    | :(?=//|[\w+-]+:)        # an address that would become a link, a word that would become a picture
    | (?<=www)\.
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONG = 400
"""Characters of one quoted passage."""


def escaped(text: str) -> str:
    """``text`` so that Markdown shows it as it is, after other words of the same line.

    The characters are CommonMark's (0.31, section 2.4) and GitHub's (tables, strikethrough, formulas,
    bare addresses, emoji names). What is special only at the start of a line is left alone.
    """
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def render(sheet: Sheet) -> str:
    """Set ``sheet`` as one Markdown document; ends in one newline."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    """Everything in the order it is read."""
    decided = f"Decided {sheet.decision_date.text}" if sheet.decision_date else "No decision date printed"
    head = (decided, sheet.priority and sheet.priority.text, sheet.source)
    yield f"# {escaped(sheet.title)}"
    yield ""
    yield " · ".join(escaped(part) for part in head if part)
    yield ""
    yield f"**{escaped(sheet.headline)}**" + (f" · ⚠ {escaped(sheet.to_check)}" if sheet.to_check else "")
    yield ""
    if len(sheet.items) > 1:
        yield from _table(sheet.items)
    for item in sheet.items:
        yield from _item(item)
    if sheet.case:
        yield from ("## The case", "")
        yield from (_fact(fact) for fact in sheet.case)
        yield ""
    yield from ("## What a person should check", "")
    yield from (line for check in sheet.checks for line in _check(check))
    if not sheet.checks:
        yield from ("Nothing was flagged.", "")
    if sheet.proof or sheet.judged:
        yield from ("---", "")
        yield "\n\n".join(part for part in (_foot(sheet), escaped(sheet.judged)) if part)


def _table(items: Iterable[ItemSheet]) -> Iterator[str]:
    """All items, a line each."""
    yield "| # | Treatment | Outcome | Page |"
    yield "| --: | --- | --- | --- |"
    for item in items:
        cells = (str(item.number), escaped(item.treatment.text), _outcome(item), item.outcome.pages)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _item(item: ItemSheet) -> Iterator[str]:
    """One item: treatment, outcome, why, the guideline and the words that prove it."""
    label = f", {item.treatment.label.lower()}" if item.before else ""
    yield f"## {item.number}. {escaped(item.treatment.text)}{label}{_proof(item.treatment)}"
    yield ""
    yield from (_fact(fact) for fact in item.before)
    yield f"- **Outcome:** **{_outcome(item)}**: {words.OUTCOMES[item.decided].meaning}{_proof(item.outcome)}"
    facts = (*([item.why] if item.why else []), *joined(item.reasons), *item.decided_by, *item.denied_by)
    yield from (_fact(fact) for fact in (*facts, item.kind))
    yield ""
    quotes = item.quotes or ((item.rationale,) if item.rationale else ())
    for quote in quotes:
        yield f"> “{escaped(quoted(quote.text, _LONG))}”{_proof(quote)}"
        yield ""


def _outcome(item: ItemSheet) -> str:
    sign = words.OUTCOMES[item.decided]
    return f"{sign.symbol} {sign.word}"


def _fact(fact: Fact) -> str:
    """One line of a list."""
    return f"- **{fact.label}:** {escaped(fact.text)}{_proof(fact)}"


def _proof(fact: Fact) -> str:
    """How well a fact is proven and where, after it."""
    sign = words.STATUSES[fact.status] if fact.status else None
    said = " ".join(part for part in (sign and sign.symbol, fact.pages or (sign and sign.word)) if part)
    return f" _({said})_" if said else ""


def _check(check: Check) -> Iterator[str]:
    """One flag: what, where, and both places quoted."""
    leaning = "It seems to bear on the decision. " if check.material else ""
    yield f"- **⚠ {escaped(check.title)}**, {escaped(check.about)}. {leaning}{escaped(check.message)}"
    for place in check.places:
        yield f"  - {_place(place)}"
    yield ""


def _place(place: Place) -> str:
    words_there = f"“{escaped(quoted(place.words, _LONG))}”" if place.words else ""
    return ": ".join(part for part in (f"p. {place.page}" if place.page is not None else "", words_there) if part)


def _foot(sheet: Sheet) -> str:
    """How much is proven, and what the signs mean; empty where nothing is recorded."""
    if not sheet.proof:
        return ""
    told = (
        f"{sign.symbol} {sheet.proof[status]} {sign.word} ({sign.meaning})" for status, sign in words.STATUSES.items()
    )
    return f"{words.count(sum(sheet.proof.values()), 'field')}: {', '.join(told)}"
