"""Every metric by name: its title, family, formula and direction. The page ``METRICS.md`` is made from this."""

from __future__ import annotations

from typing import Final

from evals.metrics.metric import Better, Kind, Metric

_LOWER, _NEITHER = Better.LOWER, Better.NEITHER


def _share(name: str, title: str, family: str, unit: str, formula: str, **more: Better | bool) -> Metric:
    return Metric(name, title, family, Kind.SHARE, name, unit, formula, **more)  # type: ignore[arg-type]


def _classes(field: str, title: str, unit: str) -> tuple[Metric, ...]:
    """Accuracy, micro F1 and macro F1 of one judged class."""
    return (
        _share(field, title, "judgement", unit, f"{unit} of the label whose {title} was read alike / {unit} labeled"),
        Metric(
            f"{field}_micro_f1",
            f"{title}, micro F1",
            "judgement",
            Kind.MICRO_F1,
            field,
            unit,
            "2 alike / (labeled + read), over all classes together; missed and invented items count",
            tested=False,
        ),
        Metric(
            f"{field}_macro_f1",
            f"{title}, macro F1",
            "judgement",
            Kind.MACRO_F1,
            field,
            unit,
            "mean over classes that occur of 2 alike / (labeled + read)",
        ),
    )


def _contradictions(what: str, title: str, unit: str) -> tuple[Metric, ...]:
    """Precision, recall and F1 of contradictions, all and material."""
    found = []
    for which, said in (("", ""), ("material_", "material ")):
        counts = f"{which}contradiction_{what}"
        for kind, formula in (
            (Kind.PRECISION, f"{title} flagged and labeled / {title} flagged"),
            (Kind.RECALL, f"{title} flagged and labeled / {title} labeled"),
            (Kind.F1, "harmonic mean of the two"),
        ):
            name = f"{counts}_{kind.value}"
            words = f"{said}contradictions, {title}: {kind.value}"
            found.append(Metric(name, words, "contradictions", kind, counts, unit, formula, tested=kind is Kind.F1))
    return tuple(found)


_HEADER: Final = {
    "case_number": "case number",
    "date_assigned": "date assigned",
    "date_of_injury": "date of injury",
    "decision_date": "decision date",
    "ur_denial_date": "UR denial date",
    "application_received": "application received",
    "priority": "priority",
    "licensure_states": "licensure states",
    "specialties": "specialties",
    "age": "age",
    "sex": "sex",
}
_CITATION_PARTS: Final = {
    "citations": "citations, all parts",
    "citations_work": "citations, source, title and year",
    "citations_source": "citations, source",
    "citations_title": "citations, title",
    "citations_year": "citations, year",
    "citations_sections": "citations, sections",
    "citations_pages": "citations, pages",
}
_VERBATIM: Final = {
    "treatment": "treatment",
    "rationale": "rationale",
    "partly_authorized": "original request and authorized portion",
}

