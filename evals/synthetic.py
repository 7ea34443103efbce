"""Invented letters, labels and readings, as many as wanted, without a file: what the harness is measured and tested by.

``synthetic(1000, seed=1)`` invents letters in the form of 2014 to 2017 with their labels. ``perturbed`` makes a
reading of a label that has errors of every kind at known rates; ``judged_by_others`` one whose judgements are those
of other items, so that it agrees with the label by chance alone.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from evals.alignment import item_of
from evals.gold import Labeled
from evals.metrics.measured import Reading
from evals.metrics.verbatim import to_be_proven
from evals.running.families import key_of
from evals.running.runs import fingerprint_of_text
from schemas import (
    Category,
    Citation,
    CitationSource,
    Determination,
    DocumentInfo,
    DrugClass,
    Evidence,
    FieldProvenance,
    InjuredWorker,
    Item,
    Medication,
    Origin,
    Outcome,
    Reason,
    Reviewer,
    Sex,
    Status,
    TextFrom,
)
from summarizer.document import Document

_TREATMENTS: Final[Mapping[Category, Sequence[str]]] = {
    Category.REHABILITATION: ("Physical therapy, {part}, {n} visits", "Acupuncture for the {part}, {n} sessions"),
    Category.DIAGNOSTIC_TESTING: ("MRI of the {part}, series {n}", "X-ray of the {part}, {n} views"),
    Category.DMEPOS: ("Brace for the {part}, size {n}", "Home muscle stimulator for the {part}, {n} month rental"),
    Category.INJECTION: ("Trigger point injections, {part}, {n} sites", "Steroid injection to the {part} x {n}"),
    Category.SURGERY: ("Arthroscopy of the {part} with {n} portals", "Hardware removal from the {part}, {n} screws"),
    Category.EVALUATION_MANAGEMENT: ("Follow-up visit, {part}, in {n} weeks", "Consultation on the {part}, {n} h"),
}
_DRUGS: Final = (
    ("Naproxen", DrugClass.NSAID),
    ("Tramadol", DrugClass.OPIOID),
    ("Cyclobenzaprine", DrugClass.MUSCLE_RELAXANT),
    ("Gabapentin", DrugClass.ANTICONVULSANT),
    ("Omeprazole", DrugClass.GASTROINTESTINAL),
)
_PARTS: Final = "left knee,right shoulder,lumbar spine,cervical spine,left wrist,right ankle,left hip".split(",")
_SPECIALTIES: Final = ("Orthopedic Surgery", "Pain Management", "Family Practice")
_TITLES: Final = ("Knee Complaints", "Low Back Complaints", "Chronic Pain Medical Treatment")
_SAYS: Final = {
    Outcome.UPHELD: "The notes of visit {n} show no gain that would carry the request for the {part}.",
    Outcome.OVERTURNED: "The notes of visit {n} show what the request for the {part} rests on.",
    Outcome.MODIFIED: "The notes of visit {n} carry a part of the request for the {part} alone.",
}
_CLOSES: Final = {
    Outcome.UPHELD: "Therefore, the request is not medically necessary.",
    Outcome.OVERTURNED: "Therefore, the request is medically necessary.",
    Outcome.MODIFIED: "Therefore, a part of the request is medically necessary.",
}


@dataclass(frozen=True, slots=True)
class Invented:
    """A letter that stands in no file, and its label."""

    labeled: Labeled
    """The label; its path leads nowhere."""
    document: Document
    """The letter."""

    @property
    def key(self) -> str:
        """As ``Letter.key``."""
        return key_of(self.labeled)

    @property
    def fingerprint(self) -> str:
        """What a run keeps of letter and label."""
        return fingerprint_of_text(self.labeled, self.document.text)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a reading errs: chances from 0 to 1, for each item but where said."""

    drop: float = 0.02
    """The item is missed."""
    duplicate: float = 0.02
    """It is read twice."""
    split: float = 0.02
    """Its heading is read as two items."""
    merge: float = 0.02
    """It is read as one with the item after it."""
    permute: float = 0.02
    """All items of the letter are out of order; for each letter."""
    swap: float = 0.05
    """A code is another one; for each code."""
    change: float = 0.02
    """A word of a verbatim field is another one; for each field."""


def synthetic(count: int, seed: int = 0) -> tuple[Invented, ...]:
    """``count`` letters with labels, of one to five items; the same for the same seed."""
    chance = random.Random(seed)
    return tuple(_letter(number, chance) for number in range(count))


