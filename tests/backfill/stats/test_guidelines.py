from __future__ import annotations

import pytest

from schemas import CitationSource
from summarizer.backfill.stats.facts import CitationFacts
from summarizer.backfill.stats.guidelines import families, family_of
from summarizer.backfill.stats.most_cited import MostCited


@pytest.mark.parametrize(
    ("source", "title", "family"),
    [
        (CitationSource.MTUS, "Knee Complaints", "MTUS"),
        (CitationSource.MTUS, "ODG in MTUS", "MTUS"),
        (CitationSource.NON_MTUS, "Official Disability  Guidelines, Knee", "ODG"),
        (CitationSource.OTHER, "ODG: Knee", "ODG"),
        (CitationSource.OTHER, "Godgiven Medicine", "other works"),
        (CitationSource.OTHER, "ACOEM 2011, as quoted in ODG", "ODG"),
        (CitationSource.NON_MTUS, "Physicians’ Desk Reference", "Physicians' Desk Reference"),
        (CitationSource.OTHER, "Rückenschmerz", "other works"),
    ],
)
def test_each_citation_has_one_family(source: CitationSource, title: str, family: str) -> None:
    assert family_of(CitationFacts(source, title)) == family
    assert family in families()


def test_titles_are_counted_whatever_their_case_and_spacing() -> None:
    held = MostCited()
    for title in ("Knee  Complaints", "knee complaints.", "Back", "KNEE\nCOMPLAINTS"):
        held.add(title)
    assert held.first(5) == [("Knee Complaints", 3), ("Back", 1)]
    assert held.first(1) == [("Knee Complaints", 3)]
    assert held.short_by == 0


def test_frequent_titles_survive_a_flood_in_bounded_memory() -> None:
    held = MostCited(most=10)
    for at in range(3000):
        held.add(f"title of its own {at}")
        if at % 3 == 0:
            held.add("often")
    ((title, count),) = held.first(1)
    assert title == "often"
    assert 1000 - held.short_by <= count <= 1000
    assert 0 < held.short_by <= 4000 / 10
    assert len(held.first(10_000)) <= 20