METRICS: Final[tuple[Metric, ...]] = (
    _share("letters_read", "letters read", "items", "letters", "letters read without an error / letters"),
    _share(
        "judged_by_model",
        "judged by the model",
        "items",
        "letters",
        "readings judged by the model throughout / readings for which one was asked, failed ones included",
    ),
    Metric(
        "items_f1",
        "items",
        "items",
        Kind.F1,
        "items",
        "items",
        "2 aligned / (labeled + read); the alignment maximizes the sum of token F1 of the treatments, "
        "places in the letter deciding between equals; a pair below 0.5 is none",
    ),
    _share(
        "items_missed",
        "items missed",
        "items",
        "items",
        "labeled items without a partner / items labeled",
        better=_LOWER,
    ),
    _share(
        "items_invented", "items invented", "items", "items", "read items without a partner / items read", better=_LOWER
    ),
    _share(
        "wrong_outcome",
        "wrong outcome",
        "items",
        "items",
        "aligned items of another outcome / items aligned",
        better=_LOWER,
    ),
    _share(
        "header", "header, reviewer and worker", "case", "fields", "the eleven fields below, all together", tested=False
    ),
    *(
        _share(name, title, "case", "letters", f"letters whose {title} is the label's, absent ones included / letters")
        for name, title in _HEADER.items()
    ),
    Metric(
        "diagnoses_f1",
        "diagnoses",
        "case",
        Kind.F1,
        "diagnoses",
        "diagnoses",
        "2 shared / (labeled + read), folded phrases",
    ),
    *(
        metric
        for name, title in _VERBATIM.items()
        for metric in (
            _share(
                name,
                title,
                "verbatim",
                "fields",
                "fields equal after folding (white space, ligatures, line-end hyphens) / fields",
            ),
            _share(
                f"{name}_exact",
                f"{title}, exact",
                "verbatim",
                "fields",
                "fields equal character for character / fields",
                tested=False,
            ),
        )
    ),
    Metric(
        "spans_precision",
        "spans, precision",
        "verbatim",
        Kind.PRECISION,
        "spans",
        "characters",
        "characters of the evidence that lie in the labeled passage / characters of the evidence, white space left out",
        tested=False,
    ),
    Metric(
        "spans_recall",
        "spans, recall",
        "verbatim",
        Kind.RECALL,
        "spans",
        "characters",
        "characters of the labeled passage that the evidence covers / characters of the labeled passage, likewise",
        tested=False,
    ),
    _share(
        "evidence",
        "evidence",
        "verbatim",
        "fields",
        "values proven by their words: verified, at a place in the letter, in their own section or item where a layout "
        "knows them, with boxes where there are pages / values read that are no judgement, and proofs of no value",
    ),
    *(
        Metric(
            f"{name}_f1",
            title,
            "citations",
            Kind.F1,
            name,
            "citations",
            "2 shared / (labeled + read), multisets of the values that are there, by item and side",
        )
        for name, title in _CITATION_PARTS.items()
    ),
    *_classes("outcome", "outcome", "items"),
    *_classes("category", "category", "items"),
    *_classes("drug_class", "drug class", "drugs"),
    _share(
        "medication",
        "medication details",
        "judgement",
        "drugs",
        "drugs whose name, strength and quantity are all the label's / drugs labeled",
        tested=False,
    ),
    _share(
        "medication_name",
        "medication name",
        "judgement",
        "drugs",
        "drugs whose folded name is the label's / drugs labeled",
    ),
    _share(
        "medication_strength",
        "medication strength",
        "judgement",
        "drugs",
        "drugs whose strength is the label's, absent ones included / drugs labeled",
    ),
    _share(
        "medication_quantity",
        "medication quantity",
        "judgement",
        "drugs",
        "drugs whose quantity is the label's, absent ones included / drugs labeled",
    ),
    *_classes("primary_reason", "primary reason", "items"),
    Metric(
        "reasons_f1",
        "reasons",
        "judgement",
        Kind.F1,
        "reasons",
        "reasons",
        "2 shared / (labeled + read), micro over items",
    ),
    Metric(
        "key_quotes_f1",
        "key quotes",
        "judgement",
        Kind.MEAN,
        "key_quotes",
        "items",
        "mean over items of the token F1 of all quotes of an item together",
    ),
    Metric(
        "unsupported_facts",
        "unsupported facts a summary",
        "summaries",
        Kind.MEAN,
        "unsupported_facts",
        "summaries",
        "numbers, dates, doses, drugs, sides and body parts of a summary that the letter does not state / summaries",
        _LOWER,
    ),
    Metric(
        "quote_coverage",
        "coverage of key quotes",
        "summaries",
        Kind.MEAN,
        "quote_coverage",
        "items",
        "mean over labeled items of the share of their key quotes' content words (stems) that the rationale summary "
        "has; 0 without a summary",
    ),
    Metric(
        "case_summary_words",
        "words of a case summary",
        "summaries",
        Kind.MEAN,
        "case_summary_words",
        "summaries",
        "words / case summaries",
        _NEITHER,
        tested=False,
    ),
    Metric(
        "rationale_summary_words",
        "words of a rationale summary",
        "summaries",
        Kind.MEAN,
        "rationale_summary_words",
        "summaries",
        "words / rationale summaries",
        _NEITHER,
        tested=False,
    ),
    _share(
        "summaries_too_long",
        "summaries too long",
        "summaries",
        "summaries",
        "summaries longer than the codebook allows (60 and 35 words) / summaries",
        better=_LOWER,
    ),
    _share(
        "letters_flagged",
        "letters flagged",
        "flags",
        "letters",
        "letters with a review flag other than a possible mistake of fact / letters read",
        better=_NEITHER,
        tested=False,
    ),
    Metric(
        "flags_precision",
        "flagged letters that hold an error",
        "flags",
        Kind.PRECISION,
        "flags",
        "letters",
        "flagged letters with a field unlike the label / letters flagged",
        tested=False,
    ),
    Metric(
        "flags_recall",
        "letters with an error that are flagged",
        "flags",
        Kind.RECALL,
        "flags",
        "letters",
        "flagged letters with a field unlike the label / letters with such a field",
        tested=False,
    ),
    Metric(
        "flagged_fields_precision",
        "flagged fields that are wrong",
        "flags",
        Kind.PRECISION,
        "flagged_fields",
        "fields",
        "fields flagged and unlike the label / fields flagged",
        tested=False,
    ),
    Metric(
        "flagged_fields_recall",
        "wrong fields that are flagged",
        "flags",
        Kind.RECALL,
        "flagged_fields",
        "fields",
        "fields flagged and unlike the label / fields unlike the label",
        tested=False,
    ),
    *_contradictions("letters", "letters", "letters"),
    *_contradictions("pairs", "pairs", "pairs"),
    Metric(
        "cost_usd",
        "dollars a letter",
        "cost",
        Kind.MEAN,
        "cost_usd",
        "letters",
        "dollars, failed attempts included, answers from a cache at what they had cost / letters read whose cost is "
        "known",
        _LOWER,
        tested=False,
    ),
    Metric(
        "requests",
        "requests a letter",
        "cost",
        Kind.MEAN,
        "requests",
        "letters",
        "requests sent, those that a cache answered included / letters read",
        _LOWER,
        tested=False,
    ),
    Metric(
        "input_tokens",
        "input tokens a letter",
        "cost",
        Kind.MEAN,
        "input_tokens",
        "letters",
        "tokens sent, those that the provider had cached included / letters read",
        _LOWER,
        tested=False,
    ),
    Metric(
        "output_tokens",
        "output tokens a letter",
        "cost",
        Kind.MEAN,
        "output_tokens",
        "letters",
        "tokens received / letters read whose tokens are known",
        _LOWER,
        tested=False,
    ),
    Metric(
        "seconds",
        "seconds a letter",
        "cost",
        Kind.MEAN,
        "seconds",
        "letters",
        "wall-clock seconds of the reading / letters that no cache answered",
        _LOWER,
        tested=False,
    ),
)
"""In the order of the table."""

BY_NAME: Final = {metric.name: metric for metric in METRICS}
"""The same by identifier."""


def metric_of(name: str) -> Metric:
    """The metric called ``name``; a name that is not in the catalog is a user's own score, a mean over letters."""
    own = Metric(name, name, "own", Kind.MEAN, name, "letters", "mean of the evaluator's score over letters")
    return BY_NAME.get(name, own)
