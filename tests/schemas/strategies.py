"""Hypothesis strategies for every part of a Determination, by hand so that each field is really varied."""

from __future__ import annotations

from hypothesis import strategies as st

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
    MistakeKind,
    Origin,
    Outcome,
    Priority,
    Reason,
    ReviewCode,
    Reviewer,
    ReviewFlag,
    Sex,
    Status,
    TextFrom,
    Usage,
)

words = st.text(max_size=12)
maybe_words = st.none() | words
counts = st.integers(min_value=0, max_value=10**9)
amounts = st.floats(min_value=0, max_value=1e6, allow_nan=False)


def some(of: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(of, max_size=2).map(tuple)


boxes = st.tuples(amounts, amounts, amounts, amounts)
evidence = st.builds(
    Evidence, start=counts, end=counts, page=st.none() | st.integers(min_value=1, max_value=400), boxes=some(boxes)
)
provenance = st.builds(
    FieldProvenance,
    origin=st.sampled_from(Origin),
    model=maybe_words,
    prompt=maybe_words,
    status=st.sampled_from(Status),
    evidence=some(evidence),
)
flags = st.builds(
    ReviewFlag,
    code=st.sampled_from(ReviewCode),
    field=maybe_words,
    message=words,
    evidence=some(evidence),
    kind=st.none() | st.sampled_from(MistakeKind),
    material=st.none() | st.booleans(),
)
citations = st.builds(
    Citation,
    source=st.sampled_from(CitationSource),
    title=words,
    year=st.none() | st.integers(min_value=1900, max_value=2100),
    sections=maybe_words,
    pages=maybe_words,
)
medications = st.builds(
    Medication,
    name=words,
    strength=maybe_words,
    quantity=st.none() | counts | amounts,
    drug_class=st.sampled_from(DrugClass),
)
items = st.builds(
    Item,
    treatment=words,
    original_request=maybe_words,
    authorized_portion=maybe_words,
    outcome=st.sampled_from(Outcome),
    category=st.sampled_from(Category),
    medication=st.none() | medications,
    claims_administrator_guidelines=some(citations),
    reviewer_guidelines=some(citations),
    primary_reason=st.none() | st.sampled_from(Reason),
    reasons=some(st.sampled_from(Reason)),
    rationale=maybe_words,
    rationale_summary=maybe_words,
    key_quotes=some(words),
)
usages = st.builds(
    Usage,
    requests=counts,
    input_tokens=counts,
    cached_input_tokens=counts,
    output_tokens=counts,
    cost_usd=st.none() | amounts,
    seconds=amounts,
)
documents = st.builds(
    DocumentInfo,
    source=words,
    sha256=words,
    pages=st.none() | counts,
    layout=maybe_words,
    text_from=st.sampled_from(TextFrom),
)
determinations = st.builds(
    Determination,
    schema_version=words,
    case_number=maybe_words,
    date_assigned=st.none() | st.dates(),
    date_of_injury=st.none() | st.dates(),
    decision_date=st.none() | st.dates(),
    ur_denial_date=st.none() | st.dates(),
    application_received=st.none() | st.dates(),
    priority=st.none() | st.sampled_from(Priority),
    reviewer=st.builds(Reviewer, licensure_states=some(words), specialties=some(words)),
    injured_worker=st.builds(
        InjuredWorker,
        age=st.none() | st.integers(min_value=0, max_value=120),
        sex=st.none() | st.sampled_from(Sex),
    ),
    diagnoses=some(words),
    case_summary=maybe_words,
    items=some(items),
    document=st.none() | documents,
    provenance=st.dictionaries(words, provenance, max_size=2),
    review=some(flags),
    usage=usages,
)
