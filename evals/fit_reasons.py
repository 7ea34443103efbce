"""Fit the weights of the judgement: ``python -m evals.fit_reasons LABELS [--more FILE.jsonl ...] [--check]``.

``LABELS`` is a folder of gold labels; each line of a ``--more`` file is one labeled rationale, an object with
``treatment``, ``category``, ``outcome``, ``rationale``, ``primary_reason``, ``reasons`` and ``key_quotes``; each row
of a ``--sentences`` file is a ``reason`` and a ``sentence`` that gives it. Writes ``reasons_weights.toml`` and
``reason_words.txt`` into the vocabulary. ``--check`` prints how well rationales are judged that the fit has not seen,
and writes nothing; phrases that were written with these rationales in view flatter that figure.
Needs scikit-learn, from the ``dev`` extra.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

import summarizer.vocabulary
from evals.alignment import token_f1
from evals.gold import SET_ASIDE
from evals.metrics.tally import Tally, overlap
from schemas import Category, Outcome, Reason, TextFrom
from summarizer.document import Document, Span
from summarizer.folding import fold
from summarizer.rules.quotes import carrying, quote_features
from summarizer.rules.reasons import Weighing, judge_by, reason_features, weighing
from summarizer.rules.recitals import Statement, statements
from summarizer.vocabulary.phrases import Phrases
from summarizer.vocabulary.reason_words import ReasonWords
from summarizer.vocabulary.reasons import Cue, JudgementWeights, Topic, Weights, cue_entries

Array = NDArray[np.float64]
FOLDS: Final = 6
INNER_FOLDS: Final = 3
ROUNDS: Final = 2
"""How often the sentences of a rationale are shared out among its reasons anew."""
DROPPED: Final = ((None, 1), (0.4, 1), (0.6, 1), (0.8, 1))
"""Share of the cue phrases left out, and how often each rationale is then seen: unseen letters fire fewer of them."""
MODES: Final = {"words": 0.5, "quote": 0.3, "reason": 0.3, "primary": 0.4}
"""Inverse strength of regularization of each score."""
LEAST: Final = {"words": 0.12, "scores": 0.04}
"""Smaller weights are not written."""
GROWS: Final = (
    "strength",
    "key_strength",
    "relative_strength",
    "top_of_key",
    "total",
    "first_specific",
    "heard",
    "expected",
)
"""Features that can only speak for a reason."""
HEAD: Final = """\
# Weights of the judgement: how much each feature counts, read by summarizer/vocabulary/reasons.py.
# Source: written by evals/fit_reasons.py: logistic regressions (quote, reason) and a conditional one (primary) fitted
# to rationales labeled by the codebook, each seen with the whole vocabulary and with parts of it left out, so that no
# phrase weighs too much. Features are made in summarizer/rules/quotes.py (quote) and reasons.py (reason, primary).
"""
WORDS_HEAD: Final = """\
#! Words that lean a sentence toward a reason. Source: written by evals/fit_reasons.py: a logistic regression on the
#! sentences of rationales labeled by the codebook. The reasons in order, their scores before any word, then for each
#! feature the number of a reason and a weight. Features are made in summarizer/rules/recitals.py: stems, pairs of
#! neighboring stems, and with a - stems that are denied.
"""


@dataclass(frozen=True, slots=True)
class Labeled:
    """A rationale and how a reader judged it."""

    group: str
    """Rationales of one letter share it."""
    treatment: str
    """What was asked for."""
    category: Category
    """Its category."""
    outcome: Outcome
    """The outcome of the heading."""
    document: Document
    """The rationale as a document of its own."""
    reasons: tuple[Reason, ...]
    """The reasons, the primary one first."""
    key_quotes: tuple[str, ...]
    """The sentences that carry the decision, folded."""

    @property
    def whole(self) -> Span:
        """All of the rationale."""
        return Span(0, len(self.document.text))


def labeled(group: str, item: dict[str, object]) -> Labeled:
    """A label's item, or a line of a ``--more`` file."""
    reasons, quotes = item["reasons"], item["key_quotes"]
    if not isinstance(reasons, list) or not isinstance(quotes, list):
        raise TypeError(f"{group}: reasons and key_quotes must be lists")
    first = Reason(str(item["primary_reason"]))
    return Labeled(
        group,
        str(item["treatment"]),
        Category(str(item["category"])),
        Outcome(str(item["outcome"])),
        Document(text=str(item["rationale"]), pages=(), source=group, sha256="0", text_from=TextFrom.PLAIN),
        (first, *(Reason(code) for code in reasons if code != first)),
        tuple(fold(str(quote)) for quote in quotes),
    )


