"""Makes a forecast: lists what was named, reads a sample of it, and reckons up what all of it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from summarizer.backfill.forecast.copies import newness
from summarizer.backfill.forecast.figures import BATCH_PRICE, SECONDS_AN_ANSWER, Amount, Asked, Bound, Forecast
from summarizer.backfill.forecast.listed import Listed, opened
from summarizer.backfill.forecast.looking import Looked, look
from summarizer.backfill.forecast.ranges import count_of, part_of, total_of
from summarizer.backfill.inputs.listing import list_inputs
from summarizer.backfill.ledger.rows import Claim
from summarizer.backfill.run.reading import prepare
from summarizer.engine import Engine
from summarizer.isolation import run_isolated

if TYPE_CHECKING:
    from summarizer.backfill.forecast.listed import Known
    from summarizer.backfill.input import Input
    from summarizer.backfill.run.job import Job
    from summarizer.llm.plan import Estimate
    from summarizer.llm.settings import ModelSettings
    from summarizer.stages import Begun

SAMPLE: Final = 200
"""Letters that are read for a forecast, where nobody says how many."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is known of a letter of the sample."""

    looked: Looked
    """What reading it brought; without the letter itself."""
    outline: bool = False
    """Whether a model first has to say where its items are."""
    estimate: Estimate | None = None
    """What a model would be asked; ``None`` where none would."""


@dataclass(frozen=True, slots=True)
class _Sample:
    """Letters drawn at random."""

    drawn: Sequence[Input]
    """As they were listed."""
    letters: Sequence[_Letter]
    """What is known of each of them."""
    population: int
    """Letters that it was drawn from."""
    to_read: int
    """Of them, those that a run takes up."""
    new: Sequence[float] | None = None
    """How much of the first of them is new, see ``copies``; ``None``: not known."""

    def total(self, value: Callable[[_Letter], float]) -> Amount:
        """Sum of ``value`` over all letters that are read."""
        return total_of([value(letter) for letter in self.letters], self.population, self.to_read)

    def count(self, hits: int) -> Amount:
        """How many letters are like ``hits`` of the sample."""
        return count_of(hits, len(self.letters), self.population, self.to_read)

    def asked(self, value: Callable[[Estimate], float]) -> Amount:
        """Sum of ``value`` over all letters that a model is asked about: a copy of another one is not."""
        values = [0.0 if letter.estimate is None else value(letter.estimate) for letter in self.letters]
        if self.new is None:
            return total_of(values, self.population, self.to_read)
        if len(self.new) == len(values):
            weighted = [value * new for value, new in zip(values, self.new, strict=True)]
            return total_of(weighted, self.population, self.to_read)
        share = total_of(self.new, self.population, self.to_read).scaled(1 / self.to_read)
        return part_of(total_of(values, self.population, self.to_read), share)


