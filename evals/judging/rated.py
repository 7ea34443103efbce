"""Summaries rated by hand, and how far a judge agrees with them: what its scores are worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.errors import GoldError
from evals.gold import GOLDSET, dotted
from evals.statistics import kappa as cohen
from schemas.summary_rating import SCALE, Rating, SummaryRating

RATED: Final = GOLDSET / "rated_summaries.jsonl"
"""Summaries rated by hand, one JSON object a line."""
FAITHFULNESS, COVERAGE = "judge_faithfulness", "judge_coverage"
"""Names of a judge's scores in a run."""
LEAST_KAPPA: Final = 0.6
"""Agreement with the ratings by hand, on each of the two scales, from which on a judge may gate."""
_CLASSES: Final = tuple(map(str, SCALE))
_UNRATED: Final = "none"


class HandRated(BaseModel):
    """A summary of a gold letter, written for this and rated by a reader."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    letter: str
    """File stem of the letter."""
    field: Annotated[str, Field(pattern=r"^(case_summary|items\[\d+\]\.rationale_summary)$")]
    """What it summarizes: ``case_summary`` or ``items[0].rationale_summary``, items as in the letter's label."""
    summary: Annotated[str, Field(min_length=1)]
    """Its words."""
    faithfulness: Rating
    """As ``SummaryRating.faithfulness``."""
    coverage: Rating
    """As ``SummaryRating.coverage``."""
    note: str
    """Why it is rated so."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a judge agrees with the ratings made by hand."""

    faithfulness: cohen.Agreement
    """Over all summaries rated by hand; one that the judge left without a rating is a disagreement."""
    coverage: cohen.Agreement
    """Likewise."""
    quadratic_faithfulness: float | None
    """Kappa where 3 against 1 counts four times as much as 3 against 2; over the summaries that the judge rated."""
    quadratic_coverage: float | None
    """Likewise."""
    unrated: int
    """Summaries that the judge left without a rating."""
    prompt: str
    """Prompt that it was asked by."""
    model: str
    """Model that was asked."""

    def __str__(self) -> str:
        """What to print beside every score of this judge."""
        scales = "; ".join(
            f"{name} kappa {_told(found.kappa)}{_between(found)} (quadratic {_told(quadratic)})"
            for name, found, quadratic in (
                ("faithfulness", self.faithfulness, self.quadratic_faithfulness),
                ("coverage", self.coverage, self.quadratic_coverage),
            )
        )
        left = f", {self.unrated} of them left unrated" if self.unrated else ""
        verdict = "may gate" if may_gate(self) else f"never gates, as a kappa is below {LEAST_KAPPA:g}"
        summaries = f"{self.faithfulness.units} summaries rated by hand{left}"
        return f"judge {self.model}, {self.prompt}: {scales}; over {summaries}; {verdict}"

    def values(self) -> dict[str, float | str]:
        """The same for ``Run.judge``; a kappa that cannot be told is ``"undefined"``."""
        found = {
            "kappa_faithfulness": self.faithfulness.kappa,
            "kappa_coverage": self.coverage.kappa,
            "quadratic_kappa_faithfulness": self.quadratic_faithfulness,
            "quadratic_kappa_coverage": self.quadratic_coverage,
        }
        told: dict[str, float | str] = {"prompt": self.prompt, "model": self.model, "agreement": str(self)}
        told |= {name: "undefined" if value is None else value for name, value in found.items()}
        return told | {"rated_by_hand": float(self.faithfulness.units), "left_unrated": float(self.unrated)}


def load_rated(path: Path = RATED) -> tuple[HandRated, ...]:
    """The summaries rated by hand, in the order of the file. Raises ``GoldError`` naming the line and its field."""
    try:
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except UnicodeDecodeError:
        raise GoldError(str(path), None, "is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise GoldError(
            str(path), None, f"cannot be read ({error.strerror})", "name a file of rated summaries"
        ) from None
    rated = []
    for number, line in enumerate(lines, 1):
        try:
            rated.append(HandRated.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = f"line {number}: {dotted(first['loc'])}".removesuffix(": ")
            raise GoldError(str(path), place, first["msg"], "mend or remove the line") from None
    return tuple(rated)


def agreement_of(
    rated: Sequence[HandRated], ratings: Sequence[SummaryRating | None], prompt: str, model: str
) -> Agreement:
    """Compare ratings by hand with the judge's, in the same order. Raises ``ValueError`` where there are none."""
    pairs = list(zip(rated, ratings, strict=True))
    if not pairs:
        raise ValueError("no summary is rated by hand")
    faithfulness, quadratic_faithfulness = _of_scale(pairs, "faithfulness")
    coverage, quadratic_coverage = _of_scale(pairs, "coverage")
    unrated = sum(rating is None for rating in ratings)
    return Agreement(
        faithfulness, coverage, quadratic_faithfulness, quadratic_coverage, unrated, prompt=prompt, model=model
    )


def may_gate(agreement: Agreement) -> bool:
    """Whether scores of this judge may decide anything: both kappas are known and at least ``LEAST_KAPPA``."""
    kappas = (agreement.faithfulness.kappa, agreement.coverage.kappa)
    return all(kappa is not None and kappa >= LEAST_KAPPA for kappa in kappas)


def _of_scale(
    pairs: Sequence[tuple[HandRated, SummaryRating | None]], scale: str
) -> tuple[cohen.Agreement, float | None]:
    """Agreement on one scale over all pairs, and quadratic kappa over those that the judge rated."""
    letters: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for hand, rating in pairs:
        given = _UNRATED if rating is None else str(getattr(rating, scale))
        letters[hand.letter].append((str(getattr(hand, scale)), given))
    found = cohen.agreement(tuple(letters.values()), (*_CLASSES, _UNRATED))
    assert found is not None
    both = [pair for every in letters.values() for pair in every if pair[1] != _UNRATED]
    return found, cohen.kappa(both, _CLASSES, quadratic=True)


def _told(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def _between(found: cohen.Agreement) -> str:
    return "" if found.interval is None else f" [{found.interval.low:.2f}, {found.interval.high:.2f}]"
