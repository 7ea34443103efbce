"""The worker's age or sex differs between places of the letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from schemas import MistakeKind, Sex
from summarizer.reading import Doubt
from summarizer.verify.mistakes.statements import ItemStatements, Letter, Statement, mistake
from summarizer.vocabulary.pattern import Pattern
from summarizer.vocabulary.worker import worker_words

_AGE = Pattern(
    r"\b(?P<age>\d{2})[\s-]+(?:years?|yrs?)[\s-]+old\s+(?:\w+[\s-]+){0,2}?(?P<noun>female|male|woman|man|patient|worker|claimant|"
    r"applicant|employee|gentleman|lady)\b"
)
_WORD = Pattern(r"[a-z]+")
_PRONOUNS_ENOUGH = 2
"""How many pronouns of one sex, and none of the other, make more than a slip of the pen."""


def worker_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Another age or sex in a rationale, or in the summary itself, than the clinical summary gives the worker."""
    aged = [one for one in letter.summary if "old" in one.words and not one.is_review]
    ages = [(int(match["age"]), one) for one in aged for match in _AGE.finditer(one.words)]
    sexes = [(sex, one) for one in aged for sex in _noun_sexes(one)]
    for item in letter.items:
        doubt = (_age(item, ages[0]) if ages else None) or (_sex(item, sexes[0]) if sexes else None)
        if doubt:
            yield doubt
            return
    yield from _within_summary(ages, sexes)


def _age(item: ItemStatements, told: tuple[int, Statement]) -> Doubt | None:
    age, place = told
    for statement in item.case("old"):
        for match in _AGE.finditer(statement.words):
            if int(match["age"]) != age:
                message = f"The worker is {age} in the clinical summary and {match['age']} in the rationale; check it."
                return mistake(MistakeKind.WORKER, message, item.path, (place.span, statement.span), material=False)
    return None


def _sex(item: ItemStatements, told: tuple[Sex, Statement]) -> Doubt | None:
    sex, place = told
    others = [(other, one) for one in item.case("old") for other in _noun_sexes(one)]
    strayed = next((one for other, one in others if other is not sex), None)
    if strayed is None and not others:
        strayed = _pronoun_stray(item, sex)
    if strayed is None:
        return None
    message = f"The worker is {sex.value} in the clinical summary, but not in the rationale; check whose case it tells."
    return mistake(MistakeKind.WORKER, message, item.path, (place.span, strayed.span), material=False)


def _noun_sexes(statement: Statement) -> Iterator[Sex]:
    """Sexes that an age with its noun gives: "a 40-year-old female"."""
    nouns = worker_words().nouns
    for match in _AGE.finditer(statement.words):
        if match["noun"] in nouns:
            yield nouns[match["noun"]]


def _pronoun_stray(item: ItemStatements, sex: Sex) -> Statement | None:
    """First sentence with a pronoun of the other sex, where all pronouns are of it and no one else is spoken of."""
    words = worker_words()
    if not item.holds(*(f" {pronoun} " for pronoun, other in words.pronouns.items() if other is not sex)):
        return None
    seen: Counter[Sex] = Counter()
    first = None
    of_the_worker = True
    for statement in item.case():
        tokens = _WORD.findall(statement.words)
        if words.others.intersection(tokens):
            of_the_worker = False
            continue
        of_the_worker = of_the_worker or not words.workers.isdisjoint(tokens)
        if not of_the_worker:
            continue
        pronouns = [words.pronouns[token] for token in tokens if token in words.pronouns]
        seen.update(pronouns)
        if first is None and pronouns and sex not in pronouns:
            first = statement
    strayed = sum(count for other, count in seen.items() if other is not sex)
    return first if strayed >= _PRONOUNS_ENOUGH and not seen[sex] else None


def _within_summary(ages: list[tuple[int, Statement]], sexes: list[tuple[Sex, Statement]]) -> Iterator[Doubt]:
    """Two ages far apart, or both sexes, in the summary itself."""
    for told, name in ((ages, "age"), (sexes, "sex")):
        others = [(value, place) for value, place in told[1:] if value != told[0][0]]
        if others and (name == "sex" or abs(int(others[0][0]) - int(told[0][0])) > 1):
            message = f"The clinical summary gives the worker's {name} in two ways; check whose case it tells."
            spans = (told[0][1].span, others[0][1].span)
            yield mistake(MistakeKind.WORKER, message, f"injured_worker.{name}", spans, material=False)
