"""The whole way through, from text to a proven Determination."""

import pytest

from schemas import Determination, Outcome, ReviewCode, Status, TextFrom
from summarizer import Summarizer, summarize
from summarizer.errors import EmptyInput, NotADetermination
from summarizer.folding import comparable
from summarizer.loading.source import Source
from tests.forms import LetterItem, letter
from tests.llm.asking import settings_for
from tests.llm.server import Step, serving
from tests.llm.sound import sound

PARTLY = LetterItem(
    heading=(
        "Massage 12 sessions for the low back was the original request. Massage 4 sessions for the low back was "
        "authorized by\nthe Claims Administrator. The remaining IMR eligible portion of the original request, Massage 8 "
        "sessions for the low\nback is"
    )
)


def test_a_letter_becomes_a_determination() -> None:
    read = summarize(text=letter(LetterItem(), PARTLY))
    assert read.case_number == "CM16-0900001"
    assert [item.treatment for item in read.items] == ["MRI of the lumbar spine", "Massage 8 sessions for the low back"]
    assert read.items[1].authorized_portion == "Massage 4 sessions for the low back"
    assert [item.outcome for item in read.items] == [Outcome.UPHELD, Outcome.UPHELD]
    assert read.document is not None
    assert read.document.text_from is TextFrom.PLAIN
    assert read.document.layout == "imr_form_2014"


def test_every_field_has_provenance_and_every_place_is_real() -> None:
    summary = Summarizer().read(Source.from_text(letter(LetterItem(), PARTLY)))
    read, text = summary.determination, summary.document.text
    assert read.provenance["items[1].treatment"].status is Status.VERIFIED
    for path, proof in read.provenance.items():
        assert proof.status is not Status.UNVERIFIED, path
        assert proof.evidence, path
        assert all(place.start < place.end <= len(text) for place in proof.evidence), path
    place = read.provenance["items[1].authorized_portion"].evidence[0]
    assert comparable(text[place.start : place.end]) == comparable("Massage 4 sessions for the low back")


def test_a_null_has_no_entry() -> None:
    read = summarize(text=letter(header=""))
    assert read.decision_date is None
    assert "decision_date" not in read.provenance


def test_round_trip_through_json() -> None:
    read = summarize(text=letter(LetterItem(), PARTLY))
    assert Determination.model_validate_json(read.model_dump_json()) == read


def test_two_readings_are_equal_though_their_seconds_differ() -> None:
    text = letter()
    assert summarize(text=text) == summarize(text=text)


def test_bytes_and_text_give_the_same() -> None:
    text = letter()
    one, other = summarize(text=text), summarize(data=text.encode())
    assert one.items == other.items
    assert one.provenance == other.provenance


def test_exactly_one_source() -> None:
    with pytest.raises(TypeError, match="exactly one"):
        summarize("letter.pdf", text="words")
    with pytest.raises(TypeError, match="exactly one"):
        summarize()


def test_not_a_determination() -> None:
    with pytest.raises(NotADetermination, match="check that this is"):
        summarize(text="Minutes of the garden club. All plants are well.")


def test_no_words() -> None:
    with pytest.raises(EmptyInput):
        summarize(text=" \n ")


def test_a_cut_letter_is_read_as_far_as_it_goes() -> None:
    text = letter(LetterItem(), LetterItem(heading="Cane"))
    read = summarize(text=text[: text.rindex("no red flag")])
    assert [item.treatment for item in read.items] == ["MRI of the lumbar spine", "Cane"]
    assert [flag.code for flag in read.review if flag.field == "items[1]"] == [ReviewCode.INCOMPLETE_ITEM]


def test_unknown_engine() -> None:
    with pytest.raises(ValueError, match="magic"):
        Summarizer("magic")


def test_a_submitted_letter_is_the_same_letter() -> None:
    source = Source.from_text(letter())
    submitted = Summarizer().submit(source)
    assert submitted.done()
    assert submitted.result().summary().determination == Summarizer().read(source).determination
    with pytest.raises(NotADetermination):
        Summarizer().submit(Source.from_text("Dear all, lunch is at noon."))


def test_letters_submitted_to_a_model_are_judged_side_by_side() -> None:
    sources = [Source.from_text(letter(LetterItem(heading=f"Brace {number}"))) for number in range(3)]
    with (
        serving(Step(answer=sound, delay=0.2)) as server,
        Summarizer("hybrid", model=settings_for(server.url)) as asked,
    ):
        submitted = [asked.submit(source) for source in sources]
        assert not any(one.done() for one in submitted)
        drafts = [one.result() for one in submitted]
        assert [draft.failure for draft in drafts] == [None] * 3
        assert server.most_under_way > 1
        assert asked.read(sources[0]).determination.items == drafts[0].summary().determination.items
