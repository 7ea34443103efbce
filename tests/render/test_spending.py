"""Who judged a letter and what that cost."""

from __future__ import annotations

import pytest

from schemas import Determination, FieldProvenance, Origin, Status, Usage
from summarizer.document import Document
from summarizer.render import html, markdown, terminal
from summarizer.render.sheet import Sheet, sheet
from summarizer.render.spending import dollars, judged, tokens


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (None, "cost unknown"),
        (0.0, "$0.00"),
        (0.00003, "less than $0.0001"),
        (0.0021, "$0.0021"),
        (0.25, "$0.2500"),
        (1.0, "$1.00"),
        (1234.567, "$1,234.57"),
    ],
)
def test_dollars(cost: float | None, said: str) -> None:
    assert dollars(cost) == said


def test_tokens() -> None:
    assert tokens(1, 2310, 0, 240) == "1 request, 2,310 tokens in, 240 out"
    assert tokens(2, 2310, 1920, 240) == "2 requests, 2,310 tokens in (1,920 cached), 240 out"


def _read(*models: tuple[str | None, str | None], usage: Usage) -> Determination:
    """A determination with one field by each of these models and prompts, and one by the rules."""
    proof = {"case_number": FieldProvenance(origin=Origin.RULES, status=Status.VERIFIED)}
    for number, (model, prompt) in enumerate(models):
        proof[f"items[{number}].category"] = FieldProvenance(
            origin=Origin.MODEL, model=model, prompt=prompt, status=Status.CITED
        )
    return Determination(provenance=proof, usage=usage)


PAID = Usage(requests=1, input_tokens=2000, output_tokens=200, cost_usd=None, seconds=2.25)


@pytest.mark.parametrize(
    ("determination", "said"),
    [
        (Determination(), ""),
        (_read(usage=Usage(seconds=1)), "Judgment by rules"),
        (
            _read(("a", "read@v1"), ("a", "read@v1"), usage=PAID),
            "Judgment by a (read@v1): 1 request, 2,000 tokens in, 200 out, cost unknown, 2.2 s",
        ),
        (
            _read(("a", "read_outline@v1"), ("b", "read@v1"), usage=PAID),
            "Judgment by a, b (read_outline@v1, read@v1): 1 request, 2,000 tokens in, 200 out, cost unknown, 2.2 s",
        ),
        (
            _read(("a", "read@v1"), usage=Usage(seconds=0.016)),
            "Judgment by a (read@v1): from cache, nothing paid, 0.02 s",
        ),
        (
            _read(usage=PAID),
            "Judgment by rules; no answer of the model could be used: "
            "1 request, 2,000 tokens in, 200 out, cost unknown, 2.2 s",
        ),
    ],
)
def test_judged(determination: Determination, said: str) -> None:
    assert judged(determination) == said


def test_a_models_name_is_its_servers_word() -> None:
    said = judged(_read(("a\n# b \x1b[31m " + "c" * 500, None), usage=Usage()))
    assert said.isprintable()
    assert said.startswith("Judgment by a # b  [31m…: ")


def _formats(told: Sheet, determination: Determination, document: Document) -> list[str]:
    return [terminal.render(told, 200), markdown.render(told), html.render([(determination, document)])]


def test_every_format_says_it(bare: tuple[Determination, Document]) -> None:
    determination = bare[0].model_copy(update={"usage": PAID})
    shown = _formats(sheet(determination, bare[1]), determination, bare[1])
    assert all("no answer of the model could be used: 1 request, 2,000 tokens in" in text for text in shown)


def test_a_label_without_provenance_says_nothing(bare: tuple[Determination, Document]) -> None:
    assert not any("Judgment by" in text for text in _formats(sheet(*bare), *bare))
