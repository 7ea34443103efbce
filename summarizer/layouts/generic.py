"""Letters of no known form: items from outcome words and the nearest heading or sentence.

Three ways in which letters print outcomes are tried, the plainest first: a label (``Determination:
Upheld``) or the end of a heading (``X: Upheld``); a sentence of necessity under each labeled issue;
sentences of necessity that name what they are about. Two kinds of headings of a determination must
be there too, so that an e-mail about a denial is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from summarizer.document import Span
from summarizer.folding import fold
from summarizer.layouts.decision_sentences import decisions, is_conditional, named, sentence_start
from summarizer.layouts.item_heading import heading_start
from summarizer.layouts.item_parts import is_closed, letter_end, without_page_foot
from summarizer.layouts.labels import (
    Kind,
    Label,
    has_title,
    labels,
    paragraph_end,
)
from summarizer.layouts.structure import ItemRegion, Structure
from summarizer.layouts.verdicts import Verdict, closing_lines, stated
from summarizer.vocabulary.pattern import Pattern

NAME: Final = "generic"

_BEST: Final = 0.5
"""Confidence where every item has a rationale; always below the one that asks for a person."""
_WORST: Final = 0.3
"""Confidence where none has."""
_LEAD_IN = Pattern(r"[^:]{0,200}\b(?:below|follow(?:s|ing))\b[^:]{0,80}:[ \t]*\n\s*", re.IGNORECASE)
_LONGEST_NAME: Final = 600
"""Characters of an item's heading, at most."""
_PARTS: Final = (Kind.ADMINISTRATOR, Kind.GUIDELINES, Kind.RATIONALE)
_SECTIONS: Final = (Kind.SUMMARY, Kind.DOCUMENTS, Kind.REVIEWER, Kind.OPENING)


class _Draft(NamedTuple):
    """An item before it is known where it ends."""

    heading: Span
    verdict: Verdict
    start: int
    """Where the item begins, its label included."""
    body: int
    """Where guidelines and rationale may begin."""


class _Letter(NamedTuple):
    """A text with its labels."""

    text: str
    labels: Sequence[Label]
    end: int
    """Where the closing formula begins."""

    def between(self, start: int, end: int, *kinds: Kind) -> list[Label]:
        """Labels of ``kinds`` (of any, where none is given) that begin in the range."""
        return [one for one in self.labels if start <= one.start < end and (not kinds or one.kind in kinds)]

    def words_under(self, label: Label) -> Span:
        """The paragraph under ``label``, up to the next label."""
        following = self.between(label.end, self.end)
        limit = following[0].start if following else self.end
        return Span(label.end, paragraph_end(self.text, label.end, max(limit, label.end))).stripped(self.text)


def read(text: str) -> Structure | None:
    """The letter's structure, or ``None`` where headings and outcomes are not those of a determination."""
    found = labels(text)
    title = has_title(text)
    kinds = {label.kind for label in found}
    if len(kinds) + title < 2:
        return None
    letter = _Letter(text, found, letter_end(text, found[0].start) if found else len(text))
    drafts = _labeled(letter) or _argued(letter) or _sentences(letter)
    items = _items(letter, drafts)
    known_sections = kinds.intersection((Kind.SUMMARY, Kind.OPENING))
    if not items and not (title and len(known_sections) == 2):
        return None
    first = min([*(draft.start for draft in drafts), *(label.start for label in found)], default=len(text))
    header = Span(0, first).stripped(text)
    return Structure(
        layout=NAME,
        confidence=_confidence(items),
        header=header if header.start < header.end else None,
        reviewer=_section(letter, Kind.REVIEWER, drafts),
        clinical_summary=_section(letter, Kind.SUMMARY, drafts),
        items=items,
    )


def _confidence(items: Sequence[ItemRegion]) -> float:
    """Between the worst and the best by the share of items that have a rationale."""
    share = sum(item.rationale is not None for item in items) / len(items) if items else 0.0
    return _WORST + (_BEST - _WORST) * share


def _section(letter: _Letter, kind: Kind, drafts: Sequence[_Draft]) -> Span | None:
    """The words under the first label of ``kind`` up to the next label or item."""
    label = next((one for one in letter.labels if one.kind is kind), None)
    if label is None:
        return None
    stops = [one.start for one in letter.between(label.end, letter.end)]
    stops += [draft.start for draft in drafts if draft.start >= label.end]
    span = Span(label.end, min(stops, default=letter.end)).stripped(letter.text)
    return span if span.start < span.end else None


