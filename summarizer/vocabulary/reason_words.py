"""Words that lean a sentence toward a reason, where no phrase of the vocabulary is found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from schemas import Reason

_STEM = 6
"""Letters of a word that count."""


def stem(word: str) -> str:
    """The beginning of ``word`` that its forms share; any number is ``#``."""
    return "#" if word[0].isdigit() else word[:_STEM]


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """A linear score for each reason that a sentence may give, and for none."""

    codes: tuple[Reason | None, ...]
    """The reasons, and ``None`` for a sentence that gives none."""
    bias: Sequence[float]
    """Score of each of ``codes`` before any word."""
    of: Mapping[str, str]
    """What each feature adds to the score of which of ``codes``, as written: ``3:0.5 7:-0.2``; read when asked for."""

    def shares(self, features: Iterable[str]) -> dict[Reason, float]:
        """How likely a sentence with ``features`` gives each reason; what is missing to 1 is for none."""
        scores = list(self.bias)
        of = self.of
        for feature in features:
            written = of.get(feature)
            if written is not None:
                for number, weight in _weights(written):
                    scores[number] += weight
        powers = [exp(score) for score in scores]
        whole = sum(powers)
        return {
            code: power / whole for code, power in zip(self.codes, powers, strict=True) if code and power > whole / 50
        }


@cache
def _weights(written: str) -> tuple[tuple[int, float], ...]:
    return tuple(
        (int(number), float(weight)) for number, _, weight in (each.partition(":") for each in written.split())
    )


@cache
def reason_words() -> ReasonWords:
    """The scores, read once from ``reason_words.txt``."""
    lines = (files("summarizer.vocabulary") / "reason_words.txt").read_text(encoding="utf-8").splitlines()
    named, bias, *rest = (line for line in lines if not line.startswith("#!"))
    codes = tuple(None if name == "none" else Reason(name) for name in named.split())
    of = {feature: weights for feature, _, weights in (line.partition(" ") for line in rest)}
    return ReasonWords(codes, [float(each) for each in bias.split()], of)
