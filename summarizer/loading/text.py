"""Plain text: bytes in any common encoding, or a string, to a Document."""

from __future__ import annotations

import codecs
import re

from schemas import TextFrom
from summarizer.document import Document, Page
from summarizer.errors import EmptyInput, UnknownFormat

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ["cp1252", "latin_1", "mac_roman", "cp437", "cp850"]
"""Encodings of Western text older than Unicode, by how likely a letter from California is in one."""
_LINE_END = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_CONTROLS = 0.005
"""Largest share of control characters in a text; program code decoded as text has far more."""


def read_text(name: str, data: bytes, sha256: str) -> Document:
    """Decode ``data`` and read it as ``document_of`` does.

    Raises:
        UnknownFormat: the bytes are no text in a known encoding.
        EmptyInput: the text has no words.
    """
    return document_of(name, decode(name, data), sha256)


def document_of(name: str, text: str, sha256: str) -> Document:
    """A Document of ``text`` with line feeds for line ends; form feeds, where there are any, divide pages.

    Raises:
        UnknownFormat: a NUL character or too many other control characters.
        EmptyInput: the text has no words.
    """
    _refuse_binary(name, text)
    text = _SURROGATE.sub("\ufffd", _LINE_END.sub("\n", text.removeprefix("\ufeff")))
    if not any(map(str.isalnum, text)):
        raise EmptyInput(name, "the text has no words", "check that the file holds a letter")
    pages = _pages(text) if "\f" in text else ()
    return Document(text=text.replace("\f", "\n"), pages=pages, source=name, sha256=sha256, text_from=TextFrom.PLAIN)


def decode(name: str, data: bytes) -> str:
    """The characters of ``data``: by its byte order mark, as UTF-8, else in the likeliest legacy encoding.

    Raises:
        UnknownFormat: none of them fits.
    """
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8" or b"\x00" in data:
            raise _binary(name) from None
    return _decode_legacy(name, data)


def _decode_legacy(name: str, data: bytes) -> str:
    """The characters of ``data``, which has no byte order mark and is not UTF-8."""
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_LEGACY, preemptive_behaviour=False).best()
    if best is None:
        raise _binary(name)
    return str(best)


def _refuse_binary(name: str, text: str) -> None:
    """Raise UnknownFormat where ``text`` is program data rather than words."""
    if "\x00" in text or len(_CONTROL.findall(text)) > max(2, len(text) * _MOST_CONTROLS):
        raise _binary(name)


def _binary(name: str) -> UnknownFormat:
    """The error for bytes that are no text."""
    return UnknownFormat(name, "neither a PDF, a DOCX nor text in a known encoding", "save it as PDF, DOCX or UTF-8")


def _pages(text: str) -> tuple[Page, ...]:
    """Pages of ``text`` between its form feeds; one after the last page, as programs print it, opens no page."""
    ends = [found.start() for found in re.finditer("\f", text)]
    if text[ends[-1] + 1 :].strip():
        ends.append(len(text))
    starts = [0, *(end + 1 for end in ends)]
    return tuple(Page(number, start, end) for number, (start, end) in enumerate(zip(starts, ends, strict=False), 1))