def _labeled(letter: _Letter) -> list[_Draft]:
    """Items whose outcome stands under a label or ends their heading."""
    drafts: list[_Draft] = []
    verdicts = _outcome_labels(letter) or []
    floor = 0
    for index, (label, verdict) in enumerate(verdicts):
        limit = verdicts[index + 1][0].start if index + 1 < len(verdicts) else letter.end
        if draft := _under_label(letter, label, verdict, floor, limit):
            drafts.append(draft)
            floor = max(draft.body, draft.heading.end)
    taken = [Span(draft.start, draft.body) for draft in drafts]
    for end, verdict in closing_lines(letter.text):
        if verdict.span.end <= letter.end and not any(span.contains(verdict.span) for span in taken):
            drafts += _closed_line(letter, end, verdict)
    return sorted(drafts, key=lambda draft: draft.start)


def _outcome_labels(letter: _Letter) -> list[tuple[Label, Verdict]]:
    """Outcome labels with a verdict under them; the whole letter's only where no other is there."""
    found = []
    for label in letter.labels:
        if label.kind is Kind.OUTCOME and label.start < letter.end:
            verdict = stated(letter.text, letter.words_under(label))
            if verdict:
                found.append((label, verdict))
    single = [pair for pair in found if not pair[0].overall]
    return single or found


def _under_label(letter: _Letter, label: Label, verdict: Verdict, floor: int, limit: int) -> _Draft | None:
    """The item that ``verdict`` under ``label`` decides; its name is sought above, in its sentence, below."""
    before = letter.between(floor, label.start, Kind.ITEM)
    after = letter.between(label.end, limit, Kind.ITEM)
    body = letter.words_under(label).end if verdict.name else _line_end(letter.text, verdict.span.end)
    if before:
        name = named(letter.text, letter.words_under(before[-1]))
        return _Draft(name, verdict, before[-1].start, body) if name else None
    begin = _heading_start(letter.text, floor, label.start)
    above = named(letter.text, Span(begin, label.start))
    if above and _is_name(letter, above):
        return _Draft(above, verdict, begin, body)
    if verdict.name:
        return _Draft(verdict.name, verdict, label.start, body)
    if after and (below := named(letter.text, letter.words_under(after[0]))):
        return _Draft(below, verdict, label.start, max(body, below.end))
    return None


def _heading_start(text: str, floor: int, end: int) -> int:
    """Where the heading begins that ends at ``end``; ``end`` itself where only blanks follow ``floor``."""
    if not text[floor:end].strip():
        return end
    begin = heading_start(text, floor, end)
    lead_in = _LEAD_IN.match(text, begin, end)
    return lead_in.end() if lead_in else begin


def _is_name(letter: _Letter, span: Span) -> bool:
    """Whether ``span`` can be an item's heading: short, no sentence, no section's words."""
    words = span.of(letter.text)
    return (
        len(words) <= _LONGEST_NAME
        and not words.endswith((".", "?", "!"))
        and not letter.between(letter.text.rfind("\n", 0, span.start) + 1, span.end)
    )


def _closed_line(letter: _Letter, end: int, verdict: Verdict) -> list[_Draft]:
    """The item whose heading ends at ``end`` with its ``verdict``; none where a label of another kind stands there."""
    line = letter.text.rfind("\n", 0, end) + 1
    own = letter.between(line, end + 1)
    item_label = next((label for label in own if label.kind is Kind.ITEM and label.end <= end), None)
    if own and item_label is None:
        return []
    floor = max((one.end for one in letter.between(0, line)), default=0)
    begin = item_label.end if item_label else _heading_start(letter.text, floor, end)
    name = named(letter.text, Span(begin, end))
    if name is None or len(name.of(letter.text)) > _LONGEST_NAME:
        return []
    return [_Draft(name, verdict, item_label.start if item_label else begin, _line_end(letter.text, verdict.span.end))]


def _line_end(text: str, start: int) -> int:
    """``start``, or where the line ends if only a stop is left on it."""
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return end if not text[start:end].strip(" \t.*") else start