def forecast(
    named: Sequence[str],
    job: Job,
    sample: int = SAMPLE,
    known: Known | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> Forecast:
    """What a run of ``job`` over the letters that are ``named`` will take; asks no model and needs no key.

    ``sample`` letters are read, the same ones in every run, in worker processes. ``known`` says which letters have an
    answer: of them nothing is expected. ``tell`` hears how far it is, in a few words.

    Raises:
        InputError, MissingExtra: as ``list_inputs``.
        ValueError: fewer than one letter to read.
    """
    if sample < 1:
        raise ValueError("at least one letter is read")
    prepare()
    with opened() as listed:
        listed.take(list_inputs(named), known, lambda taken: tell(f"{taken:,} letters listed"))
        drawn = listed.drawn(sample)
        letters = _read(drawn, job, tell)
        population = listed.letters - listed.done
        to_read = population if job.most is None else min(population, job.most)
        new: Sequence[float] | None = []
        if to_read:
            tell("looking for copies")
            hashes = [letter.looked.sha256 for letter in letters]
            new = newness(listed, drawn, hashes, job.limits, to_read / population)
        return _reckoned(listed, job, _Sample(drawn, letters, population, to_read, new or None))


def _read(drawn: Sequence[Input], job: Job, tell: Callable[[str], object]) -> list[_Letter]:
    """The letters of the sample, read in worker processes."""
    counted = frozenset(number for number, one in enumerate(drawn) if one.size is None)
    claims = (Claim(number, one.address) for number, one in enumerate(drawn))
    reading = partial(look, job.engine, job.limits, counted)
    letters: dict[int, _Letter] = {}
    with closing(run_isolated(reading, claims, job.workers, in_order=False, longest=job.longest)) as read:
        for claim, looked in read:
            found = looked if isinstance(looked, Looked) else Looked(None, 0.0, failure=looked.code)
            letters[claim.work] = _letter(job, found)
            tell(f"{len(letters):,} of {len(drawn):,} letters of the sample read")
    return [letters[number] for number in range(len(drawn))]


def _letter(job: Job, looked: Looked) -> _Letter:
    begun = looked.begun
    if begun is None:
        return _Letter(looked)
    return _Letter(replace(looked, begun=None), begun.needs_outline, _estimate(job, begun))


def _estimate(job: Job, begun: Begun) -> Estimate:
    # Here, because it is needed only where a model is to be asked, and may be imported while letters are read.
    from summarizer.pipeline import Summarizer

    return Summarizer(job.engine, job.limits, model=job.settings).estimate(begun)


def _reckoned(listed: Listed, job: Job, sample: _Sample) -> Forecast:
    """What the sample says about all letters."""
    workers = max(1, min(job.workers, sample.to_read))
    codes = Counter(letter.looked.failure for letter in sample.letters if letter.looked.failure)
    return Forecast(
        engine=job.engine,
        letters=listed.letters,
        done=listed.done,
        to_read=sample.to_read,
        sampled=len(sample.letters),
        workers=workers,
        bytes=_bytes(listed.bytes_to_read, sample),
        copies=_copies(sample),
        copies_from=len(sample.new or ()),
        unreadable={code: sample.count(hits) for code, hits in sorted(codes.items())},
        reading_seconds=sample.total(lambda letter: letter.looked.seconds).scaled(1 / workers),
        asked=None if job.engine is Engine.RULES else _asked(job, sample),
    )


def _bytes(listed: int | None, sample: _Sample) -> Amount:
    """Their size: as it was listed, else as the sample has it."""
    if listed is not None and sample.to_read == sample.population:
        return Amount.exactly(listed)
    sizes = [one.size or letter.looked.size or 0 for one, letter in zip(sample.drawn, sample.letters, strict=True)]
    return total_of(sizes, sample.population, sample.to_read)


def _copies(sample: _Sample) -> Amount | None:
    if not sample.to_read:
        return Amount.exactly(0.0)
    if sample.new is None:
        return None
    return total_of([1 - new for new in sample.new], sample.population, sample.to_read)


def _asked(job: Job, sample: _Sample) -> Asked:
    """What the model would be asked."""
    from summarizer.llm.settings import shown_server

    assert job.settings is not None
    cost = _dollars(sample, lambda one: one.cost_usd)
    outlines = sum(letter.outline for letter in sample.letters)
    seconds, bound = _seconds(job.settings, sample)
    return Asked(
        model=job.settings.model,
        server=shown_server(job.settings),
        outlines=sample.count(outlines) if sample.letters else Amount.exactly(0.0),
        requests=sample.asked(lambda one: one.requests),
        input_tokens=sample.asked(lambda one: one.input_tokens),
        output_tokens=sample.asked(lambda one: one.output_tokens),
        cost_usd=cost,
        cached_cost_usd=_dollars(sample, lambda one: one.cached_cost_usd),
        batch_cost_usd=None if cost is None else cost.scaled(BATCH_PRICE),
        batch_rounds=2 if outlines else 1,
        seconds=seconds,
        bound=bound,
        concurrency=job.settings.concurrency,
        max_cost_usd=job.settings.max_cost_usd,
    )


def _dollars(sample: _Sample, price: Callable[[Estimate], float | None]) -> Amount | None:
    """Sum of a price; ``None`` where it is not known."""
    prices = [price(letter.estimate) for letter in sample.letters if letter.estimate is not None]
    return None if None in prices or not prices else sample.asked(lambda one: price(one) or 0.0)


def _seconds(settings: ModelSettings, sample: _Sample) -> tuple[Amount, Bound]:
    """How long the requests take, and which of the limits that comes from."""
    requests = sample.asked(lambda one: one.requests)
    ways = {Bound.CONCURRENCY: requests.scaled(SECONDS_AN_ANSWER / settings.concurrency)}
    if settings.requests_per_minute is not None:
        ways[Bound.REQUESTS] = requests.scaled(60 / settings.requests_per_minute)
    if settings.tokens_per_minute is not None:
        tokens = sample.asked(lambda one: one.input_tokens + one.output_tokens)
        ways[Bound.TOKENS] = tokens.scaled(60 / settings.tokens_per_minute)
    bound = max(ways, key=lambda way: ways[way].expected)
    return ways[bound], bound
