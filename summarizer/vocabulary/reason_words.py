"""Words that lean a sentence toward a reason, where no phrase of the vocabulary is found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import exp
from struct import unpack
from typing import Final

from schemas import Reason

_STEM = 6
"""Letters of a word that count."""


def stems(words: Iterable[str]) -> list[str]:
    """The beginning of each of ``words`` that its forms share; any number is ``#``."""
    return ["#" if word[0].isdigit() else word[:_STEM] for word in words]


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
        written = filter(None, map(self.of.get, features))
        total = sum(map(_packed_as_written, written), _packed_scores(tuple(self.bias)))
        lanes = unpack(f"<{len(self.codes)}I", total.to_bytes(_LANE // 8 * len(self.codes), "little"))
        powers = [exp((lane - _MIDDLE) / _UNIT) for lane in lanes]
        whole = sum(powers)
        least = whole / 50
        return {code: power / whole for code, power in zip(self.codes, powers, strict=True) if power > least and code}


_LANE: Final = 32
"""Bits of a score in a packed number.

All scores of a sentence are added up as one integer, with a lane for each, which takes some 60 % of the
instructions of adding the weights of its thirty known features to a list one by one.
"""
_MIDDLE: Final = 1 << (_LANE - 1)
"""Where a lane stands for 0, so that no lane borrows from the next."""
_UNIT: Final = 10**6
"""What a lane counts for 1."""


@lru_cache(maxsize=16)
def _packed_scores(scores: tuple[float, ...]) -> int:
    """``scores`` in lanes, each from the lane's middle; adding weights keeps them apart."""
    return sum((_MIDDLE + round(score * _UNIT)) << (_LANE * number) for number, score in enumerate(scores))


@cache
def _packed_as_written(written: str) -> int:
    """Weights as a line of the file gives them, each in the lane of its number."""
    weights = (each.partition(":") for each in written.split())
    return sum(round(float(weight) * _UNIT) << (_LANE * int(number)) for number, _, weight in weights)


@cache
def reason_words() -> ReasonWords:
    """The scores, read once from ``reason_words.txt``."""
    lines = (files("summarizer.vocabulary") / "reason_words.txt").read_text(encoding="utf-8").splitlines()
    named, bias, *rest = (line for line in lines if not line.startswith("#!"))
    codes = tuple(None if name == "none" else Reason(name) for name in named.split())
    of = {feature: weights for feature, _, weights in (line.partition(" ") for line in rest)}
    return ReasonWords(codes, [float(each) for each in bias.split()], of)