def read(labels: Path, more: Sequence[Path]) -> list[Labeled]:
    """Every labeled rationale, once; those of the letters set aside are left out."""
    found = []
    for path in sorted(labels.glob("*.json")):
        if path.stem.endswith(SET_ASIDE):
            continue
        found += [labeled(path.stem, item) for item in json.loads(path.read_text(encoding="utf-8"))["items"]]
    for path in more:
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [labeled(f"{path.stem}-{number}", json.loads(line)) for number, line in enumerate(lines)]
    once = {(each.group, each.document.text): each for each in found if each.document.text.strip()}
    return list(once.values())


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, the reasons that it may give, and how much it counts."""

    features: frozenset[str]
    """Its features."""
    reasons: tuple[Reason, ...]
    """The reasons of its rationale where it is a key quote, the primary one first."""
    counts: float
    """Its weight in the fit."""


@cache
def _stated(text: str, dropped: float | None, seed: int) -> tuple[Statement, ...]:
    return statements(text, Span(0, len(text)), _phrases(dropped, seed))


@cache
def _phrases(dropped: float | None, seed: int) -> Phrases[Cue]:
    """The vocabulary's cues with a share of those that give a reason left out."""
    chance = random.Random(seed)
    return Phrases(
        (phrase, cue, weight)
        for phrase, cue, weight in cue_entries()
        if dropped is None or not isinstance(cue, Topic | Reason) or chance.random() > dropped
    )


def _quoted(each: Labeled, statement: Statement) -> bool:
    sentence = fold(statement.span.of(each.document.text))
    return any(quote in sentence or sentence in quote for quote in each.key_quotes)


def counts(examples: Sequence[Labeled]) -> list[float]:
    """Weight of each rationale: letters with many items count less for each of them."""
    size = Counter(each.group for each in examples)
    return [size[each.group] ** -0.5 for each in examples]


def sentences_of(examples: Sequence[Labeled]) -> list[Sentence]:
    """The sentences of ``examples``."""
    found = []
    for each, count in zip(examples, counts(examples), strict=True):
        for statement in _stated(each.document.text, None, 0):
            reasons = each.reasons if _quoted(each, statement) else ()
            found.append(Sentence(frozenset(statement.wording.features()), reasons, count))
    return found


def read_sentences(path: Path) -> list[Sentence]:
    """The rows of a ``--sentences`` file; ``none`` marks a sentence that gives no reason."""
    found = []
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        reasons = () if row["reason"] == "none" else (Reason(row["reason"]),)
        for statement in _stated(row["sentence"], None, 0):
            found.append(Sentence(frozenset(statement.wording.features()), reasons, 1.0))
    return found


def fit_words(sentences: Sequence[Sentence]) -> ReasonWords:
    """Which words lean to which reason; a key quote is shared out among its rationale's reasons, again and again."""
    seen = Counter(feature for each in sentences for feature in each.features)
    names = sorted(feature for feature, count in seen.items() if count >= 3)
    number = {name: place for place, name in enumerate(names)}
    codes: tuple[Reason | None, ...] = (None, *Reason)
    shares = [{reason: 1.0 if place else 1.5 for place, reason in enumerate(each.reasons)} for each in sentences]
    for _ in range(ROUNDS):
        rows: list[int] = []
        columns: list[int] = []
        classes: list[int] = []
        weights: list[float] = []
        row = 0
        for each, share in zip(sentences, shares, strict=True):
            own = [number[feature] for feature in each.features if feature in number]
            whole = sum(share.values())
            parts: Mapping[Reason, float] | Mapping[None, float] = share or {None: 1.0}
            for code, part in parts.items():
                rows += [row] * len(own)
                columns += own
                classes.append(codes.index(code))
                weights.append(each.counts * (part / whole if whole else 1.0))
                row += 1
        matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(row, len(names)))
        model = LogisticRegression(C=MODES["words"], max_iter=60, tol=1e-3).fit(matrix, classes, sample_weight=weights)
        words = _as_words(model, names, codes)
        for each, share in zip(sentences, shares, strict=True):
            if len(share) > 1:
                said = words.shares(each.features)
                for place, reason in enumerate(each.reasons):
                    share[reason] = (said.get(reason, 0.0) + 0.03) * (1 if place else 1.5)
    return words


