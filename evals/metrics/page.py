"""The page of all metrics, made from the catalog: ``python -m evals.metrics.page`` writes ``evals/METRICS.md``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from evals.alignment import LEAST_ALIKE
from evals.metrics import contradictions, stems
from evals.metrics.catalog import METRICS
from evals.metrics.measures import MEASURES
from evals.metrics.metric import Better, Kind, Metric
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS

PAGE: Final = Path(__file__).parents[1] / "METRICS.md"
"""Where the page stands."""
_BETTER: Final = {Better.HIGHER: "higher", Better.LOWER: "lower", Better.NEITHER: "neither"}
_INTERVALS: Final = {Kind.SHARE: "Wilson"}
_HEAD: Final = """\
# Metrics

Every figure of an evaluation run, made from `evals/metrics/catalog.py` by `python -m evals.metrics.page`. Each family
is one module of `evals/metrics` that counts, for each reading of each letter, three numbers a metric: **right**,
**labeled** and **read**. Counts are summed over letters and a value follows from the sums; nothing is averaged twice.

## Items are aligned first
"""
_ALIGNMENT: Final = """\
Items of a reading and of the label are assigned to each other one to one so that the sum of the token F1 of their
treatments (lower-cased words after folding) is the largest possible (`scipy.optimize.linear_sum_assignment`). A pair
below {least} counts nothing and is none. Where several assignments are equally good, as where a letter disputes the
same treatment twice, the one nearest to the expected places is taken: beside the nearest item whose treatment leaves
no choice, else the same index. Outcome and everything else that is scored decide nothing. So permuted items are found
again; of a heading that was split in two, one part is found and the other invented; of two that were merged, one is
found and the other missed; a duplicate is invented. Missed, invented and wrong outcome are counted apart.

A missed item is wrong in every field. An invented item adds what it has to what was read. A letter that failed counts
as read empty, all its labeled values missed and its absent ones wrong.

Where a model was asked, `judged_by_model` tells in how many readings it judged throughout. In the others the rules
judged all or some items in its place, so that the rest of the table is not the model's; a letter that failed counts
as not judged. Where no model was asked, it is not counted.
"""
_ERRORS: Final = """\
## What counts as an error

A run file keeps, for each letter, every field in which reading and label differ, with both values and the metrics it
is an error in. A missed item is `items[2]`, an item that only the reading has is `items[+0]`, and a field of the
proof `provenance[items[0].treatment]`.

Of these, an error that a **review flag** should catch is a value unlike the label's in items, case, verbatim fields
(after folding), citations or judgement. Key quotes are left out, since two good readers quote differently; so are
differences of white space alone, missing proof, summaries, and possible mistakes of fact, which are scored by
themselves. Flags name fields of the reading; they are compared in the label's order of items, an entry of a list as
its list. A missed or invented item is one wrong field. Flags on a whole letter or item, and on summaries and key
quotes, name no field that is compared. A letter that failed is neither flagged nor silently wrong and is not counted.
What flags are shares of is the run's own errors and the run's own flags, and not a number that the label sets: a run
that mends the errors it flagged has a lower recall, one without errors has none. So no metric of flags is tested.

A drug that is read on an item which the label gives none is an error in `drug_class`: its class is one too many in
micro and macro F1. Shares of drugs are of labeled ones, and do not count it.

A **possible mistake of fact** meets a labeled pair of passages where each of its places lies in, or holds, one side of
the pair, and both sides are touched. A passage lies in another where its whole words, after folding, stand together in
the other; they touch where the shorter has at least {words} words, one of them no function word, or both are equal. A
place that is empty or outside the letter is none, and a flag without places meets nothing. Pairs are matched one to
one, as many as possible. Letters are right where flag and label both have any. *Material* counts material flags
against material pairs alone. A letter in which nobody looked for contradictions is not counted.

**Evidence** is asked of every value that the reading has, but judgements. A value is proven where its provenance is
there, says verified, and names at least one place, all of them in the letter, in the value's own item or section where
a layout knows the letter with as many items, and with boxes where there are pages. Provenance of a value that the
reading does not have, as of an item that is not there, counts as one value that is not proven.
"""
_WORDS: Final = """\
## Words and characters

- *Folding* makes white space one space, spells out ligatures and reads a hyphen at a line's end as a hyphen. Nothing
  fuzzier makes two passages equal.
