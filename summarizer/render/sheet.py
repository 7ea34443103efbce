"""The sheet: what a summary says, in the order it says it, before any format gives it a shape.

Every format shows a ``Sheet`` and nothing else, so that no two of them can drift apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from schemas import Outcome, Status
from summarizer.document import Document
from summarizer.folding import fold
from summarizer.render import words
from summarizer.render.phrases import citation, day, drug, headline, printable
from summarizer.render.spending import by_model, judged

if TYPE_CHECKING:
    from schemas import Citation, Determination, Evidence, FieldProvenance, Item, ReviewFlag

_DOUBT = (Status.VERIFIED, Status.CITED, Status.UNVERIFIED)


class Place(NamedTuple):
    """One place in the letter."""

    page: int | None
    """Page from 1; ``None`` where the letter has no pages."""
    start: int
    """First character, a code-point offset into the document's text, from 0."""
    end: int
    """One past the last character."""
    words: str
    """What stands there, folded; empty where the document is not at hand."""


class Fact(NamedTuple):
    """One labeled line of the sheet with its proof."""

    label: str
    """What it is, for a reader."""
    text: str
    """Its value in plain words or verbatim."""
    path: str
    """Path of the field in the Determination."""
    status: Status | None = None
    """How well it is proven; ``None`` where nothing is recorded, as in a gold label."""
    places: tuple[Place, ...] = ()
    """Where it was read."""
    model: str = ""
    """Model and prompt that it was read by; empty where the rules read it."""

    @property
    def pages(self) -> str:
        """``p. 3``, ``pp. 2-4, 7`` or nothing."""
        return pages_of(self.places)


class ItemSheet(NamedTuple):
    """One disputed item."""

    number: int
    """From 1, in the letter's order."""
    decided: Outcome
    """What was decided, as a code."""
    outcome: Fact
    """What was decided, in words."""
    treatment: Fact
    """What the outcome applies to."""
    kind: Fact
    """Of a drug its name, strength, quantity and class; else the report group."""
    before: tuple[Fact, ...]
    """Of a partly authorized request, what was asked for and what was authorized."""
    why: Fact | None
    """One or two plain sentences."""
    reasons: tuple[Fact, ...]
    """The reviewer's reasons, the deciding one first."""
    decided_by: tuple[Fact, ...]
    """Guidelines that the reviewer relied upon."""
    denied_by: tuple[Fact, ...]
    """Guidelines that the claims administrator relied upon."""
    quotes: tuple[Fact, ...]
    """The words that carry the decision."""
    rationale: Fact | None
    """The reviewer's whole rationale."""


class Check(NamedTuple):
    """One thing that a person should look at."""

    title: str
    """What kind of doubt it is."""
    about: str
    """Which field."""
    message: str
    """What is doubtful and what to do."""
    material: bool
    """Whether it seems to bear on the decision."""
    places: tuple[Place, ...]
    """Where to look."""


class Sheet(NamedTuple):
    """A whole summary."""

    title: str
    """Case number; the file's name where the letter has none."""
    case_number: Fact | None
    """Case number with its proof."""
    decision_date: Fact | None
    """When it was decided."""
    priority: Fact | None
    """Standard or expedited."""
    source: str
    """File, number of pages and where the text came from."""
    headline: str
    """How many items, and how many of each outcome."""
    items: tuple[ItemSheet, ...]
    """The disputed items in the letter's order."""
    case: tuple[Fact, ...]
    """Worker, diagnoses, summary, reviewer and the other dates."""
    checks: tuple[Check, ...]
    """What a person should look at, material ones first."""
    proof: dict[Status, int]
    """How many fields are verified, cited and unverified; empty where nothing is recorded."""
    judged: str
    """Who made the judgments and what was paid for them; empty where nothing is recorded."""

    @property
    def to_check(self) -> str:
        """The checks in one short line, for the head of the sheet; empty where there are none."""
        if not self.checks:
            return ""
        material = sum(check.material for check in self.checks)
        points = f"{words.count(len(self.checks), 'point')} to check"
        bear = "seems" if material == 1 else "seem"
        return f"{points}, {material} {bear} to bear on the decision" if material else points


