"""What a perfect model would answer for the labeled letters, and how long that is beside whole Determinations.

``python -m evals.answer_size --gold DIR --documents DIR --contradictions DIR`` prints the characters of
compact JSON of both, summed over all letters. Answers go by reference, so they should be a quarter at most.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from evals.alignment import align
from evals.gold import Contradiction, load_contradictions, load_gold
from schemas import Category, Determination, Item, Reason
from schemas.judgement import FoundContradiction, GivenReason, ItemJudgement, LetterJudgement, NamedDiagnosis
from summarizer.document import Document
from summarizer.folding import comparable
from summarizer.layouts import recognize
from summarizer.llm.view import LetterView, ShownItem, view_of
from summarizer.loading import open_letter
from summarizer.loading.source import Source
from summarizer.rules.letter import read_by_rules
from summarizer.verify.facts import unsupported_facts

_BESIDE_A_DETERMINATION: Final = {"schema_version", "document", "provenance", "review", "usage"}
"""Fields that a program adds; no model would be asked for them."""
_MOST: Final = 0.25
"""An answer's share of a whole determination, at most."""
_MOST_CITED: Final = 4
_MOST_QUOTED: Final = 3


@dataclass(frozen=True, slots=True)
class Size:
    """Characters of one letter's answer and of its label; sums with ``+``."""

    answer: int = 0
    """Compact JSON of the answer by reference."""
    determination: int = 0
    """Compact JSON of the whole label."""
    letters: int = 0
    """Letters summed."""
    fitting: int = 0
    """Answers that the validators take at first sight."""

    def __add__(self, other: Size) -> Size:
        """Both together."""
        return Size(
            self.answer + other.answer,
            self.determination + other.determination,
            self.letters + other.letters,
            self.fitting + other.fitting,
        )


def view_of_letter(document: Document) -> LetterView:
    """A letter as a model is shown it, all items asked about, on the rules' reading of it.

    Raises ``ValueError`` where no layout knows the letter.
    """
    structure = recognize(document.text)
    if structure is None:
        raise ValueError(f"{document.source}: no layout knows this letter")
    reading = read_by_rules(document, structure)
    unsupported = partial(unsupported_facts, source_text=document.text, extra_numbers=range(len(reading.items) + 1))
    return view_of(document, reading, unsupported)


def perfect_answer(
    view: LetterView, label: Determination, contradictions: Sequence[Contradiction] = ()
) -> LetterJudgement:
    """What a model that agrees with ``label`` would answer about ``view``.

    Labeled quotes become the numbers of the sentences they stand in, and reasons cite those. What no
    sentence that was shown holds is left out. An item that the label lacks gets ``other`` throughout.
    """
    treatments = [
        Item(treatment=item.treatment, outcome=item.outcome, category=Category.OTHER) for item in view.every_item
    ]
    labeled = {read: label.items[gold] for gold, read in align(label.items, treatments)}
    named = (_diagnosis(view, words) for words in label.diagnoses)
    found = (_contradiction(view, pair) for pair in contradictions)
    return LetterJudgement(
        summary=label.case_summary or "",
        diagnoses=tuple(each for each in named if each is not None),
        items=tuple(_item(view, number, view.every_item[number - 1], labeled.get(number - 1)) for number in view.items),
        contradictions=tuple(each for each in found if each is not None),
    )


def compact(model: Determination | LetterJudgement) -> str:
    """JSON without blanks, nulls and defaults."""
    values = model.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    kept = {name: value for name, value in values.items() if name not in _BESIDE_A_DETERMINATION}
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def size_of(view: LetterView, label: Determination, contradictions: Sequence[Contradiction]) -> Size:
    """Characters of both for one letter."""
    answer = compact(perfect_answer(view, label, contradictions))
    return Size(len(answer), len(compact(label)), 1, int(_fits(answer, view)))


def _fits(answer: str, view: LetterView) -> bool:
    """Whether a model's answer is taken at first sight."""
    try:
        LetterJudgement.model_validate_json(answer, strict=True, context={"shown": view})
    except ValueError:
        return False
    return True


def _diagnosis(view: LetterView, words: str) -> NamedDiagnosis | None:
    for number in view.summary:
        if view.names(number, words):
            return NamedDiagnosis(at=number, words=words)
    return None


def _item(view: LetterView, number: int, shown: ShownItem, label: Item | None) -> ItemJudgement:
    first = shown.rationale[0]
    if label is None:
        return ItemJudgement(
            item=number,
            category=Category.OTHER,
            reasons=(GivenReason(code=Reason.OTHER, at=(first,)),),
            quotes=(first,),
            summary=f"The reviewer's decision is {shown.outcome.value}.",
        )
    quoted = sorted({place for quote in label.key_quotes for place in _holding(view, shown.rationale, quote)}) or [
        first
    ]
    reasons = label.reasons or (Reason.OTHER,)
    return ItemJudgement(
        item=number,
        category=label.category,
        drug_class=label.medication.drug_class if label.medication else None,
        reasons=tuple(
            GivenReason(code=code, at=tuple(quoted[:_MOST_CITED]) if place == 0 else (quoted[place % len(quoted)],))
            for place, code in enumerate(reasons)
        ),
        quotes=tuple(quoted[:_MOST_QUOTED]),
        summary=label.rationale_summary or "",
    )


def _contradiction(view: LetterView, pair: Contradiction) -> FoundContradiction | None:
    numbers = range(1, len(view.sentences) + 1)
    a, b = (_holding(view, numbers, passage) for passage in (pair.a, pair.b))
    places = [(one, other) for one in a for other in b if one != other]
    return (
        FoundContradiction(kind=pair.kind, a=places[0][0], b=places[0][1], material=pair.material) if places else None
    )


def _holding(view: LetterView, numbers: range, passage: str) -> list[int]:
    """The sentences among ``numbers`` that a passage stands in, or that stand in it."""
    wanted = comparable(passage)
    words = {number: comparable(view.sentences[number - 1].words) for number in numbers}
    within = [number for number in numbers if wanted in words[number]]
    return within[:1] or [number for number in numbers if words[number] in wanted]


def main() -> int:
    """Print both sizes and their ratio; exit code 1 where it passes a quarter."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    shared = Path(__file__).resolve().parents[2] / "shared"
    for name in ("gold", "documents", "contradictions"):
        folder = "determinations" if name == "documents" else name
        parser.add_argument(f"--{name}", type=Path, default=shared / folder)
    arguments = parser.parse_args()
    total = Size()
    for labeled in load_gold(arguments.gold, arguments.documents):
        with open_letter(Source.from_path(labeled.letter)) as letter:
            view = view_of_letter(letter.document)
        pairs = arguments.contradictions / f"{labeled.stem}.json"
        total += size_of(view, labeled.label, load_contradictions(pairs) if pairs.exists() else ())
    if not total.letters:
        print(f"answer_size: no labels in {arguments.gold}; name a folder of labels with --gold")
        return 2
    ratio = total.answer / total.determination
    print(f"{total.letters} letters, {total.fitting} answers taken at first sight")
    print(
        f"answers by reference {total.answer:,} characters, whole determinations {total.determination:,}: {ratio:.3f}"
    )
    return int(ratio > _MOST)


if __name__ == "__main__":
    raise SystemExit(main())
