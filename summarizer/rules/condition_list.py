"""A list of conditions in running text, cut into one span a condition."""

from __future__ import annotations

import re
from enum import Enum, auto
from itertools import takewhile
from typing import NamedTuple

from summarizer.document import Span
from summarizer.folding import comparable
from summarizer.vocabulary.conditions import ConditionWords, condition_words
from summarizer.vocabulary.pattern import Pattern


class _Join(Enum):
    """What stands between two elements of a list."""

    STRONG = auto()
    """A semicolon, a list number, ``as well as``, or a qualifier that opens a new condition."""
    COMMA = auto()
    """A comma, with or without ``and``."""
    AND = auto()
    """``and`` alone."""


_SEPARATOR = Pattern(
    r"""
    (?<! [\w./-] ) (?P<number> [(\#]? \d{1,2} [.)] (?= \s* [A-Za-z] ) )
  | (?P<aside> \( [^()]* \) | \[ [^\[\]]* \] )              # commas in parentheses part nothing
  | (?P<strong> ; (?: \s* and \b )?
      | (?: , \s* )? (?: \band \s+ )? \b (?: as \s+ well \s+ as | along \s+ with | in \s+ addition \s+ to ) \b )
  | (?P<comma> , (?: \s* (?: and | & ) (?= \s ) )? )
  | (?P<and> (?<= \s ) (?: and | & ) (?= \s ) )
  | (?P<under> \b with \s+ (?: underlying | superimposed ) \s )
  | (?P<opens> (?<= \s ) (?= (?: rule \s+ out | r/o | status \s+ post | s/p ) \b ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENS = Pattern(
    r"(?:(?:to\s+)?rule\s+out|r/o|status[\s-]+post|s/p|possible|probable|suspect(?:ed)?|history\s+of)\b",
    re.IGNORECASE,
)
_WORD = Pattern(r"[^\W_][\w'/-]*")
_LEAD = Pattern(
    r"(?:[\s,;:.\"'*•–-]+|(?:and|or|an?|the|having|with|also|his|her|both(?=\s+an?\s)|of)\s+(?=\S)"
    r"|diagnos[ei]s\s+of\s+)+",
    re.IGNORECASE,
)
_CODE = r"(?:ICD[\s-]*(?:9|10)\S*\s*)?(?:[A-TV-Z]\d[\dA-Z]\.\w{1,4}|[VE]?\d{2,3}\.\d{1,2})"
_LEADING_CODE = Pattern(rf"[\[(]?{_CODE}[\])]?[\s:,-]*")
_TRAIL = Pattern(
    rf"""
    (?: [\s,;:.]* (?:
        \b (?: initial | subsequent ) \s+ encounters? (?: \s+ for \s+ \w+ \s+ fracture )?
      | , \s* (?: initial | subsequent ) (?= [\s,;.]* \Z )
      | \b sequela
      | [-–] \s* (?= \Z )
      | [\[(]? {_CODE} [\])]?
      | \b (?: (?: on | dated? | since | as \s+ of | in | from | of ) \s+ )?
        (?: \d{{1,2}} [-/] \s? )? \d{{1,2}} [-/] \s? \d{{2,4}}
      | \b (?: (?: on | since | as \s+ of | in | from ) \s+ )?
        (?: January | February | March | April | May | June
          | July | August | September | October | November | December )
        (?: \s+ \d{{1,2}} )? ,? \s+ \d{{4,5}}
      | \b (?: on | since | in | from ) \s+ (?: 19 | 20 ) \d\d
      | \b (?: and | or | with | of | the )
    ) )+ [\s,;:.]* \Z | [\s,;:.]+ \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MECHANISM = Pattern(
    r"""
    [\s,]+ (?:
        (?: secondary | due | related ) \s+ to \s+ (?: an? | the | industrial | work )
      | from \s+ (?: (?: repetitive \s+ )? (?: over )? use | an? \s+ (?: fall | accident | collision | assault ) )
      | as \s+ a \s+ result \s+ of | resulting \s+ from | caused \s+ by | complain(?:ed|s|ing) \s+ of
    ) \b [^,;]* \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BARE_SURGERY = Pattern(r"(?:status[\s-]+post|s/p)[\s-]*(?:surgery|operation|procedure)?", re.IGNORECASE)
_DEGREE = frozenset(("stage", "grade", "type", "class", "phase"))
"""Words that with a figure say how far the condition before them has come."""
_PREPOSITION = frozenset(("of", "at", "to", "in", "on", "involving", "affecting", "over"))


class _Element(NamedTuple):
    """One element of the list before neighbors are joined."""

    span: Span
    join: _Join
    """What stands before it."""
    words: tuple[str, ...]
    """Its words, lower case."""
    headed: bool
    """Whether one of them names a condition."""
    only_place: bool
    """Whether all of them only say where."""

    @property
    def names_something(self) -> bool:
        """Whether it is more than a place or an amount."""
        return self.headed or not (self.only_place or self.words[0][0].isdigit())

    def opens_with_condition(self, known: ConditionWords) -> bool:
        """Whether its first word is a general condition word that leans on the element before it."""
        words = self.words
        if not words or words[0] in known.alone or not known.names_condition(words[0]):
            return False
        return len(words) == 1 or not known.names_condition(words[1])


def conditions_in(text: str, listing: Span) -> tuple[Span, ...]:
    """The conditions that the list at ``listing`` of ``text`` names, each without lead-in, date or code.

    A comma or ``and`` parts two conditions unless one side only says where: "neck and shoulder
    strain" is one, "neck strain and shoulder strain" are two.
    """
    known = condition_words()
    groups: list[list[_Element]] = []
    elements = _elements(text, listing, known)
    for index, element in enumerate(elements):
        if groups and _continues(groups[-1], elements, index, known):
            groups[-1].append(element)
        else:
            groups.append([element])
    conditions = (group for group in groups if any(part.names_something for part in group))
    trimmed = (_trimmed(text, Span(group[0].span.start, group[-1].span.end)) for group in conditions)
    return tuple(span for span in trimmed if span.end - span.start > 1)


def _elements(text: str, listing: Span, known: ConditionWords) -> list[_Element]:
    """The list's elements in order, separators left out."""
    cuts: list[tuple[int, int, _Join]] = []
    for mark in _SEPARATOR.finditer(text, listing.start, listing.end):
        if mark["aside"] is None:
            join = _Join.COMMA if mark["comma"] else _Join.AND if mark["and"] else _Join.STRONG
            cuts.append((mark.start(), mark.end(), join))
    found = []
    start, join = listing.start, _Join.STRONG
    for cut_start, cut_end, next_join in [*cuts, (listing.end, listing.end, _Join.STRONG)]:
        span = Span(start, cut_start).stripped(text)
        if span.end > span.start:
            qualifier = _OPENS.match(text, span.start, span.end)
            named_from = qualifier.end() if qualifier else span.start
            words = tuple(_WORD.findall(comparable(text[named_from : span.end]).lower()))
            opens = _Join.STRONG if qualifier else join
            headed = any(known.names_condition(word) for word in words)
            only_place = not headed and all(map(known.only_places, words))
            found.append(_Element(span, opens, words, headed, only_place))
            join = next_join
        elif next_join is _Join.STRONG:
            join = next_join
        start = cut_end
    return found


def _continues(group: list[_Element], elements: list[_Element], index: int, known: ConditionWords) -> bool:
    """Whether the element at ``index`` belongs to the condition that ``group`` has begun."""
    element = elements[index]
    if element.join is _Join.STRONG:
        return False
    if not any(part.headed for part in group):
        return all(part.only_place for part in group) and bool(element.words)
    if element.join is _Join.COMMA and len(element.words) == 2 and element.words[0] in _DEGREE:
        return True
    if element.only_place:
        return not _leans_forward(group, elements, index, known)
    if element.join is _Join.AND and ("mixed" in group[-1].words or _place_with_more(element, known)):
        return True
    if element.join is not _Join.AND or not element.opens_with_condition(known):
        return False
    placed = any(word in _PREPOSITION for word in element.words) and known.is_place(group[-1].words[0])
    return known.names_condition(group[-1].words[-1]) and not placed


def _place_with_more(element: _Element, known: ConditionWords) -> bool:
    """Whether ``element`` is a place and what goes with it there, as in "C4-5 and C5-6 with stenosis"."""
    before = list(takewhile(lambda word: word != "with", element.words))
    return 0 < len(before) < len(element.words) and all(map(known.only_places, before))


def _leans_forward(group: list[_Element], elements: list[_Element], index: int, known: ConditionWords) -> bool:
    """Whether the places from ``index`` on belong to the condition after them, as in "thoracic and lumbar strain"."""
    following = next((part for part in elements[index + 1 :] if not part.only_place), None)
    if following is None or following.join is _Join.STRONG or not following.headed:
        return False
    if not following.words or known.names_condition(following.words[0]) or not known.is_place(following.words[0]):
        return False
    says_where = any(word in _PREPOSITION for part in group for word in part.words)
    return following.join is _Join.AND or not says_where


def _trimmed(text: str, span: Span) -> Span:
    """``span`` without articles and codes before, and without dates, codes and encounters after."""
    start, end = span
    for lead in (_LEAD, _LEADING_CODE, _LEAD):
        if mark := lead.match(text, start, end):
            start = mark.end()
    for trail in (_MECHANISM, _TRAIL):
        if mark := trail.search(text, start, end):
            end = mark.start()
    if _BARE_SURGERY.fullmatch(text, start, end):
        end = start
    return Span(start, end).stripped(text)