def sheet(determination: Determination, document: Document | None = None) -> Sheet:
    """Say what a summary says of ``determination``.

    ``document`` is the letter that it was read from; without it, places have pages and no words.
    """
    return _Writer(determination, document).sheet()


def pages_of(places: Iterable[Place]) -> str:
    """The pages of ``places``: ``p. 3``, ``pp. 2-4, 7`` or nothing."""
    pages = sorted({place.page for place in places if place.page is not None})
    if not pages:
        return ""
    runs = [[page for _, page in run] for _, run in groupby(enumerate(pages), key=lambda one: one[1] - one[0])]
    said = (str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"{'p.' if len(pages) == 1 else 'pp.'} {', '.join(said)}"


def joined(facts: Iterable[Fact]) -> list[Fact]:
    """``facts`` with neighbors that share label, status, pages and reader in one: they read as one line."""
    lines = []
    for (label, status, _, model), group in groupby(facts, key=_reads_alike):
        first, *rest = group
        text = "; ".join([first.text, *(fact.text[:1].lower() + fact.text[1:] for fact in rest)])
        places = tuple(dict.fromkeys(place for fact in (first, *rest) for place in fact.places))
        lines.append(Fact(label, text, first.path, status, places, model))
    return lines


def _reads_alike(fact: Fact) -> tuple[str, Status | None, str, str]:
    """What facts share that read as one line."""
    return fact.label, fact.status, fact.pages, fact.model


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns one determination into a sheet."""

    determination: Determination
    document: Document | None

    def sheet(self) -> Sheet:
        """The whole sheet."""
        told = self.determination
        file = told.document.source if told.document else self.document.source if self.document else "letter"
        return Sheet(
            title=printable(fold(told.case_number or file)),
            case_number=self.fact("Case", told.case_number, "case_number"),
            decision_date=self.date("Decided", told.decision_date, "decision_date"),
            priority=self.fact("Priority", told.priority and words.PRIORITIES[told.priority], "priority"),
            source=printable(fold(", ".join(self.source(file)))),
            headline=headline(item.outcome for item in told.items),
            items=tuple(self.item(index, item) for index, item in enumerate(told.items)),
            case=tuple(fact for fact in self.case() if fact),
            checks=tuple(sorted(map(self.check, told.review), key=lambda check: not check.material)),
            proof=self.proof(),
            judged=judged(told),
        )

    def source(self, file: str) -> Iterator[str]:
        """File, pages and where the text came from, each in a few words."""
        yield file
        about = self.determination.document
        if about and about.pages:
            yield words.count(about.pages, "page")
        if about and words.TEXT_FROM[about.text_from]:
            yield words.TEXT_FROM[about.text_from]

    def case(self) -> Iterator[Fact | None]:
        """Whose case it is, who decided, and the dates besides the decision's."""
        told = self.determination
        yield self.fact("Worker", self.worker(), "injured_worker")
        yield self.date("Injured", told.date_of_injury, "date_of_injury")
        yield self.fact("Diagnoses", "; ".join(told.diagnoses), "diagnoses")
        yield self.fact("Summary", told.case_summary, "case_summary")
        yield self.fact("Reviewer", self.reviewer(), "reviewer")
        yield self.date("UR denial", told.ur_denial_date, "ur_denial_date")
        yield self.date("Applied", told.application_received, "application_received")
        yield self.date("Assigned", told.date_assigned, "date_assigned")

    def worker(self) -> str:
        """Age and sex, as far as known."""
        worker = self.determination.injured_worker
        age = f"{worker.age}-year-old" if worker.age is not None else ""
        return " ".join(part for part in (age, worker.sex or ("worker" if age else "")) if part)

    def reviewer(self) -> str:
        """Specialties and states, as far as known."""
        reviewer = self.determination.reviewer
        licensed = "licensed in " + ", ".join(reviewer.licensure_states) if reviewer.licensure_states else ""
        return "; ".join(part for part in (", ".join(reviewer.specialties), licensed) if part)

    def item(self, index: int, item: Item) -> ItemSheet:
        """One disputed item."""
        at = f"items[{index}]"
        sign = words.OUTCOMES[item.outcome]
        before = (
            self.fact("Asked for", item.original_request, f"{at}.original_request"),
            self.fact("Authorized", item.authorized_portion, f"{at}.authorized_portion"),
        )
        return ItemSheet(
            number=index + 1,
            decided=item.outcome,
            outcome=self.sure("Outcome", f"{sign.word}: {sign.meaning}", f"{at}.outcome"),
            treatment=self.sure("Still in dispute" if any(before) else "Treatment", item.treatment, f"{at}.treatment"),
            kind=self.fact("Drug", drug(item), f"{at}.medication")
            or self.sure("Category", words.CATEGORIES[item.category], f"{at}.category"),
            before=tuple(fact for fact in before if fact),
            why=self.fact("Why", item.rationale_summary, f"{at}.rationale_summary"),
            reasons=tuple(self.reasons(at, item)),
            decided_by=tuple(self.citations("Guideline", item.reviewer_guidelines, f"{at}.reviewer_guidelines")),
            denied_by=tuple(
                self.citations(
                    "Denied under", item.claims_administrator_guidelines, f"{at}.claims_administrator_guidelines"
                )
            ),
            quotes=tuple(
                self.sure("In its words", quote, f"{at}.key_quotes[{number}]")
                for number, quote in enumerate(item.key_quotes)
            ),
            rationale=self.fact("Rationale", item.rationale, f"{at}.rationale"),
        )

    def reasons(self, at: str, item: Item) -> Iterator[Fact]:
        """The primary reason, then the others in order."""
        if item.primary_reason and item.primary_reason not in item.reasons:
            yield self.sure("Reason", words.REASONS[item.primary_reason], f"{at}.primary_reason")
        for number, reason in enumerate(item.reasons):
            primary = reason is item.primary_reason and f"{at}.primary_reason" in self.determination.provenance
            path = f"{at}.primary_reason" if primary else f"{at}.reasons[{number}]"
            yield self.sure("Reason", words.REASONS[reason], path)

    def citations(self, label: str, cited: tuple[Citation, ...], path: str) -> Iterator[Fact]:
        """Guidelines in order."""
        for number, one in enumerate(cited):
            yield self.sure(label, citation(one), f"{path}[{number}]")

    def date(self, label: str, value: date | None, path: str) -> Fact | None:
        """A fact that is a day."""
        return self.fact(label, day(value) if value else None, path)

    def fact(self, label: str, text: str | None, path: str) -> Fact | None:
        """A fact with its proof; ``None`` where there is nothing to say."""
        return self.sure(label, text, path) if text else None

    def sure(self, label: str, text: str, path: str) -> Fact:
        """A fact that is always said."""
        entries = list(self.entries(path))
        status = max((entry.status for entry in entries), key=_DOUBT.index, default=None)
        places = self.places(one for entry in entries for one in entry.evidence)
        return Fact(label, printable(text), path, status, places, by_model(entries))

    def entries(self, path: str) -> Iterator[FieldProvenance]:
        """What is recorded for ``path``: its own entry, else its parts', else that of the list it stands in."""
        recorded = self.determination.provenance
        if path in recorded:
            yield recorded[path]
            return
        parts = [entry for key, entry in recorded.items() if key.startswith((path + ".", path + "["))]
        if not parts and path.endswith("]") and (whole := recorded.get(path[: path.rindex("[")])):
            parts = [whole]
        yield from parts

    def places(self, evidence: Iterable[Evidence]) -> tuple[Place, ...]:
        """The places of ``evidence`` in reading order, each once."""
        spans = sorted({(one.start, one.end, one.page) for one in evidence}, key=lambda one: one[:2])
        return tuple(Place(page, start, end, self.words(start, end)) for start, end, page in spans)

    def words(self, start: int, end: int) -> str:
        """What stands from ``start`` to ``end``, folded."""
        return printable(fold(self.document.text[start:end])) if self.document else ""

    def check(self, flag: ReviewFlag) -> Check:
        """A review flag in plain words."""
        title = words.REVIEW_CODES[flag.code]
        if flag.kind:
            title += f" ({words.MISTAKES[flag.kind]})"
        message = printable(flag.message)
        return Check(title, words.of_field(flag.field), message, bool(flag.material), self.places(flag.evidence))

    def proof(self) -> dict[Status, int]:
        """How many fields are verified, cited and unverified."""
        tally = Counter(entry.status for entry in self.determination.provenance.values())
        return {status: tally[status] for status in words.STATUSES} if tally else {}
