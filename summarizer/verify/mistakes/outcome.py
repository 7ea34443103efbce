"""A rationale that closes with the opposite of its heading."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas import MistakeKind, Outcome
from summarizer.reading import Doubt
from summarizer.verify.mistakes.statements import ItemStatements, Letter, Statement, mistake
from summarizer.vocabulary.pattern import Pattern

_CONCLUDES = Pattern(
    r"""
      \b(?:is|are|was|were|be|been|not)\s+(?:[\w,]+\s+){0,6}?
      (?:medically\s+(?:necessary|appropriate|indicated|reasonable|warranted))\b
      | \bmedical\s+necessity\b [^.;]{0,120}?
        \b(?:is|are|was|were|has|have|cannot|could)\s+(?:not\s+)?(?:been\s+|be\s+)?
        (?:established|substantiated|demonstrated|supported|documented|met|shown|evident)\b
    """,
    re.VERBOSE,
)
_NEGATION = Pattern(
    r"\b(?:not|no|never|neither|nor|cannot|without(?!\s+(?:iv\s+)?contrast)|lack\w*|fail\w*|insufficient|unable|unclear|unnecessary|denied)\b|n't\b"
)
_SUPPOSED = Pattern(r"\b(?:if|whether|unless|until|to\s+be\s+considered|not\s+(?:un|in)\w+)\b")
_MODAL = Pattern(r"\b(?:would|may|might|could|should|must)\b")
_APPLIES = Pattern(
    r"\b(?:requests?|requested|therefore|thus|as\s+such|accordingly|hence|given|based\s+on|for\s+th(?:is|ese)\s+reasons?|"
    r"medical\s+necessity|here|this\s+(?:case|situation|treatment|medication|patient))\b|^(?:yes|no),"
)
_NAMING = Pattern(r"[a-z]{3,}")
_THE_REVIEW = Pattern(r"\b(?:denial|non-?\s?certif\w+|utilization|adverse|prior\s+determination)\b")
_CLAUSE = Pattern(r"[,;:]\s+|\s+and\s+(?=(?:the|this|therefore)\b)|\s+(?:but|however|while|whereas|although)\s+")
_DEPENDENT = Pattern(r"(?:and\s+)?(?:as(?!\s+such)|since|because|if|when|while|although|unless|until|given\s+that)\b")


def outcome_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Rationales whose last conclusion is the opposite of the outcome in the heading."""
    for item in letter.items:
        outcome = item.item.outcome.value
        if outcome is Outcome.MODIFIED or not item.holds("medical"):
            continue
        concluded = [
            (statement, necessary)
            for statement in item.rationale
            if (necessary := _necessary(statement, item)) is not None
        ]
        if not concluded:
            continue
        statement, necessary = concluded[-1]
        if necessary is (outcome is Outcome.OVERTURNED) or not _plain(concluded, item):
            continue
        says = "is medically necessary" if necessary else "is not medically necessary"
        yield mistake(
            MistakeKind.OUTCOME,
            f"The heading says {outcome.value}, but the rationale closes by saying that the request {says}; "
            "check which one holds.",
            item.path,
            (item.heading, *item.item.outcome.spans, statement.span),
            material=True,
        )


def _plain(concluded: list[tuple[Statement, bool]], item: ItemStatements) -> bool:
    """Whether nothing speaks for reading the last conclusion as one of several about parts of the request."""
    last, necessary = concluded[-1]
    if all(other is necessary for _, other in concluded):
        return True
    return item.item.original_request is None and any(request.sentence == last.span for request in item.requests)


def _necessary(statement: Statement, item: ItemStatements) -> bool | None:
    """What the sentence concludes about the request: necessary, not necessary, or ``None`` for nothing sure."""
    words = statement.words
    if "medical" not in words or _SUPPOSED.search(words):
        return None
    if not _APPLIES.search(words) or statement.is_recital:
        is_last = statement is item.rationale[-1]
        if not is_last or not any(word in words for word in _NAMING.findall(item.item.treatment.value.lower())):
            return None
    answers = set()
    for match in _CONCLUDES.finditer(words):
        clause = _clause_before(words, match.start())
        if not _DEPENDENT.match(clause) and not _THE_REVIEW.search(clause) and not _MODAL.search(clause + match[0]):
            answers.add(not _NEGATION.search(clause + match[0]))
    return answers.pop() if len(answers) == 1 else None


def _clause_before(words: str, at: int) -> str:
    """The words of the clause before ``at``."""
    opening = 0
    for mark in _CLAUSE.finditer(words, 0, at):
        opening = mark.end()
    return words[opening:at]
