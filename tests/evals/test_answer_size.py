from __future__ import annotations

from evals.answer_size import Size, compact, perfect_answer, size_of, view_of_letter
from evals.gold import Contradiction
from schemas import Category, Determination, DrugClass, Item, Medication, MistakeKind, Outcome, Reason
from schemas.judgement import LetterJudgement
from tests.forms import LetterItem, document, letter

TEXT = letter(
    LetterItem(
        "Naproxen 550mg #60",
        "Upheld",
        rationale="Naproxen is for short use. The worker took it for a year; nothing shows a gain. It is not medically "
        "necessary.",
    ),
    LetterItem("Wrist brace", "Overturned", rationale="The wrist gives way. A brace is medically necessary."),
    summary="The worker is a 30-year-old woman with a left wrist sprain. She has never taken naproxen.",
)
NAPROXEN = Item(
    treatment="Naproxen 550mg #60",
    outcome=Outcome.UPHELD,
    category=Category.PHARMACEUTICAL,
    medication=Medication(name="Naproxen", strength="550mg", quantity=60, drug_class=DrugClass.NSAID),
    primary_reason=Reason.NO_FUNCTIONAL_BENEFIT,
    reasons=(Reason.NO_FUNCTIONAL_BENEFIT, Reason.EXCEEDS_LIMITS),
    rationale_summary="A year of naproxen brought no gain.",
    key_quotes=("nothing shows a gain", "Naproxen is for short use."),
)
BRACE = Item(
    treatment="Wrist brace",
    outcome=Outcome.OVERTURNED,
    category=Category.DMEPOS,
    reasons=(Reason.OBJECTIVE_FINDINGS_SUPPORT,),
    rationale_summary="The wrist gives way.",
    key_quotes=("The wrist gives way.",),
)
LABEL = Determination(
    case_summary="A 30-year-old woman with a left wrist sprain. Naproxen and a brace were disputed.",
    diagnoses=("left wrist sprain", "words of no letter"),
    items=(NAPROXEN, BRACE),
)
PAIRS = (
    Contradiction(MistakeKind.CARE, 0, "She has never taken naproxen.", "The worker took it for a year", True),
    Contradiction(MistakeKind.DATE, None, "Date Assigned: 11/30/2016", "The wrist gives way.", False),
)


def test_a_perfect_answer_says_what_the_label_says_by_number() -> None:
    view = view_of_letter(document(TEXT))
    judged = perfect_answer(view, LABEL, PAIRS)
    assert [(each.at, each.words) for each in judged.diagnoses] == [(1, "left wrist sprain")]
    first, second = judged.items
    assert (first.item, first.category, first.drug_class) == (1, Category.PHARMACEUTICAL, DrugClass.NSAID)
    words = [view.words_of(number) or "" for number in first.quotes]
    assert words == ["Naproxen is for short use.", "The worker took it for a year; nothing shows a gain."]
    assert [reason.code for reason in first.reasons] == list(NAPROXEN.reasons)
    assert (second.item, second.drug_class, second.summary) == (2, None, "The wrist gives way.")
    (found,) = judged.contradictions
    assert (view.words_of(found.a), found.b, found.material) == ("She has never taken naproxen.", first.quotes[1], True)


def test_the_validators_take_it_at_first_sight() -> None:
    view = view_of_letter(document(TEXT))
    size = size_of(view, LABEL, PAIRS)
    assert (size.letters, size.fitting) == (1, 1)
    answer = compact(perfect_answer(view, LABEL, PAIRS))
    assert size.answer == len(answer)
    assert LetterJudgement.model_validate_json(answer, strict=True) == perfect_answer(view, LABEL, PAIRS)
    assert "null" not in answer


def test_an_item_that_the_label_lacks_is_answered_too() -> None:
    label = LABEL.model_copy(update={"items": (BRACE,)})
    judged = perfect_answer(view_of_letter(document(TEXT)), label)
    assert [(each.item, each.category) for each in judged.items] == [(1, Category.OTHER), (2, Category.DMEPOS)]


def test_sizes_sum() -> None:
    assert Size(1, 10, 1, 0) + Size(2, 20, 1, 1) == Size(3, 30, 2, 1)
