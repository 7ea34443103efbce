"""The whole way of a letter past a real model, played back from ``cassettes`` with the network blocked.

``make cassettes`` records them anew against the model that ``make local-model`` serves.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from vcr.cassette import Cassette

from evals.local_model import MODEL, WINDOW
from schemas import Determination, Origin, ReviewCode, Status
from summarizer import Summarizer, summarize
from summarizer.errors import AnswerUnusable, ModelUnreachable
from summarizer.llm.settings import NO_KEY, ModelSettings, Shape, Timeouts
from summarizer.loading.source import Source
from summarizer.pipeline import Summary
from tests.llm.local_letters import ANKLE, PLAIN, printed
from tests.llm.recordings import BASE_URL, NEUTRAL

CASSETTES = Path(__file__).parent / "cassettes"
STALE = "what is sent differs from what was recorded: run `make cassettes` and commit the new files"


def read(letter: str, reasks: int = 2) -> Summary:
    """``letter`` read by the model; room for an answer is short because this model rambles on."""
    settings = ModelSettings(
        model=MODEL,
        base_url=BASE_URL,
        api_key=NO_KEY,
        shape=Shape.TOOLS,
        temperature=0.0,
        window_tokens=WINDOW,
        max_output_tokens=400,
        max_attempts=1,
        max_reasks=reasks,
        timeouts=Timeouts(silence=300, attempt=300),
    )
    with Summarizer("hybrid", model=settings) as summarizer:
        return summarizer.read(Source.from_text(letter))


def check_fresh(summary: Summary, cassette: Cassette) -> None:
    """A request that is not in the cassette looks like a server that is not there."""
    assert not isinstance(summary.failure, ModelUnreachable), STALE
    assert cassette.all_played or cassette.dirty, STALE


@pytest.mark.vcr
@pytest.mark.timeout(900)
def test_an_answer_that_holds_becomes_the_judgement(vcr: Cassette) -> None:
    summary = read(ANKLE)
    check_fresh(summary, vcr)
    assert summary.failure is None
    determination, rules = summary.determination, summarize(text=ANKLE)
    assert printed(determination) == printed(rules)
    for path in ("case_summary", "items[0].category", "items[0].reasons[0]", "items[0].rationale_summary"):
        told = determination.provenance[path]
        assert (told.origin, told.model, told.prompt) == (Origin.MODEL, MODEL, "read_determination@v1"), path
    assert determination.provenance["items[0].primary_reason"].status is Status.CITED
    for path, told in determination.provenance.items():
        # What the model says by number is quoted from the letter, never from its answer.
        if path.startswith("items[0].key_quotes["):
            assert told.status is Status.VERIFIED
    assert determination.items[0].key_quotes


@pytest.mark.vcr
@pytest.mark.timeout(900)
def test_answers_that_never_hold_leave_the_rules_judgement_flagged(vcr: Cassette) -> None:
    summary = read(PLAIN, reasks=1)
    check_fresh(summary, vcr)
    assert isinstance(summary.failure, AnswerUnusable)
    determination, rules = summary.determination, summarize(text=PLAIN)
    assert judgement(determination) == judgement(rules)
    assert {told.origin for told in determination.provenance.values()} == {Origin.RULES}
    assert [flag.field for flag in determination.review if flag.code is ReviewCode.MODEL_FAILED] == [
        "items[0].primary_reason"
    ]
    usage = determination.usage
    assert (usage.requests, usage.cost_usd) == (2, None)
    assert usage.input_tokens == sum(sent(vcr)), "each attempt counts"


def judgement(determination: Determination) -> dict[str, object]:
    """All that a letter says and what is judged of it."""
    return determination.model_dump(exclude={"review", "usage"})


def sent(cassette: Cassette) -> list[int]:
    """Tokens of each recorded request, as the server counted them."""
    return [yaml.safe_load(answer["body"]["string"])["usage"]["prompt_tokens"] for answer in cassette.responses]


@pytest.mark.vcr(record_mode="none")
@pytest.mark.default_cassette("test_answers_that_never_hold_leave_the_rules_judgement_flagged")
def test_a_changed_request_is_not_played_back() -> None:
    assert isinstance(read(PLAIN.replace("sciatica", "sciatic pain"), reasks=1).failure, ModelUnreachable)


def recorded() -> list[Path]:
    return sorted(CASSETTES.rglob("*.yaml"))


def test_every_cassette_is_of_a_test() -> None:
    tests = {name for name, value in globals().items() if name.startswith("test_") and callable(value)}
    assert {path.stem for path in recorded()} <= tests
    assert len(recorded()) == 2


@pytest.mark.parametrize("path", recorded(), ids=lambda path: path.stem)
def test_no_cassette_tells_of_a_key_an_address_or_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = re.findall(r"(?i)authorization:|api[-_]key|bearer|\bsk-|localhost|127\.0\.0\.1|\[::1\]|user-agent", text)
    places = re.findall(r"(?<![\w./:<])/(?:\w[\w.-]*/)+[\w.-]+|\b[A-Z]:\\", text)
    assert (told, places) == ([], [])
    addresses = set(re.findall(r"https?://[^\s\"')]*", text))
    assert {each for each in addresses if "errors.pydantic.dev" not in each} == {f"{NEUTRAL}/chat/completions"}
    for each in yaml.safe_load(text)["interactions"]:
        assert set(each["request"]["headers"]) | set(each["response"]["headers"]) == {"content-type"}