def _argued(letter: _Letter) -> list[_Draft]:
    """Items under labels of their own whose rationale closes with a sentence of necessity."""
    issues = letter.between(0, letter.end, Kind.ITEM)
    drafts = []
    for index, label in enumerate(issues):
        limit = issues[index + 1].start if index + 1 < len(issues) else letter.end
        name = named(letter.text, letter.words_under(label))
        if name is None:
            continue
        settled = [
            decision
            for decision in decisions(letter.text, Span(label.end, limit))
            if not is_conditional(letter.text, label.end, decision)
        ]
        if settled:
            last = settled[-1]
            drafts.append(_Draft(name, Verdict(last.outcome, last.span), label.start, name.end))
    return drafts


def _sentences(letter: _Letter) -> list[_Draft]:
    """Items decided by sentences that begin a paragraph and name what they decide.

    Where there is none, the last such sentence anywhere decides the one item.
    """
    text = letter.text
    opening: list[_Draft] = []
    closing: list[_Draft] = []
    seen: set[str] = set()
    for decision in decisions(text, Span(0, letter.end)):
        if is_conditional(text, 0, decision):
            continue
        floor = max((one.end for one in letter.between(0, decision.span.start)), default=0)
        begin = Span(sentence_start(text, floor, decision.span.start), decision.span.start).stripped(text).start
        name = named(text, Span(begin, decision.span.start))
        if name is None or len(name.of(text)) > _LONGEST_NAME:
            continue
        draft = _Draft(name, Verdict(decision.outcome, decision.span), begin, _after_stop(text, decision.span.end))
        words = fold(name.of(text)).lower()
        if not _begins_paragraph(text, floor, begin):
            closing.append(draft)
        elif words not in seen:
            seen.add(words)
            opening.append(draft)
    return opening or _only(letter, closing)


def _only(letter: _Letter, closing: Sequence[_Draft]) -> list[_Draft]:
    """The last of ``closing`` as the one item, with the rationale that it closes."""
    rationale = [one for one in letter.labels if one.kind is Kind.RATIONALE]
    if not closing or not rationale or closing[-1].start < rationale[0].end:
        return []
    last = closing[-1]
    return [_Draft(last.heading, last.verdict, rationale[0].start, rationale[0].start)]


def _begins_paragraph(text: str, floor: int, begin: int) -> bool:
    """Whether ``begin`` stands at the start of a line after a blank line, a label or a sentence's end."""
    before = text[max(floor, begin - 200) : begin].rstrip(" \t")
    return not before.strip() or (before.endswith("\n") and (before.endswith("\n\n") or before.rstrip()[-1] in ".:"))


def _after_stop(text: str, offset: int) -> int:
    """``offset`` after the full stop that may stand there."""
    return offset + 1 if text[offset : offset + 1] == "." else offset


def _items(letter: _Letter, drafts: Sequence[_Draft]) -> tuple[ItemRegion, ...]:
    """Every draft with its parts, up to the next draft or section."""
    items = []
    for index, draft in enumerate(drafts):
        limit = drafts[index + 1].start if index + 1 < len(drafts) else letter.end
        stops = [label.start for label in letter.between(draft.body, limit, *_SECTIONS)]
        items.append(_item(letter, draft, max(min(stops, default=limit), draft.body)))
    return tuple(items)


def _item(letter: _Letter, draft: _Draft, end: int) -> ItemRegion:
    """The item of ``draft``, which ends at ``end``."""
    parts = letter.between(draft.body, end, *_PARTS)
    spans: dict[Kind, Span] = {}
    for index, label in enumerate(parts):
        stop = parts[index + 1].start if index + 1 < len(parts) else end
        words = without_page_foot(letter.text, Span(label.end, max(stop, label.end)))
        if words and label.kind not in spans:
            spans[label.kind] = words
    if Kind.RATIONALE not in spans:
        unlabeled = without_page_foot(letter.text, Span(draft.body, parts[0].start if parts else end))
        if unlabeled:
            spans[Kind.RATIONALE] = unlabeled
    rationale = spans.get(Kind.RATIONALE)
    parts_of_item = [draft.heading, draft.verdict.span, *spans.values()]
    return ItemRegion(
        heading=draft.heading,
        outcome=draft.verdict.outcome,
        outcome_span=draft.verdict.span,
        whole=Span(min(span.start for span in parts_of_item), max(span.end for span in parts_of_item)),
        claims_administrator=spans.get(Kind.ADMINISTRATOR),
        reviewer=spans.get(Kind.GUIDELINES),
        rationale=rationale,
        complete=rationale is not None and is_closed(letter.text, rationale),
    )