- *Spans* compare the evidence of treatments, portions of partly authorized requests and rationales with the labeled
  passage. Characters are counted without white space. Where the passage stands several times in the letter, the place
  that shares most with the evidence counts; without evidence all of it is missed.
- *Content words* are lower-cased words but for {function_words} function words (`function_words.txt`), each without
  its ending: the plural by Harman's S stemmer (1991), then `ing`, `ed` or `ly` where three letters with a vowel are
  left, a doubled consonant made one, then a last `e`. Figures stand for themselves.
- *Unsupported facts* are those that `summarizer.verify.facts` finds: numbers, dates, doses, drugs, sides, spinal levels
  and body parts that the letter does not state after formats are normalized.
- A case summary has at most {case} words, a rationale summary {rationale}.
"""
_STATISTICS: Final = """\
## Statistics in short

Items of one letter are not independent, so letters are what is resampled.

- *Wilson*: the score interval of a proportion at 95 %, its sample size divided by the design effect `1 + (m - 1) rho`
  of letters with several units: `m` is their mean size weighted by size, `rho` the correlation within a letter after
  Fleiss and Cuzick, drawn towards 0.4 where few errors were seen. It holds at the edges: 30 of 30 is 0.886 to 1.
  Simulated over letters of the gold set's sizes it covers 0.946 to 0.979; where whole letters of one size go wrong at
  a rate of one in twenty only 0.89. The 0.4 was chosen on such simulations, not derived.
- *Bootstrap*: 95 % percentile interval over seeded resamples of letters.
- Two runs over the same letters are compared by an exact McNemar test on the units that only one of them has right,
  a letter's units changing sides together (shares), else by a paired bootstrap. P-values are corrected after Holm over
  all metrics marked *tested*. What restates another metric, or hangs on the machine, is not tested.
- Every comparison prints the smallest difference that it would show with a power of 0.8 (*shown from*), from the units
  that changed sides; with fewer than six changed letters nothing can be shown, and it prints none.
- Letters that were read several times count all their readings; units are those of one. The scatter stands apart.
- A metric without anything to count has no value; it is never 0 or 1.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [
        f"{_HEAD}\n{_ALIGNMENT.format(least=LEAST_ALIKE)}",
        "## The metrics\n\nA value follows from the counts by its kind: "
        + "; ".join(f"*{kind.value}* {_formula(kind)}" for kind in Kind)
        + ".\n",
        *(_family(name, list(own)) for name, own in groupby(METRICS, lambda one: one.family)),
        "### own\n\nA number or boolean of a user's own Evaluator is a metric of its own: mean over the letters it was "
        "given for, higher is better, tested. Words (labels) are no scores and are left out.\n",
        _ERRORS.format(words=contradictions.LEAST_WORDS),
        _WORDS.format(
            function_words=len(stems.function_words()), case=CASE_SUMMARY_WORDS, rationale=RATIONALE_SUMMARY_WORDS
        ),
        _STATISTICS,
    ]
    return "\n".join(parts)


def _formula(kind: Kind) -> str:
    return {
        Kind.SHARE: "right / labeled, a proportion of units",
        Kind.F1: "2 right / (labeled + read)",
        Kind.PRECISION: "right / read",
        Kind.RECALL: "right / labeled",
        Kind.MEAN: "right / labeled, where right is a sum of amounts",
        Kind.MICRO_F1: "F1 over all classes together",
        Kind.MACRO_F1: "mean of the classes' F1",
    }[kind]


def _family(name: str, own: Sequence[Metric]) -> str:
    """One family: its module's first line, and a table."""
    module = inspect.getmodule(MEASURES[name])
    said = ((module and module.__doc__) or "").partition("\n")[0]
    return "\n".join([f"### {name}\n", f"{said}\n", *_table(own), ""])


def _table(own: Sequence[Metric]) -> Iterator[str]:
    yield "| metric | what it is | kind | unit | better | interval | tested |"
    yield "|---|---|---|---|---|---|---|"
    for one in own:
        interval = _INTERVALS.get(one.kind, "bootstrap")
        cells = (
            f"`{one.name}`",
            f"{one.title}: {one.formula}",
            one.kind.value.replace("_", " "),
            one.unit,
            _BETTER[one.better],
            interval,
            "yes" if one.tested else "no",
        )
        yield f"| {' | '.join(cells)} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
