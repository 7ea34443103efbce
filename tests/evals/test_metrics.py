"""Metric families against values worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from evals.gold import Contradiction
from evals.metrics.case import case
from evals.metrics.catalog import METRICS
from evals.metrics.citations import citations
from evals.metrics.contradictions import contradictions, same_passage
from evals.metrics.cost import cost
from evals.metrics.counting import shown
from evals.metrics.flags import field_of, flags
from evals.metrics.items import items
from evals.metrics.judgement import judgement
from evals.metrics.measured import Measured, Pair, Reading
from evals.metrics.measures import MEASURES, measured
from evals.metrics.passages import covered
from evals.metrics.stems import content_stems, stem
from evals.metrics.summaries import summaries
from evals.metrics.tally import Tally, overlap
from evals.metrics.verbatim import verbatim
from schemas import (
    Category,
    Citation,
    CitationSource,
    Determination,
    DrugClass,
    Evidence,
    FieldProvenance,
    InjuredWorker,
    Medication,
    MistakeKind,
    Origin,
    Outcome,
    Reason,
    ReviewCode,
    ReviewFlag,
    Sex,
    Status,
    Usage,
)
from summarizer.document import Span
from summarizer.loading.source import Source
from summarizer.pipeline import Summarizer
from tests.evals.labels import FAILED, at, fields, item, labeled, reading
from tests.forms import LetterItem, letter, place


def tallies(found: Measured) -> dict[str, tuple[float, float, float]]:
    return {name: (tally.right, tally.labeled, tally.read) for name, tally in found.tallies.items()}


def test_tally_by_hand() -> None:
    tally = Tally(3, 4, 6)
    assert tally.f1 == 0.6
    assert Tally().f1 == 1.0
    assert overlap(["a", "a", "b"], ["a", "c"]) == Tally(1, 3, 2)


def test_missed_invented_and_wrong_outcome_are_three_things() -> None:
    label = labeled(item("Cane"), item("Massage"), item("Brace"))
    read = reading(item("Cane", outcome=Outcome.OVERTURNED), item("Brace"), item("Home aide"))
    found = items(label, read)
    assert tallies(found) == {
        "letters_read": (1, 1, 1),
        "items": (2, 3, 3),
        "items_missed": (1, 3, 3),
        "items_invented": (1, 3, 3),
        "wrong_outcome": (1, 2, 2),
    }
    assert at(found, "items[1]").metrics == ("items", "items_missed")
    invented = at(found, "items[+0]")
    assert (invented.metrics, invented.gold, invented.read) == (("items", "items_invented"), (), ("Home aide",))


def test_the_model_judged_where_it_was_asked_and_nothing_failed() -> None:
    """A run in which no model answered must not look like a good one."""
    read = Determination()
    judged, fallen_back = Reading(read, None, asked=True), Reading(read, None, "model_unreachable: silent", asked=True)
    failed = Reading(read, None, "model_unreachable: silent", failed=True, asked=True)
    told = [items(labeled(), each).tallies["judged_by_model"] for each in (judged, fallen_back, failed)]
    assert told == [Tally(1, 1, 1), Tally(0, 1, 1), Tally(0, 1, 1)]
    assert "judged_by_model" not in items(labeled(), FAILED).tallies


def test_of_a_failed_letter_everything_is_missed() -> None:
    drug = Medication(name="Naproxen", strength="550mg", quantity=60, drug_class=DrugClass.NSAID)
    label = labeled(
        item("Naproxen", category=Category.PHARMACEUTICAL, medication=drug, reasons=(Reason.OTHER,), rationale="No."),
        case_number="CM16-1",
        diagnoses=("a strain",),
        contradictions=(PAIR,),
    )
    found = measured(label, FAILED)
    counts = {name: tally for family in found.values() for name, tally in family.tallies.items()}
    assert counts["header"] == Tally(0, 11, 11)
    wrong_when_high = {"items_missed"}
    assert not [name for name, tally in counts.items() if tally.right and name not in wrong_when_high]
    assert counts["items"] == Tally(0, 1, 0)
    assert counts["material_contradiction_pairs"] == Tally(0, 1, 0)
    assert counts["spans"] == Tally(0, len("Naproxen") + len("No."), 0)
    assert not found["cost"].tallies
    assert not found["flags"].tallies
    assert at(found["items"], "letter").read == ("a.txt: it is no determination; look",)
    assert at(found["case"], "injured_worker.age").read == ("not read",)


def test_fields_of_the_case_are_scored_one_by_one() -> None:
    label = labeled(case_number="CM16-1", decision_date=date(2017, 1, 2), injured_worker=InjuredWorker(sex=Sex.MALE))
    found = case(label, reading(case_number="CM16-1", decision_date=date(2017, 1, 3)))
    assert tallies(found)["header"] == (9, 11, 11)
    assert tallies(found)["decision_date"] == (0, 1, 1)
    assert tallies(found)["age"] == (1, 1, 1)
    late = at(found, "decision_date")
    assert (late.metrics, late.gold, late.read) == (("decision_date", "header"), ("2017-01-02",), ("2017-01-03",))
    assert at(found, "injured_worker.sex").read == ()


def test_diagnoses_are_compared_as_folded_phrases() -> None:
    found = case(labeled(diagnoses=("left- sided strain", "a sprain")), reading(diagnoses=("left-sided strain",)))
    assert tallies(found)["diagnoses"] == (1, 2, 1)
    assert at(found, "diagnoses").gold == ("left- sided strain", "a sprain")


def test_verbatim_fields_exact_and_folded() -> None:
    label = labeled(item("right- sided brace", rationale="It is worn."), item("Cane", original_request="Two canes"))
    found = verbatim(label, reading(item("right-sided brace", rationale="It was worn."), item("Cane")))
    counts = tallies(found)
    assert counts["treatment"] == (2, 2, 2)
    assert counts["treatment_exact"] == (1, 2, 2)
    assert counts["rationale"] == (1, 2, 2)
    assert counts["partly_authorized"] == (1, 2, 2), "the authorized portion is absent on both sides"
    assert at(found, "items[0].treatment").metrics == ("treatment_exact",)
    assert at(found, "items[0].rationale").metrics == ("rationale", "rationale_exact")
    assert at(found, "items[1].original_request").gold == ("Two canes",)


TWICE = "Cane. She has\na cane. The cane\nhelps."


@pytest.mark.parametrize(
    ("words", "evidence", "counts"),
    [
        ("a cane", ["a cane"], (5, 5, 5)),
        ("has a cane", ["a cane"], (5, 8, 5)),
        ("cane", ["The cane\nhelps"], (4, 4, 12)),
        ("The cane helps", ["Cane", "The cane"], (7, 12, 11)),
        ("a stick", ["a cane"], (0, 6, 5)),
        ("a cane", [], (0, 5, 0)),
        (None, ["a cane"], (0, 0, 5)),
        ("a cane", ["a cane", "a cane", "cane"], (5, 5, 5)),
    ],
)
def test_characters_that_evidence_covers(words: str | None, evidence: list[str], counts: tuple[int, int, int]) -> None:
    tally = covered(words, [place(TWICE, each) for each in evidence], TWICE)
    # "cane" alone is first found in "a cane".
    assert (tally.right, tally.labeled, tally.read) == counts


def test_the_place_that_shares_most_with_the_evidence_counts() -> None:
    text = "Cane for walking. The cane is denied: Cane for walking is denied."
    second = text.rindex("Cane")
    assert covered("Cane for walking", [Span(second, len(text))], text) == Tally(14, 14, 23)


def test_ligatures_are_spelled_out() -> None:
    text = "The \ufb01lm was clear."
    assert covered("film", [place(text, "\ufb01lm was")], text) == Tally(4, 4, 7)


def test_evidence_outside_its_item_is_no_proof() -> None:
    text = letter(LetterItem("Cane"), LetterItem("Wrist brace"))
    summary = Summarizer().read(Source.from_text(text))
    read = summary.determination
    right = reading(text=summary.document, **dict(read))
    label = labeled(*read.items)
    assert verbatim(label, right).tallies["evidence"].right == verbatim(label, right).tallies["evidence"].labeled > 20
    moved = FieldProvenance(
        origin=Origin.RULES, status=Status.VERIFIED, evidence=(Evidence(start=0, end=11),), model=None
    )
    unproven = FieldProvenance(origin=Origin.RULES, status=Status.UNVERIFIED)
    changed = read.provenance | {"items[0].treatment": moved, "items[1].treatment": unproven}
    wrong = reading(text=summary.document, **(dict(read) | {"provenance": changed, "items": read.items}))
    found = verbatim(labeled(*read.items[::-1]), wrong)
    assert found.tallies["evidence"].labeled - found.tallies["evidence"].right == 2
    assert at(found, "provenance[items[1].treatment]").read == ("evidence outside its item or section",)
    assert at(found, "provenance[items[0].treatment]").read == ("unverified",)


def test_missing_evidence_is_seen() -> None:
    summary = Summarizer().read(Source.from_text(letter(LetterItem("Cane"), LetterItem("Wrist brace"))))
    read = summary.determination

    def proven(provenance: dict[str, FieldProvenance]) -> Measured:
        values = {name: getattr(read, name) for name in Determination.model_fields if name != "provenance"}
        return verbatim(labeled(*read.items), reading(text=summary.document, provenance=provenance, **values))

    whole = proven(read.provenance).tallies["evidence"]
    assert whole.right == whole.labeled > 20
    assert proven({}).tallies["evidence"] == Tally(0, whole.labeled, whole.labeled)
    nowhere = {path: each.model_copy(update={"evidence": ()}) for path, each in read.provenance.items()}
    assert proven(nowhere).tallies["evidence"].right == 0
    beyond = (Evidence(start=10**6, end=10**6 + 1),)
    moved = read.provenance["case_number"].model_copy(update={"evidence": beyond})
    assert at(proven(read.provenance | {"case_number": moved}), "provenance[case_number]").read == (
        "no place in the letter",
    )
    strange = proven(read.provenance | {"items[9].treatment": read.provenance["items[0].treatment"]})
    assert strange.tallies["evidence"] == Tally(whole.right, whole.labeled + 1, whole.read + 1)
    assert at(strange, "provenance[items[9].treatment]").read == ("no such value",)


CITED = Citation(source=CitationSource.MTUS, title="Low Back Complaints", year=2004, sections="Summary")


def test_citations_by_part() -> None:
    other = CITED.model_copy(update={"sections": "Special Studies"})
    found = citations(
        labeled(item("Cane", reviewer_guidelines=(CITED,))), reading(item("Cane", reviewer_guidelines=(other,)))
    )
    assert tallies(found) == {
        "citations": (0, 1, 1),
        "citations_work": (1, 1, 1),
        "citations_source": (1, 1, 1),
        "citations_title": (1, 1, 1),
        "citations_year": (1, 1, 1),
        "citations_sections": (0, 1, 1),
        "citations_pages": (0, 0, 0),
    }
    unlike = at(found, "items[0].reviewer_guidelines")
    assert unlike.metrics == ("citations", "citations_sections")
    assert unlike.gold == ("MTUS: Low Back Complaints 2004, Section(s): Summary",)


def test_a_citation_of_the_other_side_is_another() -> None:
    label = labeled(item("Cane", reviewer_guidelines=(CITED, CITED)))
    found = citations(label, reading(item("Cane", claims_administrator_guidelines=(CITED,))))
    assert tallies(found)["citations"] == (0, 2, 1)
    assert fields(found) == ["items[0].claims_administrator_guidelines", "items[0].reviewer_guidelines"]


NAPROXEN = Medication(name="Naproxen", strength="550mg", quantity=60, drug_class=DrugClass.NSAID)


def test_a_missed_item_counts_in_every_field() -> None:
    missed = item(
        "Naproxen 550mg #60",
        category=Category.PHARMACEUTICAL,
        medication=NAPROXEN,
        primary_reason=Reason.OTHER,
        reasons=(Reason.OTHER,),
        key_quotes=("It helps.",),
    )
    found = judgement(labeled(item("Cane"), missed), reading(item("Cane")))
    assert tallies(found) == {
        "outcome": (1, 2, 2),
        "category": (1, 2, 2),
        "primary_reason": (1, 2, 2),
        "drug_class": (0, 1, 1),
        "medication": (0, 1, 1),
        "medication_name": (0, 1, 1),
        "medication_strength": (0, 1, 1),
        "medication_quantity": (0, 1, 1),
        "reasons": (0, 1, 0),
        "key_quotes": (1, 2, 2),
    }
    assert Pair("outcome", "upheld", None) in found.pairs
    assert at(found, "items[1].outcome").metrics == ("outcome",), "a wrong outcome is one of an aligned item"


def test_an_invented_item_has_pairs_without_gold() -> None:
    found = judgement(labeled(), reading(item("Cane", medication=NAPROXEN, reasons=(Reason.OTHER,))))
    assert found.pairs == (
        Pair("outcome", None, "upheld"),
        Pair("category", None, "other"),
        Pair("drug_class", None, "nsaid"),
    )
    assert tallies(found) == {"reasons": (0, 0, 1)}
    assert fields(found) == ["items[+0].reasons"]


def test_a_drug_is_compared_part_by_part() -> None:
    label = item("Naproxen", category=Category.PHARMACEUTICAL, medication=NAPROXEN)
    read = label.model_copy(
        update={"medication": NAPROXEN.model_copy(update={"quantity": 90.0, "drug_class": DrugClass.OPIOID})}
    )
    found = judgement(labeled(label), reading(read))
    assert tallies(found)["medication_name"] == tallies(found)["medication_strength"] == (1, 1, 1)
    assert tallies(found)["medication"] == tallies(found)["drug_class"] == (0, 1, 1)
    assert at(found, "items[0].medication.quantity").read == ("90",)
    assert Pair("drug_class", "nsaid", "opioid") in found.pairs


def test_a_drug_that_only_the_reading_has_is_an_error_in_what_counts_it() -> None:
    found = judgement(labeled(item("Cane")), reading(item("Cane", medication=NAPROXEN)))
    assert at(found, "items[0].medication").metrics == ("drug_class",)
    assert Pair("drug_class", None, "nsaid") in found.pairs
    assert "medication" not in found.tallies


def test_differences_of_graded_metrics_say_how_much() -> None:
    label = labeled(item("Cane", key_quotes=("one two three four",)))
    summary = "worn " * 36
    read = reading(item("Cane", key_quotes=("one two five six",), rationale_summary=summary), case_summary="7 canes.")
    assert at(judgement(label, read), "items[0].key_quotes").score == 0.5
    assert at(summaries(label, read), "case_summary").score == 1
    assert at(summaries(label, read), "items[0].rationale_summary").score == 0
    assert at(judgement(label, reading()), "items[0].outcome").score is None


def test_values_read_as_a_person_reads_them() -> None:
    assert shown((Reason.OTHER, date(2016, 2, 3), 30.0, 2.5, None, "words")) == (
        "other",
        "2016-02-03",
        "30",
        "2.5",
        "words",
    )
    assert shown(NAPROXEN) == ("Naproxen, 550mg, #60, nsaid",)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("injections", "injection"),
        ("studies", "study"),
        ("imaging", "image"),
        ("imaged", "images"),
        ("stopped", "stop"),
        ("denies", "deny"),
        ("daily", "dai"),
        ("diagnosis", "diagnosis"),
        ("illness", "illness"),
        ("mri", "mri"),
    ],
)
def test_stems(words: str, same: str) -> None:
    assert stem(words) == stem(same)


def test_content_words_leave_out_what_tells_nothing() -> None:
    assert content_stems("There was no injection of 2.5 ml to the KNEES.") == {"injection", "2.5", "ml", "kne"}


def test_summaries_are_measured_by_facts_quotes_and_length() -> None:
    label = labeled(item("Cane", key_quotes=("The gait is steady.", "A cane was not tried.")), item("Brace"))
    read = reading(
        item("Cane", rationale_summary="The gait was steady for 7 weeks."),
        item("Brace", rationale_summary=" ".join(["worn"] * 36)),
        text="The gait is steady. A cane was not tried. It is worn.",
        case_summary="A worker asks for a cane.",
    )
    found = summaries(label, read)
    counts = tallies(found)
    assert counts["unsupported_facts"] == (1, 3, 3)
    assert counts["case_summary_words"] == (6, 1, 1)
    assert counts["rationale_summary_words"] == (43, 2, 2)
    assert counts["summaries_too_long"] == (1, 3, 3)
    # gait, steady of gait, steady, cane, tried
    assert counts["quote_coverage"] == (0.5, 1, 1)
    assert at(found, "items[0].rationale_summary").read == ("7",)
    assert at(found, "items[1].rationale_summary").metrics == ("summaries_too_long",)


def test_no_summary_covers_no_quote() -> None:
    found = summaries(labeled(item("Cane", key_quotes=("The gait is steady.",))), reading(item("Cane")))
    assert tallies(found) == {"quote_coverage": (0, 1, 1)}


def raised(field: str | None, code: ReviewCode = ReviewCode.UNCERTAIN_JUDGEMENT) -> ReviewFlag:
    return ReviewFlag(code=code, field=field, message="Look.")


def test_a_flag_is_compared_by_the_label_s_order_of_items() -> None:
    label = labeled(item("Cane", category=Category.DMEPOS), item("Massage", outcome=Outcome.OVERTURNED))
    read = reading(item("Massage"), item("Cane"), review=(raised("items[0].outcome"), raised("items[1].outcome")))
    found = flags(label, read)
    # Wrong are items[0].category and items[1].outcome; flagged items[1].outcome and items[0].outcome.
    assert tallies(found) == {"letters_flagged": (1, 1, 1), "flags": (1, 1, 1), "flagged_fields": (1, 2, 2)}


def test_quotes_summaries_and_white_space_are_no_errors() -> None:
    label = labeled(item("right- sided brace", key_quotes=("It is worn.",)))
    read = reading(item("right-sided brace", key_quotes=("No.",), rationale_summary="7 canes."), review=(raised(None),))
    assert tallies(flags(label, read)) == {
        "letters_flagged": (1, 1, 1),
        "flags": (0, 0, 1),
        "flagged_fields": (0, 0, 0),
    }


def test_a_possible_mistake_of_fact_is_no_flag_here() -> None:
    read = reading(review=(raised("case_number", ReviewCode.POSSIBLE_MISTAKE_OF_FACT),), case_number="CM16-2")
    found = flags(labeled(case_number="CM16-1"), read)
    assert tallies(found) == {"letters_flagged": (0, 1, 1), "flags": (0, 1, 0), "flagged_fields": (0, 1, 0)}


def test_a_missed_item_and_an_invented_one_are_one_wrong_field_each() -> None:
    label = labeled(item("Cane", reasons=(Reason.OTHER,), rationale="No."))
    found = flags(label, reading(item("Massage", reasons=(Reason.OTHER,))))
    assert found.tallies["flagged_fields"] == Tally(0, 2, 0)


def test_no_share_of_the_run_s_own_errors_is_tested() -> None:
    assert not [metric.name for metric in METRICS if metric.family == "flags" and metric.tested]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("items[0].reviewer_guidelines[1].title", "items[0].reviewer_guidelines"),
        ("items[+2].medication.name", "items[+2].medication.name"),
        ("diagnoses[3]", "diagnoses"),
        ("reviewer.specialties[0]", "reviewer.specialties"),
        ("items", None),
        ("items[4]", None),
        ("case_summary", None),
        ("items[0].rationale_summary", None),
    ],
)
def test_the_field_that_a_flag_names(path: str, field: str | None) -> None:
    assert field_of(path) == field


TEXT = "Left knee brace. The right knee is worn. The knee is stable. Six visits. Nine visits."
PAIR = Contradiction(MistakeKind.BODY_PART, 0, "Left knee brace", "The right knee is worn.", material=True)
VISITS = Contradiction(MistakeKind.AMOUNT, None, "Six visits.", "Nine visits.", material=False)


def mistake(*words: str, material: bool = True) -> ReviewFlag:
    spans = [place(TEXT, part) for part in words]
    return ReviewFlag(
        code=ReviewCode.POSSIBLE_MISTAKE_OF_FACT,
        message="Sides differ.",
        evidence=tuple(Evidence(start=span.start, end=span.end) for span in spans),
        kind=MistakeKind.BODY_PART,
        material=material,
    )


def compared(pairs: tuple[Contradiction, ...] | None, *review: ReviewFlag) -> Measured:
    return contradictions(labeled(contradictions=pairs), reading(text=TEXT, review=review))


def test_a_flag_on_both_passages_is_right() -> None:
    found = compared((PAIR,), mistake("Left knee", "right knee"))
    assert set(tallies(found).values()) == {(1, 1, 1)}
    assert found.differences == ()


def test_a_flag_on_one_passage_and_another_place_is_wrong() -> None:
    found = compared((PAIR,), mistake("Left knee", "knee is stable"))
    assert tallies(found)["contradiction_pairs"] == (0, 1, 1)
    assert tallies(found)["contradiction_letters"] == (1, 1, 1)
    assert at(found, "contradictions[0]").gold == ("Left knee brace", "The right knee is worn.")
    assert at(found, "contradictions[+0]").read == ("Left knee", "knee is stable")


def test_two_flags_on_one_pair_are_one_find_and_one_too_many() -> None:
    flag = mistake("Left knee", "right knee")
    found = compared((PAIR,), flag, flag)
    assert tallies(found)["contradiction_pairs"] == (1, 1, 2)
    assert [difference.field for difference in found.differences] == ["contradictions[+0]"]
    assert fields(compared((), flag, flag)) == ["contradictions", "contradictions[+0]", "contradictions[+1]"]


@pytest.mark.parametrize(
    ("places", "met"),
    [
        ([(0, 10), (21, 31)], True),
        ([(0, len(TEXT))], True),
        ([(0, 10), (21, 31), (40, 40)], True),
        ([], False),
        ([(9, 9)], False),
        ([(4, 5)], False),
        ([(500, 600)], False),
        ([(0, 9), (24, 31)], False),
        ([(0, 4), (21, 26)], False),
        ([(0, 10), (21, 31), (5, 9)], True),
        ([(0, 10), (21, 31), (42, 48)], False),
    ],
)
def test_a_place_is_whole_words_of_the_letter(places: list[tuple[int, int]], met: bool) -> None:
    flag = mistake().model_copy(update={"evidence": tuple(Evidence(start=a, end=b) for a, b in places)})
    assert tallies(compared((PAIR,), flag))["contradiction_pairs"] == (float(met), 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("knee", "knee", True),
        ("knee", "the right knee", False),
        ("right knee", "the right knee.", True),
        ("of the", "of the knee", False),
        ("ight knee", "the right knee", False),
        ("right- sided brace", "a right-sided brace", True),
        ("", "", False),
        (" ,", "the right knee", False),
    ],
)
def test_passages_are_the_same_by_whole_words(one: str, other: str, same: bool) -> None:
    assert same_passage(one, other) is same_passage(other, one) is same


def test_material_flags_are_matched_with_material_pairs() -> None:
    found = compared((PAIR, VISITS), mistake("Six visits", "Nine visits"))
    assert tallies(found) == {
        "contradiction_pairs": (1, 2, 1),
        "contradiction_letters": (1, 1, 1),
        "material_contradiction_pairs": (0, 1, 1),
        "material_contradiction_letters": (1, 1, 1),
    }
    assert at(found, "contradictions[0]").metrics == ("contradiction_pairs", "material_contradiction_pairs")
    assert at(found, "contradictions[+0]").metrics == ("material_contradiction_pairs",)


def test_a_letter_without_any_is_right_where_none_is_flagged() -> None:
    assert set(tallies(compared(())).values()) == {(0, 0, 0)}
    flagged = compared((), mistake("Left knee", "right knee", material=False))
    assert tallies(flagged)["contradiction_letters"] == (0, 0, 1)
    assert at(flagged, "contradictions").metrics == ("contradiction_letters",)


def test_nothing_is_counted_where_nobody_looked() -> None:
    assert compared(None, mistake("Left knee", "right knee")) == Measured({}, (), ())


def test_tokens_that_the_server_does_not_tell_are_left_out() -> None:
    found = cost(labeled(), reading(usage=Usage(requests=1, cost_usd=None, seconds=2.0)))
    assert set(tallies(found)) == {"requests", "seconds"}
    assert tallies(cost(labeled(), reading(usage=Usage(seconds=2.0))))["input_tokens"] == (0, 1, 1)


def test_an_unknown_cost_is_left_out() -> None:
    found = cost(labeled(), reading(usage=Usage(requests=1, input_tokens=9, cost_usd=None, seconds=2.0)))
    assert tallies(found) == {
        "requests": (1, 1, 1),
        "input_tokens": (9, 1, 1),
        "output_tokens": (0, 1, 1),
        "seconds": (2, 1, 1),
    }


def test_answers_from_a_cache_cost_what_they_had_cost_and_tell_no_seconds() -> None:
    usage = Usage(requests=1, input_tokens=10, output_tokens=1, cost_usd=0.5, seconds=0.1)
    saved = {"requests": 1.0, "input_tokens": 100.0, "output_tokens": 7.0, "cost_usd": 0.25}
    assert tallies(cost(labeled(), reading(usage=usage, saved=saved))) == {
        "cost_usd": (0.75, 1, 1),
        "requests": (2, 1, 1),
        "input_tokens": (110, 1, 1),
        "output_tokens": (8, 1, 1),
    }
    del saved["cost_usd"]
    assert "cost_usd" not in cost(labeled(), reading(usage=usage, saved=saved)).tallies


def test_a_reading_that_is_the_label_has_no_difference() -> None:
    summary = Summarizer().read(Source.from_text(letter(LetterItem("Cane"), LetterItem("Wrist brace"))))
    read = summary.determination
    label = labeled(**dict(Determination(**{name: getattr(read, name) for name in Determination.model_fields})))
    found = measured(label, reading(text=summary.document, **dict(read)))
    assert list(found) == list(MEASURES)
    assert [difference for family in found.values() for difference in family.differences] == []