def right(invented: Invented) -> Reading:
    """The reading that is its label, with evidence for the passages of every item."""
    return _reading(invented, invented.labeled.label)


def perturbed(invented: Invented, seed: int, rates: Rates = Rates()) -> Reading:
    """A reading with errors at ``rates``; the same for the same letter and seed."""
    chance = random.Random(f"{seed}/{invented.key}")
    items: list[Item] = []
    waiting = list(invented.labeled.label.items)
    while waiting:
        item = _garbled(waiting.pop(0), chance, rates)
        if chance.random() < rates.drop:
            continue
        if waiting and chance.random() < rates.merge:
            other = waiting.pop(0)
            item = item.model_copy(update={"treatment": f"{item.treatment} and {other.treatment}"})
        if chance.random() < rates.split:
            items += _halves(item)
            continue
        items += [item, item] if chance.random() < rates.duplicate else [item]
    if chance.random() < rates.permute:
        chance.shuffle(items)
    return _reading(invented, invented.labeled.label.model_copy(update={"items": tuple(items)}))


def judged_by_others(letters: Sequence[Invented], seed: int) -> dict[str, Reading]:
    """A reading of each letter, by key, whose items carry the judgement of a random item of all letters.

    Each judgement is used once, so that the classes occur as often as they do in the labels.
    """
    judgements = [item for each in letters for item in each.labeled.label.items]
    random.Random(seed).shuffle(judgements)
    waiting = iter(judgements)
    return {
        each.key: _reading(
            each,
            each.labeled.label.model_copy(
                update={
                    "items": tuple(
                        item.model_copy(update={name: getattr(other, name) for name in _JUDGED})
                        for item, other in zip(each.labeled.label.items, waiting, strict=False)
                    )
                }
            ),
        )
        for each in letters
    }


_JUDGED: Final = ("outcome", "category", "medication", "primary_reason", "reasons", "key_quotes", "rationale_summary")


def _letter(number: int, chance: random.Random) -> Invented:
    assigned = date(2016, 1, 1) + timedelta(days=chance.randrange(300))
    pharmacy = chance.random() < 0.3
    items = tuple(_drug(chance) if pharmacy else _item(chance) for _ in range(chance.randint(1, 5)))
    part = chance.choice(_PARTS)
    age, sex = chance.randint(19, 70), chance.choice(list(Sex))
    label = Determination(
        case_number=f"CM16-{9_000_000 + number}",
        date_assigned=assigned,
        date_of_injury=assigned - timedelta(days=400),
        decision_date=assigned + timedelta(days=30),
        ur_denial_date=assigned - timedelta(days=40),
        application_received=assigned - timedelta(days=20),
        reviewer=Reviewer(licensure_states=("California",), specialties=(chance.choice(_SPECIALTIES),)),
        injured_worker=InjuredWorker(age=age, sex=sex),
        diagnoses=(f"{part} strain",),
        case_summary=f"A {age}-year-old {sex.value} with {part} strain disputed {len(items)} items.",
        items=items,
    )
    text = _printed(label)
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document(text, (), f"s{number:05}.txt", digest, TextFrom.PLAIN)
    stem = f"s{number:05}"
    return Invented(Labeled(stem, Path(f"{stem}.txt"), label, (), gold_set="synthetic"), document)


def _item(chance: random.Random) -> Item:
    category = chance.choice(list(_TREATMENTS))
    part, number = chance.choice(_PARTS), chance.randint(2, 40)
    return _judged(chance.choice(_TREATMENTS[category]).format(part=part, n=number), category, None, part, chance)


def _drug(chance: random.Random) -> Item:
    name, kind = chance.choice(_DRUGS)
    strength, quantity = f"{chance.choice((25, 50, 100, 250))}mg", chance.choice((30, 60, 90))
    medication = Medication(name=name, strength=strength, quantity=quantity, drug_class=kind)
    treatment = f"{name} {strength} #{quantity}"
    return _judged(treatment, Category.PHARMACEUTICAL, medication, chance.choice(_PARTS), chance)


