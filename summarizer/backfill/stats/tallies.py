"""Counts over letters, one pass, without keeping a letter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from schemas.taxonomy import Category, DrugClass, Outcome, Priority, Reason, ReviewCode
from summarizer.backfill.stats.days import Days
from summarizer.backfill.stats.facts import CitationFacts, ItemFacts, LetterFacts
from summarizer.backfill.stats.guidelines import family_of
from summarizer.backfill.stats.most_cited import MostCited
from summarizer.backfill.stats.shares import Share

Day: TypeAlias = date
"""First day of a month or year."""


class By(StrEnum):
    """How long a period is."""

    MONTH = "month"
    """A calendar month."""
    YEAR = "year"
    """A calendar year."""

    def of(self, day: date) -> Day:
        """The period that ``day`` is in."""
        return day.replace(day=1) if self is By.MONTH else day.replace(month=1, day=1)

    def next(self, period: Day) -> Day:
        """The period after ``period``."""
        if self is By.YEAR or period.month == 12:
            return period.replace(year=period.year + 1, month=1)
        return period.replace(month=period.month + 1)

    def printed(self, period: Day) -> str:
        """``period`` as a table prints it, in the order of time: ``2016-03`` or ``2016``."""
        return period.isoformat()[: 7 if self is By.MONTH else 4]


class Side(StrEnum):
    """Who cites a guideline."""

    CLAIMS_ADMINISTRATOR = "claims administrator"
    """The claims administrator's utilization review."""
    REVIEWER = "reviewer"
    """The independent reviewer."""


class Ending(StrEnum):
    """How a letter decided, over its items."""

    UPHELD = "all items upheld"
    """Nothing was found necessary."""
    IN_PART = "overturned in part"
    """Some of it was."""
    OVERTURNED = "all items overturned"
    """All of it was."""
    NO_ITEM = "no item was found"
    """The reading has no item."""


class Span(StrEnum):
    """From where the days to the decision are counted."""

    ASSIGNED = "assignment"
    """All letters."""
    ASSIGNED_STANDARD = "assignment, standard reviews"
    """Of standard reviews."""
    ASSIGNED_EXPEDITED = "assignment, expedited reviews"
    """Of expedited reviews."""
    ASSIGNED_UNSTATED = "assignment, priority not stated"
    """Of reviews that do not say how fast they had to be."""
    RECEIVED = "receipt of the application"
    """All letters."""


_BY_PRIORITY = {
    Priority.STANDARD: Span.ASSIGNED_STANDARD,
    Priority.EXPEDITED: Span.ASSIGNED_EXPEDITED,
    None: Span.ASSIGNED_UNSTATED,
}


@dataclass(slots=True)
class Outcomes:
    """Items of a group by outcome."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    """Outcome to items."""
    reversed: Share = field(default_factory=Share)
    """Items overturned in whole or in part."""

    def add(self, outcomes: list[Outcome]) -> None:
        """Count a letter's items in the group; one at least."""
        self.counts.update(outcomes)
        self.reversed.add(len(outcomes) - outcomes.count(Outcome.UPHELD), len(outcomes))


