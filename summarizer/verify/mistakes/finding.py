"""The rationale misses a finding that the clinical summary plainly states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas import MistakeKind
from summarizer.reading import Doubt
from summarizer.verify.mistakes.statements import ItemStatements, Letter, Statement, mistake
from summarizer.vocabulary.anatomy import PartMention, Side, any_overlap, parts_in, regions_of
from summarizer.vocabulary.findings import Finding, findings
from summarizer.vocabulary.pattern import Pattern

_DENIAL = Pattern(
    r"\b(?:no|not|without|lack(?:s|ed|ing)?(?:\s+of)?|absence\s+of|denie[sd]|fail(?:s|ed)?\s+to|neither|nor)\b"
)
_HEDGE = Pattern(
    r"\b(?:significant\w*|sufficient\w*|specific|clear\w*|detailed|adequate\w*|severe|persistent|chronic|recent\w*|current|new|"
    r"progressi\w+|definitive|unequivocal|objective|corroborat\w+|functional|improve\w*|reduc\w+|decrease|measurable|changes?|"
    r"worsen\w*|consistent|suggest\w*|correlat\w+|concern\w*|fail\w*|trial\w*|respon\w+|relie\w+|benefit\w*|due|secondary|"
    r"history|risk|quantif\w+|focal|emerg\w+|diagnos\w+|only|any\s+longer|longer|between|because|reason\w*|rationale|why|if|"
    r"discuss\w*|extent|severity|level|etiology|cause|than|for|treat\w*|therap\w+|medicat\w+|evaluat\w+|assess\w*|"
    r"stud(?:y|ies)|manage\w*|uses?|used|using|recommend\w*|indicated|approved|effective|impact|goals?)\b"
)
_STOPS = Pattern(r"[;:.]|\b(?:but|however|although|while|which|who|despite|with|until|except)\b")
_DENIAL_REACH = 90
"""Characters from a denial to the finding that it denies."""
_NEGATED = Pattern(
    r"\b(?:no|not|without|denie[sd]|denying|negative|absent|absence|lack\w*|none|nor|neither|rule\s+out|r/o|resolved|improved|"
    r"history|if|free\s+of|possible|previous\w*|prior|family)\b"
)
_TURNS = Pattern(r"[;:.]|\b(?:but|however|although|with|revealed|showed|positive|noted|reported|complained)\b")
_NORMAL_AFTER = Pattern(
    r"^[^.;,]{0,30}\b(?:was|were|is|are|has|have)\s+(?:not|absent|resolved|denied|negative|improved|intact)\b"
)
_EXAM = Pattern(
    r"\b(?:not|no)\b[^.;]{0,40}?\b(?:document|include|contain|provide|record)\w*\s+(?:an?\s+|any\s+|of\s+|the\s+)*"
    r"(?:specific\s+)?(?P<part>[a-z]+(?:\s+[a-z]+)?)\s+(?:physical\s+)?exam(?:ination)?\b"
)
_NAMES_EXAM = Pattern(r"\bexam(?:ination|ined)?\b")


def finding_mistakes(letter: Letter) -> Iterator[Doubt]:
    """Findings that a rationale denies plainly and the summary affirms for the same part of the body."""
    for item in letter.items:
        doubt = _missed(item, letter) or _missed_exam(item, letter)
        if doubt:
            yield doubt


def _missed(item: ItemStatements, letter: Letter) -> Doubt | None:
    hinted = [finding for finding in findings() if item.holds(*finding.hints)]
    for statement in item.rationale if hinted else ():
        for finding in hinted:
            if not any(hint in statement.words for hint in finding.hints) or not _denies(statement.words, finding):
                continue
            if statement.is_recital:
                break
            where = statement.parts or item.heading_parts
            affirmed = _affirmed(letter, finding, where)
            if affirmed:
                return mistake(
                    MistakeKind.FINDING,
                    f"The rationale finds no {finding.name}, which the clinical summary states; check whether the "
                    "decision leans on its absence.",
                    item.path,
                    (affirmed.span, statement.span),
                    material=True,
                )
    return None


def _denies(words: str, finding: Finding) -> bool:
    """Whether the sentence denies the finding itself, not its degree, change or cause."""
    for named in finding.denied.finditer(words):
        window = words[max(0, named.start() - _DENIAL_REACH) : named.start()]
        denials = list(_DENIAL.finditer(window))
        if not denials:
            continue
        between = window[denials[-1].end() :]
        before = window[: denials[-1].start()][-25:]
        if not _STOPS.search(between) and not _HEDGE.search(between) and not re.search(r"\bif\b|\bwhether\b", before):
            return True
    return False


def _affirmed(letter: Letter, finding: Finding, where: tuple[PartMention, ...]) -> Statement | None:
    """First sentence of the worker's history that states the finding, of a part and side that ``where`` names."""
    wanted = {mention.part for mention in where}
    if finding.reaches:
        wanted |= {limb for part in wanted for limb in _SUPPLIED.get(part, ())}
    region: tuple[PartMention, ...] = ()
    if not any(finding.present.search(statement.words) for statement in letter.history):
        return None
    for statement in letter.history:
        region = statement.parts or region
        if where and not any_overlap((mention.part for mention in region), wanted):
            continue
        if _other_side(where, region):
            continue
        if any(_stands(statement.words, match) for match in finding.present.finditer(statement.words)):
            return statement
    return None


_SUPPLIED = {
    "low_back": ("lower_extremity", "thigh", "lower_leg", "foot", "toe"),
    "neck": ("upper_extremity", "forearm", "hand", "finger", "thumb"),
}
"""Limb parts that the nerves of a part of the spine supply."""


def _stands(words: str, match: re.Match[str]) -> bool:
    """Whether the words before and after the match leave it affirmed."""
    turns = [turn.end() for turn in _TURNS.finditer(words, 0, match.start())]
    before = words[turns[-1] if turns else 0 : match.start()]
    return not _NEGATED.search(before) and not _NORMAL_AFTER.match(words[match.end() :])


def _other_side(some: tuple[PartMention, ...], others: tuple[PartMention, ...]) -> bool:
    """Whether both name sides, and none in common."""
    left: frozenset[Side] = frozenset().union(*(mention.sides for mention in some))
    right: frozenset[Side] = frozenset().union(*(mention.sides for mention in others))
    return bool(left and right) and not left & right


def _missed_exam(item: ItemStatements, letter: Letter) -> Doubt | None:
    """No examination of a part is said to be on record, but the summary tells one."""
    for statement in item.case(" exam"):
        match = _EXAM.search(statement.words)
        if not match:
            continue
        named = {part.part for part in parts_in(match["part"])}
        for told in letter.history if named else ():
            if _NAMES_EXAM.search(told.words) and any(named & regions_of(mention.part) for mention in told.parts):
                return mistake(
                    MistakeKind.FINDING,
                    f"The rationale says that no examination of the {match['part']} is on record; the clinical summary "
                    "tells one.",
                    item.path,
                    (told.span, statement.span),
                    material=True,
                )
    return None
