"""The rationale decides about another treatment, test or dose than the item asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from schemas import Category, MistakeKind
from summarizer.document import Span
from summarizer.reading import Doubt
from summarizer.verify.amounts import doses_in
from summarizer.verify.mistakes.requests import RequestPhrase
from summarizer.verify.mistakes.statements import ItemStatements, Letter, mistake
from summarizer.vocabulary.ingredients import drugs_in
from summarizer.vocabulary.modalities import any_alike, modalities_in
from summarizer.vocabulary.pattern import Pattern

_GUIDANCE = ("guideline", "mtus", "acoem", "odg", "recommend", "criteria", "schedule")
"""Words of a sentence that tells a guideline."""
_GUIDELINE_FOR = Pattern(r"\bguidelines?\s+for\s+(?P<subject>[^.;]{3,60}?)\s+(?:recommend|indicate|state|require)")
_IMAGING = Pattern(r"\b(?:imaging|special\s+stud(?:y|ies)|diagnostic)\b")
"""Words that may stand for any test."""
_NamedIn = Callable[[str, Span], list[tuple[frozenset[str], Span]]]
_Alike = Callable[[Iterable[str], Iterable[str]], bool]


def treatment_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Places where a rationale names its request as another treatment, or in another strength."""
    for item in letter.items:
        is_drug = item.item.category.value is Category.PHARMACEUTICAL
        doubt = (
            _strayed(item, _ingredients, _share) or _other_dose(item)
            if is_drug
            else _strayed(item, _treatments, any_alike) or _other_guideline(item)
        )
        if doubt:
            yield doubt


def _strayed(item: ItemStatements, named_in: _NamedIn, alike: _Alike) -> Doubt | None:
    """The request named as something that ``named_in`` finds and that is not ``alike`` what the heading names."""
    text = item.document.text
    asked = {name for span in item.heading_spans for names, _ in named_in(text, span) for name in names}
    if not asked:
        return None
    agreeing = False
    strayed: tuple[RequestPhrase, Span] | None = None
    for request in item.requests:
        named = named_in(text, request.named)
        if any(alike(names, asked) for names, _ in named):
            agreeing = True
        elif named and strayed is None and not request.tells_earlier:
            strayed = request, named[0][1]
    if strayed is None:
        return None
    request, place = strayed
    return mistake(
        MistakeKind.TREATMENT,
        f"The item is for {_short(text, item.heading)}, but its rationale names the request as "
        f"{_short(text, place)}; check which treatment the decision is about.",
        item.path,
        (item.heading, request.sentence),
        material=request.closes and not agreeing,
    )


def _other_guideline(item: ItemStatements) -> Doubt | None:
    """The only guideline told is named as one for another treatment."""
    text = item.document.text
    asked = {kind for span in item.heading_spans for kinds, _ in _treatments(text, span) for kind in kinds}
    if not asked or not item.holds("guideline"):
        return None
    strayed: tuple[Span, Span] | None = None
    for statement in item.rationale:
        if not any(word in statement.words for word in _GUIDANCE):
            continue
        match = _GUIDELINE_FOR.search(statement.words)
        named = _treatments(text, _within(statement.span, match)) if match else []
        if named and not any(any_alike(kinds, asked) for kinds, _ in named):
            strayed = strayed or (named[0][1], statement.span)
        elif _IMAGING.search(statement.words) or any(
            any_alike(kinds, asked) for kinds, _ in _treatments(text, statement.span)
        ):
            return None
    if strayed is None:
        return None
    place, sentence = strayed
    return mistake(
        MistakeKind.TREATMENT,
        f"The item is for {_short(text, item.heading)}, but its rationale applies the guideline for "
        f"{_short(text, place)}; check which treatment the decision is about.",
        item.path,
        (item.heading, sentence),
        material=True,
    )


def _within(sentence: Span, match: re.Match[str]) -> Span:
    """Place of the guideline's subject in the document."""
    start, end = match.span("subject")
    return Span(sentence.start + start, sentence.start + end)


def _treatments(text: str, span: Span) -> list[tuple[frozenset[str], Span]]:
    """Kinds of treatments and tests with their places."""
    return [(frozenset({mention.kind}), mention.span) for mention in modalities_in(text, span)]


def _ingredients(text: str, span: Span) -> list[tuple[frozenset[str], Span]]:
    """Drugs by their ingredients, with their places."""
    return [(mention.ingredients, mention.span) for mention in drugs_in(text, span)]


def _share(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two drugs have an ingredient in common."""
    return not frozenset(some).isdisjoint(others)


def _other_dose(item: ItemStatements) -> Doubt | None:
    text = item.document.text
    asked = {dose for span in item.heading_spans for dose, _ in doses_in(text, span)}
    if not asked:
        return None
    for request in item.requests:
        named = doses_in(text, request.named)
        if request.closes and named and not asked & {dose for dose, _ in named}:
            return mistake(
                MistakeKind.TREATMENT,
                f"The item is for {_short(text, item.heading)}, but its rationale closes on {named[0][1].of(text)}; "
                "check which strength the decision is about.",
                item.path,
                (item.heading, request.sentence),
                material=True,
            )
    return None


def _short(text: str, span: Span) -> str:
    """The words of ``span``, cut after 80 characters."""
    words = " ".join(span.of(text).split())
    return words if len(words) <= 80 else words[:77].rsplit(" ", 1)[0] + "..."