def _as_words(model: LogisticRegression, names: Sequence[str], codes: Sequence[Reason | None]) -> ReasonWords:
    kept = tuple(codes[place] for place in model.classes_)
    of = {}
    for name, column in zip(names, model.coef_.T, strict=True):
        weights = " ".join(f"{place}:{w:.2f}" for place, w in enumerate(column) if abs(w) >= LEAST["words"])
        if weights:
            of[name] = weights
    return ReasonWords(kept, [round(float(each), 2) for each in model.intercept_], of)


@dataclass(frozen=True, slots=True)
class Row:
    """One choice: features of what may be chosen."""

    features: dict[str, float]
    """Its features."""
    right: bool
    """Whether a reader chose it."""
    first: bool
    """Whether it is the primary reason."""
    choice: int
    """Rows with the same number stand against each other."""
    counts: float
    """Weight in the fit."""


def fit(examples: Sequence[Labeled], sentences: Sequence[Sentence]) -> JudgementWeights:
    """All weights; those of the reasons are fitted with words that were fitted to other rationales."""
    parts = folds(examples, INNER_FOLDS)
    words: dict[int, ReasonWords] = {}
    for part in parts:
        others = [each for each in examples if each not in part]
        own = fit_words([*sentences_of(others), *sentences])
        words |= {id(each): own for each in part}
    weight = dict(zip(map(id, examples), counts(examples), strict=True))
    cases: list[tuple[Labeled, Weighing]] = []
    for seed, (dropped, times) in enumerate(DROPPED):
        for each in examples:
            stated = _stated(each.document.text, dropped, seed)
            if stated:
                case = weighing(stated, each.outcome, each.treatment, each.category, words[id(each)])
                cases += [(each, case)] * times
    rows = [
        Row(features, _quoted(each, statement), False, 0, weight[id(each)])
        for each, case in cases
        for statement, features in zip(case.stated, quote_features(case.stated, case.given, case.leaning), strict=True)
    ]
    quote = _logistic(rows, MODES["quote"])
    rows = []
    for choice, (each, case) in enumerate(cases):
        carried = carrying(case.stated, case.given, case.leaning, quote)
        candidates = list(case.candidates(each.outcome).values())
        for reason, features in reason_features(case, candidates, carried).items():
            rows.append(Row(features, reason in each.reasons, reason is each.reasons[0], choice, weight[id(each)]))
    every = fit_words([*sentences_of(examples), *sentences])
    return JudgementWeights(quote, _logistic(rows, MODES["reason"]), _conditional(rows, MODES["primary"]), every)


def _matrix(rows: Sequence[Row]) -> tuple[Array, list[str]]:
    names = sorted({name for row in rows for name in row.features})
    number = {name: place for place, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)))
    for place, row in enumerate(rows):
        for name, value in row.features.items():
            matrix[place, number[name]] = value
    return matrix, names


def _logistic(rows: Sequence[Row], mode: float) -> Weights:
    matrix, names = _matrix(rows)
    share = 1 / sum(times for _, times in DROPPED)
    model = LogisticRegression(C=mode, max_iter=3000)
    model.fit(matrix, [row.right for row in rows], sample_weight=[row.counts * share for row in rows])
    return _as_weights(float(model.intercept_[0]), names, model.coef_[0])