@dataclass(slots=True)
class Tallies:
    """All counts that the tables are made from."""

    by: By = By.MONTH
    """How long a period is."""
    letters: int = 0
    """Letters, each content once."""
    duplicates: int = 0
    """Inputs with the same bytes as a letter counted."""
    needs_review: int = 0
    """Letters that a person should look at."""
    flags: Counter[ReviewCode] = field(default_factory=Counter)
    """Kind of doubt to letters that have one."""
    forms: Counter[str | None] = field(default_factory=Counter)
    """Form to letters."""
    forms_for_review: Counter[str | None] = field(default_factory=Counter)
    """Form to letters that a person should look at."""
    endings: Counter[Ending] = field(default_factory=Counter)
    """How letters decided."""
    outcomes: Outcomes = field(default_factory=Outcomes)
    """All items."""
    period_letters: Counter[Day | None] = field(default_factory=Counter)
    """Period of the decision to letters; ``None``: no date."""
    periods: defaultdict[Day | None, Outcomes] = field(default_factory=lambda: defaultdict(Outcomes))
    """Period of the decision to items."""
    categories: defaultdict[Category, Outcomes] = field(default_factory=lambda: defaultdict(Outcomes))
    """Category to items."""
    drug_classes: defaultdict[DrugClass | None, Outcomes] = field(default_factory=lambda: defaultdict(Outcomes))
    """Drug class to pharmaceutical items; ``None``: no drug was read."""
    categories_by_year: Counter[tuple[int | None, Category]] = field(default_factory=Counter)
    """Year of the decision and category to items."""
    reasons: Counter[tuple[Reason | None, Category]] = field(default_factory=Counter)
    """Reason and category to items that give it; ``None``: none is given."""
    primary_reasons: Counter[Reason | None] = field(default_factory=Counter)
    """Primary reason to items."""
    reasons_of_reversed: Counter[Reason | None] = field(default_factory=Counter)
    """Reason to items overturned in whole or in part that give it."""
    families: Counter[tuple[Side, str]] = field(default_factory=Counter)
    """Side and family of guidelines to items whose side cites it."""
    citing: Counter[Side] = field(default_factory=Counter)
    """Side to items for which it cites anything."""
    titles: dict[Side, MostCited] = field(default_factory=lambda: {side: MostCited() for side in Side})
    """Side to titles, counted once an item."""
    spans: defaultdict[Span, Days] = field(default_factory=lambda: defaultdict(Days))
    """Days to the decision."""
    days_by_period: defaultdict[Day | None, Days] = field(default_factory=lambda: defaultdict(Days))
    """Period of the decision to days from assignment."""

    @property
    def items(self) -> int:
        """All items."""
        return self.outcomes.reversed.items

    def add(self, letter: LetterFacts) -> None:
        """Count ``letter``."""
        self.letters += 1
        self.duplicates += letter.copies - 1
        self.needs_review += letter.needs_review
        self.flags.update({flag.code for flag in letter.review})
        form = letter.document.layout if letter.document else None
        self.forms[form] += 1
        self.forms_for_review[form] += letter.needs_review
        self._add_dates(letter)
        self._add_outcomes(letter)
        for item in letter.items:
            self._add_reasons(item)
            self._add_citations(Side.CLAIMS_ADMINISTRATOR, item.claims_administrator_guidelines)
            self._add_citations(Side.REVIEWER, item.reviewer_guidelines)

    def _add_dates(self, letter: LetterFacts) -> None:
        period = self.by.of(letter.decision_date) if letter.decision_date else None
        self.period_letters[period] += 1
        for days in (
            self.spans[Span.ASSIGNED],
            self.spans[_BY_PRIORITY[letter.priority]],
            self.days_by_period[period],
        ):
            days.add(letter.date_assigned, letter.decision_date)
        self.spans[Span.RECEIVED].add(letter.application_received, letter.decision_date)

    def _add_outcomes(self, letter: LetterFacts) -> None:
        outcomes = [item.outcome for item in letter.items]
        self.endings[_ending(outcomes)] += 1
        if not outcomes:
            return
        decided = letter.decision_date
        self.outcomes.add(outcomes)
        self.periods[self.by.of(decided) if decided else None].add(outcomes)
        in_categories: defaultdict[Category, list[Outcome]] = defaultdict(list)
        in_classes: defaultdict[DrugClass | None, list[Outcome]] = defaultdict(list)
        for item in letter.items:
            in_categories[item.category].append(item.outcome)
            self.categories_by_year[decided.year if decided else None, item.category] += 1
            if item.category is Category.PHARMACEUTICAL:
                in_classes[item.medication.drug_class if item.medication else None].append(item.outcome)
        for category, found in in_categories.items():
            self.categories[category].add(found)
        for drug_class, found in in_classes.items():
            self.drug_classes[drug_class].add(found)

    def _add_reasons(self, item: ItemFacts) -> None:
        given: set[Reason | None] = {*item.reasons, item.primary_reason}
        if len(given) > 1:
            given.discard(None)
        for reason in given:
            self.reasons[reason, item.category] += 1
            self.reasons_of_reversed[reason] += item.outcome is not Outcome.UPHELD
        self.primary_reasons[item.primary_reason] += 1

    def _add_citations(self, side: Side, cited: tuple[CitationFacts, ...]) -> None:
        self.citing[side] += bool(cited)
        for family in {family_of(citation) for citation in cited}:
            self.families[side, family] += 1
        titles = self.titles[side]
        for title in {" ".join(citation.title.split()).casefold(): citation.title for citation in cited}.values():
            titles.add(title)


def tally(letters: Iterable[LetterFacts], by: By = By.MONTH) -> Tallies:
    """Count ``letters`` by periods of the length ``by``, one pass."""
    tallies = Tallies(by)
    for letter in letters:
        tallies.add(letter)
    return tallies


def _ending(outcomes: list[Outcome]) -> Ending:
    if not outcomes:
        return Ending.NO_ITEM
    kinds = set(outcomes)
    if kinds == {Outcome.UPHELD}:
        return Ending.UPHELD
    return Ending.OVERTURNED if kinds == {Outcome.OVERTURNED} else Ending.IN_PART
