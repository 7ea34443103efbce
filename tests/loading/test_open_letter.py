"""Formats by content, text in many encodings, DOCX, and every input that is none of them."""

from __future__ import annotations

import hashlib
import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from schemas import TextFrom
from summarizer.document import Page, Span
from summarizer.errors import DamagedFile, EmptyInput, InputError, NotFound, PasswordNeeded, TooLarge, UnknownFormat
from summarizer.loading import Limits, Source, open_letter
from tests.loading.made import FIRST, docx_of, pdf_of

WORDS = "The worker’s brace — 40° of “flexion” — is denied.\nNaïve to opioids.\n"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document_of(data: bytes, limits: Limits | None = None):
    with open_letter(Source.from_data(data), limits or Limits()) as letter:
        return letter.document


def test_content_counts_and_not_the_name(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_bytes(pdf_of(FIRST))
    with open_letter(Source.from_path(path)) as letter:
        assert letter.document.text_from is TextFrom.TEXT_LAYER
        assert letter.document.source == "letter.txt"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(encoding):
    document = document_of(WORDS.encode(encoding))
    assert document.text == WORDS
    assert document.text_from is TextFrom.PLAIN
    assert document.pages == ()


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_utf16_of_either_byte_order(mark):
    assert document_of(("\ufeff" + WORDS).encode(mark)).text == WORDS


def test_latin_1():
    words = "Patient Núñez, 40° flexion, naïve to opioids, was seen at the café clinic.\n" * 3
    assert document_of(words.encode("latin-1")).text == words


def test_line_ends_become_line_feeds():
    assert document_of(b"one\r\ntwo\rthree\n").text == "one\ntwo\nthree\n"


def test_emoji_in_text_is_one_offset():
    document = document_of("pain \U0001f600 relief".encode())
    assert Span(7, 13).of(document.text) == "relief"


def test_form_feeds_divide_pages():
    document = document_of(b"page one\n\fpage two\n\f")
    assert document.pages == (Page(1, 0, 9), Page(2, 10, 19))
    assert [document.text[page.start : page.end] for page in document.pages] == ["page one\n", "page two\n"]
    assert "\f" not in document.text


def test_words_after_the_last_form_feed_are_a_page():
    document = document_of(b"one\ftwo")
    assert [document.text[page.start : page.end] for page in document.pages] == ["one", "two"]


def test_a_string_is_normalized_and_its_own_bytes_are_hashed():
    text = "\ufeffone\r\ntwo"
    with open_letter(Source.from_text(text)) as letter:
        assert letter.document.text == "one\ntwo"
        assert letter.document.source == "<text>"
        assert letter.document.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert letter.boxes(Span(0, 3)) == ()


def test_half_of_a_surrogate_pair_in_a_string_can_be_written_out_again():
    with open_letter(Source.from_text("pain \ud83d relief")) as letter:
        assert letter.document.text.encode().decode() == "pain \ufffd relief"


@pytest.mark.parametrize(
    "data",
    [
        b"words with a \x00 in them",
        b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4,
        bytes(range(1, 32)) * 20,
        b"\xff\xfe\x00\xd8\x00",
        b"PK\x03\x04 an archive of something else",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0 a photograph",
        b"{\\rtf1 words}",
        b"\n<!DOCTYPE html><p>words</p>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old Office file",
    ],
)
def test_unknown_formats(data):
    with pytest.raises(UnknownFormat):
        document_of(data)


def test_encrypted_office_file_needs_its_password():
    with pytest.raises(PasswordNeeded):
        document_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\f\f", b"--- ***"])
def test_no_words(data):
    with pytest.raises(EmptyInput):
        document_of(data)


def test_missing_file_folder_and_impossible_path(tmp_path):
    for path in (tmp_path / "none.pdf", tmp_path, "a\x00b"):
        with pytest.raises(NotFound), open_letter(Source.from_path(path)):
            pass


def test_empty_file(tmp_path):
    path = tmp_path / "empty.pdf"
    path.touch()
    with pytest.raises(EmptyInput, match=r"^empty\.pdf: "), open_letter(Source.from_path(path)):
        pass


def test_more_bytes_than_the_limit(tmp_path):
    path = tmp_path / "large.txt"
    path.write_bytes(b"word " * 100)
    for source in (Source.from_path(path), Source.from_data(b"word " * 100)):
        with pytest.raises(TooLarge), open_letter(source, Limits(max_bytes=499)):
            pass
        with open_letter(source, Limits(max_bytes=500)) as letter:
            assert len(letter.document.text) == 500


def test_standard_input_is_read_no_further_than_one_past_the_limit():
    stream = io.BytesIO(b"word " * 100)
    source = Source.from_stdin(stream, Limits(max_bytes=9))
    assert stream.tell() == 10
    assert source.name == "<stdin>"
    with pytest.raises(TooLarge, match="<stdin>"), open_letter(source, Limits(max_bytes=9)):
        pass


def test_messages_are_one_line_and_never_hold_the_letter():
    for data in (b"", b"secret \x00 words", b"%PDF-1.4 secret words", b"PK\x03\x04word/ secret words"):
        with pytest.raises(InputError) as caught:
            document_of(data)
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)
        assert str(caught.value).count(";") == 1


def test_docx_paragraphs_and_tables_in_order():
    data = docx_of("Case Number: CM00-0000001", "The request:", table=[("Item", "Outcome"), ("Walking boot", "Upheld")])
    document = document_of(data)
    assert document.text == (
        "Case Number: CM00-0000001\nThe request:\nItem\tOutcome\nWalking boot\tUpheld\nAfter the table."
    )
    assert document.pages == ()
    assert document.text_from is TextFrom.PLAIN


def test_docx_page_header_comes_first():
    assert document_of(docx_of("The words.", header="Case CM00-0000002")).text == "Case CM00-0000002\nThe words."


def test_docx_keeps_what_is_wrapped_and_drops_what_was_deleted():
    document = docx.Document()
    for xml in (
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f"<w:p {W}><w:ins><w:r><w:t>put</w:t><w:tab/><w:t>in</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>taken out</w:delText></w:r></w:del>"
        "<w:r><w:br/><w:t>self</w:t><w:noBreakHyphen/><w:t>care</w:t></w:r></w:p>",
    ):
        document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))
    held = io.BytesIO()
    document.save(held)
    assert document_of(held.getvalue()).text == "in a control\nput\tin\nself-care"


def test_damaged_docx():
    whole = docx_of("The words.")
    with pytest.raises(DamagedFile):
        document_of(whole[: len(whole) // 2])


def test_docx_with_broken_xml():
    whole, held = zipfile.ZipFile(io.BytesIO(docx_of("The words."))), io.BytesIO()
    with zipfile.ZipFile(held, "w") as broken:
        for part in whole.namelist():
            broken.writestr(part, b"<w:doc" if part == "word/document.xml" else whole.read(part))
    with pytest.raises(DamagedFile):
        document_of(held.getvalue())


def test_archive_bomb():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", bytes(10_000_000))
    with pytest.raises(TooLarge):
        document_of(held.getvalue(), Limits(max_bytes=1_000_000))
