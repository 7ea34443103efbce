"""The sheet beside its letter: one inert file, every highlight on its words."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from syrupy.assertion import SnapshotAssertion

from schemas import Determination, Evidence, FieldProvenance, Origin, ReviewCode, ReviewFlag, Status, TextFrom
from summarizer.document import Document, Page
from summarizer.render import html
from summarizer.render.passages import numbered, pages
from summarizer.render.sheet import Place

HOSTILE = "<script>alert(1)</script> <!-- </style></div> &lt;b&gt; \u2028 \"' onclick={{7*7}} {% raw %} 🥖 upheld"


class _Reader(HTMLParser):
    """Collects elements, and the letter's words by the numbers of the places that cover them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: dict[str, str] = {}
        self._open: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        held = {name: value or "" for name, value in attrs}
        self.elements.append((tag, held))
        if tag == "span":
            self._open.append(held.get("data-in", "").split())

    def handle_endtag(self, tag: str) -> None:
        """Leave a span."""
        if tag == "span":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Give words to the places that cover them."""
        for number in self._open[-1] if self._open else ():
            self.words[number] = self.words.get(number, "") + data

    def buttons(self) -> list[dict[str, str]]:
        """Attributes of the buttons that show a proof."""
        return [held for tag, held in self.elements if tag == "button" and "data-places" in held]


def _covering(text: str, words: str) -> tuple[Evidence, ...]:
    start = text.index(words)
    return (Evidence(start=start, end=start + len(words), page=1),)


@pytest.fixture
def hostile(determination: Determination) -> tuple[Determination, Document]:
    """A letter and a summary that try to be more than text."""
    document = Document(HOSTILE, (Page(1, 0, len(HOSTILE)),), "<b>.pdf", "0" * 64, TextFrom.TEXT_LAYER)
    item = determination.items[1].model_copy(update={"treatment": HOSTILE, "rationale": HOSTILE})
    proof = FieldProvenance(origin=Origin.RULES, status=Status.VERIFIED, evidence=_covering(HOSTILE, "upheld"))
    flag = ReviewFlag(code=ReviewCode.MISSING_FIELD, message=HOSTILE, evidence=_covering(HOSTILE, "alert(1)"))
    update = {
        "case_number": HOSTILE,
        "items": (item,),
        "provenance": {"items[0].outcome": proof},
        "review": (flag,),
    }
    return determination.model_copy(update=update), document


def test_one_letter(determination: Determination, document: Document, as_text: SnapshotAssertion) -> None:
    text = html.render([(determination, document)])
    assert re.sub(r"<(style|script)>.*?</\1>|sha256-[\w+/=]+", r"<\1/>", text, flags=re.DOTALL) == as_text


def test_each_field_lights_up_its_own_words(determination: Determination, document: Document) -> None:
    reader = _Reader(html.render([(determination, document)]))
    lit = {
        held["title"].partition(";")[0]: [
            " ".join(reader.words[number].split()) for number in held["data-places"].split()
        ]
        for held in reversed(reader.buttons())
        if "title" in held
    }
    assert lit["Show Outcome in the letter"] == ["Upheld"]
    assert lit["Show Asked for in the letter"] == ["12 visits of physical therapy for the right shoulder"]
    assert lit["Show Worker in the letter"] == ["52-year-old", "female"]
    assert lit["Show Why in the letter"] == [
        "This worker has not yet used the four visits that were authorized.",
        "No earlier therapy is on record.",
    ]


def test_every_place_named_is_in_the_letter(many: Determination, document: Document) -> None:
    reader = _Reader(html.render([(many, document)]))
    named = {number for held in reader.buttons() for number in held["data-places"].split()}
    assert named == set(reader.words)


def test_a_hostile_letter_is_text(hostile: tuple[Determination, Document]) -> None:
    text = html.render([hostile])
    reader = _Reader(text)
    tags = [tag for tag, _ in reader.elements]
    assert (tags.count("script"), tags.count("style"), tags.count("b")) == (1, 1, 0)
    assert "<!--" not in text
    assert "{{7*7}}" in text
    assert not any(name.startswith("on") for _, held in reader.elements for name in held)
    assert {"upheld", "alert(1)"} == set(reader.words.values())


def test_the_policy_allows_this_style_and_script_alone(determination: Determination, document: Document) -> None:
    text = html.render([(determination, document)])
    policy = next(held["content"] for tag, held in _Reader(text).elements if held.get("http-equiv"))
    for name in ("style", "script"):
        (body,) = re.findall(f"<{name}>(.*?)</{name}>", text, flags=re.DOTALL)
        assert f"{name}-src 'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_nothing_is_asked_of_the_network(determination: Determination, document: Document) -> None:
    text = html.render([(determination, document)])
    assert not re.search(r"https?://|@import|url\(", text)
    outside = [held for _, held in _Reader(text).elements if {"src", "srcset", "action"} & set(held)]
    assert outside == []


def test_several_letters_have_a_list_and_ids_of_their_own(
    determination: Determination, document: Document, bare: tuple[Determination, Document]
) -> None:
    reader = _Reader(html.render([(determination, document), bare]))
    ids = [held["id"] for _, held in reader.elements if "id" in held]
    assert len(ids) == len(set(ids))
    links = {held["href"].removeprefix("#") for tag, held in reader.elements if tag == "a"}
    assert {"letter-1", "letter-2"} <= links <= set(ids)


def test_proof_is_said_by_symbol_and_word(determination: Determination, document: Document) -> None:
    text = html.render([(determination, document)])
    assert '<span aria-hidden="true">✓</span> verified <span class="page-of">p. 1</span>' in text
    assert '<span class="proof unverified" title="not proven by the letter; read by model ' in text


def test_a_field_read_by_a_model_says_so_on_request(determination: Determination, document: Document) -> None:
    text = html.render([(determination, document)])
    by = "read by model gpt-5-mini (read_determination@v1)"
    titles = [held["title"] for _, held in _Reader(text).elements if by in held.get("title", "")]
    assert titles == [f"Show Why in the letter; {by}", f"not proven by the letter; {by}"]
    assert text.count(f'<span class="by-model">{by}</span></button>') == 1


def test_passages_overlap_and_end_where_places_end() -> None:
    text = "🥖 The denial is upheld.\nNo page edge here."
    document = Document(text, (), "note.txt", "0" * 64, TextFrom.PLAIN)
    ranges = [(6, 12), (2, 23), (10, 22)]
    numbers = numbered(Place(None, start, end, "") for start, end in ranges)
    (page,) = pages(document, numbers)
    told = [(str(passage.markup), passage.numbers) for passage in page.passages]
    assert told == [
        ("🥖 ", ()),
        ("The ", (1,)),
        ("deni", (0, 1)),
        ("al", (0, 2, 1)),
        (" is upheld", (2, 1)),
        (".", (1,)),
        ("\nNo page edge here.", ()),
    ]


def test_only_a_break_by_the_pages_edge_is_soft() -> None:
    long = "These words run on and on until the edge of the page breaks them"
    text = f"{long}\nhere. A short line\nends by itself. {long}\nDecision rationale: starts anew."
    (page,) = pages(Document(text, (), "note.txt", "0" * 64, TextFrom.PLAIN), {})
    (passage,) = page.passages
    assert passage.markup.count("<i>") == 1
    assert "them<i>\n</i>here" in passage.markup
