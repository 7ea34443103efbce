"""The bars over the real letters, where they are at hand."""

from pathlib import Path

import pytest

from evals.bars import BARS, figure, score
from evals.gold import load_gold
from evals.metrics.tally import Tally

SHARED = Path(__file__).resolve().parents[3] / "shared"

pytestmark = pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the real letters are not at hand")


@pytest.fixture(scope="module")
def scores() -> dict[str, Tally]:
    return score(load_gold(SHARED / "gold", SHARED / "determinations", SHARED / "contradictions"))


@pytest.mark.parametrize(("name", "bar"), [(name, bar) for name, bar in BARS.items() if bar is not None])
def test_bar(name: str, bar: float, scores: dict[str, Tally]) -> None:
    found = figure(name, scores)
    assert found is not None
    assert found[0] >= bar
