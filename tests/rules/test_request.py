"""Headings of items, partly authorized ones in every wording."""

import pytest

from summarizer.rules.request import request_of
from tests.forms import document, whole

ASKED, GIVEN, LEFT = "Massage 12 sessions, low back", "Massage 4 sessions", "Massage 8 sessions"


def parts(heading: str) -> tuple[str, str | None, str | None]:
    request = request_of(document(heading), whole(heading))
    for found in (request.treatment, request.original_request, request.authorized_portion):
        assert found is None or " ".join(found.spans[0].of(heading).split()) == found.value
    return (
        request.treatment.value,
        request.original_request and request.original_request.value,
        request.authorized_portion and request.authorized_portion.value,
    )


@pytest.mark.parametrize("closing", [" is", "", " is:"])
@pytest.mark.parametrize("space", [" ", "\n"])
def test_passive_wording(closing: str, space: str) -> None:
    heading = (
        f"{ASKED} was the original request. {GIVEN} was authorized by the Claims Administrator. "
        f"The remaining IMR eligible portion of the original request, {LEFT}{closing}"
    ).replace(" ", space)
    assert parts(heading) == (LEFT, ASKED, GIVEN)


@pytest.mark.parametrize("closing", [" is", ""])
def test_administrator_authorized_something_else(closing: str) -> None:
    heading = (
        f"{ASKED} was the original request. The Claims Administrator authorized 2 sessions of acupuncture, leaving "
        f"the original request IMR eligible. The original request, {ASKED}{closing}"
    )
    assert parts(heading) == (ASKED, ASKED, "2 sessions of acupuncture")


@pytest.mark.parametrize("space", [" ", "\n"])
def test_what_was_asked_stands_in_the_last_sentence_alone(space: str) -> None:
    heading = (
        f"The Claims Administrator authorized {GIVEN}, leaving the original request IMR eligible. The original request, "
        f"{ASKED} is"
    ).replace(" ", space)
    assert parts(heading) == (ASKED, ASKED, GIVEN)


def test_plain_heading_is_the_treatment() -> None:
    assert parts("Retrospective: Cane (DOS 1/2/16):") == ("Retrospective: Cane (DOS 1/2/16)", None, None)


def test_a_plain_heading_may_end_in_is() -> None:
    assert parts("Massage for chronic tendinitis") == ("Massage for chronic tendinitis", None, None)


def test_a_stop_inside_the_portion() -> None:
    heading = (
        "Norco 7.5/325 mg no. 90 was the original request. Norco 7.5/325 mg no. 60 was authorized by the Claims "
        "Administrator. The remaining IMR eligible portion of the original request, Norco 7.5/325 mg no. 30 is"
    )
    assert parts(heading) == ("Norco 7.5/325 mg no. 30", "Norco 7.5/325 mg no. 90", "Norco 7.5/325 mg no. 60")


def test_remainder_sentence_missing() -> None:
    assert parts(f"{ASKED} was the original request. {GIVEN} was authorized by the Claims Administrator.") == (
        ASKED,
        ASKED,
        GIVEN,
    )