def _conditional(rows: Sequence[Row], mode: float) -> Weights:
    """Weights under which the primary reason outdoes the other candidates of its rationale."""
    matrix, names = _matrix(rows)
    share = 1 / sum(times for _, times in DROPPED)
    places = defaultdict(list)
    for place, row in enumerate(rows):
        places[row.choice].append(place)
    choices = []
    for own in places.values():
        first = [number for number, place in enumerate(own) if rows[place].first]
        if first and len(own) > 1:
            choices.append((matrix[own], first[0], rows[own[0]].counts * share))

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros(len(weights))
        for features, first, count in choices:
            scores = features @ weights
            powers = np.exp(scores - scores.max())
            chances = powers / powers.sum()
            total -= count * float(np.log(chances[first] + 1e-12))
            slope -= count * (features[first] - chances @ features)
        return total + float(weights @ weights) / (2 * mode), slope + weights / mode

    bounds = [(0.0, None) if name in GROWS else (None, None) for name in names]
    return _as_weights(0.0, names, minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds).x)


def _as_weights(bias: float, names: Sequence[str], weights: Iterable[float]) -> Weights:
    kept = {name: round(float(w), 2) for name, w in zip(names, weights, strict=True) if abs(w) >= LEAST["scores"]}
    return Weights(round(bias, 2), kept)


def folds(examples: Sequence[Labeled], number: int) -> list[list[Labeled]]:
    """``examples`` in ``number`` parts; rationales of a letter stay together."""
    groups = sorted({each.group for each in examples})
    random.Random(7).shuffle(groups)
    part = {group: place % number for place, group in enumerate(groups)}
    return [[each for each in examples if part[each.group] == place] for place in range(number)]


def figures(examples: Sequence[Labeled], weights: Sequence[JudgementWeights]) -> str:
    """How well each of ``examples`` is judged by the weights beside it."""
    primary, quotes, reasons = 0, 0.0, Tally()
    for each, own in zip(examples, weights, strict=True):
        stated = _stated(each.document.text, None, 0)
        judged = judge_by(own, each.document, stated, each.outcome, each.treatment, each.category)
        read_reasons = [found.value for found in judged.reasons]
        primary += read_reasons[:1] == list(each.reasons[:1])
        reasons += overlap(each.reasons, read_reasons)
        quotes += token_f1(" ".join(each.key_quotes), " ".join(found.value for found in judged.key_quotes))
    size = len(examples)
    return f"{size} rationales: primary {primary / size:.3f} reasons F1 {reasons.f1:.3f} quotes {quotes / size:.3f}"


def check(examples: Sequence[Labeled], sentences: Sequence[Sentence]) -> None:
    """Print the figures of rationales that the fit has not seen, by where they come from."""
    weights: dict[int, JudgementWeights] = {}
    for part in folds(examples, FOLDS):
        own = fit([each for each in examples if each not in part], sentences)
        weights |= {id(each): own for each in part}
    sources = defaultdict(list)
    for each in examples:
        sources[each.group.split("-")[0] if each.group[:1].islower() else "labels"].append(each)
    for source, own_examples in sources.items():
        print(source, figures(own_examples, [weights[id(each)] for each in own_examples]), flush=True)


def write(weights: JudgementWeights) -> None:
    """Write the weights into the vocabulary."""
    folder = Path(summarizer.vocabulary.__file__).parent
    lines = [HEAD.rstrip()]
    for name, score in (("quote", weights.quote), ("reason", weights.reason), ("primary", weights.primary)):
        lines += ["", f"[{name}]", f"bias = {score.bias:.2f}"]
        lines += [f"{key} = {weight:.2f}" for key, weight in sorted(score.of.items())]
    (folder / "reasons_weights.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = weights.words
    lines = [WORDS_HEAD.rstrip()]
    lines += [" ".join(code or "none" for code in words.codes), " ".join(f"{bias:g}" for bias in words.bias)]
    lines += [f"{name} {own}" for name, own in sorted(words.of.items())]
    (folder / "reason_words.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments, fit, write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--more", type=Path, nargs="*", default=[])
    parser.add_argument("--sentences", type=Path, nargs="*", default=[])
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    examples = read(given.labels, given.more)
    sentences = [each for path in given.sentences for each in read_sentences(path)]
    if given.check:
        check(examples, sentences)
    else:
        write(fit(examples, sentences))


if __name__ == "__main__":
    main()