def _judged(
    treatment: str, category: Category, medication: Medication | None, part: str, chance: random.Random
) -> Item:
    """An item with an outcome, reasons that go with it, a rationale and citations."""
    outcome = chance.choices(list(Outcome), weights=(6, 3, 1))[0]
    fitting = [reason for reason in Reason if reason.supports in (None, outcome)] or list(Reason)
    reasons = tuple(chance.sample(fitting, min(len(fitting), chance.randint(1, 3))))
    quote = _SAYS[outcome].format(n=chance.randint(1, 90), part=part)
    cited = Citation(source=CitationSource.MTUS, title=chance.choice(_TITLES), year=2009, sections="Summary")
    return Item(
        treatment=treatment,
        outcome=outcome,
        category=category,
        medication=medication,
        claims_administrator_guidelines=(cited,),
        reviewer_guidelines=(cited,),
        primary_reason=reasons[0],
        reasons=reasons,
        rationale=f"{quote} {_CLOSES[outcome]}",
        rationale_summary=quote,
        key_quotes=(quote,),
    )


def _printed(label: Determination) -> str:
    """The letter that the label is of, in the form of 2014 to 2017."""
    dates = (label.date_assigned, label.date_of_injury, label.decision_date, label.ur_denial_date)
    assigned, injured, decided, denied = (day.strftime("%m/%d/%Y") if day else "" for day in dates)
    received = label.application_received.strftime("%m/%d/%Y") if label.application_received else ""
    worker = label.injured_worker
    head = (
        f"Case Number: {label.case_number}\nDate Assigned: {assigned} Date of Injury: {injured}\n"
        f"Decision Date: {decided} UR Denial Date: {denied}\nPriority: Standard Application\nReceived:\n{received}\n"
        f"HOW THE IMR FINAL DETERMINATION WAS MADE\nState(s) of Licensure: California\n"
        f"Certification(s)/Specialty: {label.reviewer.specialties[0]}\nCLINICAL CASE SUMMARY\n"
        f"The injured worker is a {worker.age}-year-old {worker.sex}. Diagnoses include {label.diagnoses[0]}.\n"
        "IMR ISSUES, DECISIONS AND RATIONALES\n"
    )
    return head + "".join(
        f"{item.treatment}: {item.outcome.value.title()}\n"
        f"Claims Administrator guideline: Decision based on {_cited(item.claims_administrator_guidelines[0])}\n"
        f"MAXIMUS guideline: Decision based on {_cited(item.reviewer_guidelines[0])}\n"
        f"Decision rationale: {item.rationale}\n"
        for item in label.items
    )


def _cited(one: Citation) -> str:
    return f"MTUS {one.title} {one.year}, Section(s): {one.sections}."


def _reading(invented: Invented, read: Determination) -> Reading:
    """``read`` with evidence for its passages, as far as they stand in the letter.

    Other values rest on their item's heading, those of the case on its number: what proves them is not at stake here.
    """
    document = invented.document
    proofs: dict[str, FieldProvenance] = {}
    at = 0
    for index, mine in enumerate(read.items):
        for field, words in (("treatment", mine.treatment), ("rationale", mine.rationale or "")):
            start = document.text.find(words, at)
            start = start if start >= 0 else document.text.find(words)
            if start >= 0:
                at = start + len(words)
                proofs[f"items[{index}].{field}"] = _proof(start, at)
    number = document.text.index(str(invented.labeled.label.case_number))
    header = _proof(number, document.text.index("\n", number))
    for path in to_be_proven(read):
        item = item_of(path)
        whole = header if item is None else proofs.get(f"items[{item}].treatment")
        if whole is not None:
            proofs.setdefault(path, whole)
    info = DocumentInfo(source=document.source, sha256=document.sha256, layout="imr_form", text_from=document.text_from)
    return Reading(read.model_copy(update={"provenance": proofs, "document": info}), document)


def _proof(start: int, end: int) -> FieldProvenance:
    place = Evidence(start=start, end=end)
    return FieldProvenance(origin=Origin.RULES, status=Status.VERIFIED, evidence=(place,))


def _garbled(item: Item, chance: random.Random, rates: Rates) -> Item:
    """``item`` with codes swapped and words changed."""
    changed: dict[str, object] = {}
    for name, codes in (("outcome", Outcome), ("category", Category), ("primary_reason", Reason)):
        if chance.random() < rates.swap:
            changed[name] = chance.choice([code for code in codes if code is not getattr(item, name)])
    for name in ("treatment", "rationale"):
        words = str(getattr(item, name)).split()
        if chance.random() < rates.change:
            words[chance.randrange(len(words))] = "otherwise"
            changed[name] = " ".join(words)
    return item.model_copy(update=changed)


def _halves(item: Item) -> list[Item]:
    """An item whose heading was read as two."""
    words = item.treatment.split()
    middle = (len(words) + 1) // 2
    return [item.model_copy(update={"treatment": " ".join(part)}) for part in (words[:middle], words[middle:]) if part]
